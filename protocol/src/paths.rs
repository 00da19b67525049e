//! The addresses that server and page share: patterns as axum writes them, and functions that
//! fill their parameters in, escaped.

pub use crate::dashboard_paths::*;
pub use crate::edit_paths::*;
use crate::escape::escaped;
pub use crate::people_paths::*;
pub use crate::preview_paths::*;
pub use crate::variable_paths::*;

/// Everything below it answers with JSON.
pub const API: &str = "/api";
/// Whether the process answers.
pub const HEALTH: &str = "/health";
/// Whether everything that the server depends on answers.
pub const READY: &str = "/health/ready";
/// Everything below it is a protocol of others, such as OTLP.
pub const OTHERS: &str = "/v1";
/// Scripts, styles and WASM of the site.
pub const PACKAGE: &str = "/pkg";

/// First segments of everything that the server answers; no base path begins with one of them.
pub const FIRST_SEGMENTS: [&str; 14] = [
    "api",
    "as",
    "health",
    "v1",
    "pkg",
    "d",
    "dashboards",
    "metrics-list",
    "admin",
    "sign-in",
    "setup",
    "join",
    "reset",
    "account",
];

/// Sign in (`POST`) and out (`DELETE`).
pub const SESSION: &str = "/api/session";
/// On to the provider of OpenID Connect; see [`oidc`].
pub const OIDC: &str = "/api/oidc";
/// Back from the provider of OpenID Connect.
pub const OIDC_CALLBACK: &str = "/api/oidc/callback";
/// Every route that the asker may use, as OpenAPI.
pub const OPENAPI: &str = "/api/openapi.json";
/// The signed-in user.
pub const ME: &str = "/api/me";
/// The password of the signed-in user.
pub const MY_PASSWORD: &str = "/api/me/password";
/// Tokens of one's own.
pub const MY_TOKENS: &str = "/api/me/tokens";
/// One token of one's own; see [`my_token`].
pub const MY_TOKEN: &str = "/api/me/tokens/{id}";
/// The name of the signed-in user.
pub const MY_NAME: &str = "/api/me/name";
/// Sessions of the signed-in user.
pub const MY_SESSIONS: &str = "/api/me/sessions";
/// One session of the signed-in user; see [`my_session`].
pub const MY_SESSION: &str = "/api/me/sessions/{id}";
/// The second factor of the signed-in user.
pub const MY_SECOND_FACTOR: &str = "/api/me/second-factor";
/// Takes the second factor of the signed-in user away.
pub const MY_SECOND_FACTOR_REMOVAL: &str = "/api/me/second-factor/removal";
/// New recovery codes of the signed-in user.
pub const MY_RECOVERY_CODES: &str = "/api/me/recovery-codes";
/// The visible part of the metric list.
pub const METRICS: &str = "/api/metrics";
/// Server-sent events.
pub const STREAM: &str = "/api/stream";
/// One metric over time.
pub const HISTORY: &str = "/api/history";
/// Several metrics over the same time, in columns.
pub const HISTORY_COLUMNS: &str = "/api/history/columns";
/// All dashboards.
pub const DASHBOARDS: &str = "/api/dashboards";
/// One dashboard; see [`dashboard`].
pub const DASHBOARD: &str = "/api/dashboards/{id}";
/// The person's preferences that hold for every dashboard.
pub const PREFERENCES: &str = "/api/preferences";
/// The person's preferences for one dashboard; see [`dashboard_preferences`].
pub const DASHBOARD_PREFERENCES: &str = "/api/preferences/{dashboard}";
/// Events from programs.
pub const EVENTS: &str = "/api/events";
/// Everything that came with one recent event; see [`event_fields`].
pub const EVENT: &str = "/api/events/{id}";
/// Annotations over a time.
pub const ANNOTATIONS: &str = "/api/annotations";
/// One annotation; see [`annotation`].
pub const ANNOTATION: &str = "/api/annotations/{id}";
/// A picture of one widget; see [`widget_picture`].
pub const WIDGET_PICTURE: &str = "/api/widgets/{dashboard}/{widget}";
/// Metrics from programs that send OTLP.
pub const OTLP_METRICS: &str = "/v1/metrics";
/// Makes the first admin: `POST {token, name, password}`.
pub const SETUP: &str = "/api/setup";
/// Accepts an invitation: `POST {token, name, password}`.
pub const INVITATION: &str = "/api/invitation";
/// A new password through a one-time link: `POST {token, password}`.
pub const PASSWORD_RESET: &str = "/api/password-reset";
/// Users, for admins.
pub const ADMIN_USERS: &str = "/api/admin/users";
/// One user, for admins; see [`admin_user`].
pub const ADMIN_USER: &str = "/api/admin/users/{id}";
/// The password of one user, for admins; see [`admin_user_password`].
pub const ADMIN_USER_PASSWORD: &str = "/api/admin/users/{id}/password";
/// The roles of one user, for admins; see [`admin_user_roles`].
pub const ADMIN_USER_ROLES: &str = "/api/admin/users/{id}/roles";
/// Whether one user is disabled, for admins; see [`admin_user_disabled`].
pub const ADMIN_USER_DISABLED: &str = "/api/admin/users/{id}/disabled";
/// The second factor of one user, for admins; see [`admin_user_second_factor`].
pub const ADMIN_USER_SECOND_FACTOR: &str = "/api/admin/users/{id}/second-factor";
/// A one-time link for a new password, for admins; see [`admin_user_reset_link`].
pub const ADMIN_USER_RESET_LINK: &str = "/api/admin/users/{id}/reset-link";
/// All sessions of one user, for admins; see [`admin_user_sessions`].
pub const ADMIN_USER_SESSIONS: &str = "/api/admin/users/{id}/sessions";
/// Everybody's sessions, for admins.
pub const ADMIN_SESSIONS: &str = "/api/admin/sessions";
/// One session of anybody, for admins; see [`admin_session`].
pub const ADMIN_SESSION: &str = "/api/admin/sessions/{id}";
/// Invitations, for admins.
pub const ADMIN_INVITATIONS: &str = "/api/admin/invitations";
/// One invitation, for admins; see [`admin_invitation`].
pub const ADMIN_INVITATION: &str = "/api/admin/invitations/{id}";
/// Roles, for admins.
pub const ADMIN_ROLES: &str = "/api/admin/roles";
/// One role, for admins; see [`admin_role`].
pub const ADMIN_ROLE: &str = "/api/admin/roles/{name}";
/// Tokens, for admins.
pub const ADMIN_TOKENS: &str = "/api/admin/tokens";
/// One token, for admins; see [`admin_token`].
pub const ADMIN_TOKEN: &str = "/api/admin/tokens/{id}";
/// The audit log, for admins; see [`AuditParams`](crate::AuditParams).
pub const ADMIN_AUDIT: &str = "/api/admin/audit";
/// The audit log as a file, for admins; see [`AuditParams`](crate::AuditParams).
pub const ADMIN_AUDIT_EXPORT: &str = "/api/admin/audit/export";
/// Series that are cleared up, for admins.
pub const ADMIN_SERIES: &str = "/api/admin/series";

