//! Requests that the page makes, with errors as people may read them.

use gloo_net::http::{Request, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{ErrorBody, History, paths};

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// No answer: the server is down or the network is away.
    #[error("No answer from the server. Check that it runs, then try again.")]
    NoAnswer,
    /// Nobody is signed in, or not any more.
    #[error("You are signed out. Sign in again.")]
    SignedOut,
    /// The server refused, and says why.
    #[error("{message}")]
    Refused {
        /// Status of the answer.
        status: u16,
        /// For people.
        message: String,
        /// The whole body: a conflict brings the current document in it.
        body: String,
    },
    /// The answer is not what this page understands: it is older or newer than the server.
    #[error("The server answered something unknown. Reload the page.")]
    Unreadable,
}

/// `GET`, read as JSON.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ClientError> {
    read(send(Request::get(path)).await?).await
}

/// A request with a JSON body, answered by JSON.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ClientError> {
    read(with_body(Request::put(path), body).await?).await
}

/// A request with a JSON body whose answer only says whether it worked.
pub async fn post(path: &str, body: &impl Serialize) -> Result<(), ClientError> {
    with_body(Request::post(path), body).await.map(drop)
}

/// `DELETE`.
pub async fn delete(path: &str) -> Result<(), ClientError> {
    send(Request::delete(path)).await.map(drop)
}

/// One metric over `(from_ms, to_ms]` in steps of `step_ms`; the start is a multiple of it.
pub async fn history(
    metric: &str,
    from_ms: i64,
    to_ms: i64,
    step_ms: i64,
) -> Result<History, ClientError> {
    let points = ((to_ms - from_ms + step_ms - 1) / step_ms).max(1);
    let path = paths::HISTORY;
    get(&format!(
        "{path}?metric={metric}&from={from_ms}&to={to_ms}&points={points}"
    ))
    .await
}

async fn with_body(
    request: RequestBuilder,
    body: &impl Serialize,
) -> Result<Response, ClientError> {
    let request = request.json(body).map_err(|_| ClientError::Unreadable)?;
    answered(request.send().await).await
}

async fn send(request: RequestBuilder) -> Result<Response, ClientError> {
    answered(request.send().await).await
}

async fn answered(response: Result<Response, gloo_net::Error>) -> Result<Response, ClientError> {
    let response = response.map_err(|_| ClientError::NoAnswer)?;
    let status = response.status();
    if response.ok() {
        return Ok(response);
    }
    let body = response.text().await.unwrap_or_default();
    let known: Result<ErrorBody, _> = serde_json::from_str(&body);
    match known {
        // Signing in with a wrong password answers 401 too, and says so itself.
        Ok(known) if known.error.code == "signed_out" => Err(ClientError::SignedOut),
        Ok(known) => Err(ClientError::Refused {
            status,
            message: known.error.message,
            body,
        }),
        Err(_) => Err(ClientError::Refused {
            status,
            message: format!("The server answered {status}. Try again."),
            body,
        }),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    response.json().await.map_err(|_| ClientError::Unreadable)
}
