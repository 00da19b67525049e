//! Between documents and layout: a dashboard's places with a person's changes over them.

use std::collections::BTreeMap;

use super::{Item, compact};
use protocol::{Dashboard, WidgetOverride};

/// The layout that a person sees: the dashboard's places, then their own.
pub fn arrange(dashboard: &Dashboard, own: Option<&BTreeMap<String, WidgetOverride>>) -> Vec<Item> {
    let items = dashboard
        .widgets
        .iter()
        .map(|widget| {
            let change = own
                .and_then(|own| own.get(&widget.id))
                .cloned()
                .unwrap_or_default();
            Item {
                id: widget.id.clone(),
                place: change.place.unwrap_or(widget.place),
                hidden: change.hidden,
                narrow: change.narrow,
            }
        })
        .collect();
    compact(items, None)
}

/// What of a layout is a person's own: only what differs from the dashboard, so that later
/// changes of the dashboard reach everything else. What `own` says beyond places stays.
pub fn overrides(
    dashboard: &Dashboard,
    items: &[Item],
    own: &BTreeMap<String, WidgetOverride>,
) -> BTreeMap<String, WidgetOverride> {
    let defaults = arrange(dashboard, None);
    let mut changes = BTreeMap::new();
    for item in items {
        let Some(default) = defaults.iter().find(|d| d.id == item.id) else {
            continue;
        };
        let change = WidgetOverride {
            place: (item.place != default.place).then_some(item.place),
            hidden: item.hidden,
            narrow: item.narrow,
            ..own.get(&item.id).cloned().unwrap_or_default()
        };
        if !change.is_empty() {
            changes.insert(item.id.clone(), change);
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{move_to, set_hidden};
    use protocol::{GridPlace, Options, Widget, WidgetKind};

    fn dashboard() -> Dashboard {
        let widget = |id: &str, x, y| Widget {
            id: id.into(),
            kind: WidgetKind::Line,
            title: id.into(),
            metrics: vec![],
            options: Options::default(),
            place: GridPlace { x, y, w: 6, h: 3 },
            repeat: None,
        };
        Dashboard {
            id: "d".into(),
            title: "D".into(),
            version: 1,
            widgets: vec![widget("a", 0, 0), widget("b", 6, 0), widget("c", 0, 3)],
            ..Dashboard::default()
        }
    }

    #[test]
    fn an_untouched_layout_saves_nothing() {
        let d = dashboard();
        assert!(overrides(&d, &arrange(&d, None), &BTreeMap::new()).is_empty());
    }

    #[test]
    fn a_layout_comes_back_as_it_was_saved() {
        let d = dashboard();
        let changed = set_hidden(&move_to(&arrange(&d, None), "c", 6, 0), "a", true);
        let saved = overrides(&d, &changed, &BTreeMap::new());
        assert_eq!(arrange(&d, Some(&saved)), changed);
    }

    #[test]
    fn moving_a_widget_keeps_what_else_a_person_chose() {
        let d = dashboard();
        let own = WidgetOverride {
            off: vec!["p99".into()],
            ..WidgetOverride::default()
        };
        let own = BTreeMap::from([("a".to_string(), own)]);
        let moved = move_to(&arrange(&d, Some(&own)), "a", 6, 0);
        let saved = overrides(&d, &moved, &own);
        assert_eq!(saved["a"].off, ["p99"]);
        assert!(saved["a"].place.is_some());
        assert_eq!(overrides(&d, &arrange(&d, None), &own), own);
    }

    #[test]
    fn overrides_of_widgets_that_are_gone_are_ignored() {
        let d = dashboard();
        let own = BTreeMap::from([(
            "gone".into(),
            WidgetOverride {
                hidden: true,
                ..WidgetOverride::default()
            },
        )]);
        assert_eq!(arrange(&d, Some(&own)), arrange(&d, None));
    }
}
