//! A chart over time as a snapshot: axes, thresholds and marks as on the page.

use charts::{TimeWindow, View, draw_time_labels};

use super::drawn::Drawn;
use super::model::ChartModel;
use crate::live::Lines;
use crate::widgets::interact::legend::Legend;
use crate::widgets::render::axes_layer::{Axes, left};
use crate::widgets::render::chart_style::{ChartStyle, Scales, ShapeOf};
use crate::widgets::render::heading::Entry;
use crate::widgets::render::layer::SUBPIXEL;
use crate::widgets::render::marks::Marks;
use crate::widgets::render::scene::{self, Buffers, Scene};
use crate::widgets::render::snapshot::{Picture, RATIO, Snapshot, SvgDrawn};
use crate::widgets::render::text_rows;
use crate::widgets::state::State;

/// The whole chart.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>, shape: ShapeOf) -> SvgDrawn {
    let (to_ms, span_ms) = (snapshot.to_ms as f64, snapshot.span_ms as f64);
    let palette = &snapshot.theme.palette;
    let style = ChartStyle::of(snapshot.widget, shape, snapshot.store);
    let mut lines = Lines::new(&snapshot.widget.metrics);
    lines.set_bands(style.band);
    lines.set_stacked(style.is_stacked());
    lines.update(snapshot.store);
    let mut buffers = Buffers::default();
    let scales = scales(snapshot, &style, &mut lines, &mut buffers);
    let mut marks = Marks::default();
    marks.update(
        snapshot.annotations,
        &lines,
        &style,
        (to_ms - span_ms, span_ms / f64::from(snapshot.size.0.max(1))),
        palette,
    );

    let wide = TimeWindow::new(to_ms, span_ms, snapshot.size.0);
    let bar_ms = scene::bar_ms_of(&style, &lines, snapshot.off, (&wide, RATIO));
    let model = ChartModel {
        lines: &lines,
        style: &style,
        scales,
        drawn: Drawn::of(&lines, bar_ms),
        earlier: None,
        off: snapshot.off,
        from_ms: to_ms - span_ms,
        to_ms,
    };
    let words = model.legend(false, None);
    let beside = words.beside_title();
    let room = picture.heading(snapshot, &beside, legend(words, snapshot))?;
    let size = (room.width, room.height);
    let plot = Axes::plot(size, RATIO, &style, &scales);
    let axes = Axes {
        size,
        ratio: RATIO,
        plot,
        scales,
        palette: palette.generation,
    };
    let area = room.of(&picture.area);
    let window = TimeWindow::new(to_ms, span_ms, plot.width);
    axes.draw_scales(&area, &style, palette)?;
    if let Some(ahead_min) = snapshot.ahead_min {
        let labels = palette.axis_style(RATIO);
        draw_time_labels(&area, &plot, &window, &labels, &|_| ahead_min)?;
    }
    axes.draw_thresholds(&area, &style, palette)?;
    let scene = Scene {
        style: &style,
        lines: &lines,
        earlier: None,
        off: snapshot.off,
        marks: marks.set(),
        palette,
        ratio: RATIO,
    };
    let view = View {
        window: &window,
        scale: &left(&style, &scales),
        right: scales.right.as_ref(),
        height: plot.height,
        connect_ms: style.connect.ms(lines.step_ms()),
        clip: None,
        subpixel: SUBPIXEL,
        surface: palette.surface,
    };
    if !snapshot.bare && model.state(true) == State::Waiting {
        let words = text_rows::note(snapshot, snapshot.no_data());
        text_rows::draw(&picture.area, &[words])?;
    }
    scene.prepare(&mut buffers, &view);
    picture.plot(room.whole(plot), |area| {
        scene.draw(area, &mut buffers, &view)
    })
}

fn scales(
    snapshot: &Snapshot<'_>,
    style: &ChartStyle,
    lines: &mut Lines,
    buffers: &mut Buffers,
) -> Scales {
    let (to_ms, span_ms) = (snapshot.to_ms as f64, snapshot.span_ms as f64);
    let window = TimeWindow::new(to_ms, span_ms, snapshot.size.0);
    let mut extent = |right| {
        let wide = (&window, RATIO);
        scene::extent(style, lines, snapshot.off, right, wide, buffers)
    };
    let extents = [extent(false), style.right.and_then(|_| extent(true))];
    scene::follow(style, &Scales::default(), true, extents)
}

/// The lines that are on, and how many there is no room for.
fn legend(legend: Legend, snapshot: &Snapshot<'_>) -> Vec<Entry> {
    let colors = &snapshot.theme.palette;
    let entries = legend.entries.into_iter().enumerate();
    let mut entries: Vec<Entry> = entries
        .filter(|(_, entry)| entry.on)
        .map(|(i, entry)| Entry {
            key: Some((colors.line(i), colors.key(i))),
            label: entry.name,
            value: [Some(entry.value), entry.age]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
        })
        .collect();
    if legend.left_out > 0 {
        entries.push(Entry {
            key: None,
            label: format!("and {} more", legend.left_out),
            value: String::new(),
        });
    }
    entries
}
