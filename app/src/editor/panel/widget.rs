//! The panel of one widget.

use leptos::prelude::*;
use protocol::{Widget, WidgetKind};

use super::fields::{self, About};
use super::json::json;
use super::kinds::kinds;
use super::metrics::metrics;
use super::several::Actions;
use super::{Panel, model, options};
use crate::editor::Editor;
use crate::editor::catalogue::sheets::Sheets;
use crate::erased::{CollectAny, part};
use crate::kinds::schema;
use crate::widgets::kind::Metrics;

/// What fields explain themselves: faults elsewhere stand at the top.
const OF_FIELDS: [&str; 3] = ["title", "metrics", "options"];

/// The panel of one widget.
#[component]
pub fn WidgetPanel(
    /// Its id.
    id: String,
    /// Its kind.
    kind: WidgetKind,
) -> impl IntoView {
    let panel = Panel::new(expect_context::<Editor>(), id);
    let sheets = expect_context::<Sheets>();
    let schema = schema(kind);
    let title = panel.follow(|widget| widget.title.clone());
    let rename = Callback::new(move |typed: String| {
        // Called by itself: what the widget is called changes with every letter.
        let rename = |widget: &mut Widget| widget.title = typed;
        panel.editor.change_widget("title", &panel.id(), rename);
    });
    let named = move || match title.get().trim() {
        "" => "Widget without a title".to_owned(),
        title => title.to_owned(),
    };
    let elsewhere = move || {
        let faults = panel.faults.get();
        let faults = faults.into_iter().filter(|fault| {
            let is_shown = |path: &&str| model::is_at(&fault.path, path);
            !OF_FIELDS.iter().any(is_shown)
        });
        faults
            .map(|fault| view! { <li>{fault.path}": "{fault.message}</li> })
            .collect_any()
    };
    let unknown = panel.follow(move |widget| options::unknown(widget, schema.options));
    let strangers = move || {
        let names = unknown.get().into_iter();
        names.map(|name| stranger(panel, name)).collect_any()
    };
    let shows_metrics = !matches!(schema.metrics, Metrics::None);
    view! {
        <div class="panel-head">
            <h2>{part(named)}</h2>
            <button
                type="button"
                class="icon sheet-close"
                aria-label="Close the options"
                on:click=move |_| sheets.close()
            >
                "×"
            </button>
        </div>
        <ul class="problem">{part(elsewhere)}</ul>
        {fields::line(panel, About::new("title", "Title"), String::new(), None, title.into(), rename, false)}
        <section class="panel-part" aria-labelledby="panel-kind">
            <h3 id="panel-kind">"Shown as"</h3>
            {kinds(panel, kind)}
        </section>
        {shows_metrics.then(|| metrics(panel))}
        <section class="panel-part" aria-labelledby="panel-options">
            <h3 id="panel-options">"Options"</h3>
            {part(strangers)}
            {schema.options.iter().map(|spec| options::option(panel, spec)).collect_any()}
        </section>
        <Actions/>
        {json(panel)}
    }
}

/// An option that the kind does not have: what is wrong, and how to be rid of it.
fn stranger(panel: Panel, name: String) -> impl IntoView {
    let fault = panel.fault(format!("options.{name}"));
    let label = format!("Remove the option {name}");
    let removed = name.clone();
    let remove = move |_| {
        panel.change(&removed, |widget| drop(widget.options.remove(&removed)));
    };
    view! {
        <div class="panel-field broken">
            <div class="panel-label">
                <span>{model::words(&name)}</span>
                <button type="button" class="link" aria-label=label on:click=remove>"Remove"</button>
            </div>
            <p class="problem">{part(move || fault.get())}</p>
        </div>
    }
}
