//! The one shape of an error: `{"error":{"code","message"}}`.

use serde::{Deserialize, Serialize};

use super::ErrorCode;

/// The body of every answer that is not a success.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ApiError,
}

/// The body of a 409: the error, and the current document.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict<T> {
    /// The error; its code is [`ErrorCode::StaleVersion`].
    pub error: ApiError,
    /// The document that the server has.
    pub current: T,
}

/// A stable code for programs and a sentence for people.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Decides what a program does.
    pub code: ErrorCode,
    /// What happened and what to do next. Reveals nothing about the inside of the server.
    pub message: String,
}
