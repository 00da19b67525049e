//! The one reader of request bodies: limits by route, `Content-Encoding`, a byte order mark, and JSON
//! whose errors name the field.
//!
//! Invariant: nothing is kept of a body beyond the limit of its route.

use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::header;
use bytes::Bytes;
use futures::StreamExt;
use protocol::{Action, ErrorCode};
use serde::de::DeserializeOwned;

use super::packing::{Fault, Unpacked, Unpacker};
use super::{Error, router};
use crate::contract::count_rejected;
use crate::document::{self, Misread};
use crate::ingest::memory::Reserved;
use crate::state::AppState;

/// Bodies longer than so many bytes are read off the threads that serve requests.
const LONG: usize = 256 * 1024;

/// A body, unpacked.
pub struct Body {
    /// All of it.
    pub bytes: Bytes,
    memory: Option<Reserved>,
}

/// A JSON body. 400 when it is no JSON, 413 when it is too long, 415 when it is something
/// else, 422 when it is JSON of another shape or with a key that nobody reads.
pub struct Json<T>(pub T);

/// A JSON body, or a form that a page sent before its scripts were there.
pub enum JsonOrForm<T> {
    /// From a program or a script: answer JSON.
    Json(T),
    /// From a form: answer with a redirect.
    Form(T),
}

impl<T> JsonOrForm<T> {
    /// What it holds, and whether it is a form.
    pub fn into_parts(self) -> (T, bool) {
        match self {
            JsonOrForm::Json(given) => (given, false),
            JsonOrForm::Form(given) => (given, true),
        }
    }
}

/// The limit of a route, and the key that it has in the configuration.
struct Limit {
    bytes: u64,
    key: &'static str,
    is_ingest: bool,
}

impl Limit {
    /// What programs send by the thousand, what people save, and what anybody may send are unlike.
    fn of(app: &AppState, request: &Request) -> Limit {
        let limits = &app.config.limits;
        let path = request.extensions().get::<MatchedPath>();
        let route = path.and_then(|path| router::action(app, request.method(), path.as_str()));
        let (bytes, key) = match route.map(|(_, action)| action) {
            Some(Action::Ingest) => (limits.max_ingest_body_bytes, "limits.max_ingest_body_bytes"),
            // Whoever sends it has no account.
            Some(Action::Public) | None if limits.max_public_body_bytes < limits.max_body_bytes => {
                (limits.max_public_body_bytes, "limits.max_public_body_bytes")
            }
            _ => (limits.max_body_bytes, "limits.max_body_bytes"),
        };
        Limit {
            bytes,
            key,
            is_ingest: matches!(route, Some((_, Action::Ingest))),
        }
    }
}

impl Body {
    /// Takes memory beyond that of the body itself. 429 when other requests hold it.
    pub fn reserve(&mut self, app: &AppState, bytes: usize) -> Result<(), Error> {
        match &mut self.memory {
            Some(memory) => memory.grow(bytes).map_err(|_| exhausted(app)),
            None => Ok(()),
        }
    }

    /// Runs what reads the body, where it may take long.
    pub async fn read<T: Send + 'static>(
        self,
        read: impl FnOnce(&Bytes) -> T + Send + 'static,
    ) -> Result<T, Error> {
        if self.bytes.len() <= LONG {
            return Ok(read(&self.bytes));
        }
        let done = tokio::task::spawn_blocking(move || read(&self.bytes));
        done.await.map_err(Error::internal)
    }
}

impl FromRequest<AppState> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Error> {
        let limit = Limit::of(app, &request);
        let memory = limit.is_ingest.then(|| app.ingest_memory.reserve());
        let unpacked = Unpacked::new(limit.bytes, memory);
        let mut unpacker = Unpacker::new(request.headers(), unpacked)?;
        let error = |fault| match fault {
            Fault::TooLong => too_long(&limit),
            Fault::Exhausted => exhausted(app),
            Fault::Garbled => {
                let message = "the body is not packed as its `Content-Encoding` says";
                Error::new(ErrorCode::BadGzip, message)
            }
        };
        let mut parts = request.into_body().into_data_stream();
        while let Some(part) = parts.next().await {
            let part =
                part.map_err(|_| Error::new(ErrorCode::BodyUnreadable, "the body broke off"))?;
            unpacker.push(&part).map_err(error)?;
        }
        let (bytes, memory) = unpacker.finish().map_err(error)?;
        Ok(Body {
            bytes: bytes.into(),
            memory,
        })
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Error> {
        match content_type(&request) {
            Some(kind) if kind == "application/json" => {}
            _ => {
                return Err(wrong_type(
                    "send JSON with `Content-Type: application/json`",
                ));
            }
        }
        parse(&Body::from_request(request, app).await?.bytes).map(Json)
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonOrForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Error> {
        match content_type(&request).as_deref() {
            Some("application/x-www-form-urlencoded") => {
                let (parts, body) = request.into_parts();
                let request = Request::from_parts(parts.clone(), body);
                let body = Body::from_request(request, app).await?;
                let form = Request::from_parts(parts, body.bytes.into());
                let form = axum::Form::<T>::from_request(form, app).await;
                let form = form.map_err(|_| {
                    let message = "the form lacks a field, or has one too many";
                    Error::new(ErrorCode::BadForm, message)
                })?;
                Ok(JsonOrForm::Form(form.0))
            }
            Some("application/json") => {
                parse(&Body::from_request(request, app).await?.bytes).map(JsonOrForm::Json)
            }
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

/// A body beyond the limit, as it came or unpacked.
fn too_long(limit: &Limit) -> Error {
    let message = format!(
        "the body has more than {} bytes: `{}`; send less at a time",
        limit.bytes, limit.key
    );
    Error::new(ErrorCode::BodyTooLarge, message)
}

/// Other requests hold the memory; it is free again when they are read.
fn exhausted(app: &AppState) -> Error {
    count_rejected(&app.registry, "ingest_memory", 1);
    let message = "other requests hold the memory for bodies, `limits.ingest_memory_bytes`; send \
                   it again";
    Error::too_many(message, 1)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let text = document::text(bytes)
        .map_err(|error| Error::new(ErrorCode::BadJson, format!("the body is no JSON: {error}")))?;
    let (document, unknown) = document::read(text).map_err(|misread| {
        let code = if misread.is_syntax {
            ErrorCode::BadJson
        } else {
            ErrorCode::BadField
        };
        Error::new(code, placed(&misread))
    })?;
    match unknown.first() {
        None => Ok(document),
        Some(path) => {
            let message = format!("{path}: {}", document::unknown_key(path));
            Err(Error::new(ErrorCode::BadField, message))
        }
    }
}

/// Keys whose values stand in no error.
const SECRET_KEYS: [&str; 5] = ["password", "current", "new", "token", "code"];

fn placed(misread: &Misread) -> String {
    let Misread {
        line,
        column,
        key,
        message,
        ..
    } = misread;
    let key = if key.is_empty() { "." } else { key };
    // The parser repeats a value that has another type than the one that is asked for.
    let is_secret = key
        .rsplit('.')
        .next()
        .is_some_and(|key| SECRET_KEYS.contains(&key));
    let message = if is_secret { "is no text" } else { message };
    format!("{key}: {message} at line {line} column {column}")
}

fn wrong_type(message: &'static str) -> Error {
    Error::new(ErrorCode::ContentType, message)
}
