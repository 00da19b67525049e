//! Names of the options of widgets, as documents write them. Which kind takes which option, of what
//! type and within which bounds, stands in the page's table of kinds.

/// The smallest value comes first.
pub const ASCENDING: &str = "ascending";
/// A band from the smallest to the largest sample behind each line.
pub const BAND: &str = "band";
/// Bytes count in KiB, MiB, GiB.
pub const BINARY: &str = "binary";
/// Lines bridge every gap.
pub const CONNECT: &str = "connect";
/// The longest pause that a line bridges, in ms.
pub const CONNECT_MS: &str = "connect_ms";
/// What stands there when nothing came.
pub const EMPTY: &str = "empty";
/// Events below this level are left out.
pub const LEVEL: &str = "level";
/// The scale goes by powers of ten.
pub const LOG: &str = "log";
/// Upper end of the scale.
pub const MAX: &str = "max";
/// Lower end of the scale.
pub const MIN: &str = "min";
/// The most rows.
pub const ROWS: &str = "rows";
/// The column that rows are sorted by, counted from 0.
pub const SORT: &str = "sort";
/// Areas and bars stand on top of each other.
pub const STACKED: &str = "stacked";
/// The meanings of values, in order.
pub const STATES: &str = "states";
/// A value holds until the next one.
pub const STEP: &str = "step";
/// Markdown.
pub const TEXT: &str = "text";
/// Where a value becomes a warning or bad.
pub const THRESHOLDS: &str = "thresholds";
/// Seconds that a value is taken over.
pub const WINDOW_S: &str = "window_s";
