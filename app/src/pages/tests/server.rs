//! A server that pages load from, and pages as they are rendered over what it gives.

use std::collections::BTreeMap;
use std::future::ready;

use futures::FutureExt;
use leptos::prelude::*;
use protocol::{
    AccountBoot, AuditActor, AuditActorKind, Dashboard, DashboardEntry, DashboardIndex,
    DashboardLink, DashboardPreferences, DashboardVersion, Grant, Invitation, Me, Metric,
    OpenOfUser, Preferences, Right, Role, RoleDefaults, Roles, Scope, SecondFactor, Session,
    TextNode, Token, User, VersionsBoot, Widget,
};

use crate::address::Address;
use crate::pages::{App, FoundView, PAGES};
use crate::shell::boot::BootText;
use crate::shell::form::FormState;
use crate::shell::page::{LoadError, Loaded};
use crate::shell::source::{Answer, Muted, PageSource, ShownDashboard, SourceFailed};
use crate::testing::{MARKUP, TestPage, html, metrics, store, words};

const NOW_MS: i64 = 1_700_000_000_000;

/// A server that shows this user these metrics and dashboards.
pub(super) struct Server {
    pub metrics: Vec<Metric>,
    pub dashboards: BTreeMap<String, Dashboard>,
    pub fails: bool,
    /// What the signed-in user is.
    pub me: Me,
}

impl Server {
    pub(super) fn new(widgets: Vec<Widget>) -> Server {
        let dashboard = Dashboard {
            id: "shop".into(),
            title: MARKUP.into(),
            version: 1,
            widgets,
            ..Dashboard::default()
        };
        Server {
            metrics: metrics(),
            dashboards: BTreeMap::from([(dashboard.id.clone(), dashboard)]),
            fails: false,
            me: Me {
                name: "ada".into(),
                roles: vec!["ops".into()],
                ..Me::default()
            },
        }
    }

    fn answer<T: Send + 'static>(&self, value: T) -> Answer<'_, T> {
        Box::pin(ready(if self.fails {
            Err(SourceFailed)
        } else {
            Ok(value)
        }))
    }
}

impl PageSource for Server {
    fn me(&self) -> Me {
        self.me.clone()
    }

    fn metrics(&self) -> Vec<Metric> {
        self.metrics.clone()
    }

    fn parsed(&self, _: &str) -> Vec<TextNode> {
        words()
    }

    fn shown(&self, document: Dashboard, _: &DashboardPreferences) -> ShownDashboard {
        ShownDashboard {
            texts: crate::widgets::texts(&document.widgets, |_| words()),
            dashboard: document,
            variables: None,
        }
    }

    fn series(&self, metric: &str) -> u32 {
        metric.len() as u32
    }

