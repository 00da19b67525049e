//! Requests of the page, with errors as people may read them.
//!
//! Invariant: an answer that says that nobody is signed in leads to the sign-in page, whichever
//! request it answers.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session;
use crate::browser::{self, Request};
use protocol::{ColumnsParams, ErrorBody, ErrorCode, History, HistoryColumns, QueryTime, json};

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// No answer: the server is down or the network is away.
    #[error("No answer from the server. Check that it runs, then try again.")]
    NoAnswer,
    /// Nobody is signed in, or not any more. The page is being left for the sign-in page.
    #[error("You are signed out. Sign in again.")]
    SignedOut,
    /// The server rejected the request, and its message says why.
    #[error("{}", sentence(message))]
    Rejected {
        /// HTTP status.
        status: u16,
        /// [`ErrorCode::Unknown`] for an answer that is not the server's, such as a proxy's.
        code: ErrorCode,
        /// For people, as the server wrote it.
        message: String,
        /// The whole body: that of a conflict holds the current document.
        body: String,
    },
    /// The answer is not what this page understands: it is older or newer than the server.
    #[error("The page and the server are of different versions. Reload the page.")]
    Unreadable,
}

impl ClientError {
    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            ClientError::NoAnswer => true,
            ClientError::Rejected { status, .. } => *status >= 500 || matches!(status, 408 | 429),
            ClientError::SignedOut | ClientError::Unreadable => false,
        }
    }

    /// The error that an answer with this status and body is. A wrong password answers 401 as
    /// well, and is a rejection: only the code says that a session ended.
    fn of(status: u16, body: String) -> ClientError {
        let (code, message) = match json::read::<ErrorBody>(&body) {
            Ok(known) => (known.error.code, known.error.message),
            Err(_) => (
                ErrorCode::Unknown,
                format!("The server answered {status}. Try again."),
            ),
        };
        match code {
            ErrorCode::SignInFirst => ClientError::SignedOut,
            _ => ClientError::Rejected {
                status,
                code,
                message,
                body,
            },
        }
    }
}

/// A message of the API as a sentence: `name or password is wrong` as `Name or password is wrong.`
fn sentence(message: &str) -> String {
    let mut sentence = message.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// `GET`, read as JSON.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ClientError> {
    read(&ask("GET", path, None).await?)
}

/// `GET`, as text.
pub async fn text(path: &str) -> Result<String, ClientError> {
    ask("GET", path, None).await
}

/// A request with a JSON body, answered by JSON.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ClientError> {
    read(&ask("PUT", path, Some(written(body)?)).await?)
}

/// A request with a JSON body whose answer only says whether it worked.
pub async fn post(path: &str, body: &impl Serialize) -> Result<(), ClientError> {
    ask("POST", path, Some(written(body)?)).await.map(drop)
}

/// A request with a JSON body, answered by the JSON of what it made.
pub async fn made<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
) -> Result<T, ClientError> {
    read(&ask("POST", path, Some(written(body)?)).await?)
}

/// A request with a JSON body that replaces something, whose answer only says whether it worked.
pub async fn replace(path: &str, body: &impl Serialize) -> Result<(), ClientError> {
    ask("PUT", path, Some(written(body)?)).await.map(drop)
}

/// `DELETE`.
pub async fn delete(path: &str) -> Result<(), ClientError> {
    ask("DELETE", path, None).await.map(drop)
}

/// What the server answered about the past of several metrics.
#[derive(Debug, PartialEq)]
pub struct Histories {
    /// Metrics that were found.
    pub found: Vec<History>,
    /// Why a metric was not, the last one if there are several.
    pub rejected: Option<ClientError>,
    /// Metrics that are still to be asked for: fewer than before.
    pub rest: Vec<String>,
}

/// Metrics over `(from_ms, to_ms]` in steps of `step_ms`; the start is a multiple of it. No metrics
/// have no past, and nobody is asked.
pub async fn histories(
    metrics: &[String],
    from_ms: i64,
    to_ms: i64,
    step_ms: i64,
) -> Result<Histories, ClientError> {
    if metrics.is_empty() {
        return Ok(Histories {
            found: Vec::new(),
            rejected: None,
            rest: Vec::new(),
        });
    }
    let points = ((to_ms - from_ms + step_ms - 1) / step_ms).max(1);
    let params = ColumnsParams {
        metrics: metrics.to_vec(),
        from: QueryTime::at(from_ms),
        to: Some(QueryTime::at(to_ms)),
        points,
    };
    let mut answer: HistoryColumns = get(&params.address()).await?;
    let rest = std::mem::take(&mut answer.rest);
    if rest.len() >= metrics.len() {
        return Err(ClientError::Unreadable);
    }
    let rejected = answer.rejected.pop().map(|one| ClientError::Rejected {
        status: one.error.code.status(),
        code: one.error.code,
        message: one.error.message,
        body: String::new(),
    });
    Ok(Histories {
        found: answer.into_histories(),
        rejected,
        rest,
    })
}

/// The text of a good answer.
async fn ask(
    method: &'static str,
    path: &str,
    body: Option<String>,
) -> Result<String, ClientError> {
    let path = path.to_string();
    let request = Request { method, path, body };
    let answer = browser::host().fetch(request).await;
    let answer = answer.ok_or(ClientError::NoAnswer)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer.text);
    }
    let error = ClientError::of(answer.status, answer.text);
    if error == ClientError::SignedOut {
        session::ended();
    }
    Err(error)
}

fn written(body: &impl Serialize) -> Result<String, ClientError> {
    serde_json::to_string(body).map_err(|_| ClientError::Unreadable)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    json::read(text).map_err(|_| ClientError::Unreadable)
}

#[cfg(test)]
mod tests;
