//! The one error type of HTTP: a status, a stable code, and a sentence for people. What went
//! wrong inside goes to the log and never into an answer.

use std::borrow::Cow;
use std::fmt::Display;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{ApiError, ErrorBody};

use crate::access::{PasswordError, SetupError, SignInError, TokenError, UserError};
use crate::dashboards::Invalid;
use crate::storage::StorageError;

/// An answer that is not a success.
#[derive(Debug)]
pub struct Error {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    retry_after_s: Option<u32>,
    current: Option<serde_json::Value>,
}

impl Error {
    /// Any status with a stable `snake_case` code and a sentence that says what to do.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Error {
        Error {
            status,
            code,
            message: message.into(),
            retry_after_s: None,
            current: None,
        }
    }

    /// 400.
    pub fn bad_request(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// 422.
    pub fn unprocessable(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// 429, with `Retry-After`.
    pub fn too_many(message: impl Into<Cow<'static, str>>, retry_after_s: u32) -> Error {
        let error = Error::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message);
        Error {
            retry_after_s: Some(retry_after_s),
            ..error
        }
    }

    /// 500: the cause goes to the log, the answer says nothing of it.
    pub fn internal(cause: impl Display) -> Error {
        tracing::error!("{cause}");
        let message = "something went wrong in the server; its log says what";
        Error::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// 409 with the document as it stands, `null` when there is none any more.
    pub(super) fn stale(current: serde_json::Value) -> Error {
        let message = "somebody saved another version in between; `current` is what it is now";
        let error = Error::new(StatusCode::CONFLICT, "stale_version", message);
        Error {
            current: Some(current),
            ..error
        }
    }

    /// 401 for people.
    pub(crate) fn sign_in_first() -> Error {
        Error::new(
            StatusCode::UNAUTHORIZED,
            "sign_in_first",
            "sign in first: POST /api/session",
        )
    }

    /// 401 for programs.
    pub(crate) fn bearer_first() -> Error {
        let message = "send `Authorization: Bearer` with a token that an admin made";
        Error::new(StatusCode::UNAUTHORIZED, "token_needed", message)
    }

    /// 403 for people who are no admins.
    pub(crate) fn admins_only() -> Error {
        Error::new(
            StatusCode::FORBIDDEN,
            "admins_only",
            "this is for admins only",
        )
    }

    /// 403 for tokens where people are asked.
    pub(crate) fn people_only() -> Error {
        let message = "a token cannot do this; sign in as a user";
        Error::new(StatusCode::FORBIDDEN, "users_only", message)
    }

    /// 403 for tokens without the scope.
    pub(crate) fn scope_missing(scope: &str) -> Error {
        let message = format!("this token lacks the scope `{scope}`");
        Error::new(StatusCode::FORBIDDEN, "scope_missing", message)
    }

    /// The status that it will answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let error = ApiError {
            code: self.code.to_owned(),
            message: self.message.into_owned(),
        };
        let said = error.clone();
        let mut response = match self.current {
            None => (self.status, Json(ErrorBody { error })).into_response(),
            Some(current) => {
                let body = serde_json::json!({ "error": error, "current": current });
                (self.status, Json(body)).into_response()
            }
        };
        // For whoever says it in other words than JSON.
        response.extensions_mut().insert(said);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED && self.code == "token_needed" {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Error {
        Error::internal(error)
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Error {
        Error::unprocessable("invalid_document", invalid.to_string())
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Error {
        match error {
            PasswordError::Length => Error::unprocessable("bad_password", error.to_string()),
            PasswordError::Hash(_) => Error::internal(error),
        }
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Error {
        match error {
            UserError::Name => Error::unprocessable("bad_name", error.to_string()),
            UserError::Roles(_) => Error::unprocessable("bad_roles", error.to_string()),
            UserError::Taken => Error::new(StatusCode::CONFLICT, "name_taken", error.to_string()),
            UserError::Password(error) => error.into(),
            UserError::Storage(error) => error.into(),
        }
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Error {
        match error {
            TokenError::Name => Error::unprocessable("bad_name", error.to_string()),
            TokenError::Scopes => Error::unprocessable("bad_scopes", error.to_string()),
            TokenError::Randomness(error) => Error::internal(error),
            TokenError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for Error {
    fn from(error: SignInError) -> Error {
        match error {
            SignInError::Wrong => Error::new(
                StatusCode::UNAUTHORIZED,
                "wrong_credentials",
                error.to_string(),
            ),
            SignInError::Limited { retry_after_s } => {
                Error::too_many(error.to_string(), retry_after_s)
            }
            SignInError::Password(error) => error.into(),
            SignInError::Randomness(error) => Error::internal(error),
            SignInError::Storage(error) => error.into(),
        }
    }
}

impl From<SetupError> for Error {
    fn from(error: SetupError) -> Error {
        match error {
            SetupError::Link => {
                Error::new(StatusCode::FORBIDDEN, "link_invalid", error.to_string())
            }
            SetupError::Limited { retry_after_s } => {
                Error::too_many(error.to_string(), retry_after_s)
            }
            SetupError::User(error) => error.into(),
            SetupError::SignIn(error) => error.into(),
        }
    }
}
