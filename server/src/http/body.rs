//! Request bodies: JSON whose errors name the field, and forms of pages without scripts.
//! Nothing is read beyond the limit of the configuration.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use protocol::ErrorCode;
use serde::de::DeserializeOwned;

use super::Error;

/// A JSON body. 400 when it is no JSON, 413 when it is too long, 415 when it is something
/// else, 422 when it is JSON of another shape.
pub struct Json<T>(pub T);

/// A JSON body, or a form that a page sent before its scripts were there.
pub enum JsonOrForm<T> {
    /// From a program or a script: answer JSON.
    Json(T),
    /// From a form: answer with a redirect.
    Form(T),
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match content_type(&request) {
            Some(kind) if kind == "application/json" => {}
            _ => {
                return Err(wrong_type(
                    "send JSON with `Content-Type: application/json`",
                ));
            }
        }
        parse(&read(request, state).await?).map(Json)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonOrForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match content_type(&request).as_deref() {
            Some("application/x-www-form-urlencoded") => {
                let form = axum::Form::<T>::from_request(request, state).await;
                form.map(|axum::Form(form)| JsonOrForm::Form(form))
                    .map_err(|rejection| match rejection {
                        FormRejection::BytesRejection(rejection) => rejection.into(),
                        _ => {
                            let message = "the form lacks a field, or has one too many";
                            Error::new(ErrorCode::BadForm, message)
                        }
                    })
            }
            Some("application/json") => parse(&read(request, state).await?).map(JsonOrForm::Json),
            _ => Err(wrong_type(
                "send JSON, with `Content-Type: application/json`, or a form",
            )),
        }
    }
}

fn content_type(request: &Request) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or(value);
    Some(essence.trim().to_ascii_lowercase())
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Error> {
    Ok(Bytes::from_request(request, state).await?)
}

impl From<BytesRejection> for Error {
    fn from(rejection: BytesRejection) -> Error {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => Error::new(ErrorCode::BodyUnreadable, "the body broke off"),
        }
    }
}

/// A body beyond the limit, as it came or unpacked.
pub fn too_large() -> Error {
    let message = "the body is longer than `limits.max_body_bytes`, or without an account than \
                   `limits.max_public_body_bytes`; send less at a time";
    Error::new(ErrorCode::BodyTooLarge, message)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let message = format!("{}: {}", error.path(), error.inner());
        match error.inner().classify() {
            serde_json::error::Category::Data => Error::new(ErrorCode::BadField, message),
            _ => Error::new(ErrorCode::BadJson, message),
        }
    })?;
    json.end()
        .map_err(|error| Error::new(ErrorCode::BadJson, error.to_string()))?;
    Ok(value)
}

fn wrong_type(message: &'static str) -> Error {
    Error::new(ErrorCode::ContentType, message)
}
