//! What a chart shows before the page's own code runs: a picture that the server draws.
//!
//! Invariant: its address depends on what server and page know alike, so both name the same one,
//! and it is fetched once. It lies where the chart will, and goes when that is drawn.

use std::ops::RangeInclusive;

use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::base::at;
use crate::erased::effect;
use crate::grid::size_px;
use crate::live::Live;
use crate::view::{View, Window, Zone};
use protocol::{GridPlace, PictureParams, QueryTime};

/// What is around a chart in its widget, in pixels.
const AROUND: u32 = 14;
const HEADING: u32 = 42;
/// Width of a chart on a phone, in pixels.
const NARROW: u32 = 352;

/// In the context of pages whose widgets are in a dashboard that the server has.
#[derive(Clone, Copy)]
pub struct ServerPreview;

/// The picture of a widget of this id, until `known` says that there is something to draw, and the
/// past has come.
#[component]
pub fn Placeholder(
    /// The widget's.
    id: StoredValue<String>,
    /// Whether the chart knows what it shows; reactive.
    known: Signal<bool>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let arrangement = expect_context::<Arrangement>();
    let covered = RwSignal::new(false);
    effect(move || {
        if known.get() && live.backfilled.get() && !live.loading.get() {
            covered.set(true);
        }
    });
    use_context::<ServerPreview>()?;
    let id = id.get_value();
    let place = arrangement.items.with_untracked(|items| {
        let item = items.iter().find(|item| item.id == id)?;
        Some(item.place)
    })?;
    let dashboard = arrangement.dashboard.with_untracked(|d| d.id.clone());
    let of = |width| {
        let height = size_px(place.w, place.h).1.saturating_sub(HEADING);
        let view = live.view.get_untracked();
        at(&address(&dashboard, &id, &view, (width, height)))
    };
    Some(view! {
        <picture class="still" hidden=move || covered.get()>
            <source media="(max-width: 45em)" srcset=of(NARROW)/>
            <img src=of(width(place)) alt="" loading="lazy" decoding="async"/>
        </picture>
    })
}

fn width(place: GridPlace) -> u32 {
    size_px(place.w, place.h).0.saturating_sub(AROUND)
}

/// Sizes are held within what the server draws.
fn address(dashboard: &str, id: &str, view: &View, (width, height): (u32, u32)) -> String {
    let held = |px: u32, range: RangeInclusive<u32>| px.clamp(*range.start(), *range.end());
    let (from, to) = match view.window {
        Window::Live { span_s } => (QueryTime::before_now(span_s.saturating_mul(1000)), None),
        Window::Fixed { from_ms, to_ms } => (QueryTime::at(from_ms), Some(QueryTime::at(to_ms))),
    };
    let params = PictureParams {
        from,
        to,
        width: Some(held(width, PictureParams::WIDTHS)),
        height: Some(held(height, PictureParams::HEIGHTS)),
        zone: (view.zone == Zone::Utc).then_some(0),
        bare: true,
        ..PictureParams::default()
    };
    params.address(dashboard, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |view: &View, size, rest: &str| {
            let want = format!("/api/widgets/d/w.svg?bare=1&{rest}");
            assert_eq!(address("d", "w", view, size), want);
        };
        let live = View::live(300);
        check(&live, (352, 282), "from=-300000&width=352&height=282");
        check(&live, (0, 99_999), "from=-300000&width=100&height=1200");
        let fixed = View {
            zone: Zone::Utc,
            ..live.fixed(5_000.0, 9_000.0, 10_000)
        };
        let rest = "from=5000&to=9000&zone=utc&width=2000&height=60";
        check(&fixed, (9_999, 0), rest);
    }
}
