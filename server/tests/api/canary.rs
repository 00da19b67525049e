//! Hidden metrics: for every route and page and every role, no byte of an answer, headers and
//! streams included, holds anything of a metric that the role may not see. A route that is not
//! in [`addresses`] fails.

use crate::common::{Answer, TestApp, TestClient, TestConfig, answer, until};
use crate::stream::Events;
use protocol::{Grant, Role, paths};
use reqwest::Method;
use serde_json::json;
use server::http::{ROUTES, Route};

/// `secret` asks for a role that nobody but admins has; `open` for none, so that grants alone hide it.
const TOML: &str = "roles = ['ops']\n\
    [[metrics]]\nname = 'zqsecret.open.amount'\nkind = 'last_value'\nevent = 'zqsecret.open'\n\
    measurement = 'amount'\ntags = ['zqsecretkey']\ncategory = 'zqsecretcategory'\n\
    description = 'zqsecretwords'\nrequired_roles = ['ops']\n\
    [[metrics]]\nname = 'zqpublic.open.amount'\nkind = 'last_value'\nevent = 'zqpublic.open'\n\
    measurement = 'amount'\ntags = ['zqpublickey']\ncategory = 'zqpubliccategory'\n\
    description = 'zqpublicwords'\n\
    [[metrics]]\nname = 'zqpublic.mixed'\nkind = 'counter'\nevent = 'zqmixed.open'\n\
    [[metrics]]\nname = 'zqsecret.mixed'\nkind = 'last_value'\nevent = 'zqmixed.open'\n\
    measurement = 'zqsecretamount'\nrequired_roles = ['ops']\n";
/// Every text of the one metric begins so, but for its value.
pub const SECRET: [&str; 2] = ["zqsecret", "918273.625"];
pub const PUBLIC: [&str; 2] = ["zqpublic", "827364.625"];
/// The name of a metric that does not exist, as long as the others.
const ABSENT: &str = "zqabsent.open.amount";

