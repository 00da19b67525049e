//! Headers of every answer: nothing is sniffed, framed, or kept where it should not be.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use protocol::paths;

/// For answers that are no pages: nothing in them may run or be framed.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// The middleware. What a handler has set stays.
pub async fn headers(request: Request, next: Next) -> Response {
    let api = paths::is_api(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: forms would then be sent with `Origin: null`, and be refused.
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::CONTENT_SECURITY_POLICY, NO_PAGE);
    // Pages hold what one person may see: asked anew every time, and kept by no proxy.
    set(
        header::CACHE_CONTROL,
        if api { "no-store" } else { "private, no-cache" },
    );
    response
}
