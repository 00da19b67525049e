//! One request to the receiver, and what its answer means for the batch.
//!
//! Invariant: nothing is followed anywhere: the token goes to the address that was given, and a
//! redirect is an answer like any other.

use std::time::{Duration, SystemTime};

use prost::Message;
use ureq::http::{HeaderValue, StatusCode, header};
use ureq::{Agent, Body};

use super::backoff::retry_after;
use crate::otlp_message::ExportMetricsServiceResponse;

/// Most bytes of an answer that are read.
const MOST_OF_ANSWER: u64 = 64 * 1024;

/// How a batch gets to the receiver.
pub trait Transport {
    /// Sends a body and waits for the answer, at most so long.
    fn post(&mut self, body: &[u8], timeout: Duration) -> Answer;
}

/// What became of a batch.
#[derive(Debug, PartialEq)]
pub enum Answer {
    /// It arrived; so many of its points were not taken, and why.
    Taken {
        /// Points not taken.
        rejected: u64,
        /// The receiver's words; may be a warning though all was taken.
        message: String,
    },
    /// It did not, and may if it is sent again, not before this long when the receiver said so.
    Later {
        /// What the receiver asked for.
        after: Option<Duration>,
        /// For the log.
        why: String,
    },
    /// Never will it be taken.
    Refused {
        /// For the log.
        why: String,
    },
}

/// HTTP with protobuf in the body.
pub struct Http {
    agent: Agent,
    url: String,
    headers: Vec<(String, HeaderValue)>,
}

impl Http {
    /// Posts to this address, with these headers beyond what the format needs.
    pub fn new(url: String, headers: Vec<(String, HeaderValue)>) -> Http {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("pulseboard-telemetry/", env!("CARGO_PKG_VERSION")));
        Http {
            agent: config.build().new_agent(),
            url,
            headers,
        }
    }
}

impl Transport for Http {
    fn post(&mut self, body: &[u8], timeout: Duration) -> Answer {
        let mut request = self
            .agent
            .post(&self.url)
            .config()
            .timeout_global(Some(timeout))
            .build()
            .header(header::CONTENT_TYPE, "application/x-protobuf");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match request.send(body) {
            Ok(response) => read(response),
            // Whatever kept the request from being answered may be over soon.
            Err(error) => Answer::Later {
                after: None,
                why: error.to_string(),
            },
        }
    }
}

/// By the table of statuses in the OTLP specification, "OTLP/HTTP Response". Beyond it 408, which
/// says that a server ran out of time and the request may be repeated (RFC 9110, 15.5.9).
fn read(response: ureq::http::Response<Body>) -> Answer {
    let status = response.status();
    let asked = response.headers().get(header::RETRY_AFTER);
    let after = asked
        .and_then(|value| value.to_str().ok())
        .and_then(|value| retry_after(value, SystemTime::now()));
    let body = response
        .into_body()
        .into_with_config()
        .limit(MOST_OF_ANSWER)
        .read_to_vec();
    match status {
        _ if status.is_success() => taken(&body.unwrap_or_default()),
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Answer::Later {
            after,
            why: status.to_string(),
        },
        _ => Answer::Refused {
            why: status.to_string(),
        },
    }
}

/// An answer that cannot be read does not undo that the batch was taken.
fn taken(body: &[u8]) -> Answer {
    let response = ExportMetricsServiceResponse::decode(body).unwrap_or_default();
    let partial = response.partial_success.unwrap_or_default();
    Answer::Taken {
        rejected: u64::try_from(partial.rejected_data_points).unwrap_or(0),
        message: partial.error_message,
    }
}
