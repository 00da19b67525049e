//! Errors that axum and its extractors make themselves are texts; programs get JSON.

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::{ErrorCode, paths};

use super::Error;

/// The middleware.
pub async fn json_errors(request: Request, next: Next) -> Response {
    let api = paths::is_api(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    if !api || !(status.is_client_error() || status.is_server_error()) || is_json(&response) {
        return response;
    }
    let error = match status {
        StatusCode::NOT_FOUND => Error::not_found("there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => Error::new(
            ErrorCode::MethodNotAllowed,
            "this address takes other methods: see `Allow`",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(
            ErrorCode::BodyTooLarge,
            "the body is longer than the limit of this address",
        ),
        StatusCode::INTERNAL_SERVER_ERROR => Error::new(
            ErrorCode::Internal,
            "something went wrong in the server; its log says what",
        ),
        status => Error::refused(status),
    };
    let (parts, _) = response.into_parts();
    let mut answer = error.into_response();
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}
