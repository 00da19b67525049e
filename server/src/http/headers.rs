//! Headers of every answer: nothing is sniffed, framed, or kept where it should not be, pages ask for no
//! device, and a browser that came over https comes over https again.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::origin::is_https;
use crate::state::AppState;

/// For answers that are no pages: nothing in them may run or be framed.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// What a policy says when nobody may embed a response.
const NO_FRAMES: &str = "frame-ancestors 'none'";
/// Features of browsers that no page uses, so that no script can either.
const NO_DEVICES: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), \
                          gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
                          serial=(), usb=()";

/// The middleware. What a handler has set stays.
pub async fn headers(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let https = is_https(&app.config, request.headers());
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
    set(HeaderName::from_static("permissions-policy"), NO_DEVICES);
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if https {
        // Not for the domain's other hosts, which are not ours to decide about.
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        // Browsers report the header as an error without https.
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
    }
    set(header::CONTENT_SECURITY_POLICY, NO_PAGE);
    // Pages, pictures and answers hold what one person may see: they are asked for again every time,
    // and neither proxies nor the browser's Back show them after signing out.
    set(header::CACHE_CONTROL, "no-store");
    // For browsers that do not know `frame-ancestors`; this header can name no other site.
    let policy = headers.get(header::CONTENT_SECURITY_POLICY);
    let is_framed = policy.is_some_and(|policy| {
        let policy = policy.to_str().unwrap_or_default();
        !policy.contains(NO_FRAMES)
    });
    if !is_framed {
        headers
            .entry(header::X_FRAME_OPTIONS)
            .or_insert(HeaderValue::from_static("DENY"));
    }
    response
}
