//! The metrics of a widget: add, remove, put in another order.

use leptos::prelude::*;
use protocol::Metric;

use super::fields::{self, About};
use super::metric::metric;
use super::{Panel, model};
use crate::browser;
use crate::editor::catalogue::suggest;
use crate::erased::{CollectAny, part};

/// The list of names that fields of metrics complete from.
pub const NAMES: &str = "panel-names";

/// All metrics, and a field that adds one.
pub fn metrics(panel: Panel) -> impl IntoView {
    let count = panel.follow(|widget| widget.metrics.len());
    let typed = RwSignal::new(String::new());
    let add = Callback::new(move |name: String| {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return;
        }
        let kind = panel.now(|widget| Some(widget.kind));
        let Some(kind) = kind else { return };
        let reference = panel.editor.metrics.with_untracked(|all| {
            let found = all.iter().find(|metric| metric.name == name);
            model::reference(&name, found, kind)
        });
        panel.change("metrics", |widget| widget.metrics.push(reference));
        // Set to what it is already, the field would keep what was typed.
        typed.set(name);
        typed.set(String::new());
    });
    let kind = panel.follow(|widget| Some(widget.kind));
    let names = move || {
        let fits = |metric: &&Metric| kind.get().is_some_and(|kind| suggest::fits(kind, metric));
        panel.editor.metrics.with(|all| {
            let fitting = all.iter().filter(fits);
            fitting
                .map(|metric| {
                    view! { <option value=metric.name.clone()>{metric.description.clone()}</option> }
                })
                .collect_any()
        })
    };
    let remove = Callback::new(move |at: usize| {
        panel.change("metrics", |widget| {
            if at < widget.metrics.len() {
                widget.metrics.remove(at);
            }
        });
        browser::focus_later("#panel-add-metric".into());
    });
    let step = Callback::new(move |(from, to): (usize, usize)| {
        panel.change("order of metrics", |widget| {
            model::moved(&mut widget.metrics, from, to);
        });
        let button = if to < from { "up" } else { "down" };
        browser::focus_later(format!("#panel-metric-{to} .{button}"));
    });
    let buttons = move |at: usize| {
        let is_last = move || at + 1 >= count.get();
        view! {
            <span class="panel-order">
                <button
                    type="button"
                    class="icon up"
                    aria-label=format!("Move metric {} up", at + 1)
                    aria-disabled=(at == 0).to_string()
                    on:click=move |_| { if at > 0 { step.run((at, at - 1)) } }
                >
                    "↑"
                </button>
                <button
                    type="button"
                    class="icon down"
                    aria-label=format!("Move metric {} down", at + 1)
                    aria-disabled=move || is_last().to_string()
                    on:click=move |_| { if !untrack(is_last) { step.run((at, at + 1)) } }
                >
                    "↓"
                </button>
                <button
                    type="button"
                    class="icon"
                    aria-label=format!("Remove metric {}", at + 1)
                    title="Remove"
                    on:click=move |_| remove.run(at)
                >
                    "×"
                </button>
            </span>
        }
    };
    let card = move |at: usize| {
        view! {
            <li id=format!("panel-metric-{at}") class="panel-metric">
                <div class="panel-head"><h4>{format!("Metric {}", at + 1)}</h4>{buttons(at)}</div>
                {metric(panel, at, false)}
            </li>
        }
    };
    let whole = move || {
        let faults = panel.faults.read();
        let found = faults.iter().find(|fault| fault.path == "metrics");
        found.map(|fault| fault.message.clone())
    };
    let about = About::new("add.metric", "Add a metric");
    view! {
        <section class="panel-part" aria-labelledby="panel-metrics">
            <h3 id="panel-metrics">"Metrics"</h3>
            <datalist id=NAMES>{part(names)}</datalist>
            <ol class="panel-metrics">
                <For each=move || 0..count.get() key=|at| *at children=card/>
            </ol>
            <p class="problem">{part(whole)}</p>
            {fields::line(panel, about, "Name of a metric".into(), Some(NAMES.into()), typed.into(), add, true)}
        </section>
    }
}
