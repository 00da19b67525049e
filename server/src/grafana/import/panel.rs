//! A panel as a widget.

use protocol::{GridPlace, MetricRef, OptionValue, Options, Unit, Widget, WidgetKind, option_name};
use serde_json::{Value, json};

use super::metrics::Names;
use super::query::{self, Query};
use super::text;
use crate::grafana::names::PrometheusName;

/// Most metrics of a widget.
const MAX_METRICS: usize = 20;
/// Most thresholds of a widget.
const MAX_THRESHOLDS: usize = 8;
/// Longest text of a widget in characters.
const MAX_TEXT: usize = 10_000;

/// The title of a panel, without variables, which nobody fills in.
pub fn title(panel: &Value) -> String {
    text(panel["title"].as_str().unwrap_or_default().trim())
}

/// The widget of a panel; its id is to be given.
pub fn widget(
    panel: &Value,
    place: GridPlace,
    names: &mut Names<'_>,
    notes: &mut Vec<String>,
) -> Result<Widget, String> {
    let blank = json!({ "id": "", "kind": "text", "title": title(panel), "place": place });
    let mut widget: Widget = serde_json::from_value(blank).map_err(|error| error.to_string())?;
    let kind = panel["type"].as_str().unwrap_or_default();
    if kind == "row" {
        let heading = format!("## {}", widget.title);
        widget.title = String::new();
        widget.place = GridPlace {
            x: 0,
            w: 12,
            ..place
        };
        widget
            .options
            .set(option_name::TEXT, OptionValue::Text(heading));
        return Ok(widget);
    }
    if kind == "text" {
        return words(panel, widget);
    }
    if panel["libraryPanel"].is_object() && panel["targets"].is_null() {
        return Err("a panel of the library, which is kept elsewhere".to_owned());
    }
    let mut rows = None;
    let mut first = None;
    let targets = panel["targets"].as_array().into_iter().flatten();
    let mut reasons = Vec::new();
    for target in targets.filter(|target| target["hide"] != true) {
        let found = reading(target).and_then(|query| {
            let of_buckets = matches!(kind, "heatmap" | "histogram" | "bargauge")
                && query.shape == query::Shape::Buckets;
            Ok((names.reference(&query, of_buckets)?, query))
        });
        match found {
            Ok(_) if widget.metrics.len() >= MAX_METRICS => {
                notes.push(format!("a widget has at most {MAX_METRICS} queries"));
            }
            Ok((reference, query)) => {
                notes.extend(query.notes.iter().cloned());
                rows = rows.or(query.rows);
                widget
                    .metrics
                    .push(labelled(reference, target, &query, notes));
                first = first.or(Some(query));
            }
            Err(why) => reasons.push(why),
        }
    }
    let Some(first) = first else {
        reasons.dedup();
        return Err(match reasons.is_empty() {
            true => format!("a panel of kind `{kind}` without queries"),
            false => reasons.join("; "),
        });
    };
    notes.extend(
        reasons
            .into_iter()
            .map(|why| format!("a query is left out: {why}")),
    );
    widget.kind =
        of_kind(kind, panel, &first).ok_or_else(|| format!("a panel of kind `{kind}`"))?;
    look(panel, &mut widget, names, &first);
    if let (WidgetKind::Table | WidgetKind::BarList, Some((most, ascending))) = (widget.kind, rows)
    {
        set(
            &mut widget,
            option_name::ROWS,
            OptionValue::Whole(most.clamp(1, 1_000).into()),
        );
        if ascending && widget.kind == WidgetKind::BarList {
            set(&mut widget, option_name::ASCENDING, OptionValue::Flag(true));
        }
    }
    Ok(widget)
}

fn words(panel: &Value, mut widget: Widget) -> Result<Widget, String> {
    let options = &panel["options"];
    let mode = options["mode"]
        .as_str()
        .or(panel["mode"].as_str())
        .unwrap_or("markdown");
    let content = options["content"].as_str().or(panel["content"].as_str());
    if mode == "html" {
        return Err("a text in HTML".to_owned());
    }
    let content: String = content.unwrap_or_default().chars().take(MAX_TEXT).collect();
    let content = content.replace(|c: char| c.is_control() && !"\n\r\t".contains(c), " ");
    set(&mut widget, option_name::TEXT, OptionValue::Text(content));
    Ok(widget)
}

fn reading(target: &Value) -> Result<Query, String> {
    let expr = target["expr"].as_str().unwrap_or_default().trim();
    match expr.is_empty() {
        true => Err("a query of another data source than Prometheus, or an empty one".to_owned()),
        false => query::read(expr),
    }
}

/// With the words of its legend; a label in them splits it.
fn labelled(
    mut reference: MetricRef,
    target: &Value,
    query: &Query,
    notes: &mut Vec<String>,
) -> MetricRef {
    let legend = target["legendFormat"].as_str().unwrap_or_default().trim();
    if !legend.contains("{{") {
        let is_name = !legend.is_empty() && legend != "__auto" && !legend.contains('$');
        reference.label = is_name.then(|| text(legend));
    }
    if reference.by.is_none() && !query.merged {
        notes.push("all series of a query are shown as one".to_owned());
    }
    reference
}