    fn home(&self) -> Answer<'_, String> {
        self.answer("shop".to_owned())
    }

    fn defaults(&self) -> Answer<'_, RoleDefaults> {
        self.answer(RoleDefaults {
            home: Some("shop".into()),
            order: vec!["shop".into()],
            muted: vec!["Web".into()],
        })
    }

    fn muted(&self, own: &Preferences) -> Muted {
        Muted {
            categories: own.muted.clone().unwrap_or_default(),
            events: Vec::new(),
        }
    }

    fn dashboard<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Dashboard>> {
        self.answer(self.dashboards.get(id).cloned())
    }

    fn may_edit<'a>(&'a self, _: &'a str) -> Answer<'a, bool> {
        self.answer(self.me.may(Right::EditDashboards))
    }

    fn versions<'a>(&'a self, id: &'a str) -> Answer<'a, Option<VersionsBoot>> {
        let found = self.dashboards.get(id).map(|dashboard| {
            let version = |version: u64, changes: &[&str]| DashboardVersion {
                version,
                t: NOW_MS - 120_000,
                who: (version > 1).then(|| AuditActor {
                    kind: AuditActorKind::User,
                    id: Some(7),
                    name: MARKUP.into(),
                }),
                changes: changes.iter().map(|words| (*words).to_owned()).collect(),
            };
            VersionsBoot {
                dashboard: DashboardLink {
                    id: dashboard.id.clone(),
                    title: dashboard.title.clone(),
                },
                versions: vec![version(2, &["CPU: moved", MARKUP]), version(1, &[])],
                may_restore: self.me.may(Right::EditDashboards),
                file: None,
                now_ms: NOW_MS,
            }
        });
        self.answer(found)
    }

    fn dashboards(&self) -> Answer<'_, Vec<Dashboard>> {
        self.answer(self.dashboards.values().cloned().collect())
    }

    fn dashboard_index(&self) -> Answer<'_, DashboardIndex> {
        let entries = self.dashboards.values().map(|one| DashboardEntry {
            id: one.id.clone(),
            title: one.title.clone(),
            description: MARKUP.into(),
            tags: vec![MARKUP.into()],
            version: one.version,
            shared: true,
            may_read: true,
            may_edit: self.me.admin,
            ..DashboardEntry::default()
        });
        self.answer(DashboardIndex {
            dashboards: entries.collect(),
            home: "shop".into(),
            ..DashboardIndex::default()
        })
    }

    fn opened<'a>(&'a self, _: &'a str) -> Answer<'a, ()> {
        self.answer(())
    }

    fn preferences(&self) -> Answer<'_, Preferences> {
        self.answer(Preferences {
            range_s: Some(900),
            zone: Some("utc".into()),
            ..Preferences::default()
        })
    }

    fn dashboard_preferences<'a>(&'a self, _: &'a str) -> Answer<'a, DashboardPreferences> {
        self.answer(DashboardPreferences::default())
    }

    fn roles(&self) -> Answer<'_, Roles> {
        let role = Role {
            name: "shop".into(),
            version: 3,
            description: MARKUP.into(),
            metrics: vec![Grant::pattern("*e*")],
            ..Role::default()
        };
        self.answer(Roles {
            built_in: ["admin", "viewer"].map(String::from).into(),
            roles: vec![role],
        })
    }

    fn users(&self) -> Answer<'_, Vec<User>> {
        self.answer(vec![User {
            id: 7,
            name: MARKUP.into(),
            roles: vec!["shop".into(), "viewer".into()],
            created_ms: NOW_MS - 3 * 86_400_000,
            last_seen_ms: Some(NOW_MS),
            disabled: false,
            second_factor: false,
            open: Some(OpenOfUser {
                sessions: 2,
                streams: 1,
                tokens: 0,
            }),
        }])
    }

    fn tokens(&self) -> Answer<'_, Vec<Token>> {
        self.answer(vec![Token {
            id: 5,
            name: MARKUP.into(),
            description: MARKUP.into(),
            scopes: vec![Scope::Ingest],
            created_ms: NOW_MS - 60_000,
            expires_ms: None,
            last_used_ms: None,
            owner: None,
        }])
    }

    fn sessions(&self) -> Answer<'_, Vec<Session>> {
        self.answer(vec![session(true), session(false)])
    }

    fn invitations(&self) -> Answer<'_, Vec<Invitation>> {
        self.answer(vec![Invitation {
            id: 4,
            roles: vec!["viewer".into()],
            note: MARKUP.into(),
            made_by: MARKUP.into(),
            created_ms: NOW_MS - 60_000,
            expires_ms: NOW_MS + 3_600_000,
        }])
    }

    fn account(&self) -> Answer<'_, AccountBoot> {
        self.answer(AccountBoot {
            sessions: vec![session(true), session(false)],
            second_factor: SecondFactor {
                on: true,
                recovery_codes: 9,
            },
            now_ms: NOW_MS,
            ..AccountBoot::default()
        })
    }

    fn now_ms(&self) -> i64 {
        NOW_MS
    }
}

fn session(current: bool) -> Session {
    Session {
        id: if current { "here" } else { "there" }.into(),
        user_id: 7,
        user: MARKUP.into(),
        device: MARKUP.into(),
        address: "10.0.0.7".into(),
        created_ms: NOW_MS - 3 * 86_400_000,
        last_seen_ms: NOW_MS - 60_000,
        expires_ms: NOW_MS + 86_400_000,
        current,
    }
}

pub(super) fn load(server: &Server, path: &str) -> Option<Result<Loaded, LoadError>> {
    let (index, parameter) = super::super::found(path).expect("a page");
    PAGES[index].load.map(|load| {
        load(server, parameter)
            .now_or_never()
            .expect("nothing to wait for")
    })
}

/// The page at an address, as the program with all pages renders it, over what was loaded.
pub(super) fn show(server: &Server, path: &str, search: &str) -> String {
    show_form(server, path, search, FormState::Open)
}

pub(super) fn show_form(server: &Server, path: &str, search: &str, state: FormState) -> String {
    let _page = TestPage::new(store(&[]), Vec::new());
    provide_context(Address {
        path: path.into(),
        search: search.into(),
    });
    if let Some(Ok(loaded)) = load(server, path) {
        provide_context(BootText::new(&loaded.json));
    }
    provide_context(state);
    let (index, parameter) = super::super::found(path).expect("a page");
    provide_context(FoundView(PAGES[index].view, parameter.into()));
    html(view! { <App/> })
}
