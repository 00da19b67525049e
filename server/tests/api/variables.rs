//! Variables of dashboards: what can be chosen, by whom, and what is shown once it is.

use protocol::{Dashboard, DashboardPreferences, Grant, Role, Scope, VariableState, paths};
use serde_json::{Value, json};

use crate::common::{TestApp, TestClient, TestConfig, until};

const TOML: &str = "[[metrics]]\nname = 'shop.orders'\nkind = 'counter'\nevent = 'shop.order'\n\
    category = 'Shop'\ntags = ['service', 'host']\n\
    [[metrics]]\nname = 'shop.secret'\nkind = 'counter'\nevent = 'shop.hidden'\n\
    category = 'Secrets'\ntags = ['place']\nrequired_roles = ['admin']\n";

fn document() -> Value {
    json!({ "id": "shop", "title": "Shop",
        "variables": [
            { "name": "host", "kind": "tag", "tag": "host", "tags": { "service": "$service" },
              "multi": true, "all": true },
            { "name": "service", "label": "Service", "kind": "tag", "tag": "service",
              "metric": "shop.orders", "multi": true, "default": ["zqhidden"] },
            { "name": "place", "kind": "tag", "tag": "place", "category": "Secrets",
              "default": ["zqplace"] },
            { "name": "stage", "kind": "list", "values": ["dev", "prod"] },
        ],
        "widgets": [
            { "id": "orders", "kind": "line", "title": "Orders of $service on $stage",
              "repeat": "service", "place": { "x": 0, "y": 0, "w": 6, "h": 4 },
              "metrics": [{ "metric": "shop.orders", "field": "count",
                            "tags": { "service": "$service", "host": "$host" } }] },
            { "id": "words", "kind": "text", "title": "About",
              "options": { "text": "**$service** [logs](/logs?service=$service)" },
              "place": { "x": 0, "y": 4, "w": 6, "h": 2 } },
        ] })
}

/// With series of several services and hosts, and people of whom one sees a part.
async fn shop() -> (TestApp, TestClient, TestClient) {
    let app = TestApp::start_with(TestConfig::toml(TOML)).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    for (service, host) in [
        ("a", "h1"),
        ("a", "h10"),
        ("b", "h2"),
        ("zqhidden", "zqhost"),
    ] {
        let event =
            json!({ "name": "shop.order", "metadata": { "service": service, "host": host } });
        assert_eq!(
            program.post("/api/events", &event).await.status.as_u16(),
            202
        );
    }
    let event = json!({ "name": "shop.hidden", "metadata": { "place": "zqplace" } });
    assert_eq!(
        program.post("/api/events", &event).await.status.as_u16(),
        202
    );
    let role = Role {
        name: "part".into(),
        metrics: ["a", "b"]
            .map(|service| Grant::metric("shop.orders").with("service", service))
            .to_vec(),
        rights: vec![protocol::Right::EditDashboards],
        ..Role::default()
    };
    app.state.access.save_role(role).await.expect("a role");
    app.user("ada", &["part"]).await;
    let ada = app.signed_in("ada").await;
    let saved = admin.put(&paths::dashboard("shop"), &document()).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    until("the series", async || {
        let state = state(&admin, "").await;
        let there = state.options["service"].values.len() + state.options["place"].values.len();
        if there == 4 { Ok(()) } else { Err(state) }
    })
    .await;
    (app, admin, ada)
}

async fn state(client: &TestClient, query: &str) -> VariableState {
    let answer = client
        .get(&(paths::dashboard_variables("shop") + query))
        .await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    serde_json::from_value(answer.json).expect("a state")
}

#[tokio::test]
async fn what_can_be_chosen_comes_from_series_and_is_filtered_by_other_variables() {
    let (_app, admin, _) = shop().await;
    let all = state(&admin, "?var-service=a&var-service=b").await;
    assert_eq!(all.options["service"].values, ["a", "b", "zqhidden"]);
    assert_eq!(all.options["host"].values, ["h1", "h10", "h2"]);
    assert_eq!(all.choices["host"], ["*"]);
    assert_eq!(all.options["stage"].values, ["dev", "prod"]);
    assert_eq!(all.choices["stage"], ["dev"]);
    let one = state(&admin, "?var-service=b&var-host=gone").await;
    assert_eq!(one.options["host"].values, ["h2"]);
    assert_eq!(
        one.choices["host"],
        ["gone"],
        "it is missing, and stays chosen"
    );
    let plain = admin.get(&paths::dashboard_variables("system")).await;
    assert_eq!(plain.json, json!({ "choices": {}, "options": {} }));
    for (path, code) in [
        (paths::dashboard_variables("none"), "not_found"),
        (
            paths::dashboard_variables("shop") + "?service=a",
            "bad_parameter",
        ),
        (
            paths::dashboard_variables("shop") + "?var-S=a",
            "bad_parameter",
        ),
    ] {
        assert_eq!(admin.get(&path).await.code(), code, "{path}");
    }
}

