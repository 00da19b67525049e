//! What a chart of lines looks like, apart from its data: read once from the widget and the
//! metrics that it names. Pure.

use charts::{Base, Bounds, Mode, ValueScale};
use telemetry::{Dimension, Unit};

use crate::format::{self, Format};
use crate::live::{Line, Store, metric_query};
use crate::widgets::options::Connect;
use protocol::{Options, Threshold, Widget, option_name};

/// Width of lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineWidth {
    /// In pixels.
    pub px: f64,
    /// Whether these are device pixels, and not device-independent ones.
    pub device: bool,
}

impl Default for LineWidth {
    fn default() -> Self {
        LineWidth {
            px: 1.5,
            device: false,
        }
    }
}

impl LineWidth {
    /// In device pixels, of which there are `ratio` in a device-independent one.
    pub fn device_px(self, ratio: f64) -> f64 {
        if self.device {
            self.px
        } else {
            self.px * ratio
        }
    }
}

/// What stands at the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines.
    Lines,
    /// Lines with an area to zero under each.
    Areas,
    /// Areas on top of each other.
    Stacked,
    /// Bars, side by side or on top of each other.
    Bars {
        /// Whether on top of each other.
        stacked: bool,
    },
}

/// Options of a chart over time.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartOptions {
    /// Lower end of the axis at the left.
    pub min: Option<f64>,
    /// Upper end of it.
    pub max: Option<f64>,
    /// Where values become a warning or bad.
    pub thresholds: Vec<Threshold>,
    /// Over which pauses points are joined.
    pub connect: Connect,
    /// Areas and bars stand one on the other.
    pub stacked: bool,
    /// A band from the smallest to the largest sample behind each line.
    pub band: bool,
    /// The axes go by powers of ten.
    pub log: bool,
    /// A value holds until the next one.
    pub step: bool,
    /// Bytes in KiB, MiB, GiB.
    pub binary: bool,
}

/// Which shape a kind gives a chart with these options.
pub type ShapeOf = fn(&ChartOptions) -> Shape;

impl ChartOptions {
    /// As a document has them.
    pub fn of(options: &Options) -> ChartOptions {
        ChartOptions {
            min: options.number(option_name::MIN),
            max: options.number(option_name::MAX),
            thresholds: options.thresholds(),
            connect: Connect::of(options),
            stacked: options.flag(option_name::STACKED),
            band: options.flag(option_name::BAND),
            log: options.flag(option_name::LOG),
            step: options.flag(option_name::STEP),
            binary: options.flag(option_name::BINARY),
        }
    }
}

/// One y axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// Of the values.
    pub unit: Unit,
    /// Whether the values are by second.
    pub per_second: bool,
    /// Whether bytes count in KiB.
    pub binary: bool,
    /// Ends of the scale, where they are fixed, and how it goes.
    pub bounds: Bounds,
}

/// What a chart shows, apart from its data.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartStyle {
    /// What stands at the times.
    pub shape: Shape,
    /// The axis at the left.
    pub left: Axis,
    /// The axis at the right, when metrics have two units.
    pub right: Option<Axis>,
    /// For each reference of the widget, whether it is on the axis at the right.
    pub on_right: Vec<bool>,
    /// Over which pauses points are joined.
    pub connect: Connect,
    /// Whether a value holds until the next point.
    pub step: bool,
    /// Whether lines have a band from smallest to largest.
    pub band: bool,
    /// Where values become a warning or bad.
    pub thresholds: Vec<Threshold>,
    /// Width of lines.
    pub line: LineWidth,
}

