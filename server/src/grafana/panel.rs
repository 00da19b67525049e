//! A widget as a panel.

use protocol::{Field, LogLevel, MetricRef, Widget, WidgetKind, option_name};
use serde_json::{Map, Value, json};
use telemetry::MetricList;

use super::DATASOURCE;
use super::expression::{RANGE, buckets, expression, find};
use super::names::{PrometheusName, label_name, unit_name};

/// Columns of Grafana's grid for one of ours.
const COLUMNS: u16 = 2;
/// Rows of a table or list unless the widget says otherwise.
const ROWS: u32 = 10;

/// The panel of a widget, with what differs. A widget that reads nothing that Prometheus has is a text.
pub fn panel(id: usize, widget: &Widget, metrics: &MetricList, notes: &mut Vec<String>) -> Value {
    let (kind, options) = match widget.kind {
        WidgetKind::Text => return text_panel(id, widget, text(widget), notes),
        WidgetKind::Events => {
            notes.push("recent events are no metric, so Prometheus does not have them".to_owned());
            return text_panel(id, widget, String::new(), notes);
        }
        WidgetKind::Stat => (
            "stat",
            json!({ "graphMode": "area", "colorMode": "value",
            "textMode": "auto", "reduceOptions": last() }),
        ),
        WidgetKind::Gauge => (
            "gauge",
            json!({ "showThresholdMarkers": true,
            "reduceOptions": last() }),
        ),
        WidgetKind::Line | WidgetKind::Area | WidgetKind::Bar => (
            "timeseries",
            json!({
            "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true,
                        "calcs": [] },
            "tooltip": { "mode": "multi", "sort": "desc" } }),
        ),
        WidgetKind::Histogram => (
            "bargauge",
            json!({ "orientation": "vertical",
            "displayMode": "basic", "showUnfilled": false, "reduceOptions": last() }),
        ),
        WidgetKind::Heatmap => (
            "heatmap",
            json!({ "calculate": false,
            "yAxis": { "unit": unit(widget, metrics) } }),
        ),
        WidgetKind::Table => ("table", json!({ "showHeader": true })),
        WidgetKind::States => (
            "state-timeline",
            json!({ "showValue": "auto",
            "mergeValues": true }),
        ),
        WidgetKind::BarList => (
            "bargauge",
            json!({ "orientation": "horizontal",
            "displayMode": "basic", "reduceOptions": last() }),
        ),
    };
    let targets = targets(widget, metrics, notes);
    if targets.is_empty() {
        return text_panel(id, widget, String::new(), notes);
    }
    for option in [
        option_name::BAND,
        option_name::WINDOW_S,
        option_name::CONNECT_MS,
    ] {
        let given = widget.options.get(option).is_some();
        if given && option == option_name::BAND {
            notes.push("the band from the smallest to the largest sample is left out".to_owned());
        }
        if given && option == option_name::WINDOW_S {
            notes.push(
                "values are taken over Grafana's rate interval instead of window_s".to_owned(),
            );
        }
    }
    let mut panel = json!({
        "id": id,
        "type": kind,
        "title": widget.title,
        "gridPos": place(widget),
        "datasource": datasource(),
        "targets": targets,
        "fieldConfig": { "defaults": defaults(widget, metrics), "overrides": [] },
        "options": options,
    });
    if widget.kind == WidgetKind::Table {
        panel["transformations"] = json!([{ "id": "merge", "options": {} }]);
    }
    describe(&mut panel, notes);
    panel
}

fn text_panel(id: usize, widget: &Widget, content: String, notes: &[String]) -> Value {
    let content = match content.is_empty() {
        true => notes.join("\n\n"),
        false => content,
    };
    json!({
        "id": id,
        "type": "text",
        "title": widget.title,
        "gridPos": place(widget),
        "options": { "mode": "markdown", "content": content },
    })
}

fn text(widget: &Widget) -> String {
    let text = widget.options.text(option_name::TEXT);
    text.unwrap_or_default().to_owned()
}

/// Whoever looks at the panel reads what differs.
fn describe(panel: &mut Value, notes: &[String]) {
    if !notes.is_empty() {
        panel["description"] = notes.join("\n\n").into();
    }
}

fn place(widget: &Widget) -> Value {
    let place = widget.place;
    json!({ "x": place.x * COLUMNS, "y": place.y, "w": place.w * COLUMNS, "h": place.h })
}

fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": format!("${{{DATASOURCE}}}") })
}

fn last() -> Value {
    json!({ "calcs": ["lastNotNull"], "fields": "", "values": false })
}

/// One query for each metric of the widget that can be asked for.
fn targets(widget: &Widget, metrics: &MetricList, notes: &mut Vec<String>) -> Vec<Value> {
    let mut targets = Vec::new();
    for reference in &widget.metrics {
        let found = match widget.kind {
            WidgetKind::Histogram => buckets(reference, metrics, RANGE),
            WidgetKind::Heatmap => buckets(reference, metrics, "$__interval"),
            _ => expression(reference, metrics, notes),
        };
        let expr = match found {
            Ok(expr) => expr,
            Err(why) => {
                notes.push(why);
                continue;
            }
        };
        let is_list = matches!(widget.kind, WidgetKind::Table | WidgetKind::BarList);
        let of_buckets = matches!(widget.kind, WidgetKind::Histogram | WidgetKind::Heatmap);
        let instant = is_list || widget.kind == WidgetKind::Histogram;
        let rows = widget.options.count(option_name::ROWS).unwrap_or(ROWS);
        let expr = match (is_list, widget.options.flag(option_name::ASCENDING)) {
            (true, false) => format!("topk({rows}, {expr})"),
            (true, true) => format!("bottomk({rows}, {expr})"),
            (false, _) => expr,
        };
        let format = match widget.kind {
            WidgetKind::Table => "table",
            _ if of_buckets => "heatmap",
            _ => "time_series",
        };
        targets.push(json!({
            "refId": ref_id(targets.len()),
            "datasource": datasource(),
            "editorMode": "code",
            "expr": expr,
            "legendFormat": legend(reference, of_buckets),
            "range": !instant,
            "instant": instant,
            "format": format,
        }));
    }
    targets
}