/// Below it, and the name of a role, everything is as people of the role see it; see [`preview`].
pub const PREVIEW: &str = "/as";

/// The page that opens first: the built-in dashboard.
pub const HOME_PAGE: &str = "/";
/// The page of one dashboard; see [`dashboard_page`].
pub const DASHBOARD_PAGE: &str = "/d/{id}";
/// The page of all metrics. `/metrics` is where other programs expect numbers.
pub const METRICS_PAGE: &str = "/metrics-list";
/// The page of people, for admins.
pub const PEOPLE_PAGE: &str = "/admin/people";
/// The page of roles, for admins.
pub const ROLES_PAGE: &str = "/admin/roles";
/// The page of roles and the metrics that they see, for admins.
pub const VISIBILITY_PAGE: &str = "/admin/visibility";
/// The page of sessions, for admins.
pub const SESSIONS_PAGE: &str = "/admin/sessions";
/// The page of invitations, for those who may invite.
pub const INVITATIONS_PAGE: &str = "/admin/invitations";
/// The page of one's own account.
pub const ACCOUNT_PAGE: &str = "/account";
/// The page of tokens, for admins.
pub const TOKENS_PAGE: &str = "/admin/tokens";
/// The page of the audit log, for admins.
pub const AUDIT_PAGE: &str = "/admin/audit";
/// The sign-in page.
pub const SIGN_IN_PAGE: &str = "/sign-in";
/// The page that makes the first admin; see [`setup_page`].
pub const SETUP_PAGE: &str = "/setup/{token}";
/// The page that an invitation leads to; see [`invitation_page`].
pub const INVITATION_PAGE: &str = "/join/{token}";
/// The page that a link for a new password leads to; see [`reset_page`].
pub const RESET_PAGE: &str = "/reset/{token}";
/// Parameter of the sign-in page: the path that the browser goes to after signing in.
pub const NEXT: &str = "next";
/// Parameter of the sign-in page: the session of a page ended while it was open.
pub const ENDED: &str = "ended";
/// Parameter of the sign-in and set-up pages: the form was sent and rejected.
pub const FAILED: &str = "failed";
/// Value of [`FAILED`]: nothing was wrong, but there were too many attempts.
pub const LATER: &str = "later";
/// Value of [`FAILED`]: the provider of sign-in, or the person there, said no.
pub const DENIED: &str = "denied";
/// Value of [`FAILED`]: the provider of sign-in cannot be asked.
pub const NO_PROVIDER: &str = "no_provider";
/// Value of [`FAILED`]: the provider knows the person, and none of their groups has a role here.
pub const NO_ROLE: &str = "no_role";
/// Value of [`FAILED`]: the person's name at the provider is none for a user here, or is taken.
pub const NO_NAME: &str = "no_name";
/// Value of [`FAILED`]: the password was right, and a code of the second factor is missing.
pub const CODE: &str = "code";
/// Value of [`FAILED`]: the password was right, and the code of the second factor was wrong.
pub const WRONG_CODE: &str = "wrong-code";
/// Parameter of the same pages: the name that was in the form.
pub const NAME: &str = "name";

