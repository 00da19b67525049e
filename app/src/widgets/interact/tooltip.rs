//! What the chart under the cursor says: the time, and the values of all lines, largest first.
//! Invariant: it lies within the window, and takes no events.

use leptos::html;
use leptos::prelude::*;

use crate::bidi::isolated;
use crate::browser;
use crate::erased::{CollectAny, part};
use crate::widgets::interact::legend::key_class;
use crate::widgets::time_chart::Reading;

/// Most values that are listed; more are counted.
const MOST_ROWS: usize = 12;
/// From the pointer to the nearest edge, and from there to the window's, in CSS pixels.
const AWAY: f64 = 14.0;
const MARGIN: f64 = 6.0;

/// What a tooltip says.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    /// Of the values.
    pub time: String,
    /// Largest first.
    pub rows: Vec<TipRow>,
    /// Values that are not listed.
    pub more: usize,
    /// Which time the earlier values are of.
    pub earlier: Option<&'static str>,
    /// What happened about then.
    pub notes: Vec<String>,
}

/// One line's value.
#[derive(Clone, Debug, PartialEq)]
pub struct TipRow {
    /// Which line: says its colour.
    pub index: usize,
    /// Its label.
    pub label: String,
    /// As its axis writes it.
    pub value: String,
    /// The value at the earlier time; none where nothing is compared.
    pub earlier: Option<String>,
}

impl Tip {
    /// Of these values.
    pub fn new(
        time: String,
        mut readings: Vec<Reading>,
        earlier: Option<&'static str>,
        notes: Vec<String>,
    ) -> Tip {
        sort(&mut readings);
        let more = readings.len().saturating_sub(MOST_ROWS);
        readings.truncate(MOST_ROWS);
        let rows = readings.into_iter().map(|reading| TipRow {
            index: reading.index,
            value: reading.words,
            earlier: reading.earlier,
            label: reading.label,
        });
        Tip {
            time,
            rows: rows.collect(),
            more,
            earlier,
            notes,
        }
    }

    /// All of it in a sentence, for a screen reader.
    pub fn words(&self) -> String {
        let mut words = self.time.clone();
        for row in &self.rows {
            words += &format!(", {} {}", isolated(&row.label), row.value);
            if let (Some(value), Some(when)) = (&row.earlier, self.earlier) {
                words += &format!(" ({when} {value})");
            }
        }
        for note in &self.notes {
            words += ". ";
            words += note;
        }
        words
    }
}

/// Largest first; what has no value comes last, and equals keep the order of the lines.
fn sort(readings: &mut [Reading]) {
    let key = |reading: &Reading| match reading.value.is_nan() {
        true => f64::NEG_INFINITY,
        false => reading.value,
    };
    charts::order::sort(readings, |a, b| key(b).total_cmp(&key(a)));
}

/// The tooltip, where it was put.
#[component]
pub fn Tooltip(
    /// What it says; nothing while the cursor is elsewhere.
    tip: RwSignal<Option<Tip>>,
    /// The element, to be put in its place.
    node: NodeRef<html::Div>,
) -> impl IntoView {
    let rows = move || {
        let rows = tip.get().map(|tip| tip.rows).unwrap_or_default();
        rows.into_iter().map(row).collect_any()
    };
    let more = move || {
        let more = tip.with(|tip| tip.as_ref().map_or(0, |tip| tip.more));
        (more > 0).then(|| view! { <p>{format!("and {more} more")}</p> }.into_any())
    };
    let earlier = move || {
        let words = tip.with(|tip| tip.as_ref().and_then(|tip| tip.earlier));
        words.map(|words| view! { <p class="earlier">{words}</p> })
    };
    let notes = move || {
        let notes = tip.get().map(|tip| tip.notes).unwrap_or_default();
        let note = |note| view! { <p class="note">{note}</p> };
        notes.into_iter().map(note).collect_any()
    };
    view! {
        <div class="tooltip" node_ref=node aria-hidden="true" hidden=move || tip.with(Option::is_none)>
            <time>{part(move || tip.with(|tip| tip.as_ref().map(|tip| tip.time.clone())))}</time>
            {part(earlier)}
            <ul>{part(rows)}</ul>
            {part(more)}
            {part(notes)}
        </div>
    }
}

