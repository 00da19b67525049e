//! Dashboards of Grafana as dashboards of ours: rows, panels, titles, units, thresholds and simple
//! queries. What does not map is a note with the reason. Pure.
//!
//! Invariant: a widget that is made shows what its panel shows; a panel of which nothing maps is left out
//! and counted.

mod metrics;
mod panel;
mod query;

use std::collections::BTreeSet;

use protocol::{Dashboard, GridPlace, Widget};
use serde_json::Value;
use telemetry::{Metric, MetricList};

use metrics::Names;

/// Most widgets of a dashboard.
const MAX_WIDGETS: usize = app::check::MAX_WIDGETS;
/// Rows of a heading.
const HEADING_ROWS: u16 = 2;

/// What came of a dashboard.
#[derive(Debug)]
pub struct Imported {
    /// The dashboard.
    pub dashboard: Dashboard,
    /// Panels that it had, rows left out.
    pub panels: usize,
    /// Panels of which at least one query came over, and texts.
    pub came: usize,
    /// What did not map: the panel, and why.
    pub notes: Vec<(String, String)>,
    /// Metrics that the list would need.
    pub proposed: Vec<Metric>,
}

/// Reads a dashboard of Grafana, as exported or as its API answers it.
///
/// # Errors
/// When it has no panels, so that it is none.
pub fn import(json: &Value, list: &MetricList) -> Result<Imported, String> {
    let json = json
        .get("dashboard")
        .filter(|inner| inner.is_object())
        .unwrap_or(json);
    let panels = panels(json)
        .ok_or("there are neither `panels` nor `rows`: is it a dashboard of Grafana?")?;
    let title = json["title"].as_str().unwrap_or("Imported");
    let mut names = Names::of(list);
    let mut notes = Vec::new();
    for variable in json["templating"]["list"].as_array().into_iter().flatten() {
        let name = variable["name"].as_str().unwrap_or_default();
        let kind = variable["type"].as_str().unwrap_or_default();
        if !matches!(kind, "datasource" | "interval") {
            let words = format!("the variable {name} ({kind}) is left out");
            notes.push(("dashboard".to_owned(), words));
        }
    }
    let (mut widgets, mut ids) = (Vec::<Widget>::new(), BTreeSet::new());
    let (mut count, mut came) = (0, 0);
    for placed in panels {
        let title = panel::title(placed.panel);
        let is_row = placed.panel["type"] == "row";
        count += usize::from(!is_row);
        let mut own = Vec::new();
        let made = panel::widget(placed.panel, placed.place, &mut names, &mut own);
        notes.extend(own.into_iter().map(|note| (title.clone(), note)));
        match made {
            Ok(_) if widgets.len() >= MAX_WIDGETS => {
                notes.push((
                    title,
                    format!("a dashboard has at most {MAX_WIDGETS} widgets"),
                ));
            }
            Ok(widget) => {
                came += usize::from(!is_row);
                let id = id(&title, &mut ids);
                widgets.push(Widget { id, ..widget });
            }
            Err(why) => notes.push((title, format!("left out: {why}"))),
        }
    }
    let mut dashboard: Dashboard = Dashboard {
        id: id(title, &mut BTreeSet::new()),
        title: text(title),
        ..Dashboard::default()
    };
    dashboard.widgets = widgets;
    // What was left out leaves no hole.
    let places = app::grid::arrange(&dashboard, None);
    for (widget, item) in dashboard.widgets.iter_mut().zip(places) {
        widget.place = item.place;
    }
    Ok(Imported {
        dashboard,
        panels: count,
        came,
        notes,
        proposed: names.proposed(),
    })
}

/// A panel, and where it stands in our columns.
struct Placed<'j> {
    panel: &'j Value,
    place: GridPlace,
}

/// Panels in order, those within rows included; None of what is no dashboard.
fn panels(json: &Value) -> Option<Vec<Placed<'_>>> {
    let mut found = Vec::new();
    if let Some(rows) = json["rows"].as_array().filter(|rows| !rows.is_empty()) {
        // As dashboards were before they had a grid: rows of panels with a width of 12.
        let mut y = 0;
        for row in rows {
            let height = row["height"]
                .as_str()
                .unwrap_or("250px")
                .trim_end_matches("px");
            let height = (height.parse().unwrap_or(250.0_f64) / 36.0).clamp(2.0, 20.0) as u16;
            let mut x = 0;
            for panel in row["panels"].as_array().into_iter().flatten() {
                let span = panel["span"].as_f64().unwrap_or(4.0).clamp(1.0, 12.0) as u16;
                if x + span > 12 {
                    (x, y) = (0, y + height);
                }
                let place = GridPlace {
                    x,
                    y,
                    w: span,
                    h: height,
                };
                found.push(Placed { panel, place });
                x += span;
            }
            y += height;
        }
        return Some(found);
    }
    for panel in json["panels"].as_array()? {
        found.push(Placed {
            panel,
            place: place(panel),
        });
        for inner in panel["panels"].as_array().into_iter().flatten() {
            found.push(Placed {
                panel: inner,
                place: place(inner),
            });
        }
    }
    found.sort_by_key(|placed| (placed.place.y, placed.place.x));
    Some(found)
}

/// Half as many columns, and as many rows, which are about as high.
fn place(panel: &Value) -> GridPlace {
    let number = |name: &str, default: u64| {
        let found = panel["gridPos"][name].as_u64().unwrap_or(default);
        u16::try_from(found.min(900)).unwrap_or_default()
    };
    let (x, end) = (
        number("x", 0) / 2,
        (number("x", 0) + number("w", 12)).div_ceil(2),
    );
    let x = x.min(11);
    let h = match panel["type"] == "row" {
        true => HEADING_ROWS,
        false => number("h", 8).max(2),
    };
    GridPlace {
        x,
        y: number("y", 0),
        w: end.saturating_sub(x).clamp(1, 12 - x),
        h,
    }
}

/// An id of the letters of a title, once in each set.
fn id(title: &str, used: &mut BTreeSet<String>) -> String {
    let mut id = String::new();
    for c in title.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => id.push(c),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.truncate(50);
    let id = match id.trim_end_matches('-') {
        "" => "panel".to_owned(),
        id => id.to_owned(),
    };
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let mut all = std::iter::once(id.clone()).chain(numbered);
    let free = all.find(|id| !used.contains(id)).unwrap_or(id);
    used.insert(free.clone());
    free
}

/// A title as a document takes it.
fn text(title: &str) -> String {
    let shown = title.chars().filter(|c| !c.is_control());
    shown.take(128).collect()
}

#[cfg(test)]
mod tests;
