//! Where pages load their data from. The server implements it for the signed-in user; pages know
//! neither its routes nor its database.
//!
//! Invariant: every answer holds only what this user may see.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use protocol::{
    AccountBoot, Dashboard, DashboardIndex, DashboardPreferences, Invitation, Me, Metric,
    Preferences, RoleDefaults, Roles, Session, TextNode, Token, User, VersionsBoot,
};

/// The server as pages see it, for one signed-in user.
pub trait PageSource: Sync {
    /// The user.
    fn me(&self) -> Me;

    /// Every visible metric, in the order of the metric list.
    fn metrics(&self) -> Vec<Metric>;

    /// Markdown as a tree.
    fn parsed(&self, markdown: &str) -> Vec<TextNode>;

    /// Number of series of a metric now; 0 for one that is not visible.
    fn series(&self, metric: &str) -> u32;

    /// The id of the dashboard that opens first: one that is there.
    fn home(&self) -> Answer<'_, String>;

    /// What the user's roles set, without what the user chose.
    fn defaults(&self) -> Answer<'_, RoleDefaults>;

    /// What lists leave out for the user with these preferences.
    fn muted(&self, own: &Preferences) -> Muted;

    /// A dashboard by its id.
    fn dashboard<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Dashboard>>;

    /// Whether the user may change a dashboard that is there, or make one of that id.
    fn may_edit<'a>(&'a self, id: &'a str) -> Answer<'a, bool>;

    /// A dashboard as it is shown when the address is asked for, to the user with these preferences.
    fn shown(&self, document: Dashboard, own: &DashboardPreferences) -> ShownDashboard;

    /// The versions of a dashboard that are kept.
    fn versions<'a>(&'a self, id: &'a str) -> Answer<'a, Option<VersionsBoot>>;

    /// All dashboards, in the user's order.
    fn dashboards(&self) -> Answer<'_, Vec<Dashboard>>;

    /// What a list of dashboards shows, in the user's order.
    fn dashboard_index(&self) -> Answer<'_, DashboardIndex>;

    /// Keeps that the user opened a dashboard.
    fn opened<'a>(&'a self, id: &'a str) -> Answer<'a, ()>;

    /// What the user changed for every dashboard.
    fn preferences(&self) -> Answer<'_, Preferences>;

    /// What the user changed about one dashboard.
    fn dashboard_preferences<'a>(&'a self, id: &'a str) -> Answer<'a, DashboardPreferences>;

    /// Every role that a user can have; for admins.
    fn roles(&self) -> Answer<'_, Roles>;

    /// Every user, by name; for admins.
    fn users(&self) -> Answer<'_, Vec<User>>;

    /// Every token, by id; for admins.
    fn tokens(&self) -> Answer<'_, Vec<Token>>;

    /// Everybody's sessions, last seen first; for admins.
    fn sessions(&self) -> Answer<'_, Vec<Session>>;

    /// Invitations that still work and that the user may see, newest first; for those who may invite.
    fn invitations(&self) -> Answer<'_, Vec<Invitation>>;

    /// The account of the user.
    fn account(&self) -> Answer<'_, AccountBoot>;

    /// The time of the server, in ms since the epoch.
    fn now_ms(&self) -> i64;
}

/// A dashboard as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownDashboard {
    /// With what is chosen in the place of its variables.
    pub dashboard: Dashboard,
    /// What its texts say, by widget.
    pub texts: BTreeMap<String, Vec<TextNode>>,
    /// What is chosen of its variables, as an address carries it; none when it has none.
    pub variables: Option<String>,
}

/// What lists leave out until somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Muted {
    /// Categories of metrics.
    pub categories: Vec<String>,
    /// Names of the events that feed only metrics of these, as far as the user sees them.
    pub events: Vec<String>,
}

/// An answer on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, SourceFailed>> + Send + 'a>>;

/// The source could not answer. It holds the reason itself, since its errors are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFailed;
