//! A gauge on any backend: an arc up to the value; and all of it as a snapshot.

use charts::{Gauge, PlotRect, Scratch, draw_gauge};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::text_anchor::HPos;
use plotters_backend::DrawingBackend;

use super::model::{self, Dial};
use crate::widgets::render::layer::SUBPIXEL;
use crate::widgets::render::palette::Palette;
use crate::widgets::render::snapshot::{Drawn, MARGIN, Picture, Snapshot, SvgDrawn, TOP};
use crate::widgets::render::text_metrics::{TextStyle, write};
use protocol::Threshold;

const BELOW_PX: f64 = 12.0;
/// Half of the distance between the words for both ends, as a share of the arc's size.
const APART: f64 = 0.42;

/// Draws the arc, on an area that is [`SUBPIXEL`] times as large as `size`.
///
/// # Errors
/// What the backend reports.
pub fn arc<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    dial: &Dial,
    (thresholds, palette): (&[Threshold], &Palette),
    size: (u32, u32),
) -> Drawn<DB> {
    let thresholds: Vec<_> = thresholds
        .iter()
        .map(|threshold| (threshold.at, palette.value(Some(threshold.level))))
        .collect();
    let arc = Gauge {
        min: dial.min,
        max: dial.max,
        value: dial.value,
        thresholds: &thresholds,
        color: palette.value(dial.passed.as_ref().map(|passed| passed.0)),
        track: palette.grid,
        size,
        subpixel: SUBPIXEL,
    };
    draw_gauge(area, scratch, &arc)
}

/// The whole gauge.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    picture.title(snapshot)?;
    let dial = model::read(snapshot.store, snapshot.widget, snapshot.to_ms, "");
    let plot = plot(snapshot);
    words(snapshot, picture, &dial, &plot)?;
    let thresholds = snapshot.widget.options.thresholds();
    let colors = (&thresholds[..], &snapshot.theme.palette);
    picture.plot(plot, |area| {
        let size = (plot.width, plot.height);
        arc(area, &mut Scratch::default(), &dial, colors, size)
    })
}

/// Where the arc belongs.
fn plot(snapshot: &Snapshot<'_>) -> PlotRect {
    let (width, height) = snapshot.size;
    let top = if snapshot.bare { 0 } else { TOP };
    let below = MARGIN + (BELOW_PX * 1.5) as u32;
    PlotRect {
        left: MARGIN,
        top,
        width: width.saturating_sub(2 * MARGIN).max(1),
        height: height.saturating_sub(top + below).max(1),
    }
}

fn words(snapshot: &Snapshot<'_>, picture: &Picture<'_>, dial: &Dial, plot: &PlotRect) -> SvgDrawn {
    let (theme, area) = (snapshot.theme, &picture.area);
    let centered = |style: TextStyle| TextStyle {
        anchor: HPos::Center,
        ..style
    };
    let middle = (plot.left + plot.width / 2) as i32;
    let size = f64::from(plot.height.min(plot.width));
    let px = (size * 0.2).clamp(12.0, 34.0);
    let color = match &dial.passed {
        Some((level, _)) => theme.palette.value(Some(*level)),
        None => theme.ink,
    };
    let value = centered(TextStyle::new(px, color).bold());
    let words = match (dial.value.is_finite(), dial.symbol) {
        (false, _) => "–".to_owned(),
        (true, "") => dial.number.clone(),
        (true, symbol) => format!("{}\u{202f}{symbol}", dial.number),
    };
    let y = (plot.top + plot.height * 11 / 20) as i32;
    write(area, &words, (middle, y), &value)?;
    let below = centered(TextStyle::new(BELOW_PX, theme.palette.text));
    let y = (plot.top + plot.height) as i32 + (BELOW_PX * 0.75) as i32;
    if let Some((_, words)) = &dial.passed {
        let words = below.fit(&format!("▲ {words}"), f64::from(plot.width));
        return write(area, &words, (middle, y), &below);
    }
    let apart = (size * APART) as i32;
    let [low, high] = &dial.ends;
    write(area, low, (middle - apart, y), &below)?;
    write(area, high, (middle + apart, y), &below)
}
