//! Requests to a provider: bounded in time and in bytes, and never on to somewhere else.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// Longest answer in bytes; documents with keys have some thousands.
const MAX_BYTES: usize = 1 << 20;
/// Longest wait for a whole answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A client of HTTP.
pub struct Transport(reqwest::Client);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The request failed.
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    /// The answer cannot be put together.
    #[error(transparent)]
    Answer(#[from] openidconnect::http::Error),
    /// The answer is too long.
    #[error("an answer of more than {MAX_BYTES} bytes")]
    TooLong,
}

impl Transport {
    /// Trusts the certificates that the machine trusts.
    ///
    /// # Errors
    /// When there can be no TLS.
    pub fn new() -> Result<Transport, TransportError> {
        let client = reqwest::Client::builder()
            // A provider that redirects could lead to addresses that only this server reaches.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()?;
        Ok(Transport(client))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut response = openidconnect::http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = answer.headers().clone();
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(TransportError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(response.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Transport {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