#[tokio::test]
async fn no_byte_of_a_hidden_series_is_in_variables_and_a_save_keeps_them() {
    let (_app, admin, ada) = shop().await;
    let mut answers = Vec::new();
    for path in [
        paths::dashboard_variables("shop"),
        paths::dashboard("shop"),
        paths::DASHBOARDS.to_owned(),
        paths::dashboard_page("shop"),
        paths::widget_picture("shop", "orders"),
    ] {
        let answer = ada.get(&path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        answers.push((path, answer.text));
    }
    let seen = ada.get(&paths::dashboard("shop")).await.json;
    assert_eq!(seen["variables"][1]["tag"], "service");
    assert_eq!(seen["variables"][1].get("default"), None);
    assert_eq!(
        seen["variables"][2],
        json!({ "name": "place", "kind": "tag" })
    );
    assert_eq!(state(&ada, "").await.options["service"].values, ["a", "b"]);
    let mut edited = seen;
    edited["title"] = json!("The shop");
    edited["variables"][2]["label"] = json!("Place");
    let saved = ada.put(&paths::dashboard("shop"), &edited).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    answers.push(("save".into(), saved.text));
    let mut unknown = edited;
    unknown["version"] = json!(2);
    unknown["variables"][3] = json!({ "name": "stage", "kind": "tag", "tag": "place" });
    let rejected = ada.put(&paths::dashboard("shop"), &unknown).await;
    assert_eq!(rejected.code(), "invalid_document");
    assert!(rejected.text.contains("variables[3].tag"), "{rejected:?}");
    answers.push(("rejected".into(), rejected.text));
    for (path, text) in answers {
        assert!(
            !text.contains("zq") && !text.contains("Secrets"),
            "{path}: {text}"
        );
    }
    let kept = admin.get(&paths::dashboard("shop")).await.json;
    let mut want = document()["variables"].clone();
    want[2]["label"] = json!("Place");
    assert_eq!(
        kept["variables"], want,
        "what ada could not see is there as before"
    );
    assert_eq!(kept["title"], "The shop");
}

#[tokio::test]
async fn pages_and_pictures_show_what_the_address_or_the_person_chose() {
    let (_app, _, ada) = shop().await;
    let titles = async |query: &str| {
        let page = ada.get(&(paths::dashboard_page("shop") + query)).await;
        assert_eq!(page.status.as_u16(), 200);
        // The document stands in the page as well, for when something else is chosen.
        let shown = page.text.replace(r#""title":"Orders of $"#, "");
        assert!(!shown.contains("Orders of $"), "nothing is left to resolve");
        ["a", "b", "gone"].map(|one| page.text.contains(&format!("Orders of {one} on")))
    };
    assert_eq!(titles("").await, [true, false, false], "the first");
    assert_eq!(
        titles("?range=60&var-service=a&var-service=b").await,
        [true, true, false]
    );
    let page = ada
        .get(&(paths::dashboard_page("shop") + "?var-service=gone"))
        .await
        .text;
    assert!(page.contains("/logs?service=gone"), "links in texts");
    // The last choice is the person's alone, and what an address says comes before it.
    let own = json!({ "version": 0, "widgets": {}, "variables": { "service": ["b"] } });
    let saved = ada.put(&paths::dashboard_preferences("shop"), &own).await;
    let saved: DashboardPreferences = serde_json::from_value(saved.json).expect("saved");
    assert_eq!(saved.variables["service"], ["b"]);
    assert_eq!(titles("").await, [false, true, false]);
    assert_eq!(titles("?var-service=gone").await, [false, false, true]);
    assert_eq!(
        titles("?var-Service=a&nonsense").await,
        [false, true, false]
    );
    let stored = ada.get(&paths::dashboard("shop")).await.json;
    let stored: Dashboard = serde_json::from_value(stored).expect("a dashboard");
    assert!(
        stored.variables[1].default.is_empty(),
        "nothing of it is in the document"
    );
    let picture = async |query: &str| {
        let picture = paths::widget_picture("shop", "orders") + query;
        ada.get(&picture).await.text
    };
    assert!(picture("").await.contains("Orders of b on dev"));
    assert!(
        picture("?var-service=a&var-stage=prod")
            .await
            .contains("Orders of a on prod")
    );
    let bad = json!({ "version": 1, "widgets": {}, "variables": { "Service": ["b"] } });
    let bad = ada.put(&paths::dashboard_preferences("shop"), &bad).await;
    assert_eq!(bad.code(), "invalid_document");
    assert!(bad.text.contains("variables.Service"), "{bad:?}");
}

#[tokio::test]
async fn history_means_any_of_several_values_of_one_tag() {
    let (_app, admin, _) = shop().await;
    let path =
        "/api/history?metric=shop.orders&tag.service=a&tag.service=b&tag.host=h1&tag.host=h2";
    until("both series", async || {
        let found = admin.get(path).await.json;
        let series = found["series"].as_array().map_or(0, Vec::len);
        if series == 2 { Ok(()) } else { Err(found) }
    })
    .await;
}
