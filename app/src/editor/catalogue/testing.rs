//! A page that edits, in a test without a browser.

use leptos::prelude::*;
use protocol::{Boot, DashboardBoot, Me, Widget};

use super::CatalogueState;
use crate::editor::Editor;
use crate::testing::{TestPage, metrics, store};

/// The page; its signals live as long as it.
pub struct EditPage {
    /// Clock, network and store.
    pub page: TestPage,
    /// What is edited.
    pub editor: Editor,
}

impl EditPage {
    /// A page that edits a dashboard of these widgets, with two routes of each metric.
    pub fn new(widgets: Vec<Widget>) -> EditPage {
        let page = TestPage::new(store(&[("/tea", 1.0), ("/cup", 2.0)]), widgets);
        let boot = Boot {
            me: Me::default(),
            page: DashboardBoot {
                metrics: metrics(),
                dashboard: page.arrangement.dashboard.get_untracked(),
                preferences: Default::default(),
                dashboard_preferences: Default::default(),
                texts: Default::default(),
                muted: Vec::new(),
                muted_events: Vec::new(),
                may_edit: true,
                variables: None,
            },
        };
        let editor = Editor::new(&boot);
        provide_context(editor);
        CatalogueState::provide(editor);
        EditPage { page, editor }
    }
}