fn of_kind(kind: &str, panel: &Value, first: &Query) -> Option<WidgetKind> {
    let custom = &panel["fieldConfig"]["defaults"]["custom"];
    let is_stacked = panel["stack"] == true || custom["stacking"]["mode"] == "normal";
    let is_filled = custom["fillOpacity"]
        .as_f64()
        .or(panel["fill"].as_f64())
        .unwrap_or(0.0)
        > 0.0;
    Some(match kind {
        "graph" | "timeseries" | "trend" => {
            if custom["drawStyle"] == "bars" || panel["bars"] == true && panel["lines"] != true {
                WidgetKind::Bar
            } else if is_stacked || (is_filled && kind == "timeseries") {
                WidgetKind::Area
            } else {
                WidgetKind::Line
            }
        }
        "stat" | "singlestat" => WidgetKind::Stat,
        "gauge" => WidgetKind::Gauge,
        "heatmap" if first.shape == query::Shape::Buckets => WidgetKind::Heatmap,
        "histogram" if first.shape == query::Shape::Buckets => WidgetKind::Histogram,
        "bargauge" if first.shape == query::Shape::Buckets => WidgetKind::Histogram,
        "bargauge" | "piechart" | "grafana-piechart-panel" | "barchart" => WidgetKind::BarList,
        "table" | "table-old" => WidgetKind::Table,
        "state-timeline" | "status-history" if first.shape == query::Shape::Level => {
            WidgetKind::States
        }
        _ => return None,
    })
}

/// Scale, thresholds, states and how lines are drawn, as far as the kind has them.
fn look(panel: &Value, widget: &mut Widget, names: &Names<'_>, first: &Query) {
    let defaults = &panel["fieldConfig"]["defaults"];
    // Numbers there are in the base unit, and here in that of the metric.
    let factor = match names.known(&first.name) {
        Some(metric) if first.share_of.is_none() => PrometheusName::of(metric).factor,
        _ => 1.0,
    };
    let percent = match (defaults["unit"].as_str(), &first.share_of) {
        (Some("percentunit"), Some(_)) => 100.0,
        _ => 1.0,
    };
    let number = |value: &Value| value.as_f64().map(|number| number * percent / factor);
    let axis = &panel["yaxes"][0];
    let (min, max) = (number(&defaults["min"]), number(&defaults["max"]));
    let (min, max) = (min.or(number(&axis["min"])), max.or(number(&axis["max"])));
    if let (Some(min), Some(max)) = (min, max)
        && min >= max
    {
        return;
    }
    for (name, end) in [(option_name::MIN, min), (option_name::MAX, max)] {
        if let Some(end) = end {
            set(widget, name, OptionValue::Number(end));
        }
    }
    let steps = defaults["thresholds"]["steps"].as_array();
    let is_absolute = defaults["thresholds"]["mode"] != "percentage";
    let thresholds: Vec<OptionValue> = steps
        .into_iter()
        .flatten()
        .filter_map(|step| threshold(number(&step["value"])?, step["color"].as_str()?))
        .take(MAX_THRESHOLDS)
        .collect();
    if is_absolute && !thresholds.is_empty() {
        set(
            widget,
            option_name::THRESHOLDS,
            OptionValue::List(thresholds),
        );
    }
    let custom = &defaults["custom"];
    if panel["stack"] == true || custom["stacking"]["mode"] == "normal" {
        set(widget, option_name::STACKED, OptionValue::Flag(true));
    }
    let is_log = custom["scaleDistribution"]["type"] == "log";
    if is_log && min.is_none_or(|min| min > 0.0) && max.is_none_or(|max| max > 0.0) {
        set(widget, option_name::LOG, OptionValue::Flag(true));
    }
    if custom["lineInterpolation"] == "stepAfter" || panel["steppedLine"] == true {
        set(widget, option_name::STEP, OptionValue::Flag(true));
    }
    if custom["spanNulls"] == true || panel["nullPointMode"] == "connected" {
        set(widget, option_name::CONNECT, OptionValue::Flag(true));
    }
    let is_binary = matches!(
        defaults["unit"].as_str().or(axis["format"].as_str()),
        Some("bytes" | "binBps")
    );
    let is_size = names
        .known(&first.name)
        .is_none_or(|metric| metric.unit.base() == Unit::Byte);
    if is_binary && is_size {
        set(widget, option_name::BINARY, OptionValue::Flag(true));
    }
}

/// From which value on it is grave; colours that say nothing of it are none.
fn threshold(at: f64, color: &str) -> Option<OptionValue> {
    let has = |names: &[&str]| names.iter().any(|name| color.contains(name));
    let level = if has(&["red", "#d44a3a", "#F2495C", "#e24d42", "rgba(245, 54, 54"]) {
        "error"
    } else if has(&["orange", "yellow", "#EAB839", "rgba(237, 129, 40"]) {
        "warn"
    } else if has(&["green", "blue"]) {
        "info"
    } else {
        return None;
    };
    let mut group = Options::NONE;
    group.set("at", OptionValue::Number(at));
    group.set("level", OptionValue::Text(level.to_owned()));
    Some(OptionValue::Group(group))
}

/// Sets an option that the kind has.
fn set(widget: &mut Widget, name: &str, value: OptionValue) {
    let has = app::kinds::schema(widget.kind).options;
    if has.iter().any(|option| option.name == name) {
        widget.options.set(name, value);
    }
}
