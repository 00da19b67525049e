//! The dashboard picker: where one is, and on opening where else one can go.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::base::at;
use crate::erased::part;
use crate::live::client::{self, ClientError};
use crate::shell::Disclosure;
use protocol::{Dashboard, paths};

/// What the list shows.
#[derive(Clone, PartialEq)]
enum Listed {
    Loading,
    Failed(ClientError),
    /// Address and title of each dashboard.
    Known(Vec<(String, String)>),
}

/// The picker, in the header.
#[component]
pub fn DashboardPicker(
    /// The dashboard that is open.
    title: String,
) -> impl IntoView {
    let mark = view! {
        {title}
        <span class="caret" aria-hidden="true">"▾"</span>
    };
    view! { <Chooser class="picker" title="Choose a dashboard" mark=mark.into_any()/> }
}

/// The same choice in the menu of a narrow screen.
#[component]
pub fn DashboardMenu() -> impl IntoView {
    let mark = view! {
        "All dashboards"
        <span class="caret" aria-hidden="true">"▾"</span>
    };
    view! { <Chooser class="sub-menu" title="All dashboards" mark=mark.into_any()/> }
}

#[component]
fn Chooser(class: &'static str, title: &'static str, mark: AnyView) -> impl IntoView {
    let listed = RwSignal::new(Listed::Loading);
    // Loaded at each opening: somebody may have made one meanwhile.
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = client::get::<Vec<Dashboard>>(paths::DASHBOARDS).await;
            listed.set(match answer {
                Ok(all) => Listed::Known(all.into_iter().map(entry).collect()),
                Err(error) => Listed::Failed(error),
            });
        });
    });
    let rows = move || match listed.get() {
        Listed::Loading => view! { <li class="hint">"Loading…"</li> }.into_any(),
        Listed::Failed(error) => view! { <li class="problem">{error.to_string()}</li> }.into_any(),
        Listed::Known(all) => all.into_iter().map(row).collect_view().into_any(),
    };
    view! {
        <Disclosure class title mark on_open=load>
            <ul>{part(rows)}</ul>
        </Disclosure>
    }
}

fn entry(dashboard: Dashboard) -> (String, String) {
    (at(&paths::dashboard_page(&dashboard.id)), dashboard.title)
}

fn row((address, title): (String, String)) -> impl IntoView {
    view! {
        <li>
            <a href=address>
                {title}
            </a>
        </li>
    }
}
