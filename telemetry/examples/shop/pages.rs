//! The pages. Each request ends in `shop.page.stop`, or in `shop.page.exception` when it got no
//! answer, with the route that it took.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use telemetry::{NameError, RequestTelemetry, event};

use crate::accounts::{Accounts, Failure, SignIn, SignUp};
use crate::events::{PAGE, SIGN_IN, SIGN_UP};
use crate::html;
use crate::sessions::Sessions;

/// Longest form, in bytes.
const MOST_BODY: usize = 4_096;

const SIGN_UP_FORM: html::Form<'static> = html::Form {
    title: "Sign up",
    autocomplete: "new-password",
    hint: "A name of up to 32 letters and digits, a password of 8 characters or more.",
    other: ("/sign-in", "Sign in"),
};

const SIGN_IN_FORM: html::Form<'static> = html::Form {
    title: "Sign in",
    autocomplete: "current-password",
    hint: "Both as you chose them when you signed up.",
    other: ("/sign-up", "Sign up"),
};

/// What the pages work with.
pub struct Shop {
    pub accounts: Accounts,
    pub sessions: Sessions,
}

/// Every page, measured.
pub fn router(shop: Arc<Shop>) -> Result<Router, NameError> {
    let measured = RequestTelemetry::new(telemetry::global().clone()).named(PAGE.name)?;
    Ok(Router::new()
        .route("/", get(landing))
        .route("/sign-up", get(sign_up_form).post(sign_up))
        .route("/sign-in", get(sign_in_form).post(sign_in))
        .route("/sign-out", post(sign_out))
        .fallback(async || (StatusCode::NOT_FOUND, html::nowhere()))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(measured)
        .with_state(shop))
}

async fn landing(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Result<Response, Broken> {
    let goods = shop.accounts.goods().await?;
    let who = shop.sessions.whose(&headers);
    Ok(html::landing(&goods, who.as_deref()).into_response())
}

/// What both forms send.
#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

async fn sign_up_form() -> Html<String> {
    SIGN_UP_FORM.page("", "")
}

async fn sign_up(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Form(Credentials { name, password }): Form<Credentials>,
) -> Result<Response, Broken> {
    let result = shop.accounts.sign_up(&name, password).await?;
    event!(SIGN_UP.name, { count: 1 }, { result: result.name() });
    let (status, fault) = match result {
        SignUp::Ok => return Ok(welcome(&shop, &headers, &name)),
        SignUp::Taken => (
            StatusCode::CONFLICT,
            "That name is taken. Choose another, or sign in if it is yours.",
        ),
        SignUp::Full => (
            StatusCode::SERVICE_UNAVAILABLE,
            "There is no room for another account. Look around without one.",
        ),
        SignUp::Invalid => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Choose a name of 1 to 32 letters and digits (a to z), and a password of 8 to 200 \
             characters.",
        ),
    };
    Ok((status, SIGN_UP_FORM.page(&name, fault)).into_response())
}

async fn sign_in_form() -> Html<String> {
    SIGN_IN_FORM.page("", "")
}

async fn sign_in(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Form(Credentials { name, password }): Form<Credentials>,
) -> Result<Response, Broken> {
    let result = shop.accounts.sign_in(&name, password).await?;
    event!(SIGN_IN.name, { count: 1 }, { result: result.name() });
    Ok(match result {
        SignIn::Ok => welcome(&shop, &headers, &name),
        // The board may know which of the two was wrong; whoever tries must not.
        SignIn::WrongPassword | SignIn::UnknownUser => {
            let fault = "Name and password do not belong together. Try again, or sign up first.";
            let form = SIGN_IN_FORM.page(&name, fault);
            (StatusCode::UNAUTHORIZED, form).into_response()
        }
    })
}

async fn sign_out(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    let cookie = [(header::SET_COOKIE, shop.sessions.end(&headers))];
    (cookie, Redirect::to("/")).into_response()
}

fn welcome(shop: &Shop, headers: &HeaderMap, name: &str) -> Response {
    let cookie = [(header::SET_COOKIE, shop.sessions.begin(headers, name))];
    (cookie, Redirect::to("/")).into_response()
}

/// A page that could not be made.
struct Broken(Failure);

impl<E: Into<Failure>> From<E> for Broken {
    fn from(reason: E) -> Broken {
        Broken(reason.into())
    }
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        eprintln!("a page failed: {}", self.0);
        let body = "<p>That did not work, and it is our fault. Try again in a minute, or go back \
                    to the <a href=\"/\">shop</a>.</p>";
        let page = html::page("Something broke", body);
        (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
    }
}
