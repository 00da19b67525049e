//! The tower layer.
//!
//! Invariant: what is declared is what is emitted.

crate::events! {
    /// Events of the tower layer.
    pub HTTP;

    /// Requests of a layer that was given no other name.
    HTTP_REQUEST = request "http.request" {}
}
