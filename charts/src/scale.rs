//! The vertical scale: round numbers that hold the data. Invariant: `min < max`, all finite (and
//! positive on a logarithmic scale), and at most five ticks, whatever the data were.

mod log;

/// Device pixels that the first and the last value keep from the plot's edges, so that a line at
/// zero, or at the top, shows its whole width.
pub const INSET_PX: f64 = 2.0;

/// Values beyond this are held at it: differences must not overflow.
const LIMIT: f64 = 1e300;

/// Ranges narrower than this share of the values are widened: ticks must differ as numbers.
const NARROWEST: f64 = 1e-9;

/// Values nearer to zero count as zero.
const SMALLEST: f64 = 1e-280;

/// Intervals between ticks at most, so there are three to five ticks.
const INTERVALS: f64 = 4.0;

/// A vertical scale from `min` at the bottom to `max` at the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueScale {
    /// Value at the bottom.
    pub min: f64,
    /// Value at the top; always more than `min`.
    pub max: f64,
    /// Distance of ticks, which are its whole multiples; on a logarithmic scale the lowest tick.
    /// Either way all ticks can be written with as many decimals as this needs.
    pub step: f64,
    /// How values are spread between the ends.
    pub mode: Mode,
}

/// How values are spread over a scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal ratios are equally far apart. Zero and less have no place there: lines, areas and bars
    /// have a gap.
    Log,
}

/// What a scale must hold to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Fixed bottom; without it the data decide.
    pub min: Option<f64>,
    /// Fixed top; without it the data decide.
    pub max: Option<f64>,
    /// Whether zero is always on the scale.
    pub zero: bool,
    /// Which numbers are round on a linear scale; on a logarithmic one those are 1, 2 and 5 times
    /// powers of ten.
    pub base: Base,
    /// How values are spread.
    pub mode: Mode,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            min: None,
            max: None,
            zero: true,
            base: Base::Decimal,
            mode: Mode::Linear,
        }
    }
}

/// Which numbers are round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// 1, 2, 2.5, 5 times powers of ten.
    #[default]
    Decimal,
    /// Powers of two, so that bytes come out in whole KiB, MiB, GiB.
    Binary,
}

impl ValueScale {
    /// The narrowest round scale that holds `data_min` to `data_max` within `bounds`.
    ///
    /// Numbers that are not finite count as absent; without any data the scale is 0 to 1, or what
    /// the bounds say. On a logarithmic scale `data_min` is best the smallest value above zero, and
    /// ends that are not above zero count as absent; when it knows of none, it shows three decades.
    pub fn fit(data_min: f64, data_max: f64, bounds: &Bounds) -> Self {
        let (mut low, mut high) = held(data_min, data_max).unwrap_or((0.0, 0.0));
        if bounds.mode == Mode::Log {
            return Self::fit_log(low, high, bounds);
        }
        if bounds.zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        let fixed_min = bounds.min.filter(|v| v.is_finite()).map(limited);
        let fixed_max = bounds.max.filter(|v| v.is_finite()).map(limited);
        low = fixed_min.unwrap_or(low);
        high = fixed_max.unwrap_or(high);
        if high - low < (low.abs().max(high.abs()) * NARROWEST).max(SMALLEST) {
            (low, high) = widened(low, high, fixed_min, fixed_max, bounds.zero);
        }
        // A top at or below the bottom had to give way.
        let fixed_max = fixed_max.filter(|max| *max >= high);
        let step = step_for(low, high, fixed_min, fixed_max, bounds.base);
        Self {
            min: fixed_min.unwrap_or_else(|| tick((low / step).floor(), step)),
            max: fixed_max.unwrap_or_else(|| tick((high / step).ceil(), step)),
            step,
            mode: Mode::Linear,
        }
    }

    fn fit_log(low: f64, high: f64, bounds: &Bounds) -> Self {
        let fixed = |end: Option<f64>| end.filter(|v| v.is_finite()).map(limited);
        let (min, max) = log::ends(low, high, fixed(bounds.min), fixed(bounds.max));
        let (first, _, count) = log::ticks(min, max);
        Self {
            min,
            max,
            step: if count > 0 { log::number(first) } else { min },
            mode: Mode::Log,
        }
    }

    /// The scale to go on with when the data span `data_min` to `data_max`, or `None` to keep this.
    ///
    /// It grows at once, and shrinks only when the data fit a scale at most half as high: a scale
    /// that followed every peak would never let the eye rest. Without data it stays.
    pub fn follow(&self, data_min: f64, data_max: f64, bounds: &Bounds) -> Option<Self> {
        let (mut low, high) = held(data_min, data_max)?;
        if self.mode == Mode::Log && low <= 0.0 && self.min < high {
            // A bottom that nobody knows stays where it is.
            low = self.min;
        }
        let fitted = Self::fit(low, high, bounds);
        let outside = fitted.min < self.min || fitted.max > self.max;
        let rebound = (bounds.min.is_some() && fitted.min != self.min)
            || (bounds.max.is_some() && fitted.max != self.max)
            || fitted.mode != self.mode;
        let shrunk = fitted.height() <= self.height() / 2.0;
        (outside || rebound || shrunk)
            .then_some(fitted)
            .filter(|fitted| fitted != self)
    }

