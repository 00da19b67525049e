//! What the documents of the pages for admins, and of the account, begin with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    DashboardLink, Invitation, Preferences, RoleDefaults, Roles, SecondFactor, Session, Token, User,
};

/// What the pages Roles and Visibility load.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesBoot {
    /// Every role.
    pub roles: Roles,
    /// Every metric, in the order of the metric list.
    pub metrics: Vec<AccessMetric>,
    /// How many users have a role, by its name; roles that nobody has are left out.
    pub holders: BTreeMap<String, u32>,
    /// Every dashboard: what can be opened to people who are not signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dashboards: Vec<DashboardLink>,
}

/// What decides who sees a metric.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessMetric {
    /// Its name.
    pub name: String,
    /// The heading that it is listed under; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Only users with one of these roles see it; none asks for no role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_roles: Vec<String>,
    /// Its tags, which conditions name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What the page People loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleBoot {
    /// Every user, by name.
    pub users: Vec<User>,
    /// Names of all roles that a user can have.
    pub roles: Vec<String>,
    /// When the page was loaded, in ms since the epoch.
    pub now_ms: i64,
}

/// What the page Sessions loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsBoot {
    /// Everybody's sessions, last seen first.
    pub sessions: Vec<Session>,
    /// When the page was loaded, in ms since the epoch.
    pub now_ms: i64,
}

/// What the page Invitations loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationsBoot {
    /// Invitations that still work, newest first.
    pub invitations: Vec<Invitation>,
    /// Names of the roles that the person may give.
    pub roles: Vec<String>,
    /// When the page was loaded, in ms since the epoch.
    pub now_ms: i64,
}

/// What the page Account loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBoot {
    /// One's own sessions, last seen first.
    pub sessions: Vec<Session>,
    /// Whether signing in takes a code as well.
    pub second_factor: SecondFactor,
    /// One's own tokens.
    pub tokens: Vec<Token>,
    /// What holds for every dashboard.
    pub preferences: Preferences,
    /// What one's roles set, as far as one may see it.
    #[serde(default, skip_serializing_if = "RoleDefaults::is_empty")]
    pub defaults: RoleDefaults,
    /// The dashboards that one may open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dashboards: Vec<DashboardLink>,
    /// The categories of metrics that one sees, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Whether one signs in with a provider of OpenID Connect.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vouched: bool,
    /// When the page was loaded, in ms since the epoch.
    pub now_ms: i64,
}

/// What the page Tokens loads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokensBoot {
    /// Every token, by id.
    pub tokens: Vec<Token>,
    /// Names of all users, whose a token can be.
    pub people: Vec<String>,
    /// When the page was loaded, in ms since the epoch.
    pub now_ms: i64,
}
