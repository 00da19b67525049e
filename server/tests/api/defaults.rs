//! Defaults of roles: the dashboard that opens first, the order of dashboards, and muted categories, for
//! people who chose nothing else.

use crate::common::{Answer, TestApp, TestClient, TestConfig};
use protocol::{
    AccountBoot, Boot, Dashboard, DashboardBoot, MetricsBoot, Role, RoleDefaults, paths,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const TOML: &str = "[[metrics]]\nname = 'shop.orders'\nkind = 'counter'\nevent = 'shop.order'\n\
    category = 'Shop'\n\
    [[metrics]]\nname = 'shop.secret'\nkind = 'counter'\nevent = 'shop.secret'\n\
    category = 'Secrets'\n";

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

/// What mutes these categories.
pub fn muting(categories: &[&str]) -> RoleDefaults {
    RoleDefaults {
        muted: categories.iter().map(|one| (*one).to_owned()).collect(),
        ..RoleDefaults::default()
    }
}

async fn with_dashboards(ids: &[&str]) -> (TestApp, TestClient) {
    let app = TestApp::start_with(TestConfig::toml(TOML)).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    for id in ids {
        let events = json!({ "id": "events", "kind": "events", "title": "Events",
                             "place": { "x": 0, "y": 0, "w": 6, "h": 6 } });
        let title = format!("Board {id}");
        let document = json!({ "id": id, "title": title, "version": 0, "widgets": [events] });
        let saved = admin.put(&paths::dashboard(id), &document).await;
        assert_eq!(seen(&saved), (200, ""), "{saved:?}");
    }
    (app, admin)
}

/// Saves what a role that sees `patterns` sets.
async fn set(admin: &TestClient, name: &str, patterns: &[&str], defaults: Value) -> Answer {
    let path = paths::admin_role(name);
    let version = admin.get(&path).await.json["version"].as_u64();
    let metrics: Vec<Value> = patterns
        .iter()
        .map(|one| json!({ "pattern": one }))
        .collect();
    let role = json!({ "name": name, "version": version.unwrap_or(0), "metrics": metrics,
                       "defaults": defaults });
    admin.put(&path, &role).await
}

async fn boot<T: DeserializeOwned>(client: &TestClient, path: &str) -> T {
    let page = client.get(path).await;
    assert_eq!(page.status.as_u16(), 200, "{page:?}");
    let (_, boot) = page.text.split_once("id=\"boot\"").expect("a boot");
    let (_, boot) = boot.split_once('>').expect("an element");
    let (boot, _) = boot.split_once("</script>").expect("its end");
    serde_json::from_str::<Boot<T>>(boot).expect("JSON").page
}

async fn home(client: &TestClient, path: &str) -> String {
    boot::<DashboardBoot>(client, path).await.dashboard.id
}

async fn order(client: &TestClient, path: &str) -> Vec<String> {
    let all: Vec<Dashboard> = serde_json::from_value(client.get(path).await.json).expect("all");
    all.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn defaults_of_a_role_that_name_nothing_are_rejected_by_path() {
    let (_app, admin) = with_dashboards(&["shop"]).await;
    let check = async |defaults: Value, status: u16, says: &str| {
        let answer = set(&admin, "team", &["*"], defaults.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{defaults} {answer:?}");
        assert!(answer.text.contains(says), "{answer:?}");
    };
    let none = "defaults.home: there is no dashboard `none`";
    check(json!({ "home": "none" }), 422, none).await;
    let order = json!({ "order": ["shop", "none"] });
    check(order, 422, "defaults.order[1]: there is no dashboard").await;
    let muted = json!({ "muted": ["Shop", "Nothing"] });
    let says = "defaults.muted[1]: no metric has the category `Nothing`";
    check(muted, 422, says).await;
    let twice = json!({ "order": ["shop", "shop"] });
    check(twice, 422, "defaults.order[1]: stands there twice").await;
    check(json!({ "homes": "shop" }), 422, "defaults").await;
    let all = json!({ "home": "shop", "order": ["shop", "system"], "muted": ["Shop"] });
    check(all.clone(), 200, "\"home\":\"shop\"").await;
    // A dashboard that is removed later stops no other change, and may stay.
    let gone = admin.delete(&paths::dashboard("shop")).await;
    assert_eq!(seen(&gone), (204, ""));
    check(all, 200, "").await;
    let guest = set(&admin, "guest", &[], json!({ "home": "system" })).await;
    assert!(
        guest.text.contains("defaults.home: people who are not"),
        "{guest:?}"
    );
}

#[tokio::test]
async fn a_home_and_an_order_hold_until_the_person_chooses_otherwise() {
    let (app, admin) = with_dashboards(&["alpha", "shop", "zeta"]).await;
    let defaults = json!({ "home": "zeta", "order": ["zeta", "system"] });
    assert_eq!(
        seen(&set(&admin, "team", &["*"], defaults).await),
        (200, "")
    );
    app.user("ada", &["team"]).await;
    let ada = app.signed_in("ada").await;
    let of_role = ["zeta", "system", "alpha", "gallery", "shop"];
    assert_eq!(home(&ada, "/").await, "zeta");
    assert_eq!(order(&ada, paths::DASHBOARDS).await, of_role);
    // Others see what they saw, and an admin sees it as people of the role.
    let by_id = ["alpha", "gallery", "shop", "system", "zeta"];
    assert_eq!(home(&admin, "/").await, "system");
    assert_eq!(order(&admin, paths::DASHBOARDS).await, by_id);
    assert_eq!(home(&admin, "/as/team/").await, "zeta");
    assert_eq!(order(&admin, "/as/team/api/dashboards").await, of_role);
    let account: AccountBoot = boot(&ada, paths::ACCOUNT_PAGE).await;
    assert_eq!(account.defaults.home.as_deref(), Some("zeta"));
    assert_eq!(account.dashboards.len(), by_id.len());

    let own = json!({ "version": 0, "home": "alpha", "order": ["shop"] });
    assert_eq!(seen(&ada.put(paths::PREFERENCES, &own).await), (200, ""));
    assert_eq!(home(&ada, "/").await, "alpha");
    let first = order(&ada, paths::DASHBOARDS).await;
    assert_eq!(first, ["shop", "alpha", "gallery", "system", "zeta"]);
    // What is gone is passed over: one's own home, then that of the role.
    for (gone, next) in [("alpha", "zeta"), ("zeta", "system")] {
        let removed = admin.delete(&paths::dashboard(gone)).await;
        assert_eq!(seen(&removed), (204, ""));
        assert_eq!(home(&ada, "/").await, next);
    }
    let long = json!({ "version": 1, "order": ["a", "a"] });
    let rejected = ada.put(paths::PREFERENCES, &long).await;
    assert_eq!(seen(&rejected), (422, "invalid_document"));
    assert!(
        rejected.text.contains("order[1]: stands there twice"),
        "{rejected:?}"
    );
}

#[tokio::test]
async fn muted_categories_are_left_out_of_lists_and_name_nothing_hidden() {
    let (app, admin) = with_dashboards(&["board"]).await;
    let defaults = json!({ "home": "board", "muted": ["Shop", "Secrets"] });
    assert_eq!(
        seen(&set(&admin, "team", &["shop.orders"], defaults).await),
        (200, "")
    );
    app.user("ada", &["team"]).await;
    let ada = app.signed_in("ada").await;
    let page: DashboardBoot = boot(&ada, "/").await;
    assert_eq!(page.muted, ["Shop"]);
    assert_eq!(page.muted_events, ["shop.order"]);
    let metrics: MetricsBoot = boot(&ada, paths::METRICS_PAGE).await;
    assert_eq!(metrics.muted, ["Shop"]);
    let account: AccountBoot = boot(&ada, paths::ACCOUNT_PAGE).await;
    assert_eq!(account.categories, ["Shop"]);
    for path in ["/", paths::METRICS_PAGE, paths::ACCOUNT_PAGE] {
        let page = ada.get(path).await.text;
        assert!(
            !page.contains("Secrets") && !page.contains("shop.secret"),
            "{path}"
        );
    }
    let preview: DashboardBoot = boot(&admin, "/as/team/").await;
    assert_eq!(preview.muted, ["Shop"]);
    // One's own choice replaces that of the role, and muting nothing is one.
    let own = json!({ "version": 0, "muted": [] });
    assert_eq!(seen(&ada.put(paths::PREFERENCES, &own).await), (200, ""));
    let page: DashboardBoot = boot(&ada, "/").await;
    assert!(page.muted.is_empty() && page.muted_events.is_empty());
    // A category is muted for somebody with several roles when each of them mutes it.
    app.user("bob", &["team", "viewer"]).await;
    let bob = app.signed_in("bob").await;
    let page: DashboardBoot = boot(&bob, "/").await;
    assert_eq!((&*page.dashboard.id, page.muted.len()), ("board", 0));
}

#[tokio::test]
async fn a_dashboard_that_is_closed_to_guests_is_named_by_no_default() {
    let (app, admin) = with_dashboards(&["open", "zqhidden"]).await;
    let role = json!({ "name": "guest", "dashboards": ["open"],
                       "defaults": { "order": ["zqhidden", "open"], "muted": ["Secrets"] } });
    let saved = admin.put(&paths::admin_role("guest"), &role).await;
    assert_eq!(seen(&saved), (200, ""), "{saved:?}");
    let guest = app.client();
    assert_eq!(order(&guest, paths::DASHBOARDS).await, ["open"]);
    for path in ["/d/open", paths::DASHBOARDS, paths::PREFERENCES, "/api/me"] {
        let answer = guest.get(path).await;
        let named = answer.text.contains("zqhidden") || answer.text.contains("Secrets");
        assert!(!named, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn defaults_are_part_of_what_is_recorded_before_and_after() {
    let (app, admin) = with_dashboards(&["shop"]).await;
    assert_eq!(
        seen(&set(&admin, "team", &["*"], json!({})).await),
        (200, "")
    );
    let defaults = json!({ "home": "shop", "muted": ["Shop"] });
    assert_eq!(
        seen(&set(&admin, "team", &["*"], defaults.clone()).await),
        (200, "")
    );
    let log = admin
        .get("/api/admin/audit?what=role_saved&limit=1")
        .await
        .json;
    let entry = &log["entries"][0];
    assert_eq!(entry["before"].get("defaults"), None, "{entry}");
    assert_eq!(entry["after"]["defaults"], defaults);
    let role: Role = app.state.access.role("team").await.expect("a role");
    let want: RoleDefaults = serde_json::from_value(defaults).expect("defaults");
    assert_eq!(role.defaults, want);
}