/// Ending of the name of a picture.
pub const PICTURE_SUFFIX: &str = ".svg";

/// One dashboard.
pub fn dashboard(id: &str) -> String {
    format!("{DASHBOARDS}/{}", escaped(id))
}

/// The person's preferences for one dashboard.
pub fn dashboard_preferences(dashboard: &str) -> String {
    format!("{PREFERENCES}/{}", escaped(dashboard))
}

/// One annotation.
pub fn annotation(id: i64) -> String {
    format!("{ANNOTATIONS}/{id}")
}

/// Everything that came with one recent event.
pub fn event_fields(id: u64) -> String {
    format!("{EVENTS}/{id}")
}

/// One user.
pub fn admin_user(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}")
}

/// The password of one user.
pub fn admin_user_password(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}/password")
}

/// The roles of one user.
pub fn admin_user_roles(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}/roles")
}

/// One role.
pub fn admin_role(name: &str) -> String {
    format!("{ADMIN_ROLES}/{}", escaped(name))
}

/// One token.
pub fn admin_token(id: i64) -> String {
    format!("{ADMIN_TOKENS}/{id}")
}

/// One token of one's own.
pub fn my_token(id: i64) -> String {
    format!("{MY_TOKENS}/{id}")
}

/// The picture of one widget, without parameters; see [`PictureParams`](crate::PictureParams).
pub fn widget_picture(dashboard: &str, widget: &str) -> String {
    let (dashboard, widget) = (escaped(dashboard), escaped(widget));
    format!("{API}/widgets/{dashboard}/{widget}{PICTURE_SUFFIX}")
}

/// The page of one dashboard.
pub fn dashboard_page(id: &str) -> String {
    format!("/d/{}", escaped(id))
}

/// The page that makes the first admin.
pub fn setup_page(token: &str) -> String {
    format!("/setup/{}", escaped(token))
}

/// `path` when a browser that is sent there stays on this site: the only rule about where signing in
/// leads, for server and page. Browsers read `//host` and `/\host` as another host, and leave tabs
/// and ends of lines out before they look.
pub fn local_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let stays = !rest.starts_with(['/', '\\']) && path.bytes().all(|byte| byte.is_ascii_graphic());
    stays.then_some(path)
}

