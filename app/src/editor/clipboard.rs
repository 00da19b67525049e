//! Copy, cut and paste of widgets through the system's clipboard, as JSON: within a dashboard, between
//! dashboards, and from a text that somebody sent.
//!
//! Invariant: what is pasted is widgets that read as such, bounded in bytes and count; anything else
//! changes nothing and is said.

use leptos::prelude::*;
use protocol::{CopiedWidgets, Dashboard, Widget, json};
use wasm_bindgen::JsCast;
use web_sys::ClipboardEvent;

use super::Editor;
use crate::check::MAX_WIDGETS;
use crate::erased::effect;
use crate::shell::toast::Toast;

/// Longest text that is read, in bytes.
const MOST_BYTES: usize = 512 * 1024;

/// The text for some widgets.
fn written(widgets: Vec<Widget>) -> Option<String> {
    serde_json::to_string_pretty(&CopiedWidgets { widgets }).ok()
}

/// The widgets of a text: as they were copied, one alone, or those of a dashboard. An error says what is
/// wrong, and nothing is said of a text that is no JSON: it is not meant for this page.
fn read(text: &str) -> Option<Result<Vec<Widget>, String>> {
    let start = text.trim_start();
    if !start.starts_with('{') && !start.starts_with('[') {
        return None;
    }
    if text.len() > MOST_BYTES {
        return Some(Err(format!(
            "the text has {} bytes; at most {MOST_BYTES} are read",
            text.len()
        )));
    }
    let widgets = json::read::<CopiedWidgets>(text)
        .map(|copied| copied.widgets)
        .or_else(|error| match json::read::<Dashboard>(text) {
            Ok(dashboard) => Ok(dashboard.widgets),
            Err(_) => json::read::<Widget>(text)
                .map(|widget| vec![widget])
                .or_else(|of_one| {
                    json::read::<Vec<Widget>>(text).map_err(|_| {
                        // Which of them was meant is plain by what is in it.
                        match text.contains("\"widgets\"") {
                            true => error.to_string(),
                            false => of_one.to_string(),
                        }
                    })
                }),
        });
    Some(match widgets {
        Ok(widgets) if widgets.is_empty() => Err("there are no widgets in it".into()),
        Ok(widgets) if widgets.len() > MAX_WIDGETS => {
            Err(format!("a dashboard has at most {MAX_WIDGETS} widgets"))
        }
        other => other,
    })
}

impl Editor {
    /// The text for what is selected; none when nothing is.
    fn copied(&self) -> Option<String> {
        let selected = self.selected.get_untracked();
        let all = self.document.get_untracked().widgets;
        let of: Vec<Widget> = all
            .into_iter()
            .filter(|one| selected.contains(&one.id))
            .collect();
        (!of.is_empty()).then(|| written(of)).flatten()
    }

    /// Adds what a text has; false for one that is not meant for this page.
    pub(super) fn paste(&self, text: &str, toast: Toast) -> bool {
        let Some(read) = read(text) else { return false };
        match read {
            Ok(widgets) => {
                let label = match &widgets[..] {
                    [one] => format!("paste {}", one.title),
                    many => format!("paste {} widgets", many.len()),
                };
                self.add_all(&label, widgets, None);
                self.announcement.set(format!("{label}: done"));
            }
            Err(why) => toast.show(format!("Cannot be pasted: {why}.")),
        }
        true
    }

    /// Listens to the clipboard while the page is there. In fields it is theirs.
    pub(super) fn follow_clipboard(self, toast: Toast) {
        effect(move || {
            let handles = ["copy", "cut", "paste"].map(|name| {
                window_event_listener_untyped(name, move |event| {
                    let Ok(event) = event.dyn_into::<ClipboardEvent>() else {
                        return;
                    };
                    if self.is_in_field() || self.deciding.get_untracked() {
                        return;
                    }
                    self.clipboard(name, &event, toast);
                })
            });
            on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
        });
    }

    fn clipboard(self, name: &str, event: &ClipboardEvent, toast: Toast) {
        let Some(data) = event.clipboard_data() else {
            return;
        };
        let is_taken = match name {
            "paste" => data
                .get_data("text/plain")
                .is_ok_and(|text| self.paste(&text, toast)),
            _ => {
                // Words that are marked are meant, and not widgets.
                let marked = window().get_selection().ok().flatten();
                if marked.is_some_and(|marked| !marked.is_collapsed()) {
                    return;
                }
                let text = self.copied();
                text.is_some_and(|text| data.set_data("text/plain", &text).is_ok())
            }
        };
        if !is_taken {
            return;
        }
        event.prevent_default();
        match name {
            "cut" => self.remove(&self.selected.get_untracked()),
            "copy" => toast.show("Copied"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::WidgetKind;

    use super::*;
    use crate::testing::widget;

    #[test]
    fn what_is_copied_is_pasted() {
        let both = vec![widget(WidgetKind::Line), widget(WidgetKind::Text)];
        let text = written(both.clone()).expect("a text");
        assert_eq!(read(&text), Some(Ok(both)));
        let one = serde_json::to_string(&widget(WidgetKind::Gauge)).expect("JSON");
        assert_eq!(read(&one), Some(Ok(vec![widget(WidgetKind::Gauge)])));
        let list = format!(" [{one}]");
        assert_eq!(read(&list), Some(Ok(vec![widget(WidgetKind::Gauge)])));
        let board = format!(r#"{{"id":"d","title":"D","widgets":[{one}]}}"#);
        assert_eq!(read(&board), Some(Ok(vec![widget(WidgetKind::Gauge)])));
    }

    #[test]
    fn what_is_no_widget_changes_nothing_and_is_said() {
        assert_eq!(read("words that somebody wrote"), None);
        let says = |text: &str, words: &str| {
            let error = read(text).expect("meant").expect_err("an error");
            assert!(error.contains(words), "{error}");
        };
        says("{}", "missing field");
        says(r#"{"widgets":[]}"#, "no widgets");
        says(r#"{"id":"a","title":"A","kind":"pie"}"#, "pie");
        says(
            r#"{"widgets":[{"id":"a","title":"A","kind":"pie"}]}"#,
            "pie",
        );
        let many = vec![widget(WidgetKind::Line); MAX_WIDGETS + 1];
        says(&written(many).expect("a text"), "at most 100");
        says(&format!("[{}", " ".repeat(MOST_BYTES)), "bytes");
    }
}