/// `A` to `Z`, and then `A1`; a widget has few.
fn ref_id(place: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(place % 26).unwrap_or_default());
    match place / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

fn legend(reference: &MetricRef, of_buckets: bool) -> String {
    let label = reference.label.as_deref().unwrap_or_default();
    let label = label.replace("{}", "").trim().to_owned();
    match &reference.by {
        _ if of_buckets => "{{le}}".to_owned(),
        Some(by) if label.is_empty() => format!("{{{{{}}}}}", label_name(by)),
        Some(by) => format!("{label} {{{{{}}}}}", label_name(by)),
        None if label.is_empty() => reference.metric.clone(),
        None => label,
    }
}

fn unit(widget: &Widget, metrics: &MetricList) -> &'static str {
    let Some(reference) = widget.metrics.first() else {
        return "short";
    };
    if reference.share_of.is_some() {
        return "percent";
    }
    let field = match widget.kind {
        // Values of bars are counts; those of the axis are of the metric.
        WidgetKind::Histogram => Field::Count,
        WidgetKind::Heatmap => Field::Max,
        _ => reference.field,
    };
    let binary = widget.options.flag(option_name::BINARY);
    find(reference, metrics).map_or("short", |metric| unit_name(metric, field, binary))
}

/// Unit, scale, thresholds and states.
fn defaults(widget: &Widget, metrics: &MetricList) -> Value {
    let options = &widget.options;
    let first = widget.metrics.first();
    let is_counted =
        first.is_some_and(|first| first.share_of.is_some() || matches!(first.field, Field::Count));
    let metric = first.and_then(|first| find(first, metrics).ok());
    let factor = match metric {
        Some(metric) if !is_counted => PrometheusName::of(metric).factor,
        _ => 1.0,
    };
    let mut defaults = Map::new();
    defaults.insert("unit".to_owned(), unit(widget, metrics).into());
    for (name, option) in [("min", option_name::MIN), ("max", option_name::MAX)] {
        if let Some(end) = options.number(option) {
            defaults.insert(name.to_owned(), json!(end * factor));
        }
    }
    if let Some(empty) = options.text(option_name::EMPTY) {
        defaults.insert("noValue".to_owned(), empty.into());
    }
    let mut steps = vec![json!({ "color": "green", "value": null })];
    let mut thresholds = options.thresholds();
    thresholds.sort_by(|a, b| a.at.total_cmp(&b.at));
    for threshold in &thresholds {
        let color = color(threshold.level);
        steps.push(json!({ "color": color, "value": threshold.at * factor }));
    }
    let thresholds = json!({ "mode": "absolute", "steps": steps });
    defaults.insert("thresholds".to_owned(), thresholds);
    let states = options.states();
    if !states.is_empty() {
        let mut names = Map::new();
        for (index, state) in states.iter().enumerate() {
            let shown = json!({ "text": state.name, "color": color(state.level), "index": index });
            names.insert((state.value * factor).to_string(), shown);
        }
        let mappings = json!([{ "type": "value", "options": names }]);
        defaults.insert("mappings".to_owned(), mappings);
    }
    let is_over_time = matches!(
        widget.kind,
        WidgetKind::Line | WidgetKind::Area | WidgetKind::Bar
    );
    if is_over_time {
        let color = json!({ "mode": "palette-classic" });
        defaults.insert("color".to_owned(), color);
        defaults.insert("custom".to_owned(), custom(widget));
    }
    Value::Object(defaults)
}

/// What a chart over time looks like.
fn custom(widget: &Widget) -> Value {
    let options = &widget.options;
    let is_marked = !options.thresholds().is_empty();
    let stacking = match options.flag(option_name::STACKED) {
        true => "normal",
        false => "none",
    };
    let gaps = match options.count(option_name::CONNECT_MS) {
        _ if options.flag(option_name::CONNECT) => json!(true),
        Some(ms) => json!(ms),
        None => json!(false),
    };
    let scale = match options.flag(option_name::LOG) {
        true => json!({ "type": "log", "log": 10 }),
        false => json!({ "type": "linear" }),
    };
    json!({
        "drawStyle": if widget.kind == WidgetKind::Bar { "bars" } else { "line" },
        "lineInterpolation": if options.flag(option_name::STEP) { "stepAfter" } else { "linear" },
        "lineWidth": 1,
        "fillOpacity": match widget.kind { WidgetKind::Line => 0, WidgetKind::Bar => 80, _ => 25 },
        "showPoints": "never",
        "spanNulls": gaps,
        "stacking": { "mode": stacking, "group": "A" },
        "scaleDistribution": scale,
        "thresholdsStyle": { "mode": if is_marked { "line" } else { "off" } },
    })
}

fn color(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "green",
        LogLevel::Warn => "orange",
        LogLevel::Error => "red",
    }
}