/// What is asked of a route: it names metrics by `{metric}`.
fn addresses(route: &Route) -> Vec<String> {
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

fn bytes(answer: &Answer) -> String {
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
async fn everything(app: &TestApp, client: &TestClient, hidden: &[&str]) -> Vec<(String, String)> {
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

pub fn emit(app: &TestApp) {
    for (event, key, tag, amount) in [
        ("zqsecret.open", "zqsecretkey", "zqsecrettag", 918_273.625),
        ("zqpublic.open", "zqpublickey", "zqpublictag", 827_364.625),
    ] {
        let metadata = [(key, tag.into())];
        app.registry
            .execute(event, &[("amount", amount)], &metadata);
    }
    // It feeds a visible metric, too: nothing of it may be opened by those who see only that one.
    let metadata = [("zqsecretnote", "zqsecretvalue".into())];
    app.registry.execute(
        "zqmixed.open",
        &[("zqsecretamount", 918_273.625)],
        &metadata,
    );
}

async fn with_dashboard(app: &TestApp) -> TestClient {
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let one = |name: &str| {
        json!({ "metric": format!("{name}.open.amount"), "by": format!("{name}key"),
        "label": format!("{name}label") })
    };
    let (secret, public) = (one("zqsecret"), one("zqpublic"));
    let share = json!({ "metric": "zqpublic.open.amount",
        "share_of": { "metric": "zqsecret.open.amount" } });
    let widget = |id: &str, kind: &str, y: u32, metrics: serde_json::Value| {
        json!({ "id": id, "kind": kind, "title": "W", "metrics": metrics,
            "place": { "x": 0, "y": y, "w": 6, "h": 4 } })
    };
    let dashboard = json!({ "id": "canary", "title": "Canary", "widgets": [
        widget("both", "line", 0, json!([secret, public])),
        widget("share", "line", 4, json!([share])),
        widget("table", "table", 8, json!([secret, public])),
        widget("events", "events", 12, json!([])),
    ] });
    let saved = admin.put(&paths::dashboard("canary"), &dashboard).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    admin
}

#[tokio::test]
async fn no_byte_holds_anything_of_a_hidden_metric() {
    let app = TestApp::start_with(TestConfig::toml(TOML)).await;
    let admin = with_dashboard(&app).await;
    let role = async |name: &str, metrics: Vec<Grant>| {
        let role = Role {
            name: name.into(),
            metrics,
            ..Role::default()
        };
        app.state.access.save_role(role).await.expect("a role");
        app.user(name, &[name]).await;
        app.signed_in(name).await
    };
    let narrow = role("narrow", vec![Grant::pattern("http.*")]).await;
    let wide = role("wide", vec![Grant::pattern("*")]).await;
    app.user("viewer", &["viewer"]).await;
    let viewer = app.signed_in("viewer").await;
    crate::guest::open(&app, &["canary"], vec![Grant::pattern("http.*")]).await;
    let guest = app.client();
    let ingest = app.program(&app.token(&[protocol::Scope::Ingest]).await.secret);
    let scrape = app.program(&app.token(&[protocol::Scope::Scrape]).await.secret);
    let forged = app.program("pb_forged");

    let reads = [protocol::Scope::Read];
    let reads = app.token_of(Some("narrow"), &reads).await.secret;
    let reads = app.program(&reads);

    let mut streams = Vec::new();
    for client in [&admin, &narrow, &wide, &viewer, &guest] {
        streams.push(Events::open(client, paths::STREAM, None).await);
    }
    let history = format!("{}?metric=zqsecret.open.amount", paths::HISTORY);
    until("a committed value", async || {
        emit(&app);
        let text = admin.get(&history).await.text;
        text.contains(SECRET[1]).then_some(()).ok_or(text)
    })
    .await;
    // What people write about a metric is as hidden as the metric.
    let note = json!({ "text": "see zqsecret.open.amount", "tags": ["zqsecretcategory"] });
    let noted = admin.post(paths::ANNOTATIONS, &note).await;
    assert_eq!(noted.status.as_u16(), 201, "{noted:?}");
    let mut last = 0;
    while streams[0].count("annotation") == 0 {
        last = streams[0].frame().await.seq;
    }
    for stream in &mut streams {
        for _ in 0..15 {
            stream.frame().await;
        }
        // To the flush that has the annotation, for whoever sees it.
        while stream.frame().await.seq < last {}
    }
    let both = [SECRET[0], PUBLIC[0]];
    let (secret, hidden): (&[&str], &[&str]) = (&both[..1], &both);
    let people: [(&str, &TestClient, &[&str], Option<usize>); 9] = [
        ("admin", &admin, &[], Some(0)),
        ("narrow", &narrow, hidden, Some(1)),
        ("wide", &wide, secret, Some(2)),
        ("viewer", &viewer, secret, Some(3)),
        ("guest", &guest, hidden, Some(4)),
        ("ingest", &ingest, hidden, None),
        ("scrape", &scrape, hidden, None),
        ("forged", &forged, hidden, None),
        ("a program of narrow", &reads, hidden, None),
    ];
    for (who, client, hidden, stream) in people {
        let mut sent = everything(&app, client, hidden).await;
        if let Some(stream) = stream {
            sent.push(("an open stream".into(), streams[stream].raw.clone()));
        }
        for [start, value] in [SECRET, PUBLIC] {
            let is_hidden = hidden.contains(&start);
            for text in [start, value] {
                let holding = sent.iter().filter(|(_, bytes)| bytes.contains(text));
                let holding: Vec<_> = holding.map(|(address, bytes)| (address, bytes)).collect();
                // What may be seen is found, so that the search is known to find.
                let fits = holding.is_empty() == is_hidden;
                assert!(fits, "{who}, {text}: {holding:?}");
            }
        }
        if let Some(stream) = stream {
            let sees = streams[stream].raw.contains("zqpublictag");
            assert_eq!(sees, !hidden.contains(&PUBLIC[0]), "{who}");
        }
    }

    // An admin who looks as people of a role do gets what they get, whatever they ask for.
    for (role, hidden) in [("narrow", hidden), ("wide", secret), ("viewer", secret)] {
        crate::preview::hides(&app, &admin, role, hidden).await;
    }
    // Without dashboards that are open, whoever is not signed in is nobody.
    app.state
        .access
        .remove_role("guest")
        .await
        .expect("removed");
    for (address, bytes) in everything(&app, &guest, hidden).await {
        let holds = [SECRET, PUBLIC]
            .concat()
            .iter()
            .any(|text| bytes.contains(text));
        assert!(!holds, "nobody, {address}: {bytes}");
    }
}

#[tokio::test]
async fn no_byte_holds_anything_of_a_hidden_series_of_a_visible_metric() {
    let app = TestApp::start_with(TestConfig::toml(TOML)).await;
    let admin = with_dashboard(&app).await;
    let role = Role {
        name: "part".into(),
        metrics: vec![Grant::pattern("*").with("zqpublickey", "zqpublicshop*")],
        ..Role::default()
    };
    app.state.access.save_role(role).await.expect("a role");
    app.user("part", &["part"]).await;
    let part = app.signed_in("part").await;
    // A reference that names a hidden value is as hidden as the series.
    let mut dashboard = admin.get(&paths::dashboard("canary")).await.json;
    for (place, tag) in ["zqpublicvault", "zqpublicshop-1"].iter().enumerate() {
        dashboard["widgets"][place]["metrics"] = json!([{ "metric": "zqpublic.open.amount",
            "tags": { "zqpublickey": tag }, "by": "zqpublickey" }]);
    }
    let saved = admin.put(&paths::dashboard("canary"), &dashboard).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    let mut streams = [
        Events::open(&part, paths::STREAM, None).await,
        Events::open(&admin, paths::STREAM, None).await,
    ];
    let open = |tag: &str, amount: f64| {
        let metadata = [("zqpublickey", tag.into())];
        let measurements = [("amount", amount)];
        app.registry
            .execute("zqpublic.open", &measurements, &metadata);
    };
    let history = format!("{}?metric=zqpublic.open.amount", paths::HISTORY);
    until("committed values", async || {
        open("zqpublicvault", 918_273.625);
        open("zqpublicshop-1", 827_364.625);
        let text = admin.get(&history).await.text;
        let found = text.contains(SECRET[1]) && text.contains(PUBLIC[1]);
        found.then_some(()).ok_or(text)
    })
    .await;
    for stream in &mut streams {
        for _ in 0..15 {
            stream.frame().await;
        }
    }
    let [of_part, of_admin] = streams.map(|stream| stream.raw);
    let mut sent = everything(&app, &part, &["zqsecret"]).await;
    sent.push(("an open stream".into(), of_part.clone()));
    let holding = |text: &str| -> Vec<&str> {
        let holding = sent.iter().filter(|(_, bytes)| bytes.contains(text));
        holding.map(|(address, _)| address.as_str()).collect()
    };
    for hidden in ["zqpublicvault", SECRET[1]] {
        assert_eq!(holding(hidden), [""; 0], "{hidden}");
        assert!(of_admin.contains(hidden), "{hidden}");
    }
    for seen in ["zqpublicshop-1", PUBLIC[1]] {
        assert!(of_part.contains(seen) && holding(seen).len() > 3, "{seen}");
    }
}
