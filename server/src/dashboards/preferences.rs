//! What holds for preferences before they are saved. Pure; every fault names the JSON path.

use app::check::{Invalid, check_choices, check_id, check_place, check_text, rule, shown};
use protocol::dashboard::MAX_WIDGETS;
use protocol::role_defaults::MAX_MUTED;
use protocol::role_document::MAX_DASHBOARDS;
use protocol::{DashboardPreferences, Preferences};

use crate::access::{problem_of_list, problem_of_text};

/// Lines of one widget that a person switched off.
const MAX_OFF: usize = 100;
/// Longest range of the charts: a week.
const MAX_RANGE_S: u32 = 7 * 24 * 3_600;
/// Longest name of a zone; a view reads none longer.
const MAX_ZONE_BYTES: usize = 64;
/// Longest id of a dashboard that is named.
const MAX_ID_BYTES: usize = 64;
/// Longest category that is named.
const MAX_CATEGORY_BYTES: usize = 256;

/// Checks what a person changed about a dashboard. Widgets that no longer exist do no harm: the
/// dashboard may have lost them since.
pub fn check_dashboard_preferences(own: &DashboardPreferences) -> Result<(), Invalid> {
    rule(own.widgets.len() <= MAX_WIDGETS, "widgets", || {
        format!("a dashboard has at most {MAX_WIDGETS} widgets")
    })?;
    check_choices("variables", &own.variables)?;
    for (widget, change) in &own.widgets {
        let path = format!("widgets.{}", shown(widget));
        check_id(&path, widget)?;
        if let Some(place) = &change.place {
            check_place(&format!("{path}.place"), place)?;
        }
        rule(change.off.len() <= MAX_OFF, &format!("{path}.off"), || {
            format!("at most {MAX_OFF} lines are switched off")
        })?;
        for (place, label) in change.off.iter().enumerate() {
            check_text(&format!("{path}.off[{place}]"), label)?;
        }
    }
    Ok(())
}

/// Checks what a person changed for every dashboard.
pub fn check_preferences(preferences: &Preferences) -> Result<(), Invalid> {
    let zone = preferences.zone.as_deref().unwrap_or_default();
    rule(zone.len() <= MAX_ZONE_BYTES, "zone", || {
        format!("the name of a zone has at most {MAX_ZONE_BYTES} bytes")
    })?;
    let range = preferences.range_s.unwrap_or(1);
    rule((1..=MAX_RANGE_S).contains(&range), "range_s", || {
        format!("{range} is out of range; it takes 1 to {MAX_RANGE_S} seconds")
    })?;
    check_text("zone", preferences.zone.as_deref().unwrap_or_default())?;
    let home = preferences.home.as_deref();
    let found = home.and_then(|id| problem_of_text(id, MAX_ID_BYTES));
    broken("home", found.map(|found| format!(": {found}")))?;
    for (field, texts, most, longest) in [
        ("order", &preferences.order, MAX_DASHBOARDS, MAX_ID_BYTES),
        ("muted", &preferences.muted, MAX_MUTED, MAX_CATEGORY_BYTES),
    ] {
        let texts = texts.as_deref().unwrap_or_default();
        broken(field, problem_of_list(texts, most, longest))?;
    }
    Ok(())
}

/// What does not hold of a field, if anything: its place in the field, and a sentence.
fn broken(field: &str, found: Option<String>) -> Result<(), Invalid> {
    let Some((place, message)) = found.as_ref().and_then(|found| found.split_once(": ")) else {
        return Ok(());
    };
    Err(Invalid {
        path: format!("{field}{place}"),
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_a_person_changed_about_a_dashboard_holds_too() {
        let check = |widgets: Value, expect: Option<&str>| {
            let own = serde_json::from_value(json!({ "widgets": widgets })).expect("preferences");
            let path = check_dashboard_preferences(&own)
                .err()
                .map(|invalid| invalid.path);
            assert_eq!(path.as_deref(), expect, "{widgets}");
        };
        let place = |w: u16| json!({"place": {"x": 0, "y": 0, "w": w, "h": 1}});
        check(json!({}), None);
        check(json!({"cpu": place(12)}), None);
        check(json!({"cpu": place(13)}), Some("widgets.cpu.place"));
        check(json!({"": {"hidden": true}}), Some("widgets."));
        check(json!({"a b": {}}), Some("widgets.a b"));
        let many = |n: usize| -> Value {
            let ids = (0..n).map(|i| (format!("w{i}"), json!({"hidden": true})));
            Value::Object(ids.collect())
        };
        check(many(100), None);
        check(many(101), Some("widgets"));
        let off = |labels: Vec<String>| json!({"cpu": {"off": labels}});
        check(off(vec!["x".into(); 100]), None);
        check(off(vec!["x".into(); 101]), Some("widgets.cpu.off"));
        check(
            off(vec!["x".into(), "x".repeat(129)]),
            Some("widgets.cpu.off[1]"),
        );
    }

    #[test]
    fn preferences_hold_too() {
        let check = |json: Value, expect: Option<&str>| {
            let preferences = serde_json::from_value(json.clone()).expect("preferences");
            let path = check_preferences(&preferences)
                .err()
                .map(|invalid| invalid.path);
            assert_eq!(path.as_deref(), expect, "{json}");
        };
        check(json!({}), None);
        check(json!({"zone": "Europe/Vienna"}), None);
        check(json!({"zone": "x".repeat(129)}), Some("zone"));
        check(json!({"range_s": 0}), Some("range_s"));
        check(json!({"range_s": 604800}), None);
        check(json!({"range_s": 604801}), Some("range_s"));
        check(json!({"zone": "Europe/Vienna"}), None);
        check(json!({"zone": "x".repeat(65)}), Some("zone"));
    }
}
