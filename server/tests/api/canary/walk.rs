//! What somebody is sent, route by route and page by page. A route that is not in [`addresses`] fails.

use crate::common::{Answer, TestApp, TestClient, answer};
use protocol::paths;
use reqwest::Method;
use serde_json::json;
use server::http::{ROUTES, Route};

/// The name of a metric that does not exist, as long as the others.
const ABSENT: &str = "zqabsent.open.amount";

/// What is asked of a route: it names metrics by `{metric}`, and the dashboard `canary`.
pub fn addresses(route: &Route) -> Vec<String> {
    let one = |path: &str| vec![path.to_owned()];
    match route.path {
        paths::STREAM => vec![
            format!("{}?once=1", paths::STREAM),
            format!("{}?once=1&metrics={{metric}}", paths::STREAM),
        ],
        paths::HISTORY => one(&format!("{}?metric={{metric}}", paths::HISTORY)),
        paths::HISTORY_COLUMNS => {
            let rest = "metrics={metric},http.requests&from=-60000&points=60";
            one(&format!("{}?{rest}", paths::HISTORY_COLUMNS))
        }
        paths::DASHBOARD => one(&paths::dashboard("canary")),
        paths::DASHBOARD_SOURCE => one(&paths::dashboard_source("canary")),
        paths::DASHBOARD_FILE => one(&paths::dashboard_file("canary")),
        paths::DASHBOARD_PATCH => one(&paths::dashboard_patch("canary")),
        paths::DASHBOARD_VERSIONS => one(&paths::dashboard_versions("canary")),
        paths::DASHBOARD_VERSION => one(&paths::dashboard_version("canary", 1)),
        paths::DASHBOARD_OWNER => one(&paths::dashboard_owner("canary")),
        paths::DASHBOARD_STAR => one(&paths::dashboard_star("canary")),
        paths::DASHBOARD_RESTORE => one(&paths::dashboard_restore("canary")),
        paths::DASHBOARD_VARIABLES => one(&paths::dashboard_variables("canary")),
        paths::DASHBOARD_PREFERENCES => one(&paths::dashboard_preferences("canary")),
        paths::WIDGET_PICTURE => ["both", "share", "table", "events"]
            .map(|widget| paths::widget_picture("canary", widget))
            .to_vec(),
        paths::ANNOTATION => one(&paths::annotation(1)),
        paths::EVENT => one("/api/events/{event}"),
        paths::ADMIN_SERIES => one(&format!("{}?metric={{metric}}", paths::ADMIN_SERIES)),
        paths::ADMIN_USER => one(&paths::admin_user(99)),
        paths::ADMIN_USER_PASSWORD => one(&paths::admin_user_password(99)),
        paths::ADMIN_USER_ROLES => one(&paths::admin_user_roles(99)),
        paths::ADMIN_USER_DISABLED => one(&paths::admin_user_disabled(99)),
        paths::ADMIN_USER_SECOND_FACTOR => one(&paths::admin_user_second_factor(99)),
        paths::ADMIN_USER_RESET_LINK => one(&paths::admin_user_reset_link(99)),
        paths::ADMIN_USER_SESSIONS => one(&paths::admin_user_sessions(99)),
        paths::ADMIN_SESSION => one(&paths::admin_session("x")),
        paths::MY_SESSION => one(&paths::my_session("x")),
        paths::ADMIN_INVITATION => one(&paths::admin_invitation(99)),
        paths::ADMIN_ROLE => one(&paths::admin_role("narrow")),
        paths::ADMIN_TOKEN => one(&paths::admin_token(99)),
        paths::MY_TOKEN => one(&paths::my_token(99)),
        paths::HEALTH
        | paths::READY
        | paths::SESSION
        | paths::SETUP
        | paths::OIDC
        | paths::OIDC_CALLBACK
        | paths::OPENAPI
        | paths::ME
        | paths::MY_PASSWORD
        | paths::MY_NAME
        | paths::MY_SESSIONS
        | paths::MY_SECOND_FACTOR
        | paths::MY_SECOND_FACTOR_REMOVAL
        | paths::MY_RECOVERY_CODES
        | paths::INVITATION
        | paths::PASSWORD_RESET
        | paths::ADMIN_SESSIONS
        | paths::ADMIN_INVITATIONS
        | paths::METRICS
        | paths::DASHBOARDS
        | paths::DASHBOARD_SCHEMA
        | paths::DASHBOARD_INDEX
        | paths::PREFERENCES
        | paths::EVENTS
        | paths::ANNOTATIONS
        | paths::OTLP_METRICS
        | paths::ADMIN_USERS
        | paths::ADMIN_ROLES
        | paths::ADMIN_AUDIT
        | paths::ADMIN_AUDIT_EXPORT
        | paths::MY_TOKENS
        | paths::ADMIN_TOKENS => one(route.path),
        unknown if unknown.starts_with("/bench") => Vec::new(),
        unknown => panic!("say here what is asked of {} {unknown}", route.method),
    }
}

