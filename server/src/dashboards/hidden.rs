//! What somebody does not see of a dashboard: taken out before they get it, and put back when they save
//! it.
//!
//! Invariant: nothing of a reference to a hidden metric is left but its place, and a save neither loses
//! nor moves to another widget what its author could not see.

use std::collections::HashMap;

use app::check::is_empty;
use protocol::{Dashboard, MetricRef};

/// Takes out every reference of which `may_see` says no. Tags and labels go too: they tell as much as
/// the name.
pub fn take_out(dashboard: &mut Dashboard, may_see: &impl Fn(&MetricRef) -> bool) {
    let widgets = dashboard.widgets.iter_mut();
    for reference in widgets.flat_map(|widget| &mut widget.metrics) {
        if !sees_all(reference, may_see) {
            *reference = MetricRef::default();
        }
    }
}

/// What was taken out of a dashboard, by widget.
pub struct TakenOut(HashMap<String, Vec<MetricRef>>);

impl TakenOut {
    /// Of this document.
    pub fn of(stored: &Dashboard, may_see: &impl Fn(&MetricRef) -> bool) -> TakenOut {
        let of_widgets = stored.widgets.iter().map(|widget| {
            let all = widget.metrics.iter();
            let hidden = all.filter(|reference| !sees_all(reference, may_see));
            (widget.id.clone(), hidden.cloned().collect())
        });
        TakenOut(of_widgets.collect())
    }

    /// How many places of a widget may be empty.
    pub fn count(&self, widget: &str) -> usize {
        self.0.get(widget).map_or(0, Vec::len)
    }

    /// Puts it into the empty places of the same widgets, in order.
    pub fn put_back(mut self, dashboard: &mut Dashboard) {
        for widget in &mut dashboard.widgets {
            let Some(hidden) = self.0.remove(&widget.id) else {
                continue;
            };
            let places = widget.metrics.iter_mut().filter(|one| is_empty(one));
            for (place, reference) in places.zip(hidden) {
                *place = reference;
            }
        }
    }
}

/// Whether somebody sees the reference with all that it divides by.
fn sees_all(reference: &MetricRef, may_see: &impl Fn(&MetricRef) -> bool) -> bool {
    let mut rest = Some(reference);
    let mut all = std::iter::from_fn(|| {
        let here = rest?;
        rest = here.share_of.as_deref();
        Some(here)
    });
    all.all(may_see)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dashboard(widgets: serde_json::Value) -> Dashboard {
        let document = serde_json::json!({ "id": "d", "title": "D", "widgets": widgets });
        serde_json::from_value(document).expect("a dashboard")
    }

    fn widget(id: &str, metrics: &[&str]) -> serde_json::Value {
        let metrics: Vec<_> = metrics
            .iter()
            .map(|name| serde_json::json!({ "metric": name }))
            .collect();
        serde_json::json!({ "id": id, "kind": "line", "title": "W", "metrics": metrics,
                            "place": { "x": 0, "y": 0, "w": 1, "h": 1 } })
    }

    fn names(dashboard: &Dashboard) -> Vec<Vec<&str>> {
        let widgets = dashboard.widgets.iter();
        widgets
            .map(|widget| widget.metrics.iter().map(|one| &*one.metric).collect())
            .collect()
    }

    #[test]
    fn what_somebody_cannot_see_comes_back_to_its_widget_in_order() {
        let may_see = |one: &MetricRef| one.metric.starts_with("a.");
        let stored = dashboard(serde_json::json!([
            widget("one", &["a.1", "b.1", "a.2", "b.2"]),
            widget("two", &["b.3"]),
        ]));
        let mut edited = stored.clone();
        take_out(&mut edited, &may_see);
        assert_eq!(names(&edited), [vec!["a.1", "", "a.2", ""], vec![""]]);
        edited.widgets.reverse();
        edited.widgets[1].metrics.remove(0);
        let taken = TakenOut::of(&stored, &may_see);
        assert_eq!(["one", "two", "three"].map(|id| taken.count(id)), [2, 1, 0]);
        taken.put_back(&mut edited);
        assert_eq!(names(&edited), [vec!["b.3"], vec!["b.1", "a.2", "b.2"]]);
    }
}
