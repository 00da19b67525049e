//! The widget as JSON, editable: what is valid is applied as one types, what is not is explained and changes
//! nothing.

use leptos::html;
use leptos::prelude::*;
use protocol::{Dashboard, Metric, Variable, Widget};

use super::Panel;
use crate::check;
use crate::erased::{CollectAny, effect, part};

/// The JSON of the widget.
pub fn json(panel: Panel) -> impl IntoView {
    let written = panel.follow(written);
    let text = RwSignal::new(written.get_untracked());
    let problems = RwSignal::new(Vec::<String>::new());
    let field = NodeRef::<html::Textarea>::new();
    // What is changed elsewhere stands here too, unless somebody writes here.
    effect(move || {
        let now = written.get();
        let has_focus = field.get_untracked().is_some_and(|field| {
            document().active_element() == Some(web_sys::Element::from((*field).clone()))
        });
        if !has_focus {
            text.set(now);
            problems.set(Vec::new());
        }
    });
    let input = move |event| {
        let typed = event_target_value(&event);
        text.set(typed.clone());
        let id = panel.id();
        let document = panel.editor.document;
        let variables = document.with_untracked(|document| document.variables.clone());
        let read = panel
            .editor
            .metrics
            .with_untracked(|metrics| read(&typed, &id, metrics, &variables));
        match read {
            Ok(widget) => {
                problems.set(Vec::new());
                panel.change("JSON", |now| *now = widget);
            }
            Err(found) => problems.set(found),
        }
    };
    let back = move |_| {
        text.set(written.get_untracked());
        problems.set(Vec::new());
    };
    let is_broken = move || problems.with(|found| !found.is_empty());
    let listed = move || {
        let found = problems.get().into_iter();
        found
            .map(|problem| view! { <li>{problem}</li> })
            .collect_any()
    };
    view! {
        <details class="panel-part panel-json">
            <summary>"JSON"</summary>
            <textarea
                node_ref=field
                rows="16"
                spellcheck="false"
                aria-label="The widget as JSON"
                aria-describedby="panel-json-problems"
                aria-invalid=move || is_broken().to_string()
                prop:value=move || text.get()
                on:input=input
            >
                {text.get_untracked()}
            </textarea>
            <ul class="problem" id="panel-json-problems">{part(listed)}</ul>
            {part(move || is_broken().then(|| view! {
                <button type="button" on:click=back>"Back to what holds"</button>
            }))}
        </details>
    }
}

fn written(widget: &Widget) -> String {
    // A widget has names as keys alone, and finite numbers.
    serde_json::to_string_pretty(widget).unwrap_or_default()
}

/// The widget that is written, or everything that is wrong with it. Its id stays: other things refer to
/// it.
fn read(
    typed: &str,
    id: &str,
    metrics: &[Metric],
    variables: &[Variable],
) -> Result<Widget, Vec<String>> {
    let mut from = serde_json::Deserializer::from_str(typed);
    let read = serde_path_to_error::deserialize::<_, Widget>(&mut from);
    let read = read.map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        vec![match path.as_str() {
            "." | "?" | "" => error.to_string(),
            path => format!("{path}: {error}"),
        }]
    });
    let widget = read?;
    from.end().map_err(|error| vec![error.to_string()])?;
    if widget.id != id {
        return Err(vec![format!("id: it stays `{id}`")]);
    }
    let alone = Dashboard {
        id: "d".into(),
        title: String::new(),
        version: 0,
        widgets: vec![widget],
        variables: variables.to_vec(),
        ..Dashboard::default()
    };
    let find = |name: &str| metrics.iter().find(|metric| metric.name == name);
    // Those that this person cannot see stay as they are.
    let found = check::problems(&alone, &find, &|_| usize::MAX);
    if !found.is_empty() {
        let words = found.into_iter().map(|problem| {
            let path = problem.path.strip_prefix("widgets[0].");
            format!("{}: {}", path.unwrap_or(&problem.path), problem.message)
        });
        return Err(words.collect());
    }
    alone.widgets.into_iter().next().ok_or_else(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{metrics, widget};
    use protocol::WidgetKind;

    #[test]
    fn what_is_written_is_read_again_for_every_kind() {
        for kind in crate::kinds::KINDS {
            let mut widget = widget(kind.kind);
            widget.id = "w".into();
            widget.title = "T".into();
            let json = written(&widget);
            assert_eq!(read(&json, "w", &metrics(), &[]), Ok(widget), "{json}");
        }
    }

    #[test]
    fn what_does_not_hold_is_told_by_its_path() {
        let mut good = widget(WidgetKind::Line);
        good.title = "T".into();
        let json = written(&good);
        let check = |from: &str, to: &str, words: &str| {
            let typed = json.replacen(from, to, 1);
            assert_ne!(typed, json, "{from}");
            let found = read(&typed, &good.id, &metrics(), &[]).expect_err(&typed);
            assert!(found.iter().any(|one| one.contains(words)), "{found:?}");
        };
        check(
            "\"used\"",
            "\"gone\"",
            "metrics[0].metric: there is no metric `gone`",
        );
        check(
            "\"avg\"",
            "\"mean\"",
            "metrics[0].field: unknown variant `mean`",
        );
        check("\"line\"", "\"lines\"", "kind: unknown variant `lines`");
        check("\"w-line\"", "\"other\"", "id: it stays `w-line`");
        check(
            "\"options\": {}",
            "\"options\": {\"min\": \"x\"}",
            "options.min: it takes a number",
        );
        check("{", "{{", "line 1 column 2");
        let trailing = format!("{json} x");
        assert!(read(&trailing, &good.id, &metrics(), &[]).is_err());
        assert!(read("", &good.id, &metrics(), &[]).is_err());
    }
}
