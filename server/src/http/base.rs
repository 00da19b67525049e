//! The path below which browsers find the server, when it is not at the root of a site.
//!
//! Invariant: everything behind it sees addresses without that path. Requests without it are answered
//! too, since many proxies take it away.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use protocol::paths;
use tower::ServiceExt;

/// The router below a path; itself when that is empty.
pub fn below(base: &str, router: Router) -> Router {
    if base.is_empty() {
        return router;
    }
    let base: Arc<str> = base.into();
    Router::new().fallback(move |request: Request| answer(base.clone(), router.clone(), request))
}

async fn answer(base: Arc<str>, router: Router, mut request: Request) -> Response {
    if request.uri().path() == &*base {
        let query = request.uri().query();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{base}/{query}")).into_response();
    }
    if let Some(uri) = without(&base, request.uri()) {
        *request.uri_mut() = uri;
    }
    let answered: Result<Response, Infallible> = router.oneshot(request).await;
    let mut response = match answered {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let headers = response.headers_mut();
    let location = headers
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok());
    if let Some(location) = location.and_then(paths::local_path)
        && let Ok(location) = HeaderValue::from_str(&format!("{base}{location}"))
    {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// An address below the path without it; none for others.
fn without(base: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base)?;
    rest.starts_with('/').then(|| at_path(uri, rest))?
}

/// An address with another path and query.
pub fn at_path(uri: &Uri, path_and_query: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path_and_query).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_below_a_path_lose_it_and_others_keep_theirs() {
        let check = |uri: &str, want: Option<&str>| {
            let uri = uri.parse().expect("an address");
            let found = without("/pulse", &uri).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), want, "{uri}");
        };
        check("/pulse/", Some("/"));
        check("/pulse/d/x?y=/pulse", Some("/d/x?y=/pulse"));
        check("/pulse/pulse/", Some("/pulse/"));
        check("http://a/pulse/d", Some("http://a/d"));
        check("/pulse", None);
        check("/pulse?x", None);
        check("/pulses/d", None);
        check("/d/pulse/", None);
        check("*", None);
    }
}
