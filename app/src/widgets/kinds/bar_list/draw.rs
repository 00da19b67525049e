//! A bar list on any backend; and all of it as a snapshot. Invariant: a bar begins at zero, and its
//! words stand beside it, so that no colour is needed to read it.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::style::Color;
use plotters_backend::DrawingBackend;

use super::model::{Bar, BarList};
use crate::widgets::options::level_icon;
use crate::widgets::render::snapshot::{Drawn, Picture, SIDE, Snapshot, SvgDrawn, TOP};
use crate::widgets::render::text_metrics::{TextStyle, write};
use crate::widgets::render::theme::Theme;

/// Height of a row in pixels, and of the bar in it.
const ROW: u32 = 26;
const BAR: i32 = 10;
/// Size of words in pixels.
const PX: f64 = 12.0;
/// Share of the width that names have.
const NAMES: f64 = 0.3;
/// Between two columns, in pixels.
const GAP: f64 = 10.0;
/// How strong the bar of `others` is.
const OTHERS: f64 = 0.75;

/// Draws bars below each other, with names at their left and values at their right.
///
/// # Errors
/// What the backend reports.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    list: &BarList,
    theme: &Theme,
    (width, top): (u32, u32),
) -> Drawn<DB> {
    let side = f64::from(SIDE);
    let room = (f64::from(width) - 2.0 * side).max(1.0);
    let name = TextStyle::new(PX, theme.palette.text);
    let values = list.all().map(|bar| style(bar, theme).width(&words(bar)));
    let values = values.fold(0.0, f64::max).min(room * NAMES);
    let left = side + room * NAMES + GAP;
    let longest = (side + room - values - GAP - left).max(0.0);
    for (i, bar) in list.all().enumerate() {
        let y = (top + ROW * i as u32 + ROW / 2) as i32;
        let label = name.fit(&bar.name, room * NAMES);
        write(area, &label, (SIDE as i32, y), &name)?;
        let is_last = i == list.bars.len();
        if let Some(share) = bar.share {
            let end = left + (longest * share.min(1.0)).max(1.0);
            let corners = [(left as i32, y - BAR / 2), (end as i32, y + BAR / 2)];
            let color = theme.palette.value(bar.level);
            let color = if is_last {
                color.mix(OTHERS)
            } else {
                color.mix(1.0)
            };
            area.draw(&Rectangle::new(corners, color.filled()))?;
        }
        let value = style(bar, theme).right();
        let label = value.fit(&words(bar), room * NAMES);
        write(area, &label, ((side + room) as i32, y), &value)?;
    }
    Ok(())
}

/// The whole list; rows that have no room are with the others.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    let fits = snapshot.size.1.saturating_sub(TOP) / ROW;
    let list = BarList::fitting(
        snapshot.widget,
        snapshot.store,
        snapshot.to_ms,
        fits as usize,
    );
    if list.bars.is_empty() {
        return picture.no_data(snapshot);
    }
    picture.title(snapshot)?;
    draw(&picture.area, &list, snapshot.theme, (snapshot.size.0, TOP))
}

fn style(bar: &Bar, theme: &Theme) -> TextStyle {
    let color = match bar.level {
        Some(level) => theme.palette.value(Some(level)),
        None => theme.ink,
    };
    TextStyle::new(PX, color).bold()
}

fn words(bar: &Bar) -> String {
    match bar.level {
        Some(level) => format!("{} {}", level_icon(level), bar.words),
        None => bar.words.clone(),
    }
}
