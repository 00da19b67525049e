//! Requests that the page makes, with errors as people may read them.

use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use protocol::{ErrorBody, ErrorCode, History, HistoryParams, QueryTime};

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
    read(&ask("GET", path, None).await?)
}

/// A request with a JSON body, answered by JSON.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ClientError> {
    read(&ask("PUT", path, Some(written(body)?)).await?)
}

/// A request with a JSON body whose answer only says whether it worked.
pub async fn post(path: &str, body: &impl Serialize) -> Result<(), ClientError> {
    ask("POST", path, Some(written(body)?)).await.map(drop)
}

/// `DELETE`.
pub async fn delete(path: &str) -> Result<(), ClientError> {
    ask("DELETE", path, None).await.map(drop)
}

/// One metric over `(from_ms, to_ms]` in steps of `step_ms`; the start is a multiple of it.
pub async fn history(
    metric: &str,
    from_ms: i64,
    to_ms: i64,
    step_ms: i64,
) -> Result<History, ClientError> {
    let points = ((to_ms - from_ms + step_ms - 1) / step_ms).max(1);
    let params = HistoryParams {
        from: QueryTime::at(from_ms),
        to: Some(QueryTime::at(to_ms)),
        points,
        ..HistoryParams::new(metric)
    };
    get(&params.address()).await
}

/// The text of a good answer.
async fn ask(method: &str, path: &str, body: Option<String>) -> Result<String, ClientError> {
    let answer = fetched(method, path, body).await;
    let (response, text) = answer.map_err(|_| ClientError::NoAnswer)?;
    match response.ok() {
        true => Ok(text),
        false => Err(refused(response.status(), text)),
    }
}

async fn fetched(
    method: &str,
    path: &str,
    body: Option<String>,
) -> Result<(Response, String), JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        let headers = Headers::new()?;
        headers.set("Content-Type", "application/json")?;
        init.set_headers(&headers);
        init.set_body(&body.into());
    }
    let answer = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?;
    let response: Response = answer.dyn_into()?;
    // What is cut off on its way is no JSON.
    let text = JsFuture::from(response.text()?).await;
    let text = text.ok().and_then(|text| text.as_string());
    Ok((response, text.unwrap_or_default()))
}

fn refused(status: u16, body: String) -> ClientError {
    let known: Result<ErrorBody, _> = serde_json::from_str(&body);
    match known {
        // Signing in with a wrong password answers 401 too, and says so itself.
        Ok(known) if known.error.code == ErrorCode::SignInFirst => ClientError::SignedOut,
        Ok(known) => ClientError::Refused {
            status,
            message: known.error.message,
            body,
        },
        Err(_) => ClientError::Refused {
            status,
            message: format!("The server answered {status}. Try again."),
            body,
        },
    }
}

fn written(body: &impl Serialize) -> Result<String, ClientError> {
    serde_json::to_string(body).map_err(|_| ClientError::Unreadable)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    serde_json::from_str(text).map_err(|_| ClientError::Unreadable)
}
