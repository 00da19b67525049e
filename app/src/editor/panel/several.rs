//! What can be done with any number of widgets: duplicate, delete, move to another dashboard.
//!
//! Invariant: widgets leave this dashboard only once the other one has them.

use leptos::prelude::*;
use protocol::{Dashboard, DashboardLink, Widget, paths};

use crate::editor::{Editor, layout};
use crate::erased::{CollectAny, part};
use crate::live::client::{self, ClientError};
use crate::shell::task::{Problem, Task};
use crate::shell::toast::Toast;

/// The panel of several widgets.
#[component]
pub fn Several() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let count = move || editor.selected.with(|selected| selected.len());
    let titles = move || {
        let all = chosen(editor).into_iter();
        all.map(|widget| view! { <li>{widget.title}</li> })
            .collect_any()
    };
    view! {
        <h2>{part(move || format!("{} widgets are selected", count()))}</h2>
        <ul class="panel-titles">{part(titles)}</ul>
        <Actions/>
    }
}

/// The widgets that are selected; reactive.
fn chosen(editor: Editor) -> Vec<Widget> {
    let all = editor.document.with(|document| document.widgets.clone());
    let is_chosen = |widget: &Widget| editor.selected.with(|all| all.contains(&widget.id));
    all.into_iter().filter(is_chosen).collect()
}

/// What can be done with all that is selected.
#[component]
pub fn Actions() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let toast = use_context::<Toast>();
    let others = RwSignal::new(None::<Vec<DashboardLink>>);
    let task = Task::new();
    let here = editor
        .document
        .with_untracked(|document| document.id.clone());
    let ask = move |_| {
        let here = here.clone();
        task.run(async move {
            let all = client::get::<Vec<Dashboard>>(paths::DASHBOARDS).await?;
            let all = all.into_iter().filter(|one| one.id != here);
            let links = all.map(|one| DashboardLink {
                id: one.id,
                title: one.title,
            });
            others.try_set(Some(links.collect()));
            Ok(())
        });
    };
    let go = move |event: leptos::ev::Event| {
        let to = event_target_value(&event);
        if to.is_empty() {
            return;
        }
        let widgets = untrack(|| chosen(editor));
        task.run(async move {
            let count = widgets.len();
            let ids = widgets.iter().map(|widget| widget.id.clone()).collect();
            let title = hand_over(&to, widgets).await?;
            editor.remove(&ids);
            others.try_set(None);
            if let Some(toast) = toast {
                let words = if count == 1 {
                    "The widget is"
                } else {
                    "The widgets are"
                };
                toast.show(format!(
                    "{words} on {title}. Save this dashboard to remove them here."
                ));
            }
            Ok(())
        });
    };
    let choices = move || {
        others.get().map(|links| {
            let options = links.into_iter().map(|link| {
                view! { <option value=link.id>{link.title}</option> }
            });
            view! {
                <label class="panel-move">
                    "Move to"
                    <select on:change=go disabled=move || task.is_busy()>
                        <option value="">"Choose a dashboard"</option>
                        {options.collect_any()}
                    </select>
                </label>
            }
        })
    };
    let selected = move || editor.selected.get_untracked();
    view! {
        <div class="panel-actions" role="group" aria-label="Do with what is selected">
            <button type="button" on:click=move |_| editor.duplicate(&selected())>"Duplicate"</button>
            <button type="button" on:click=ask disabled=move || task.is_busy()>
                "Move to a dashboard…"
            </button>
            <button type="button" class="danger" on:click=move |_| editor.remove(&selected())>
                "Delete"
            </button>
        </div>
        {part(choices)}
        <Problem task/>
    }
}

/// Adds widgets below those of another dashboard, and answers what that is called. Saved by somebody else
/// in between, it is read once more.
async fn hand_over(to: &str, widgets: Vec<Widget>) -> Result<String, ClientError> {
    let address = paths::dashboard(to);
    let mut is_second = false;
    loop {
        let mut other: Dashboard = client::get(&address).await?;
        layout::add(&mut other, widgets.clone(), None);
        match client::put::<Dashboard>(&address, &other).await {
            Ok(saved) => return Ok(saved.title),
            Err(ClientError::Rejected {
                code: protocol::ErrorCode::StaleVersion,
                ..
            }) if !is_second => is_second = true,
            Err(error) => return Err(error),
        }
    }
}
