//! From the stream to what widgets read: `connection` feeds the `store`, `lines` reads it.
//!
//! Data flows one way. The store never asks for anything, and nothing but the connection
//! changes it.

pub mod client;
pub mod combine;
pub mod connection;
pub mod lines;
pub mod status;
pub mod store;

pub use lines::{Line, Lines};
pub use status::Status;
pub use store::Store;
