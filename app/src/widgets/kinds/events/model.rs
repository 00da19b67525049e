//! Which events a widget lists. Pure.

use crate::widgets::options;
use protocol::{LogLevel, option_name};

/// Rows unless the widget says otherwise.
const ROWS: u32 = 100;

/// Options of an event list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Most rows.
    pub rows: usize,
    /// Events below this level are left out.
    pub lowest: LogLevel,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            rows: options::rows(options, ROWS),
            lowest: options.level(option_name::LEVEL).unwrap_or_default(),
        }
    }
}

/// The name of a level, as logs have it.
pub fn name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}
