//! Headers of every route and page, other sites, and the path below which the server may stand.

use std::collections::BTreeMap;

use protocol::paths;
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::http::ROUTES;

use crate::common::{Answer, HANGS, PASSWORD, TestApp, TestClient, TestConfig, answer};

fn filled(path: &str) -> String {
    ["{id}", "{dashboard}", "{token}"]
        .iter()
        .fold(path.to_owned(), |path, name| path.replace(name, "system"))
        .replace("{widget}", "cpu.svg")
}

/// Method and address of everything that the server answers: routes, pages, files, and what does not
/// exist.
fn everything() -> Vec<(Method, String)> {
    let routes = ROUTES.iter();
    let routes = routes.map(|route| (route.method.clone(), filled(route.path)));
    let pages = app::PAGES.iter();
    let pages = pages.map(|page| (Method::GET, filled(page.path)));
    let others = [
        "/favicon.ico",
        "/pkg/pulseboard.js",
        "/nothing",
        "/api/nothing",
        "/pkg/x?v=1",
    ];
    let others = others.map(|path| (Method::GET, path.to_owned()));
    routes
        .chain(pages)
        .chain(others)
        .chain([
            (Method::PATCH, paths::ME.to_owned()),
            (Method::POST, "/x".to_owned()),
        ])
        // Signing out would end what the others need.
        .filter(|(method, path)| (method, path.as_str()) != (&Method::DELETE, paths::SESSION))
        .collect()
}

/// Everything as somebody, over https as a proxy says or not; streams up to their head.
async fn heads(client: &TestClient, https: bool) -> Vec<(String, Answer)> {
    let mut heads = Vec::new();
    for (method, path) in everything() {
        let scheme = if https { "https" } else { "http" };
        let request = client.request(method.clone(), &path);
        let request = request.header("x-forwarded-proto", scheme).timeout(HANGS);
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let is_page = headers
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let text = match is_page {
            true => response.text().await.expect("a body"),
            false => String::new(),
        };
        heads.push((
            format!("{method} {path}"),
            Answer {
                status,
                headers,
                text,
                json: serde_json::Value::Null,
            },
        ));
    }
    heads
}

/// The directives of a policy.
fn policy(answer: &Answer) -> BTreeMap<&str, &str> {
    let policy = answer.header("content-security-policy").split(';');
    let directives = policy.map(|directive| {
        let directive = directive.trim();
        directive.split_once(' ').unwrap_or((directive, ""))
    });
    directives.collect()
}

/// Scripts of a document run only with the nonce of its policy, and no attribute holds a script.
fn check_scripts(what: &str, answer: &Answer) {
    let policy = policy(answer);
    let scripts = policy.get("script-src").copied().unwrap_or("'none'");
    for source in scripts.split_whitespace() {
        let good = source == "'self'"
            || source == "'none'"
            || source == "'wasm-unsafe-eval'"
            || source.starts_with("'nonce-");
        assert!(good, "{what}: {scripts}");
    }
    assert_eq!(policy["default-src"], "'none'", "{what}");
    assert!(!policy.contains_key("script-src-attr"), "{what}");
    let nonce = scripts
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    for tag in answer.text.split("<script").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let is_data = tag.contains("type=\"application/json\"");
        let has_nonce = nonce.is_some_and(|nonce| tag.contains(&format!("nonce=\"{nonce}\"")));
        assert!(is_data || has_nonce, "{what}: <script{tag}>");
    }
    for tag in answer.text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let script = tag.contains(" on") && tag.contains("=\"") && tag.contains("onclick");
        assert!(!script && !tag.contains("javascript:"), "{what}: <{tag}>");
        // Style attributes place widgets and name colours: none loads anything or holds a text.
        for style in tag.split(" style=\"").skip(1) {
            let style = style.split('"').next().unwrap_or_default();
            let is_plain = |one: char| one.is_ascii_alphanumeric() || "-:;.,%#() ".contains(one);
            let loads = ["url", "image", "src"]
                .iter()
                .any(|word| style.contains(word));
            assert!(style.chars().all(is_plain) && !loads, "{what}: {style}");
        }
    }
}

const PROXY: TestConfig = TestConfig {
    toml: "trust_proxy = true",
    admin_password: Some(PASSWORD),
};