/// Whether answers of this path are for programs: their errors are JSON and never a page.
pub fn is_api(path: &str) -> bool {
    [API, HEALTH, OTHERS]
        .iter()
        .any(|root| is_below(path, root))
}

/// Whether a path is `root` or below it.
pub fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each parameter of the pattern stands for one segment of the path.
    fn fits(pattern: &str, path: &str) -> bool {
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern.zip(path).all(|(pattern, path)| {
                pattern == path || (pattern.starts_with('{') && !path.is_empty())
            })
    }

    #[test]
    fn filled_paths_fit_their_patterns() {
        let wild = "a/b?c#d";
        for (pattern, path) in [
            (DASHBOARD, dashboard(wild)),
            (DASHBOARD_PREFERENCES, dashboard_preferences(wild)),
            (ANNOTATION, annotation(7)),
            (EVENT, event_fields(7)),
            (ADMIN_USER, admin_user(7)),
            (ADMIN_USER_PASSWORD, admin_user_password(7)),
            (ADMIN_USER_ROLES, admin_user_roles(7)),
            (ADMIN_USER_DISABLED, admin_user_disabled(7)),
            (ADMIN_USER_SECOND_FACTOR, admin_user_second_factor(7)),
            (ADMIN_USER_RESET_LINK, admin_user_reset_link(7)),
            (ADMIN_USER_SESSIONS, admin_user_sessions(7)),
            (ADMIN_SESSION, admin_session(wild)),
            (MY_SESSION, my_session(wild)),
            (ADMIN_INVITATION, admin_invitation(7)),
            (INVITATION_PAGE, invitation_page(wild)),
            (RESET_PAGE, reset_page(wild)),
            (ADMIN_ROLE, admin_role(wild)),
            (ADMIN_TOKEN, admin_token(7)),
            (MY_TOKEN, my_token(7)),
            (WIDGET_PICTURE, widget_picture(wild, wild)),
            (DASHBOARD_PAGE, dashboard_page(wild)),
            (SETUP_PAGE, setup_page(wild)),
        ] {
            assert!(fits(pattern, &path), "{pattern} {path}");
            assert!(!path.contains(['?', '#']), "{path}");
        }
        assert_eq!(
            widget_picture("system", "cpu"),
            "/api/widgets/system/cpu.svg"
        );
        assert_eq!(sign_in_page(None), "/sign-in");
        assert_eq!(
            sign_in_page(Some("/d/a?x=1")),
            "/sign-in?next=%2Fd%2Fa%3Fx%3D1"
        );
        assert_eq!(sign_in_again("", None), "/sign-in?failed=1&name=");
        assert_eq!(
            sign_in_later("a", Some("/d")),
            "/sign-in?failed=later&name=a&next=%2Fd"
        );
        assert_eq!(
            sign_in_again("a b", Some("/d")),
            "/sign-in?failed=1&name=a%20b&next=%2Fd"
        );
        assert_eq!(
            setup_again("a b", "c d"),
            "/setup/a%20b?failed=1&name=c%20d"
        );
    }

    #[test]
    fn a_next_that_leads_away_is_none() {
        for (path, want) in [
            ("/", true),
            ("/d/x?y=1", true),
            ("/d/%C3%A9?to=//x", true),
            ("/%09/evil.example", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/\t/evil.example/x", false),
            ("/\n\\evil.example", false),
            ("\t//evil.example", false),
            (" /d", false),
            ("/a\r\nset-cookie: x", false),
            ("/d/\u{e9} x", false),
        ] {
            assert_eq!(local_path(path).is_some(), want, "{path:?}");
        }
        assert_eq!(sign_in_form(None), "/api/session");
        assert_eq!(
            sign_in_form(Some("/d?x=1")),
            "/api/session?next=%2Fd%3Fx%3D1"
        );
    }

    #[test]
    fn paths_for_programs() {
        for (path, want) in [
            ("/api", true),
            ("/api/me", true),
            ("/api/", true),
            ("/apis", false),
            ("/health", true),
            (READY, true),
            (OTLP_METRICS, true),
            ("/v1", true),
            ("/v10", false),
            ("/", false),
            (SIGN_IN_PAGE, false),
        ] {
            assert_eq!(is_api(path), want, "{path}");
        }
    }
}
