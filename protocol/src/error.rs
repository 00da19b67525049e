//! The one shape of an error: `{"error":{"code","message"}}`.

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ApiError,
}

/// The body of a 409: the error, and the document as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict<T> {
    /// The error.
    pub error: ApiError,
    /// What stands on the server.
    pub current: T,
}

/// A stable code for programs and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Stable, `snake_case`.
    pub code: String,
    /// What happened and what to do next. Says nothing about the server's insides.
    pub message: String,
}
