//! The shop, asked as a browser asks it, and held to its contract.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use telemetry::testing::capture;
use tower::ServiceExt;

use crate::accounts::{Accounts, SignIn, SignUp};
use crate::pages::{Shop, router};
use crate::sessions::{MOST, Sessions};
use crate::{events, html};

#[test]
fn contract_json_is_the_contract() {
    let json = events::json().expect("the lists hold");
    let written = include_str!("contract.json");
    assert_eq!(json, written, "write it again with `--contract`");
}

#[test]
fn texts_are_escaped() {
    let check = |text: &str, safe: &str| assert_eq!(html::escaped(text), safe);
    check("", "");
    check("Größe 4", "Größe 4");
    check(
        "<a href=\"x\">&amp;'",
        "&lt;a href=&quot;x&quot;&gt;&amp;amp;&#39;",
    );
}

/// A browser: it keeps the one cookie that it gets.
struct Browser {
    shop: Router,
    cookie: String,
}

impl Browser {
    /// Status and text of a page; with a form sent to it, if that is given.
    async fn ask(&mut self, path: &str, form: Option<&str>) -> (StatusCode, String) {
        let request = Request::builder().uri(path).header("cookie", &self.cookie);
        let request = match form {
            None => request.body(Body::empty()),
            Some(form) => request
                .method("POST")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(form.to_owned())),
        };
        let Ok(response) = self.shop.clone().oneshot(request.expect("a request")).await;
        let (parts, body) = response.into_parts();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("ASCII");
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        let body = to_bytes(body, 100_000).await.expect("a short page");
        (parts.status, String::from_utf8_lossy(&body).into_owned())
    }
}

#[tokio::test]
async fn every_way_through_the_shop_is_as_declared() {
    let contract = events::contract().expect("the lists hold");
    let names: Vec<&str> = events::SHOP.iter().map(|event| event.name).collect();
    let capture = capture(telemetry::global(), &names).expect("free");
    telemetry::global().declare(&contract).expect("the first");
    let shop = Arc::new(Shop {
        accounts: Accounts::open(1).await.expect("in memory"),
        sessions: Sessions::default(),
    });
    let mut browser = Browser {
        shop: router(shop).expect("a name"),
        cookie: String::new(),
    };
    let right = Some("name=ada&password=correct+horse");
    let wrong = Some("name=ada&password=battery+staple");
    let other = Some("name=bob&password=correct+horse");
    let odd = Some("name=%22%3E%3Cscript%3E&password=correct+horse");
    let short = Some("name=bob&password=short");
    let rows = [
        ("/", None, 200, "Cup &amp; saucer"),
        ("/sign-up", None, 200, "<label for=\"name\">"),
        ("/sign-up", odd, 422, "value=\"&quot;&gt;&lt;script&gt;\""),
        ("/sign-up", short, 422, "a password of 8 to 200"),
        ("/sign-up", right, 303, ""),
        ("/", None, 200, "Signed in as ada."),
        ("/sign-up", right, 409, "That name is taken."),
        ("/sign-up", other, 503, "no room"),
        ("/sign-out", Some(""), 303, ""),
        ("/", None, 200, "<a href=\"/sign-in\">"),
        ("/sign-in", None, 200, "current-password"),
        ("/sign-in", wrong, 401, "do not belong together"),
        ("/sign-in", other, 401, "do not belong together"),
        ("/sign-in", right, 303, ""),
        ("/", None, 200, "Signed in as ada."),
        ("/nowhere", None, 404, "no such page"),
    ];
    for (path, form, status, part) in rows {
        let (got, text) = browser.ask(path, form).await;
        assert_eq!(got, status, "{path} {form:?} {text}");
        assert!(text.contains(part), "{path} {form:?} {text}");
    }

    let mut came = BTreeSet::new();
    for event in capture.take() {
        let measurements = event.measurements.keys().map(String::as_str);
        let metadata = event.metadata.keys().map(String::as_str);
        let admitted = contract.admit(&event.name, measurements, metadata);
        assert_eq!(admitted, Ok(()), "{event:?}");
        came.insert(event.name);
    }
    let failures = names.iter().filter(|name| name.ends_with(".exception"));
    let all = names.iter().filter(|name| !name.ends_with(".exception"));
    assert_eq!(came, all.map(|name| (*name).to_owned()).collect());
    assert_eq!(failures.count(), 3, "and these alone did not happen");
    assert_eq!(telemetry::global().undeclared(), []);
}

#[tokio::test]
async fn how_signing_in_and_up_end() {
    let accounts = Accounts::open(1).await.expect("in memory");
    let rows = [
        ("", "correct horse", SignUp::Invalid),
        ("größe", "correct horse", SignUp::Invalid),
        (&"x".repeat(33), "correct horse", SignUp::Invalid),
        ("ada", "1234567", SignUp::Invalid),
        ("ada", "12345678", SignUp::Ok),
        ("ada", "correct horse", SignUp::Taken),
        ("bob", "correct horse", SignUp::Full),
    ];
    for (name, password, expect) in rows {
        let result = accounts.sign_up(name, password.to_owned()).await;
        assert_eq!(result.expect("a working database"), expect, "{name:?}");
    }
    let rows = [
        ("ada", "12345678", SignIn::Ok),
        ("ada", "", SignIn::WrongPassword),
        ("bob", "correct horse", SignIn::UnknownUser),
    ];
    for (name, password, expect) in rows {
        let result = accounts.sign_in(name, password.to_owned()).await;
        assert_eq!(result.expect("a working database"), expect, "{name:?}");
    }
}

#[test]
fn sessions_are_bounded() {
    let sessions = Sessions::default();
    let headers = |cookie: &str| {
        let pair = cookie.split(';').next().expect("a pair");
        let value = HeaderValue::from_str(&format!("theme=dark; {pair}"));
        HeaderMap::from_iter([(header::COOKIE, value.expect("ASCII"))])
    };
    let first = headers(&sessions.begin(&HeaderMap::new(), "first"));
    assert_eq!(sessions.whose(&first).as_deref(), Some("first"));
    let again = headers(&sessions.begin(&first, "again"));
    assert_eq!(sessions.whose(&first), None, "a browser has one session");
    let others = (1..MOST).map(|_| sessions.begin(&HeaderMap::new(), "other"));
    let last = headers(&others.last().expect("some"));
    assert_eq!(sessions.whose(&again).as_deref(), Some("again"));
    sessions.begin(&HeaderMap::new(), "one too many");
    assert_eq!(sessions.whose(&again), None, "the longest signed in goes");
    assert_eq!(sessions.whose(&last).as_deref(), Some("other"));
    sessions.end(&last);
    assert_eq!(sessions.whose(&last), None);
    assert_eq!(sessions.whose(&HeaderMap::new()), None);
}
