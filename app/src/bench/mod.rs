//! The page `/bench`: a dashboard of given size that shows a deterministic feed, so that its cost
//! can be measured from outside. Only in builds with the feature `bench`.
//!
//! Everything between the network and the canvas is the product's own.

mod feed;
mod marks;
mod setup;

pub use feed::Feed;
pub use setup::Setup;

use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::erased::CollectAny;
use crate::live::{Live, connection};
use crate::parts::{self, Late};
use crate::shell::toast::Toast;
use crate::view::View;
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::render::chart_style::LineWidth;
use crate::widgets::render::palette::{self, Swatches};
use crate::widgets::{self, WidgetControls};

/// Where the page is.
pub const PAGE: &str = "/bench";
/// Where its feed is.
pub const STREAM: &str = "/bench/stream";

/// Whether the browser is on this page.
pub fn is_here() -> bool {
    window()
        .location()
        .pathname()
        .is_ok_and(|path| path == PAGE)
}

/// The page with the set-up of the browser's address.
pub fn here() -> impl IntoView {
    let query = window().location().search().unwrap_or_default();
    page(Setup::read(query.trim_start_matches('?')))
}

/// The page.
pub fn page(setup: Setup) -> impl IntoView {
    let boot = feed::boot(&setup);
    let view = View::live(setup.range_s());
    let live = Live::new(&boot.metrics, view.clone(), &view);
    live.resolution.set_value(setup.resolution());
    provide_context(live);
    provide_context(Arrangement::new(&boot));
    let fullscreen = Fullscreen::new();
    provide_context(fullscreen);
    provide_context(SharedCursor::new());
    provide_context(Toast::new());
    Late::provide(parts::WHOLE);
    provide_context(LineWidth {
        px: setup.line,
        device: true,
    });
    if setup.hz > 0 {
        connection::connect_to(live, format!("{STREAM}?{setup}"), Vec::new());
    }
    Effect::new(move || {
        palette::follow_theme();
        marks::watch(live, setup);
    });
    let columns = format!(
        "display:grid;grid-template-columns:repeat(auto-fill,{}px);gap:8px;padding:8px",
        setup.width + 14
    );
    // The chart with its axes takes exactly the size that was asked for, below a heading.
    let cell = format!(
        "position:relative;left:0;top:0;width:auto;height:auto;display:grid;\
         grid-template-rows:52px {}px",
        setup.height + 6
    );
    let chart = |widget: protocol::Widget| {
        let own = WidgetControls::new(&widget, fullscreen);
        view! { <article class="widget is-chart" style=cell.clone()>{widgets::kinds::view(widget, own)}</article> }
    };
    let charts = boot.dashboard.widgets.into_iter().map(chart);
    view! {
        <main class="board" style=columns>{charts.collect_any()}</main>
        <Swatches/>
    }
}