fn row(row: TipRow) -> impl IntoView {
    view! {
        <li>
            <i class=key_class(row.index)></i>
            <span>{row.label}</span>
            <b>{row.value}</b>
            {row.earlier.map(|value| view! { <em>{value}</em> })}
        </li>
    }
}

/// Puts a tooltip beside a place in the window, in CSS pixels.
pub fn put(node: &web_sys::HtmlElement, at: (f64, f64)) {
    let size = (
        f64::from(node.offset_width()),
        f64::from(node.offset_height()),
    );
    let (x, y) = beside(at, size, browser::window_size());
    // Only an unknown property name is an error.
    drop(
        node.style()
            .set_property("transform", &format!("translate({x}px,{y}px)")),
    );
}

/// The corner of a box of `size` that lies right of a point and is centred on it, or left of it
/// where there is no room; wholly in the window.
fn beside(at: (f64, f64), size: (f64, f64), window: (f64, f64)) -> (f64, f64) {
    let right = at.0 + AWAY;
    let left = at.0 - AWAY - size.0;
    let x = if right + size.0 + MARGIN <= window.0 || left < MARGIN {
        right
    } else {
        left
    };
    let held = |v: f64, size: f64, window: f64| v.min(window - size - MARGIN).max(MARGIN).round();
    (
        held(x, size.0, window.0),
        held(at.1 - size.1 / 2.0, size.1, window.1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_first() {
        let check = |values: &[f64], want: &[usize]| {
            let mut readings: Vec<Reading> = values
                .iter()
                .enumerate()
                .map(|(index, value)| Reading {
                    index,
                    value: *value,
                    ..Reading::default()
                })
                .collect();
            sort(&mut readings);
            let order: Vec<usize> = readings.iter().map(|r| r.index).collect();
            assert_eq!(order, want, "{values:?}");
        };
        check(&[], &[]);
        check(&[1.0], &[0]);
        check(&[1.0, 3.0, 2.0], &[1, 2, 0]);
        check(&[1.0, 1.0, 2.0], &[2, 0, 1]);
        check(&[f64::NAN, 0.0, -1.0, f64::INFINITY], &[3, 1, 2, 0]);
        check(&[f64::NAN, f64::NAN], &[0, 1]);
        check(&[-f64::NAN, 0.0], &[1, 0]);
    }

    #[test]
    fn a_long_list_is_cut() {
        let reading = |index: usize| Reading {
            index,
            label: format!("l{index}"),
            value: index as f64,
            words: format!("{index} ms"),
            ..Reading::default()
        };
        let tip = Tip::new(
            "12:00".into(),
            (0..30).map(reading).collect(),
            None,
            Vec::new(),
        );
        assert_eq!((tip.rows.len(), tip.more), (MOST_ROWS, 18));
        assert_eq!(tip.rows[0].label, "l29");
        let notes = vec!["deploy".into()];
        let tip = Tip::new("12:00".into(), (0..2).map(reading).collect(), None, notes);
        assert_eq!(tip.words(), "12:00, l1 1 ms, l0 0 ms. deploy");
        let compared = Reading {
            earlier: Some("7 ms".into()),
            ..reading(1)
        };
        let day = Some("a day earlier");
        let tip = Tip::new("12:00".into(), vec![compared], day, Vec::new());
        assert_eq!(tip.words(), "12:00, l1 1 ms (a day earlier 7 ms)");
    }

    #[test]
    fn within_the_window() {
        let check = |at, want| {
            assert_eq!(beside(at, (100.0, 60.0), (400.0, 300.0)), want, "{at:?}");
        };
        check((100.0, 150.0), (114.0, 120.0));
        check((300.0, 150.0), (186.0, 120.0));
        check((100.0, 5.0), (114.0, 6.0));
        check((100.0, 295.0), (114.0, 234.0));
        check((-50.0, 900.0), (6.0, 234.0));
        // No room on either side: over the point rather than out of the window.
        assert_eq!(
            beside((150.0, 10.0), (290.0, 60.0), (300.0, 80.0)),
            (6.0, 6.0)
        );
    }
}
