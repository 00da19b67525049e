//! The tower layer.
//!
//! Invariant: what is declared is what is emitted.

crate::events! {
    /// Events of the tower layer.
    pub HTTP;

    /// A request was answered, and its body has ended or was given up.
    HTTP_REQUEST_STOP = "http.request.stop" {
        measurements {
            /// Until the head of the response.
            duration: Second,
            /// Of the response's body.
            response_bytes: Byte,
        }
        metadata {
            /// `GET` and the like; unknown ones are `OTHER`.
            method,
            /// The template of the route, or `unmatched`.
            route,
            /// The number.
            status,
            /// `2xx` and the like.
            class,
        }
    }

    /// A request got no response.
    HTTP_REQUEST_EXCEPTION = "http.request.exception" {
        measurements {
            /// Until it was given up.
            duration: Second,
        }
        metadata {
            /// `GET` and the like; unknown ones are `OTHER`.
            method,
            /// The template of the route, or `unmatched`.
            route,
            /// `cancelled`, `panic` or `error`.
            kind,
        }
    }
}
