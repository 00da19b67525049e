//! What a state history shows: strips, what holds now in words, and a table. Pure.

use charts::order;
use protocol::{LogLevel, StateName, Unit, Widget};

use super::history::{self, Held, StateWindow, Strip};
use crate::bidi::isolated;
use crate::format;
use crate::live::{Store, metric_query};
use crate::widgets::options::{self, Connect};
use crate::widgets::table_view::{MAX_ROWS, TableView};

/// Strips unless the widget says otherwise.
const ROWS: u32 = 12;

/// Options of a state history.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What the values mean.
    pub states: Vec<StateName>,
    /// Most strips.
    pub rows: usize,
    /// Over which pauses a state holds.
    pub connect: Connect,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            states: options.states(),
            rows: options::rows(options, ROWS),
            connect: Connect::of(options),
        }
    }
}

/// A state history, whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatesModel {
    /// What the values mean.
    pub states: Vec<StateName>,
    /// The first strips.
    pub strips: Vec<Strip>,
    /// Strips that are not shown.
    pub left_out: usize,
    unit: (Unit, bool),
}

/// What holds now in a strip.
#[derive(Clone, Debug, PartialEq)]
pub struct StateNow {
    /// Of the strip.
    pub label: String,
    /// Its name, or the value; `not known` after too long a pause.
    pub state: String,
    /// How grave it is; none when it is not known.
    pub level: Option<LogLevel>,
    /// How often it changed, in words.
    pub changes: String,
}

impl StatesModel {
    /// Of a widget's series over `span_ms` until `end_ms`.
    pub fn read(widget: &Widget, store: &Store, end_ms: i64, span_ms: i64) -> StatesModel {
        let options = Options::of(&widget.options);
        let window = StateWindow {
            from_ms: end_ms - span_ms,
            to_ms: end_ms,
            connect: options.connect,
        };
        let mut strips = history::strips(store, &widget.metrics, window);
        let left_out = strips.len().saturating_sub(options.rows);
        strips.truncate(options.rows);
        let first = widget.metrics.first();
        StatesModel {
            states: options.states,
            strips,
            left_out,
            unit: first.map_or((Unit::None, false), |first| {
                metric_query::unit(store, first)
            }),
        }
    }

    /// A value in words.
    pub fn word(&self, value: f64) -> String {
        match history::meaning(&self.states, value) {
            Some((_, state)) => state.name.clone(),
            None => format::words(self.unit.0, self.unit.1, value),
        }
    }

    /// What held in a strip, its first state being 0; `time` writes when.
    pub fn say(&self, strip: usize, held: usize, time: impl Fn(f64) -> String) -> Option<String> {
        let strip = self.strips.get(strip)?;
        let held = strip.held.get(held)?;
        let (label, word) = (isolated(&strip.label), isolated(&self.word(held.value)));
        Some(format!(
            "{label}: {word} · {} – {}",
            time(held.from),
            time(held.to)
        ))
    }

    /// Which state of a strip held at `t`.
    pub fn held_at(&self, strip: usize, t: f64) -> Option<usize> {
        self.strips.get(strip)?.at(t)
    }

    /// What holds in a strip at `end_ms`.
    pub fn now(&self, strip: &Strip, end_ms: i64) -> StateNow {
        self.state(strip, strip.now(end_ms as f64))
    }

    /// What held in a strip at a time.
    pub fn then(&self, strip: &Strip, t_ms: i64) -> StateNow {
        let held = strip.at(t_ms as f64).and_then(|held| strip.held.get(held));
        self.state(strip, held.map(|held| held.value))
    }

    fn state(&self, strip: &Strip, now: Option<f64>) -> StateNow {
        StateNow {
            label: strip.label.clone(),
            state: now.map_or_else(|| "not known".to_owned(), |value| self.word(value)),
            level: now.map(|value| history::level(&self.states, value)),
            changes: match strip.changes() {
                0 => "no change in the time shown".to_owned(),
                1 => "1 change in the time shown".to_owned(),
                n => format!("{n} changes in the time shown"),
            },
        }
    }
}

/// A row for each state that held, the newest first.
pub fn table(
    strips: &[Strip],
    time: impl Fn(f64) -> String,
    word: impl Fn(f64) -> String,
) -> TableView {
    let mut held = Vec::new();
    for strip in strips {
        held.extend(strip.held.iter().map(|held| (&strip.label, held)));
    }
    order::sort(&mut held, |(_, a), (_, b)| b.from.total_cmp(&a.from));
    held.truncate(MAX_ROWS);
    let row = |(label, held): (&String, &Held)| {
        vec![
            label.clone(),
            word(held.value),
            time(held.from),
            time(held.to),
        ]
    };
    TableView {
        head: ["Of", "State", "From", "Until"].map(str::to_owned).to_vec(),
        rows: held.into_iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_at_a_time_is_read() {
        let held = |from: f64, to: f64, value: f64| Held { from, to, value };
        let model = StatesModel {
            strips: vec![Strip {
                label: "db".into(),
                held: vec![held(1.0, 4.0, 0.0), held(6.0, 9.0, 2.0)],
            }],
            ..StatesModel::default()
        };
        let at = |strip, t| {
            let held = model.held_at(strip, t)?;
            model.say(strip, held, |t| format!("t{t}"))
        };
        let want = format!("{}: {} · t6 – t9", isolated("db"), isolated("2"));
        assert_eq!(at(0, 7.0), Some(want));
        assert_eq!(
            [at(0, 5.0), at(0, f64::NAN), at(1, 7.0)],
            [None, None, None]
        );
        let then = |t| model.then(&model.strips[0], t).state;
        assert_eq!([then(4), then(5), then(6)], ["0", "not known", "2"]);
    }

    #[test]
    fn tables() {
        let strip = |label: &str, held: &[(f64, f64, f64)]| {
            let held = held.iter().map(|(from, to, value)| Held {
                from: *from,
                to: *to,
                value: *value,
            });
            Strip {
                label: label.to_owned(),
                held: held.collect(),
            }
        };
        let check = |strips: &[Strip], want: &[[&str; 4]]| {
            let cells = table(strips, |t| format!("t{t}"), |v| format!("v{v}"));
            assert_eq!(cells.rows, want);
        };
        check(&[], &[]);
        check(&[strip("a", &[])], &[]);
        check(
            &[
                strip("a", &[(1.0, 4.0, 0.0), (4.0, 9.0, 2.0)]),
                strip("b", &[(2.0, 9.0, f64::INFINITY)]),
            ],
            &[
                ["a", "v2", "t4", "t9"],
                ["b", "vinf", "t2", "t9"],
                ["a", "v0", "t1", "t4"],
            ],
        );
        let long: Vec<_> = (0..900).map(|t| (f64::from(t), 0.0, 0.0)).collect();
        let cells = table(&[strip("a", &long)], |t| t.to_string(), |_| String::new());
        assert_eq!(
            (cells.rows.len(), cells.rows[0][2].as_str()),
            (MAX_ROWS, "899")
        );
    }
}