pub fn bytes(answer: &Answer) -> String {
    format!("{} {:?}\n{}", answer.status, answer.headers, answer.text)
}

async fn ask(client: &TestClient, method: &Method, path: &str) -> Answer {
    let request = client.request(method.clone(), path);
    if method == Method::GET {
        return answer(request).await;
    }
    let body = json!({ "metrics": [{ "metric": "zqabsent" }] });
    answer(request.json(&body)).await
}

/// Everything that a person is sent, address by address. Of a metric that is hidden they are sent
/// what they are sent of one that does not exist.
pub async fn everything(
    app: &TestApp,
    client: &TestClient,
    hidden: &[&str],
) -> Vec<(String, String)> {
    everything_below(app, client, "", hidden).await
}

/// The same of addresses below a path.
pub async fn everything_below(
    app: &TestApp,
    client: &TestClient,
    below: &str,
    hidden: &[&str],
) -> Vec<(String, String)> {
    let mut all = Vec::new();
    // An admin's requests would change what the others are asked about, and a sign-out ends it.
    let is_asked = |route: &&Route| {
        let reads = route.method == Method::GET || !hidden.is_empty();
        reads && (route.method != Method::DELETE || route.path != paths::SESSION)
    };
    let routes = ROUTES.iter().filter(is_asked);
    let logged = app.state.pipeline.hub().logged().1;
    let logged = logged.iter().map(|one| &one.record);
    let logged = logged.filter(|one| one.event.starts_with("zq"));
    let events: Vec<u64> = logged.map(|one| one.id).collect();
    for route in routes {
        for address in addresses(route) {
            let address = format!("{below}{address}");
            if address.contains("{event}") {
                for id in &events {
                    let path = address.replace("{event}", &id.to_string());
                    all.push((
                        path.clone(),
                        bytes(&ask(client, &route.method, &path).await),
                    ));
                }
                continue;
            }
            if !address.contains("{metric}") {
                let text = bytes(&ask(client, &route.method, &address).await);
                all.push((format!("{} {address}", route.method), text));
                continue;
            }
            let absent = ask(client, &route.method, &address.replace("{metric}", ABSENT)).await;
            for metric in ["zqsecret.open.amount", "zqpublic.open.amount"] {
                let path = address.replace("{metric}", metric);
                let found = ask(client, &route.method, &path).await;
                let is_hidden = hidden.iter().any(|start| metric.starts_with(start));
                let mut text = bytes(&found);
                if is_hidden && found.status.is_client_error() {
                    // The answer may repeat the question.
                    text = text.replace(metric, ABSENT);
                    assert_eq!(found.text.replace(metric, ABSENT), absent.text, "{path}");
                    assert_eq!(found.status, absent.status, "{path}");
                } else if is_hidden {
                    // So may the part of an answer that rejects one metric of several.
                    let rejected = format!(
                        "{{\"metric\":\"{metric}\",\"error\":{{\"code\":\"not_found\",\
                         \"message\":\"there is no metric `{metric}`\"}}}}"
                    );
                    text = text.replace(&rejected, "");
                }
                all.push((format!("{} {path}", route.method), text));
            }
        }
    }
    for page in app.state.pages {
        let path = format!("{below}{}", page.path)
            .replace("{id}", "canary")
            .replace("{token}", "x");
        all.push((path.clone(), bytes(&client.get(&path).await)));
    }
    for path in ["/api/nothing", "/nothing", "/d/zqabsent"] {
        let path = format!("{below}{path}");
        all.push((path.clone(), bytes(&client.get(&path).await)));
    }
    all
}
