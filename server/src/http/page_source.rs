//! What pages load their data from: the database and the pipeline, as one user may see them.

use std::sync::{Arc, Mutex, PoisonError};

use app::source::{Answer, Muted, PageSource, ShownDashboard, SourceFailed};
use axum::extract::Query;
use axum::http::Uri;
use futures::FutureExt;
use protocol::{
    AccountBoot, Action, Dashboard, DashboardIndex, DashboardPreferences, Invitation, Me, Metric,
    Preferences, RoleDefaults, Roles, Session, TextNode, Token, User, VariableParams, VersionsBoot,
};

use super::{
    Error, dashboard_files, dashboards, defaults, links, preferences, sessions, tokens, users,
    variables,
};
use crate::access::{Access, Principal, Visible, permit};
use crate::clock;
use crate::markdown;
use crate::state::AppState;

/// The source for one user.
pub struct UserSource<'a> {
    app: &'a AppState,
    principal: Principal,
    visible: Arc<Visible>,
    failed: Mutex<Option<Error>>,
    /// What the address asks for of a dashboard's variables.
    asked: VariableParams,
}

impl<'a> UserSource<'a> {
    /// For this user, of the page at this address.
    pub fn new(app: &'a AppState, principal: Principal, uri: &Uri) -> UserSource<'a> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let Query(pairs) = pairs.unwrap_or_default();
        let pairs = pairs.iter().map(|(key, value)| (&**key, &**value));
        UserSource {
            visible: app.access.visibility(&principal),
            app,
            principal,
            failed: Mutex::new(None),
            asked: VariableParams::of_page(pairs),
        }
    }

    /// Why an answer failed.
    pub fn error(&self) -> Error {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = || Error::internal("a page failed to load, and no reason was kept");
        failed.take().unwrap_or_else(unknown)
    }

    /// What admins alone may ask: a page that loads it and is in the table for others fails.
    fn admin(&self) -> Result<&Access, Error> {
        permit(Some(&self.principal), Action::Admin)?;
        Ok(&self.app.access)
    }

    fn kept<T>(&self, answer: Result<T, Error>) -> Result<T, SourceFailed> {
        answer.map_err(|error| {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            *failed = Some(error);
            SourceFailed
        })
    }
}

impl PageSource for UserSource<'_> {
    fn me(&self) -> Me {
        self.principal.me()
    }

    fn metrics(&self) -> Vec<Metric> {
        let list = self.app.metrics.list();
        let metrics = list.iter();
        let visible = metrics.filter(|(id, _)| self.visible.contains(*id));
        visible.map(|(_, metric)| metric.clone()).collect()
    }

    fn parsed(&self, text: &str) -> Vec<TextNode> {
        markdown::parse(text)
    }

    fn series(&self, metric: &str) -> u32 {
        let found = self.app.metrics.list().find(metric);
        let visible = found.filter(|id| self.visible.contains(*id));
        let count = visible.map_or(0, |id| {
            self.app.pipeline.hub().series_count(id, &self.visible)
        });
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn home(&self) -> Answer<'_, String> {
        let home = defaults::home(self.app, &self.principal);
        Box::pin(home.map(|answer| self.kept(answer)))
    }

    fn defaults(&self) -> Answer<'_, RoleDefaults> {
        let set = defaults::of(self.app, &self.principal);
        Box::pin(set.map(|answer| self.kept(answer)))
    }

    fn muted(&self, own: &Preferences) -> Muted {
        defaults::muted(self.app, &self.principal, own)
    }

    fn dashboard<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Dashboard>> {
        let seen = dashboards::seen(self.app, &self.principal, id);
        Box::pin(seen.map(|answer| self.kept(answer)))
    }

    fn may_edit<'a>(&'a self, id: &'a str) -> Answer<'a, bool> {
        let may = dashboards::may_edit(self.app, &self.principal, id);
        Box::pin(may.map(|answer| self.kept(answer)))
    }

    fn shown(&self, document: Dashboard, own: &DashboardPreferences) -> ShownDashboard {
        let choices = variables::over(own, self.asked.clone());
        variables::shown(self.app, &self.principal, document, &choices)
    }

    fn versions<'a>(&'a self, id: &'a str) -> Answer<'a, Option<VersionsBoot>> {
        let kept = dashboard_files::page(self.app, &self.principal, id);
        Box::pin(kept.map(|answer| self.kept(answer)))
    }

    fn dashboards(&self) -> Answer<'_, Vec<Dashboard>> {
        let all = dashboards::all_seen(self.app, &self.principal);
        Box::pin(all.map(|answer| self.kept(answer)))
    }

    fn dashboard_index(&self) -> Answer<'_, DashboardIndex> {
        let index = dashboards::index_of(self.app, &self.principal);
        Box::pin(index.map(|answer| self.kept(answer)))
    }

    fn opened<'a>(&'a self, id: &'a str) -> Answer<'a, ()> {
        Box::pin(dashboards::opened(self.app, &self.principal, id).map(Ok))
    }

    fn preferences(&self) -> Answer<'_, Preferences> {
        let own = preferences::of(self.app, &self.principal);
        Box::pin(own.map(|answer| self.kept(answer)))
    }

    fn dashboard_preferences<'a>(&'a self, id: &'a str) -> Answer<'a, DashboardPreferences> {
        let own = preferences::of_dashboard(self.app, &self.principal, id);
        Box::pin(own.map(|answer| self.kept(answer)))
    }

    fn roles(&self) -> Answer<'_, Roles> {
        let roles = async { Ok(self.admin()?.roles().await?) };
        Box::pin(roles.map(|answer| self.kept(answer)))
    }

    fn users(&self) -> Answer<'_, Vec<User>> {
        let all = async {
            permit(Some(&self.principal), Action::Admin)?;
            users::all(self.app).await
        };
        Box::pin(all.map(|answer| self.kept(answer)))
    }

    fn tokens(&self) -> Answer<'_, Vec<Token>> {
        let all = async { tokens::all(self.admin()?).await };
        Box::pin(all.map(|answer| self.kept(answer)))
    }

    fn sessions(&self) -> Answer<'_, Vec<Session>> {
        let all = async {
            let asker = Some(&self.principal);
            let all = self.admin()?.sessions(None, asker, clock::now_ms()).await?;
            Ok(all)
        };
        Box::pin(all.map(|answer| self.kept(answer)))
    }

    fn invitations(&self) -> Answer<'_, Vec<Invitation>> {
        let open = async {
            permit(Some(&self.principal), Action::Invite)?;
            links::open_to(self.app, &self.principal).await
        };
        Box::pin(open.map(|answer| self.kept(answer)))
    }

    fn account(&self) -> Answer<'_, AccountBoot> {
        let own = account(self.app, &self.principal);
        Box::pin(own.map(|answer| self.kept(answer)))
    }

    fn now_ms(&self) -> i64 {
        clock::now_ms()
    }
}

/// What the page of the account loads.
async fn account(app: &AppState, principal: &Principal) -> Result<AccountBoot, Error> {
    let id = principal.person()?;
    Ok(AccountBoot {
        sessions: sessions::own_of(app, principal).await?,
        second_factor: app.access.second_factor(id).await?,
        tokens: app.access.tokens(Some(id)).await?,
        preferences: preferences::of(app, principal).await?,
        categories: defaults::categories(app, principal).into_iter().collect(),
        vouched: app.storage.is_identified(id).await?,
        now_ms: clock::now_ms(),
        ..AccountBoot::default()
    })
}
