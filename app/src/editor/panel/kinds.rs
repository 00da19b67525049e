//! The kinds that a widget can become, each one click: those that show its metrics first.

use leptos::prelude::*;
use protocol::WidgetKind;

use super::Panel;
use crate::editor::catalogue::convert::Memory;
use crate::editor::catalogue::suggest;
use crate::erased::CollectAny;
use crate::kinds::{KINDS, kind, schema};
use crate::widgets::kind::Metrics;

/// The kinds as buttons.
pub fn kinds(panel: Panel, now: WidgetKind) -> impl IntoView {
    let memory = expect_context::<StoredValue<Memory>>();
    let first = panel.follow(|widget| widget.metrics.first().map(|one| one.metric.clone()));
    let metric = Memo::new(move |_| {
        let name = first.get()?;
        let all = panel.editor.metrics.read();
        all.iter().find(|metric| metric.name == name).cloned()
    });
    let become_one = move |to: WidgetKind| {
        let before = panel
            .id
            .with_value(|id| untrack(|| panel.editor.widget(id)));
        let Some(before) = before else { return };
        let after = panel.editor.metrics.with_untracked(|all| {
            let find = |name: &str| all.iter().find(|metric| metric.name == name);
            memory.try_update_value(|memory| memory.convert(&before, to, &find))
        });
        if let Some(after) = after {
            panel.change("kind", |widget| *widget = after);
        }
    };
    let button = move |of: WidgetKind| {
        let fits = move || {
            metric.with(|metric| match (metric, schema(of).metrics) {
                (None, _) | (_, Metrics::None) => true,
                (Some(metric), _) => suggest::fits(of, metric),
            })
        };
        let why = move || match schema(of).metrics {
            Metrics::Only(_, words) if !fits() => words,
            _ => "",
        };
        view! {
            <button
                type="button"
                class="kind"
                class:unfit=move || !fits()
                title=why
                aria-pressed=(of == now).to_string()
                on:click=move |_| become_one(of)
            >
                {kind(of).title}
            </button>
        }
    };
    view! {
        <div class="panel-kinds" role="group" aria-label="Kind">
            {KINDS.iter().map(|one| one.kind).map(button).collect_any()}
        </div>
    }
}
