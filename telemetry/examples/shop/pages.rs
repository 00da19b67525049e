//! The pages. Each request runs in a span `shop.page` that says which route it took.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use telemetry::{event, span_async};

use crate::accounts::{Accounts, Failure, SignIn};
use crate::sessions::Sessions;

/// What the pages work with.
pub struct Shop {
    pub accounts: Accounts,
    pub sessions: Sessions,
}

/// Every page, measured.
pub fn router(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/", get(landing))
        .route("/sign-up", get(sign_up_form).post(sign_up))
        .route("/sign-in", get(sign_in_form).post(sign_in))
        .route("/sign-out", post(sign_out))
        .layer(middleware::from_fn(measured))
        .with_state(shop)
}

/// A route is a template, so there are as many series as there are pages.
async fn measured(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("unmatched", MatchedPath::as_str).to_owned();
    span_async(
        "shop.page",
        &[("route", (&route).into())],
        next.run(request),
    )
    .await
}

async fn landing(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Result<Response, Broken> {
    let goods = shop.accounts.goods().await?;
    let line = |(name, cents): &(String, i64)| {
        format!("<li>{name}: {}.{:02}</li>", cents / 100, cents % 100)
    };
    let goods: String = goods.iter().map(line).collect();
    let who = match shop.sessions.whose(&headers) {
        Some(name) => format!(
            "<p>Signed in as {name}.</p>\
             <form method=post action=/sign-out><button>Sign out</button></form>"
        ),
        None => "<p><a href=/sign-in>Sign in</a> or <a href=/sign-up>sign up</a></p>".to_owned(),
    };
    Ok(page("Shop", &format!("<ul>{goods}</ul>{who}")))
}

/// What both forms send.
#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

async fn sign_up_form() -> Response {
    form("Sign up", "")
}

async fn sign_up(
    State(shop): State<Arc<Shop>>,
    Form(Credentials { name, password }): Form<Credentials>,
) -> Result<Response, Broken> {
    // Names of letters and digits alone can stand in a page as they are.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let valid = plain && (1..=32).contains(&name.len()) && (8..=200).contains(&password.len());
    let result = match valid {
        false => "invalid",
        true if shop.accounts.sign_up(&name, password).await? => "ok",
        true => "taken",
    };
    event!("shop.account.create", { count: 1 }, { result });
    Ok(match result {
        "ok" => welcome(&shop, &name),
        "taken" => refused(StatusCode::CONFLICT, form("Sign up", "That name is taken.")),
        _ => refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            form(
                "Sign up",
                "1 to 32 letters and digits; a password of 8 or more.",
            ),
        ),
    })
}

async fn sign_in_form() -> Response {
    form("Sign in", "")
}

async fn sign_in(
    State(shop): State<Arc<Shop>>,
    Form(Credentials { name, password }): Form<Credentials>,
) -> Result<Response, Broken> {
    let result = shop.accounts.sign_in(&name, password).await?;
    event!("shop.session.start", { count: 1 }, { result: result.name() });
    Ok(match result {
        SignIn::Ok => welcome(&shop, &name),
        // The board may know which of the two was wrong; whoever tries must not.
        SignIn::WrongPassword | SignIn::UnknownUser => refused(
            StatusCode::UNAUTHORIZED,
            form("Sign in", "Name and password do not belong together."),
        ),
    })
}

async fn sign_out(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Redirect {
    shop.sessions.end(&headers);
    Redirect::to("/")
}

fn welcome(shop: &Shop, name: &str) -> Response {
    let cookie = [(header::SET_COOKIE, shop.sessions.begin(name))];
    (AppendHeaders(cookie), Redirect::to("/")).into_response()
}

fn refused(status: StatusCode, page: Response) -> Response {
    (status, page).into_response()
}

fn form(title: &str, fault: &str) -> Response {
    let fields = "<form method=post><label>Name <input name=name required></label> \
                  <label>Password <input name=password type=password required></label> \
                  <button>Go</button></form>";
    page(
        title,
        &format!("<p>{fault}</p>{fields}<p><a href=/>Shop</a></p>"),
    )
}

fn page(title: &str, body: &str) -> Response {
    let head = "<!doctype html><html lang=en><meta charset=utf-8>";
    Html(format!(
        "{head}<title>{title}</title><h1>{title}</h1>{body}"
    ))
    .into_response()
}

/// A page that could not be made.
struct Broken(Failure);

impl From<Failure> for Broken {
    fn from(reason: Failure) -> Broken {
        Broken(reason)
    }
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        eprintln!("a page failed: {}", self.0);
        (StatusCode::INTERNAL_SERVER_ERROR, "Something broke.").into_response()
    }
}