    /// The values to label, from the bottom up: whole multiples of `step`, or round numbers of
    /// equal ratio on a logarithmic scale (of nearly equal ratio: 1, 2, 5, 10).
    pub fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let Self { step, mode, .. } = *self;
        // A tick that rounding puts a hair outside is still a tick.
        let (first, apart, count) = match mode {
            Mode::Linear => {
                let first = (self.min / step - 1e-6).ceil();
                let last = (self.max / step + 1e-6).floor();
                let count = (last - first).clamp(0.0, 2.0 * INTERVALS) as u32 + 1;
                (first, 1.0, count)
            }
            Mode::Log => {
                let (first, apart, count) = log::ticks(self.min, self.max);
                (f64::from(first), f64::from(apart), count)
            }
        };
        (0..count).map(move |i| {
            let index = first + f64::from(i) * apart;
            match mode {
                Mode::Linear => tick(index, step),
                Mode::Log => log::number(index as i32),
            }
        })
    }

    /// Whether a value has a place: a logarithmic scale has none for zero and less.
    pub fn has(&self, value: f64) -> bool {
        value.is_finite() && (self.mode == Mode::Linear || value > 0.0)
    }

    /// Device pixels from the top of a plot of `height` to `value`; outside it for values outside
    /// the scale, and `NaN` for `NaN`. On a logarithmic scale everything below is at the bottom.
    pub fn y(&self, value: f64, height: f64) -> f64 {
        let room = (height - 2.0 * INSET_PX).max(0.0);
        let below_top = match self.mode {
            Mode::Linear => (self.max - value) / (self.max - self.min),
            Mode::Log => 1.0 - log::share(value, self.min, self.max),
        };
        INSET_PX + below_top * room
    }

    /// The value nearest to zero that is on the scale: where a filled area ends.
    pub fn baseline(&self) -> f64 {
        0.0_f64.clamp(self.min, self.max)
    }

    /// How much the scale holds, to compare it with others of its mode.
    fn height(&self) -> f64 {
        match self.mode {
            Mode::Linear => self.max - self.min,
            Mode::Log => self.max.ln() - self.min.ln(),
        }
    }
}

/// The `index`th multiple of `step`. Below one the reciprocal of a step is a whole number, and
/// dividing by it gives 0.3 where multiplying gives 0.30000000000000004.
fn tick(index: f64, step: f64) -> f64 {
    let value = if (1e-15..1.0).contains(&step) {
        index / (1.0 / step).round()
    } else {
        index * step
    };
    // No label should read "-0".
    value + 0.0
}

fn limited(value: f64) -> f64 {
    value.clamp(-LIMIT, LIMIT)
}

/// The data's range in order, if there are any.
fn held(data_min: f64, data_max: f64) -> Option<(f64, f64)> {
    let (a, b) = match (data_min.is_finite(), data_max.is_finite()) {
        (true, true) => (data_min, data_max),
        (true, false) => (data_min, data_min),
        (false, true) => (data_max, data_max),
        (false, false) => return None,
    };
    Some((limited(a.min(b)), limited(a.max(b))))
}

/// A range around what has none, moved only where it is not fixed.
fn widened(low: f64, high: f64, min: Option<f64>, max: Option<f64>, zero: bool) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    let by = if size < SMALLEST { 1.0 } else { size / 10.0 };
    match (min, max) {
        (None, Some(max)) => (max - by, max),
        (Some(min), _) => (min, min + by),
        (None, None) if size >= SMALLEST => (low - by, high + by),
        (None, None) if zero => (0.0, 1.0),
        (None, None) => (-1.0, 1.0),
    }
}

/// The smallest round step that needs no more than [`INTERVALS`].
fn step_for(low: f64, high: f64, min: Option<f64>, max: Option<f64>, base: Base) -> f64 {
    let fits = |step: f64| {
        let bottom = min.map_or_else(|| (low / step).floor(), |min| min / step);
        let top = max.map_or_else(|| (high / step).ceil(), |max| max / step);
        top - bottom <= INTERVALS + 1e-9
    };
    let rough = (high - low) / INTERVALS;
    match base {
        Base::Decimal => {
            let power = rough.log10().floor();
            (0..)
                .flat_map(|up| [1.0, 2.0, 2.5, 5.0].map(|m| m * power_of_ten(power as i32 + up)))
                .find(|step| *step >= rough * (1.0 - 1e-9) && fits(*step))
        }
        Base::Binary => {
            let power = rough.log2().floor();
            (0..)
                .map(|up| 2.0_f64.powi(power as i32 + up))
                .find(|step| *step >= rough * (1.0 - 1e-9) && fits(*step))
        }
    }
    .expect("a large enough step needs two intervals")
}

/// Ten to the power; below one by division, which rounds once.
fn power_of_ten(power: i32) -> f64 {
    if power < 0 {
        1.0 / 10.0_f64.powi(-power)
    } else {
        10.0_f64.powi(power)
    }
}

#[cfg(test)]
mod tests;
