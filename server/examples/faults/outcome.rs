//! What a case found: figures, and the promises that were broken.

use std::error::Error;
use std::fmt::Display;

use crate::cases::Case;

/// A case that could not be run to its end has broken its promise.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What a case measured.
#[derive(Default)]
pub struct Measured {
    /// Figures, in the order in which they were taken.
    figures: Vec<String>,
    broken: Vec<String>,
    skipped: Option<String>,
}

/// Whether a promise held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It did.
    Held,
    /// It did not.
    Broken,
    /// The machine does not allow this fault.
    Skipped,
}

/// A case and what it found.
pub struct Outcome {
    pub name: &'static str,
    pub verdict: Verdict,
    promise: &'static str,
    measured: Measured,
}

impl Measured {
    /// A case that this machine does not allow, and why.
    pub fn skipped(why: impl Display) -> Measured {
        Measured {
            skipped: Some(why.to_string()),
            ..Measured::default()
        }
    }

    /// A figure for the table.
    pub fn figure(&mut self, what: impl Display) {
        self.figures.push(what.to_string());
    }

    /// A part of the promise: broken when it does not hold, with what was found instead.
    pub fn expect(&mut self, holds: bool, instead: impl Display) {
        if !holds {
            self.broken.push(instead.to_string());
        }
    }
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Held => "held",
            Verdict::Broken => "BROKEN",
            Verdict::Skipped => "skipped",
        }
    }
}

impl Outcome {
    pub fn of(case: &Case, result: Result<Measured>) -> Outcome {
        let measured = result.unwrap_or_else(|error| Measured {
            broken: vec![format!("the case did not come to its end: {error}")],
            ..Measured::default()
        });
        let verdict = match (&measured.skipped, measured.broken.is_empty()) {
            (Some(_), _) => Verdict::Skipped,
            (None, true) => Verdict::Held,
            (None, false) => Verdict::Broken,
        };
        Outcome {
            name: case.name,
            verdict,
            promise: case.promise,
            measured,
        }
    }

    /// What was measured, and what is broken.
    pub fn summary(&self) -> String {
        let Measured {
            figures,
            broken,
            skipped,
        } = &self.measured;
        let mut parts = Vec::new();
        parts.extend(skipped.iter().map(|why| format!("skipped: {why}")));
        parts.extend(broken.iter().map(|broken| format!("BROKEN: {broken}")));
        parts.extend(figures.iter().cloned());
        parts.join("; ")
    }
}

/// As docs/RELIABILITY.md shows it.
pub fn table(outcomes: &[Outcome]) -> String {
    let mut table = "| fault | promised | measured | |\n|---|---|---|---|\n".to_owned();
    for outcome in outcomes {
        let (name, promise) = (outcome.name, outcome.promise);
        let (summary, verdict) = (outcome.summary(), outcome.verdict.name());
        table.push_str(&format!(
            "| `{name}` | {promise} | {summary} | {verdict} |\n"
        ));
    }
    table
}
