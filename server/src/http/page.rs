//! Pages: rendered by the app, with everything the first picture needs in them, and a policy
//! that lets only this site's own scripts run.

use app::{Address, BootText, PAGES, shell};
use axum::Router;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use leptos::nonce::{Nonce, use_nonce};
use leptos::prelude::{IntoView, provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions};
use leptos_router::{Method, SsrMode};
use protocol::Boot;

use super::Error;
use crate::access::Principal;
use crate::state::AppState;

/// Adds the pages that the app declares.
pub fn routes(router: Router<AppState>, app: &AppState) -> Router<AppState> {
    let listed = |path: &str| {
        AxumRouteListing::new(path.into(), SsrMode::default(), [Method::Get], Vec::new())
    };
    let pages = PAGES.iter().map(|page| listed(page.path)).collect();
    let options = app.leptos.clone();
    router.leptos_routes_with_context(app, pages, context, move || shell(options.clone()))
}

/// Renders the app at an address that no page has.
pub async fn render(app: &AppState, request: Request) -> Response {
    let options = app.leptos.clone();
    render_document(request, move || shell(options.clone())).await
}

/// Renders a whole document.
pub async fn render_document<V: IntoView + 'static>(
    request: Request,
    document: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> Response {
    leptos_axum::render_app_async_with_context(context, document)(request).await
}

/// Everything the first picture needs, as far as this principal may see it; None when there is
/// no dashboard of that id.
pub async fn boot(app: &AppState, principal: &Principal, id: &str) -> Result<Option<Boot>, Error> {
    let Some(dashboard) = super::dashboards::seen(app, principal, id).await? else {
        return Ok(None);
    };
    let visible = principal.visibility(&app.metrics);
    let metrics = app
        .metrics
        .iter()
        .filter(|(id, _)| visible.contains(*id))
        .map(|(_, metric)| metric.clone())
        .collect();
    Ok(Some(Boot {
        me: principal.me(),
        metrics,
        dashboard,
        preferences: super::preferences::of(app, principal).await?,
    }))
}

/// Runs before each rendering, inside of it.
fn context() {
    if let Some(parts) = use_context::<Parts>() {
        provide_context(Address {
            path: parts.uri.path().into(),
            search: parts.uri.query().unwrap_or_default().into(),
        });
        if let Some(boot) = parts.extensions.get::<Boot>() {
            provide_context(boot.clone());
            if let Ok(json) = serde_json::to_string(boot) {
                provide_context(BootText::new(&json));
            }
        }
    }
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
        return;
    };
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Scripts run from this site, or with the nonce of this answer; `wasm-unsafe-eval` allows
/// WebAssembly and nothing else. Style attributes may place widgets, style elements may not.
fn policy(nonce: &Nonce) -> String {
    // While cargo-leptos watches, the page asks it when to load anew.
    let watch = if std::env::var_os("LEPTOS_WATCH").is_some() {
        " ws:"
    } else {
        ""
    };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'{watch}; manifest-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