impl ChartStyle {
    /// Of a widget that shows `shape`, with the units of `store`'s metrics.
    pub fn of(widget: &Widget, shape: ShapeOf, store: &Store) -> ChartStyle {
        let options = ChartOptions::of(&widget.options);
        let units: Vec<(Unit, bool)> = widget
            .metrics
            .iter()
            .map(|reference| metric_query::unit(store, reference))
            .collect();
        let first = units.first().copied().unwrap_or((Unit::None, false));
        let on_right: Vec<bool> = units.iter().map(|unit| *unit != first).collect();
        let second = on_right.iter().position(|right| *right).map(|i| units[i]);
        let bounds = |min, max, (unit, _): (Unit, bool)| Bounds {
            min,
            max,
            // A logarithm has no zero to stand on.
            zero: !options.log,
            base: if options.binary && unit.dimension() == Dimension::Size {
                Base::Binary
            } else {
                Base::Decimal
            },
            mode: if options.log { Mode::Log } else { Mode::Linear },
        };
        let axis = |unit: (Unit, bool), min, max| Axis {
            unit: unit.0,
            per_second: unit.1,
            binary: options.binary,
            bounds: bounds(min, max, unit),
        };
        ChartStyle {
            shape: shape(&options),
            left: axis(first, options.min, options.max),
            right: second.map(|unit| axis(unit, None, None)),
            on_right,
            connect: options.connect,
            step: options.step,
            band: options.band,
            thresholds: options.thresholds,
            line: LineWidth::default(),
        }
    }

    /// Whether what is shown stands on each other.
    pub fn is_stacked(&self) -> bool {
        matches!(self.shape, Shape::Stacked | Shape::Bars { stacked: true })
    }

    /// Whether a line is on the axis at the right.
    pub fn is_right(&self, line: &Line) -> bool {
        self.on_right.get(line.metric).copied().unwrap_or(false)
    }

    /// The unit of a line's values as they are.
    pub fn own_unit(&self, line: &Line) -> String {
        let right = self.right.filter(|_| self.is_right(line));
        right.unwrap_or(self.left).own_unit()
    }

    /// How a line's values are written beside its axis: `scales` are those of the axes.
    pub fn format(&self, line: &Line, scales: &Scales) -> Format {
        match (self.right, self.is_right(line)) {
            (Some(axis), true) => axis.format(scales.right),
            _ => self.left.format(scales.left),
        }
    }
}

impl Axis {
    /// The unit that values have before they are written with a prefix: `B/s`, `1/s`, `ms`.
    pub fn own_unit(&self) -> String {
        match (self.unit.symbol(), self.per_second) {
            (symbol, false) => symbol.to_string(),
            ("", true) => "1/s".to_string(),
            (symbol, true) => format!("{symbol}/s"),
        }
    }
}

/// The scales of a chart's axes; none before there are data.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scales {
    /// At the left.
    pub left: Option<ValueScale>,
    /// At the right.
    pub right: Option<ValueScale>,
}

impl Axis {
    /// How numbers beside this axis are written: all with one prefix, chosen by the largest that
    /// the scale has room for. On a logarithmic scale, where that may be thousands of times the
    /// others, by the one in the middle.
    pub fn format(&self, scale: Option<ValueScale>) -> Format {
        let (size, step) = scale.map_or((0.0, None), |s| match s.mode {
            Mode::Linear => (s.max.abs().max(s.min.abs()), Some(s.step)),
            Mode::Log => ((s.max * s.min).sqrt(), None),
        });
        let of = if self.binary {
            Format::binary
        } else {
            Format::of
        };
        of(self.unit, self.per_second, size, step)
    }

    /// The label of one tick. On a logarithmic scale each has its own prefix, since from one to the
    /// next the values may be a thousand times as large.
    pub fn label(&self, scale: &ValueScale, value: f64) -> String {
        match scale.mode {
            Mode::Linear => self.format(Some(*scale)).number(value),
            Mode::Log => format::short(self.unit, self.per_second, self.binary, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_prefix_for_an_axis() {
        let check = |mode, low, high, want: [&str; 2]| {
            let axis = Axis {
                unit: Unit::Second,
                per_second: false,
                binary: false,
                bounds: Bounds {
                    mode,
                    ..Bounds::default()
                },
            };
            let scale = ValueScale::fit(low, high, &axis.bounds);
            let format = axis.format(Some(scale));
            assert_eq!(
                [&format.fine_number(0.004), format.symbol],
                want,
                "{mode:?} {low} {high}"
            );
        };
        check(Mode::Linear, 0.0, 0.02, ["4.0", "ms"]);
        check(Mode::Linear, 0.0, 3.0, ["0.0040", "s"]);
        check(Mode::Log, 1e-4, 1.0, ["4.0", "ms"]);
        check(Mode::Log, 1e-6, 1e-3, ["4,000", "µs"]);
        check(Mode::Log, f64::NAN, f64::NAN, ["4.0", "ms"]);
    }
}