#[tokio::test]
async fn every_route_and_page_has_the_headers_of_security() {
    let app = TestApp::start_with(PROXY).await;
    let admin = app.signed_in("admin").await;
    let (mut pages, mut others) = (0, 0);
    for (client, https) in [
        (&admin, false),
        (&app.client(), false),
        (&app.client(), true),
    ] {
        for (what, answer) in heads(client, https).await {
            let check = |name: &str, want: &str| {
                assert_eq!(answer.header(name), want, "{what}: {name}");
            };
            check("x-content-type-options", "nosniff");
            check("referrer-policy", "same-origin");
            check("x-frame-options", "DENY");
            check("cross-origin-resource-policy", "same-origin");
            let (hsts, opener) = match https {
                true => ("max-age=31536000", "same-origin"),
                false => ("", ""),
            };
            check("strict-transport-security", hsts);
            check("cross-origin-opener-policy", opener);
            let devices = answer.header("permissions-policy");
            for device in ["camera=()", "geolocation=()", "microphone=()", "usb=()"] {
                assert!(devices.contains(device), "{what}: {devices}");
            }
            assert_ne!(answer.header("cache-control"), "", "{what}");
            assert_eq!(policy(&answer)["frame-ancestors"], "'none'", "{what}");
            check_scripts(&what, &answer);
            match answer.text.is_empty() {
                true => others += 1,
                false => pages += 1,
            }
        }
    }
    assert!(pages >= 10 && others >= 90, "{pages} {others}");
}

#[tokio::test]
async fn pages_are_embedded_by_the_sites_that_are_named_and_nothing_else_is() {
    let app = TestApp::start_with(TestConfig {
        toml: "frame_ancestors = ['self', 'https://Wiki.example.org/']",
        admin_password: Some(PASSWORD),
    })
    .await;
    let admin = app.signed_in("admin").await;
    for (what, answer) in heads(&admin, false).await {
        let ancestors = policy(&answer)["frame-ancestors"];
        let (want, former) = match answer.text.is_empty() {
            false => ("'self' https://wiki.example.org", ""),
            true => ("'none'", "DENY"),
        };
        assert_eq!(ancestors, want, "{what}");
        assert_eq!(answer.header("x-frame-options"), former, "{what}");
    }
}

#[tokio::test]
async fn every_route_that_changes_something_rejects_other_sites() {
    let app = TestApp::start_with(PROXY).await;
    let admin = app.signed_in("admin").await;
    let own = app.url.as_str();
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| !route.method.is_safe()) {
        for (lines, rejected) in [
            (vec![("sec-fetch-site", "cross-site")], true),
            (vec![("sec-fetch-site", "same-site")], true),
            (
                vec![("sec-fetch-site", "cross-site"), ("origin", own)],
                true,
            ),
            (vec![("sec-fetch-site", "other"), ("origin", own)], true),
            (vec![("origin", "null")], true),
            (vec![("origin", "https://evil.example")], true),
            // Of this host, but another port, and another scheme.
            (vec![("origin", "http://127.0.0.1:1")], true),
            (vec![("origin", own), ("x-forwarded-proto", "https")], true),
            (
                vec![("origin", own), ("x-forwarded-host", "a.example")],
                true,
            ),
        ] {
            let request = admin.request(route.method.clone(), &filled(route.path));
            let request = lines.iter().fold(request, |request, (name, value)| {
                request.header(*name, *value)
            });
            let answer = answer(request.body("nothing")).await;
            let (method, path) = (&route.method, route.path);
            let crossed = (answer.status, answer.code()) == (StatusCode::FORBIDDEN, "cross_site");
            assert_eq!(crossed, rejected, "{method} {path} {lines:?}: {answer:?}");
            asked += 1;
        }
    }
    assert!(asked >= 100, "{asked}");
    // The session lives, since signing out was rejected as well.
    assert_eq!(admin.get(paths::ME).await.status, StatusCode::OK);
    // `same-origin` ends the check, whatever a proxy made of host and scheme.
    let request = admin.request(Method::DELETE, paths::SESSION);
    let request = request.header("sec-fetch-site", "same-origin");
    let left = answer(request.header("origin", "https://pulse.example")).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn first_segments_of_all_addresses_are_known() {
    let routes = ROUTES.iter().map(|route| route.path);
    let pages = app::PAGES.iter().map(|page| page.path);
    for path in routes.chain(pages).chain([paths::PACKAGE]) {
        let first = path.split('/').nth(1).unwrap_or_default();
        let known = first.is_empty() || paths::FIRST_SEGMENTS.contains(&first);
        assert!(known, "{path}: add it to `FIRST_SEGMENTS`");
    }
}

