//! What every route that changes something is sent, so that a test can ask all of them. A route that
//! is not in [`change`] fails.

use crate::common::{PASSWORD, TestApp, TestClient};
use crate::second_factor::enrol;
use protocol::{AuditCode, Scope, paths};
use reqwest::Method;
use serde_json::{Value, json};
use server::http::Route;

/// What a route that changes something is sent: its address and a body that it takes.
pub async fn change(
    app: &TestApp,
    admin: &TestClient,
    route: &Route,
) -> (String, Value, AuditCode) {
    let none = Value::Null;
    let user = || app.user("spare", &["viewer"]);
    match (&route.method, route.path) {
        (&Method::PUT, paths::DASHBOARD) => (
            paths::dashboard("audited"),
            json!({ "id": "audited", "title": "D", "version": 0, "widgets": [] }),
            AuditCode::DashboardSaved,
        ),
        (&Method::DELETE, paths::DASHBOARD) => (
            paths::dashboard("audited"),
            none,
            AuditCode::DashboardRemoved,
        ),
        (&Method::PUT, paths::DASHBOARD_OWNER) => {
            let owned = json!({ "id": "owned", "title": "D", "version": 0, "widgets": [] });
            let made = admin.put(&paths::dashboard("owned"), &owned).await;
            assert!(made.status.is_success(), "{made:?}");
            (
                paths::dashboard_owner("owned"),
                json!({ "owner": { "kind": "person" }, "shared": true }),
                AuditCode::DashboardOwnerSet,
            )
        }
        (&Method::POST, paths::DASHBOARD_RESTORE) => (
            paths::dashboard_restore("audited"),
            none,
            AuditCode::DashboardRestored,
        ),
        (&Method::DELETE, paths::ANNOTATIONS) => {
            let path = format!("{}?author=ada", paths::ANNOTATIONS);
            (path, none, AuditCode::AnnotationsCleared)
        }
        (&Method::DELETE, paths::ANNOTATION) => {
            let made = admin
                .post(paths::ANNOTATIONS, &json!({ "text": "x" }))
                .await;
            let id = made.json["id"].as_i64().expect("an id");
            (paths::annotation(id), none, AuditCode::AnnotationRemoved)
        }
        (&Method::DELETE, paths::ADMIN_SERIES) => {
            let path = format!("{}?metric=http.requests", paths::ADMIN_SERIES);
            (path, none, AuditCode::SeriesCleared)
        }
        (&Method::POST, paths::ADMIN_USERS) => (
            paths::ADMIN_USERS.to_owned(),
            json!({ "name": "new", "password": PASSWORD, "roles": ["viewer"] }),
            AuditCode::UserAdded,
        ),
        (&Method::DELETE, paths::ADMIN_USER) => (
            paths::admin_user(user().await),
            none,
            AuditCode::UserRemoved,
        ),
        (&Method::PUT, paths::ADMIN_USER_PASSWORD) => {
            let id = user().await;
            let body = json!({ "password": "another horse" });
            (
                paths::admin_user_password(id),
                body,
                AuditCode::PasswordReset,
            )
        }
        (&Method::PUT, paths::ADMIN_USER_ROLES) => {
            let id = app.user("other", &["viewer"]).await;
            let body = json!({ "roles": ["admin"] });
            (paths::admin_user_roles(id), body, AuditCode::UserRolesSet)
        }
        (&Method::PUT, paths::ADMIN_USER_DISABLED) => (
            paths::admin_user_disabled(user().await),
            json!({ "disabled": true }),
            AuditCode::UserDisabled,
        ),
        (&Method::DELETE, paths::ADMIN_USER_SECOND_FACTOR) => {
            let id = user().await;
            enrol(app, id).await;
            let path = paths::admin_user_second_factor(id);
            (path, none, AuditCode::SecondFactorOff)
        }
        (&Method::POST, paths::ADMIN_USER_RESET_LINK) => (
            paths::admin_user_reset_link(user().await),
            none,
            AuditCode::ResetLinkMade,
        ),
        (&Method::DELETE, paths::ADMIN_USER_SESSIONS) => (
            paths::admin_user_sessions(user().await),
            none,
            AuditCode::SessionEnded,
        ),
        (&Method::DELETE, paths::ADMIN_SESSION) => {
            app.signed_in("viewer").await;
            let sessions = admin.get(paths::ADMIN_SESSIONS).await;
            let sessions = sessions.json.as_array().cloned().unwrap_or_default();
            let other = sessions.iter().find(|one| one["user"] == "viewer");
            let id = other.and_then(|one| one["id"].as_str()).expect("a session");
            (paths::admin_session(id), none, AuditCode::SessionEnded)
        }
        (&Method::POST, paths::ADMIN_INVITATIONS) => (
            paths::ADMIN_INVITATIONS.to_owned(),
            json!({ "roles": ["viewer"] }),
            AuditCode::InvitationMade,
        ),
        (&Method::DELETE, paths::ADMIN_INVITATION) => {
            let body = json!({ "roles": ["viewer"] });
            let made = admin.post(paths::ADMIN_INVITATIONS, &body).await;
            let id = made.json["id"].as_i64().expect("an id");
            let path = paths::admin_invitation(id);
            (path, none, AuditCode::InvitationRemoved)
        }
        (&Method::PUT, paths::ADMIN_ROLE) => (
            paths::admin_role("shop"),
            json!({ "name": "shop", "version": 0, "metrics": [] }),
            AuditCode::RoleSaved,
        ),
        (&Method::DELETE, paths::ADMIN_ROLE) => {
            (paths::admin_role("shop"), none, AuditCode::RoleRemoved)
        }
        (&Method::POST, paths::ADMIN_TOKENS) => (
            paths::ADMIN_TOKENS.to_owned(),
            json!({ "name": "ci", "scopes": ["ingest"] }),
            AuditCode::TokenAdded,
        ),
        (&Method::PUT, paths::ADMIN_TOKEN) => {
            let id = app.token(&[Scope::Ingest]).await.id;
            let body = json!({ "name": "renamed", "scopes": ["ingest"] });
            (paths::admin_token(id), body, AuditCode::TokenChanged)
        }
        (&Method::DELETE, paths::ADMIN_TOKEN) => {
            let id = app.token(&[Scope::Ingest]).await.id;
            (paths::admin_token(id), none, AuditCode::TokenRemoved)
        }
        (method, path) => panic!("say here what {method} {path} is sent, and what it records"),
    }
}
