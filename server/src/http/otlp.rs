//! `POST /v1/metrics`: OTLP metrics over HTTP, as protobuf, plain or packed with gzip.
//!
//! Source: OpenTelemetry protocol specification 1.9, "OTLP/HTTP".

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use protocol::{ApiError, ErrorCode, paths};
use telemetry::Registry;
use telemetry::aggregate::on_behalf_of;
use telemetry::otlp_message::prost::Message;
use telemetry::otlp_message::{ExportMetricsServiceRequest, Status};

use super::Error;
use super::body::Body;
use super::extract::Ingest;
use crate::clock;
use crate::contract::{OTLP_IN, OTLP_REFUSED};
use crate::ingest::otlp::{MessageSize, Receiver, response};
use crate::ingest::outcome::Outcome;
use crate::state::AppState;

const PROTOBUF: &str = "application/x-protobuf";

/// 200 with what was refused, if anything was. 400 for bytes that are no request, 413 for too
/// much at one time, 415 for another format.
pub async fn post(
    State(app): State<AppState>,
    Ingest(token): Ingest,
    headers: HeaderMap,
    mut body: Body,
) -> Result<Response, Error> {
    if !is_protobuf(&headers) {
        let message = "send protobuf with `Content-Type: application/x-protobuf`; for most \
                       exporters that is OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";
        return Err(Error::new(ErrorCode::ContentType, message));
    }
    let size = checked_size(&body.bytes, app.pipeline.config().max_events_per_request)?;
    body.reserve(&app, size.decoded_bytes(body.bytes.len()))?;
    let (receiver, source) = (app.otlp.clone(), token.source_id());
    let outcome = body.read(move |bytes| {
        let request = ExportMetricsServiceRequest::decode(bytes.clone()).map_err(garbled)?;
        let receive = || receiver.receive(request, clock::now_ms());
        Ok::<_, Error>(on_behalf_of(source, receive))
    });
    let outcome = outcome.await??;
    report(&app.registry, &app.otlp, &outcome);
    let unknown = outcome.unknown.iter();
    let unknown = unknown.map(|(name, points)| (&**name, *points));
    app.undeclared.count(unknown, &app.registry);
    Ok(protobuf(StatusCode::OK, &response(&outcome)))
}

/// Errors as protobuf for whoever sent protobuf and does not ask for JSON.
pub async fn errors(request: Request, next: Next) -> Response {
    let speaks = paths::is_below(request.uri().path(), paths::OTHERS)
        && is_protobuf(request.headers())
        && !accepts_json(request.headers());
    let response = next.run(request).await;
    let said = response.extensions().get::<ApiError>();
    let Some(said) = said.filter(|_| speaks) else {
        return response;
    };
    let status = Status {
        code: rpc_code(response.status()),
        message: format!("{}: {}", said.code, said.message),
    };
    let mut answer = protobuf(response.status(), &status);
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

fn garbled<E>(_: E) -> Error {
    let message = "the body is no ExportMetricsServiceRequest of OTLP";
    Error::new(ErrorCode::BadProtobuf, message)
}

/// What a body holds, before it is decoded.
fn checked_size(body: &Bytes, most: usize) -> Result<MessageSize, Error> {
    let size = MessageSize::of(body).map_err(garbled)?;
    if !size.is_within(most) {
        let message = format!(
            "{} points with {} attributes in {} resources, scopes and metrics in one request; \
             for each of at most {most} points 32 attributes and 2 of the others are taken on \
             average, so send them in parts",
            size.points, size.attributes, size.groups
        );
        return Err(Error::new(ErrorCode::TooManyPoints, message));
    }
    Ok(size)
}

fn report(registry: &Registry, receiver: &Receiver, outcome: &Outcome) {
    OTLP_IN.execute_on(
        registry,
        &[
            ("accepted", outcome.accepted as f64),
            ("streams", receiver.streams() as f64),
            ("evicted", receiver.take_evicted() as f64),
        ],
        &[],
    );
    let metrics = receiver.metrics();
    for ((metric, reason), points) in &outcome.rejected {
        let metric = metric.map_or("", |id| &metrics.get(id).name);
        OTLP_REFUSED.execute_on(
            registry,
            &[("points", *points as f64)],
            &[("reason", reason.name().into()), ("metric", metric.into())],
        );
    }
}

fn protobuf(status: StatusCode, message: &impl Message) -> Response {
    let kind = [(header::CONTENT_TYPE, PROTOBUF)];
    (status, kind, message.encode_to_vec()).into_response()
}

fn is_protobuf(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or(kind).trim();
    essence.eq_ignore_ascii_case(PROTOBUF)
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.to_ascii_lowercase().contains("application/json"))
}

/// The number of `google.rpc.Code` that goes with a status.
fn rpc_code(status: StatusCode) -> i32 {
    match status {
        StatusCode::UNAUTHORIZED => 16,
        StatusCode::FORBIDDEN => 7,
        StatusCode::NOT_FOUND => 5,
        StatusCode::METHOD_NOT_ALLOWED => 12,
        StatusCode::REQUEST_TIMEOUT => 4,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => 8,
        status if status.is_client_error() => 3,
        StatusCode::SERVICE_UNAVAILABLE => 14,
        _ => 13,
    }
}