#[tokio::test]
async fn below_a_path_every_link_cookie_and_stream_is_below_it() {
    let app = TestApp::start_with(TestConfig {
        toml: "base_path = '/pulse'",
        admin_password: Some(PASSWORD),
    })
    .await;
    assert!(app.url.ends_with("/pulse"), "{}", app.url);
    let nobody = app.client();
    let to_below = nobody.get("").await;
    assert_eq!(to_below.header("location"), "/pulse/");
    // Also what is answered above all routes has the headers of every response.
    for (name, value) in nobody.get("/api/nothing").await.headers.iter() {
        let changes = ["content-type", "content-length", "date", "vary"];
        if !changes.contains(&name.as_str()) {
            assert_eq!(to_below.headers.get(name), Some(value), "{name}");
        }
    }
    assert_eq!(nobody.get("/").await.header("location"), "/pulse/sign-in");
    let page = nobody.get("/d/x?y=1").await;
    let sign_in = page.header("location").to_owned();
    assert_eq!(sign_in, "/pulse/sign-in?next=%2Fd%2Fx%3Fy%3D1");
    let form = nobody.get("/sign-in?next=%2Fd%2Fx%3Fy%3D1").await.text;
    assert!(form.contains("data-next=\"/pulse/d/x?y=1\""), "{form}");
    assert!(form.contains("action=\"/pulse/api/session?next="), "{form}");

    // The form, as a browser without scripts sends it.
    let request = nobody.request(Method::POST, "/api/session?next=%2Fd%2Fsystem");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let signed_in = answer(request.body("name=admin&password=correct+horse")).await;
    assert_eq!(signed_in.header("location"), "/pulse/d/system");
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.contains("; Path=/pulse;"), "{cookie}");
    // The client keeps the cookie by its path: below it somebody is signed in.
    let me = nobody.get("/api/me").await;
    assert_eq!(me.json["name"], "admin");

    for path in ["/", "/d/system", "/metrics-list", "/nothing", "/sign-in"] {
        let page = nobody.get(path).await;
        let text = &page.text;
        assert!(text.contains("data-base=\"/pulse\""), "{path}: {text}");
        for attribute in ["href", "src", "srcset", "action", "data-next"] {
            for value in text.split(&format!(" {attribute}=\"")).skip(1) {
                let value = value.split('"').next().unwrap_or_default();
                let is_local = value.starts_with('/');
                assert!(
                    !is_local || value.starts_with("/pulse/"),
                    "{path}: {attribute}={value}"
                );
            }
        }
        assert!(
            text.contains("href=\"/pulse/pkg/pulseboard.css\""),
            "{path}"
        );
    }
    let script = nobody.get("/pkg/pulseboard.js").await;
    assert_eq!(script.text, "plain");
    let stream = nobody.request(Method::GET, paths::STREAM).send().await;
    let mut stream = stream.expect("an answer");
    assert_eq!(stream.status(), StatusCode::OK);
    let begin = stream.chunk().await.expect("bytes").expect("a chunk");
    assert!(begin.starts_with(b"retry: "), "{begin:?}");
    assert_eq!(nobody.get("/api/nothing").await.code(), "not_found");
    let left = nobody.delete("/api/session").await;
    let cookie = left.header("set-cookie");
    assert!(cookie.contains("; Path=/pulse;"), "{cookie}");

    // A proxy that takes the path away, and a check of health that does not know it.
    let root = app.url.trim_end_matches("/pulse");
    for path in ["/health", "/sign-in", "/pulse/health"] {
        let answer = reqwest::get(format!("{root}{path}")).await;
        assert_eq!(
            answer.expect("an answer").status(),
            StatusCode::OK,
            "{path}"
        );
    }
    let body = json!({ "name": "admin", "password": PASSWORD });
    let request = reqwest::Client::new().post(format!("{root}/api/session"));
    let stripped = answer(request.json(&body)).await;
    assert!(stripped.header("set-cookie").contains("; Path=/pulse;"));
}
