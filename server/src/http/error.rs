//! The one error type of HTTP: a status, a stable code, and a sentence for people. What went
//! wrong inside goes to the log and never into an answer.

use std::borrow::Cow;
use std::fmt::Display;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{ApiError, ErrorBody, ErrorCode, ParameterError};

use crate::access::{
    ChangePasswordError, Denied, LinkError, PasswordError, RoleError, SecondFactorError,
    SetupError, SignInError, TokenError, UserError,
};
use crate::dashboards::Invalid;
use crate::storage::StorageError;

/// Seconds after which a queue of passwords is worth another attempt.
const BUSY_S: u32 = 2;

/// An answer that is not a success.
#[derive(Debug)]
pub struct Error {
    status: StatusCode,
    code: ErrorCode,
    message: Cow<'static, str>,
    retry_after_s: Option<u32>,
    current: Option<serde_json::Value>,
}

impl Error {
    /// The status of the code, and a sentence that says what to do.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Error {
        let status = StatusCode::from_u16(code.status());
        Error {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            message: message.into(),
            retry_after_s: None,
            current: None,
        }
    }

    /// Any other status, for requests that axum rejects: [`ErrorCode::Refused`].
    pub(super) fn refused(status: StatusCode) -> Error {
        let message = "the request cannot be understood";
        Error {
            status,
            ..Error::new(ErrorCode::Refused, message)
        }
    }

    /// 404.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorCode::NotFound, message)
    }

    /// 429, with `Retry-After`.
    pub fn too_many(message: impl Into<Cow<'static, str>>, retry_after_s: u32) -> Error {
        Error {
            retry_after_s: Some(retry_after_s),
            ..Error::new(ErrorCode::TooMany, message)
        }
    }

    /// 500: the cause goes to the log, the answer says nothing of it.
    pub fn internal(cause: impl Display) -> Error {
        tracing::error!("{cause}");
        let message = "something went wrong in the server; its log says what";
        Error::new(ErrorCode::Internal, message)
    }

    /// 409 with the document as it stands, `null` when there is none any more.
    pub(super) fn stale(current: serde_json::Value) -> Error {
        let message = "somebody saved another version in between";
        Error {
            current: Some(current),
            ..Error::new(ErrorCode::StaleVersion, message)
        }
    }

    /// 401 for people.
    pub(crate) fn sign_in_first() -> Error {
        Error::new(ErrorCode::SignInFirst, "sign in first")
    }

    /// 401 for programs.
    pub(crate) fn bearer_first() -> Error {
        let message = "send `Authorization: Bearer` with a token that an admin made";
        Error::new(ErrorCode::TokenNeeded, message)
    }

    /// 403 for people who are no admins.
    pub(crate) fn admins_only() -> Error {
        Error::new(ErrorCode::AdminsOnly, "this is for admins only")
    }

    /// 403 for people without the right.
    pub(crate) fn right_missing(right: &str) -> Error {
        let message = format!("none of your roles has the right `{right}`; ask an admin for it");
        Error::new(ErrorCode::RightMissing, message)
    }

    /// 403 for tokens where people are asked.
    pub(crate) fn people_only() -> Error {
        let message = "a token cannot do this; sign in as a user";
        Error::new(ErrorCode::UsersOnly, message)
    }

    /// 403 for tokens without the scope.
    pub(crate) fn scope_missing(scope: &str) -> Error {
        let message = format!("this token lacks the scope `{scope}`");
        Error::new(ErrorCode::ScopeMissing, message)
    }

    /// Code and message, as they stand in an answer.
    pub(super) fn into_api_error(self) -> ApiError {
        ApiError {
            code: self.code,
            message: self.message.into_owned(),
        }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let error = ApiError {
            code: self.code,
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
        // Lets the OTLP layer re-encode the error as protobuf.
        response.extensions_mut().insert(said);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == ErrorCode::TokenNeeded {
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
        Error::new(ErrorCode::InvalidDocument, invalid.to_string())
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Error {
        Error::new(ErrorCode::BadParameter, error.to_string())
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Error {
        match error {
            PasswordError::Short | PasswordError::Long => {
                Error::new(ErrorCode::BadPassword, error.to_string())
            }
            PasswordError::Busy => Error::too_many(error.to_string(), BUSY_S),
            PasswordError::Hash(_) => Error::internal(error),
        }
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Error {
        match error {
            UserError::Name => Error::new(ErrorCode::BadName, error.to_string()),
            UserError::Roles(_) => Error::new(ErrorCode::BadRoles, error.to_string()),
            UserError::Unknown => Error::not_found(error.to_string()),
            UserError::LastAdmin => Error::new(ErrorCode::LastAdmin, error.to_string()),
            UserError::Taken => Error::new(ErrorCode::NameTaken, error.to_string()),
            UserError::Password(error) => error.into(),
            UserError::Storage(error) => error.into(),
        }
    }
}

impl From<RoleError> for Error {
    fn from(error: RoleError) -> Error {
        match error {
            RoleError::Invalid(_) => Error::new(ErrorCode::InvalidDocument, error.to_string()),
            RoleError::Stale(current) => match serde_json::to_value(current) {
                Ok(current) => Error::stale(current),
                Err(error) => Error::internal(error),
            },
            RoleError::Full(_) => Error::new(ErrorCode::TooManyRoles, error.to_string()),
            RoleError::Unknown => Error::not_found(error.to_string()),
            RoleError::InUse(_) => Error::new(ErrorCode::RoleInUse, error.to_string()),
            RoleError::Storage(error) => error.into(),
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Error {
        match denied {
            Denied::SignInFirst => Error::sign_in_first(),
            Denied::TokenNeeded => Error::bearer_first(),
            Denied::AdminsOnly => Error::admins_only(),
            Denied::RightMissing(right) => Error::right_missing(right.name()),
            Denied::PeopleOnly => Error::people_only(),
            Denied::InPreview => Error::not_found("a preview has nothing of your own account"),
            Denied::OwnersOnly => {
                let message = "the dashboard belongs to somebody else, who alone changes it";
                Error::new(ErrorCode::NotOwner, message)
            }
            Denied::Hidden => Error::not_found("there is no dashboard of that id"),
            Denied::ScopeMissing(scope) => Error::scope_missing(scope.name()),
        }
    }
}

impl From<ChangePasswordError> for Error {
    fn from(error: ChangePasswordError) -> Error {
        match error {
            ChangePasswordError::Current(error) => error.into(),
            ChangePasswordError::New(error) => error.into(),
        }
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Error {
        match error {
            TokenError::Name => Error::new(ErrorCode::BadName, error.to_string()),
            TokenError::Scopes(_) => Error::new(ErrorCode::BadScopes, error.to_string()),
            TokenError::Field(_) | TokenError::Owner => {
                Error::new(ErrorCode::BadField, error.to_string())
            }
            TokenError::Full => Error::new(ErrorCode::TooManyTokens, error.to_string()),
            TokenError::Unknown => Error::not_found(error.to_string()),
            TokenError::Randomness(error) => Error::internal(error),
            TokenError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for Error {
    fn from(error: SignInError) -> Error {
        match error {
            SignInError::Wrong | SignInError::WrongPassword => {
                Error::new(ErrorCode::WrongCredentials, error.to_string())
            }
            SignInError::SecondFactorNeeded => {
                Error::new(ErrorCode::SecondFactorNeeded, error.to_string())
            }
            SignInError::WrongCode => Error::new(ErrorCode::WrongCode, error.to_string()),
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
            SetupError::Link => Error::new(ErrorCode::LinkInvalid, error.to_string()),
            SetupError::Limited { retry_after_s } => {
                Error::too_many(error.to_string(), retry_after_s)
            }
            SetupError::User(error) => error.into(),
            SetupError::SignIn(error) => error.into(),
        }
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Error {
        match error {
            LinkError::Link => Error::new(ErrorCode::LinkInvalid, error.to_string()),
            LinkError::Limited { retry_after_s } => {
                Error::too_many(error.to_string(), retry_after_s)
            }
            LinkError::Full(_) => Error::new(ErrorCode::TooManyInvitations, error.to_string()),
            LinkError::Invalid(_) => Error::new(ErrorCode::InvalidDocument, error.to_string()),
            LinkError::User(error) => error.into(),
            LinkError::SignIn(error) => error.into(),
            LinkError::Randomness(error) => Error::internal(error),
            LinkError::Storage(error) => error.into(),
        }
    }
}

impl From<SecondFactorError> for Error {
    fn from(error: SecondFactorError) -> Error {
        match error {
            SecondFactorError::Password(error) => error.into(),
            SecondFactorError::On => Error::new(ErrorCode::SecondFactorOn, error.to_string()),
            SecondFactorError::Off => Error::not_found(error.to_string()),
            SecondFactorError::Code => Error::new(ErrorCode::WrongCode, error.to_string()),
            SecondFactorError::Enrolment(_) | SecondFactorError::Randomness(_) => {
                Error::internal(error)
            }
            SecondFactorError::Storage(error) => error.into(),
        }
    }
}
