//! Pages: loaded and rendered by the app, for the signed-in user, under a policy that lets only
//! this site's own scripts run.

use any_spawner::Executor;
use app::page::{LoadError, Loaded, Page, parameter};
use app::{
    Address, BasePath, BootText, Bundle, FormState, Found, FoundView, SignInProvider, shell,
};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leptos::nonce::{Nonce, use_nonce};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use protocol::{Boot, paths};

use super::Error;
use super::page_source::UserSource;
use super::preview::PreviewRole;
use crate::access::Principal;
use crate::clock;
use crate::config::Config;
use crate::state::AppState;
use crate::storage::StorageError;

/// Adds the pages that the app declares.
pub fn routes(router: Router<AppState>, app: &AppState) -> Router<AppState> {
    // Rendering spawns futures of leptos. An error says that the executor is set already.
    let _ = Executor::init_tokio();
    app.pages.iter().fold(router, |router, page| {
        let show = move |State(app): State<AppState>, request| show(app, page, request);
        router.route(page.path, get(show))
    })
}

/// Whether the form of a page can succeed.
async fn form_state(
    app: &AppState,
    page: &Page,
    parameter: &str,
) -> Result<FormState, StorageError> {
    let access = &app.access;
    Ok(match page.path {
        paths::SIGN_IN_PAGE if !access.has_users().await? => FormState::NoUser,
        paths::SETUP_PAGE if access.has_users().await? => FormState::LinkUsed,
        paths::SETUP_PAGE if !access.setup_link_holds(parameter, clock::now_ms()).await? => {
            FormState::LinkInvalid
        }
        paths::INVITATION_PAGE if !access.invitation_holds(parameter, clock::now_ms()).await? => {
            FormState::LinkInvalid
        }
        paths::RESET_PAGE
            if access
                .reset_link_user(parameter, clock::now_ms())
                .await?
                .is_none() =>
        {
            FormState::LinkInvalid
        }
        _ => FormState::Open,
    })
}

/// A page that this request may open.
async fn show(app: AppState, page: &'static Page, request: Request) -> Response {
    let principal = request.extensions().get::<Principal>().cloned();
    let loaded = match (page.load, principal) {
        (Some(load), Some(principal)) => {
            let source = UserSource::new(&app, principal, request.uri());
            let parameter = parameter(page.path, request.uri().path()).unwrap_or_default();
            match load(&source, parameter).await {
                Ok(loaded) => Some(loaded),
                Err(LoadError::Missing) => return missing(&app, request).await,
                Err(LoadError::Forbidden) => return forbidden(&app, request).await,
                Err(LoadError::Failed) => return source.error().into_response(),
                Err(error @ LoadError::Encode(_)) => {
                    return Error::internal(error).into_response();
                }
            }
        }
        // The guard lets nobody pass to a page that loads something.
        (Some(_), None) => return Error::sign_in_first().into_response(),
        (None, _) => None,
    };
    let parameter = parameter(page.path, request.uri().path()).unwrap_or_default();
    let form = match form_state(&app, page, parameter).await {
        Ok(form) => form,
        Err(error) => return Error::from(error).into_response(),
    };
    let found = Some(FoundView(page.view, parameter.to_owned()));
    let loaded = loaded.unwrap_or_else(|| Loaded {
        title: page.title.to_owned(),
        json: String::new(),
    });
    let facts = Facts {
        found: Found::Page,
        view: found,
        form,
    };
    render(&app, request, page.bundle, facts, loaded).await
}

/// Says that nothing stands at this address.
pub async fn missing(app: &AppState, request: Request) -> Response {
    notice(app, request, Found::Nothing, StatusCode::NOT_FOUND).await
}

/// Says that the page is not for this user.
pub async fn forbidden(app: &AppState, request: Request) -> Response {
    notice(app, request, Found::Forbidden, StatusCode::FORBIDDEN).await
}

async fn notice(app: &AppState, request: Request, found: Found, status: StatusCode) -> Response {
    let boot = request.extensions().get::<Principal>().map(|user| Boot {
        me: user.me(),
        page: (),
    });
    let json = match boot.as_ref().map(serde_json::to_string).transpose() {
        Ok(json) => json.unwrap_or_default(),
        Err(error) => return Error::internal(error).into_response(),
    };
    let loaded = Loaded {
        title: String::new(),
        json,
    };
    let facts = Facts {
        found,
        view: None,
        form: FormState::Open,
    };
    let mut response = render(app, request, Bundle::Viewing, facts, loaded).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// What a document is told about itself while it is rendered.
struct Facts {
    found: Found,
    view: Option<FoundView>,
    form: FormState,
}

/// Renders the document of the application.
async fn render(
    app: &AppState,
    request: Request,
    bundle: Bundle,
    facts: Facts,
    loaded: Loaded,
) -> Response {
    let (options, files) = (app.leptos.clone(), app.assets.files());
    let config = app.config.clone();
    let preview = request.extensions().get::<PreviewRole>();
    let preview = preview.map_or_else(String::new, |PreviewRole(role)| paths::preview(role));
    let base = format!("{}{preview}", config.base_path);
    let Loaded { title, json } = loaded;
    let context = move || {
        provide_context(facts.found);
        provide_context(facts.form);
        let provider = config.oidc.as_ref().map(|oidc| oidc.name.clone());
        provide_context(SignInProvider(provider));
        provide_context(BootText::new(&json));
        if let Some(view) = facts.view.clone() {
            provide_context(view);
        }
        provide_request(&config, &base);
    };
    let document = move || shell(options.clone(), &files, bundle, &title);
    leptos_axum::render_app_async_with_context(context, document)(request).await
}

/// Renders a whole document.
#[cfg(feature = "bench")]
pub async fn render_document<V: leptos::prelude::IntoView + 'static>(
    app: &AppState,
    request: Request,
    document: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> Response {
    let config = app.config.clone();
    let context = move || provide_request(&config, &config.base_path);
    leptos_axum::render_app_async_with_context(context, document)(request).await
}

/// Runs before each rendering, inside of it.
fn provide_request(config: &Config, base: &str) {
    provide_context(BasePath(base.to_owned()));
    if let Some(parts) = use_context::<Parts>() {
        provide_context(Address {
            path: parts.uri.path().into(),
            search: parts.uri.query().unwrap_or_default().into(),
        });
    }
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
        return;
    };
    if let Ok(policy) = HeaderValue::from_str(&policy(config, &nonce)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Scripts run from this site, or with the nonce of this answer; `wasm-unsafe-eval` allows
/// WebAssembly and nothing else. Style attributes may place widgets, style elements may not.
fn policy(config: &Config, nonce: &Nonce) -> String {
    let ancestors = match config.frame_ancestors.as_slice() {
        [] => "'none'".to_owned(),
        named => named.join(" "),
    };
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
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
}
