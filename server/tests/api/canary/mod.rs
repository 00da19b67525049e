//! Hidden metrics: for every route and page and every role, no byte of an answer, headers and
//! streams included, holds anything of a metric that the role may not see. A route that [`walk`] does
//! not know fails.

mod private;
pub mod walk;

use crate::common::{TestApp, TestClient, TestConfig, until};
use crate::defaults::muting;
use crate::stream::Events;
use protocol::{Grant, Role, paths};
use serde_json::json;
use walk::{bytes, everything};

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
    let variable = |name: &str| {
        json!({ "name": &name[2..], "kind": "tag", "tag": format!("{name}key"), "multi": true,
            "metric": format!("{name}.open.amount"), "default": [format!("{name}tag")] })
    };
    let variables = [variable("zqsecret"), variable("zqpublic")];
    let dashboard = json!({ "id": "canary", "title": "Canary", "variables": variables, "widgets": [
        widget("both", "line", 0, json!([secret, public])),
        widget("share", "line", 4, json!([share])),
        widget("table", "table", 8, json!([secret, public])),
        widget("events", "events", 12, json!([])),
    ] });
    let saved = admin.put(&paths::dashboard("canary"), &dashboard).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    let plain = json!({ "id": "plain", "title": "Plain", "widgets": [
        widget("requests", "line", 0, json!([{ "metric": "http.requests", "field": "count" }])),
        widget("events", "events", 4, json!([])),
    ] });
    let saved = admin.put(&paths::dashboard("plain"), &plain).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    admin
}

/// Somebody who may do whatever a right gives, and sees little; and a program of theirs that saves
/// dashboards. What they are answered when they save shows nothing either.
async fn with_rights(app: &TestApp) -> (TestClient, TestClient) {
    let role = Role {
        name: "stewards".into(),
        metrics: vec![Grant::pattern("http.*")],
        rights: protocol::Right::ALL.to_vec(),
        ..Role::default()
    };
    app.state.access.save_role(role).await.expect("a role");
    app.user("steward", &["stewards"]).await;
    let saves = [protocol::Scope::Dashboards];
    let saves = app.token_of(Some("steward"), &saves).await.secret;
    let (steward, saves) = (app.signed_in("steward").await, app.program(&saves));
    let seen = steward.get(&paths::dashboard("canary")).await.json;
    let saved = saves.put(&paths::dashboard("canary"), &seen).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    let stale = json!({ "id": "canary", "title": "T", "version": 0, "widgets": [] });
    let mut answers = vec![saved];
    for client in [&saves, &steward] {
        let rejected = client.put(&paths::dashboard("canary"), &stale).await;
        assert_eq!(rejected.status.as_u16(), 409, "{rejected:?}");
        answers.push(rejected);
    }
    for answer in answers.iter().map(bytes) {
        let holds = [SECRET[0], PUBLIC[0]]
            .iter()
            .any(|one| answer.contains(one));
        assert!(!holds, "{answer}");
    }
    (saves, steward)
}

/// A program whose owner an admin disabled.
async fn of_somebody_disabled(app: &TestApp) -> TestClient {
    let id = app.user("former", &["viewer"]).await;
    let reads = app.token_of(Some("former"), &[protocol::Scope::Read]).await;
    let now_ms = server::clock::now_ms();
    let disabled = app.state.access.set_disabled(id, Some(now_ms)).await;
    disabled.expect("disables");
    app.program(&reads.secret)
}

#[tokio::test]
async fn no_byte_holds_anything_of_a_hidden_metric() {
    let app = TestApp::start_with(TestConfig::toml(TOML)).await;
    let admin = with_dashboard(&app).await;
    let role = async |name: &str, metrics: Vec<Grant>| {
        let role = Role {
            name: name.into(),
            metrics,
            // A category that is muted is as hidden as its metrics.
            defaults: muting(&["zqsecretcategory", "zqpubliccategory"]),
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
    // Given everything that asks for no role, of which the dashboards decide what is seen.
    crate::guest::open(&app, &["plain"], vec![Grant::pattern("*")]).await;
    let guest = app.client();
    let ingest = app.program(&app.token(&[protocol::Scope::Ingest]).await.secret);
    let scrape = app.program(&app.token(&[protocol::Scope::Scrape]).await.secret);
    let forged = app.program("pb_forged");

    let reads = [protocol::Scope::Read];
    let reads = app.token_of(Some("narrow"), &reads).await.secret;
    let reads = app.program(&reads);
    let (saves, steward) = with_rights(&app).await;
    let of_the_disabled = of_somebody_disabled(&app).await;

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
    let people: [(&str, &TestClient, &[&str], Option<usize>); 11] = [
        ("admin", &admin, &[], Some(0)),
        ("narrow", &narrow, hidden, Some(1)),
        ("wide", &wide, secret, Some(2)),
        ("viewer", &viewer, secret, Some(3)),
        ("guest", &guest, hidden, Some(4)),
        ("ingest", &ingest, hidden, None),
        ("scrape", &scrape, hidden, None),
        ("forged", &forged, hidden, None),
        ("a program of narrow", &reads, hidden, None),
        ("a program that saves", &saves, hidden, None),
        (
            "a program of somebody disabled",
            &of_the_disabled,
            hidden,
            None,
        ),
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
    for (role, hidden) in [
        ("narrow", hidden),
        ("wide", secret),
        ("viewer", secret),
        ("guest", hidden),
    ] {
        crate::preview::hides(&app, &admin, role, hidden).await;
    }
    // The same guest sees what is opened, and not what their role is not given.
    crate::guest::open(&app, &["canary", "plain"], vec![Grant::pattern("*")]).await;
    crate::preview::hides(&app, &admin, "guest", secret).await;
    let sent = everything(&app, &guest, secret).await;
    let holding = |text: &str| {
        sent.iter()
            .filter(|(_, bytes)| bytes.contains(text))
            .count()
    };
    assert_eq!((holding(SECRET[0]), holding(SECRET[1])), (0, 0), "{sent:?}");
    assert!(holding(PUBLIC[0]) > 0 && holding(PUBLIC[1]) > 0);
    // Last, since whoever may do everything but see it changes what the others are asked about.
    crate::guest::open(&app, &["plain"], vec![Grant::pattern("*")]).await;
    for (address, bytes) in everything(&app, &steward, hidden).await {
        let holds = [SECRET, PUBLIC].concat();
        let holds = holds.iter().any(|text| bytes.contains(text));
        assert!(!holds, "a steward, {address}: {bytes}");
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
