//! The kinds of widgets: one folder each, and one line in the table below. A folder has `model`
//! (store and options to what is shown, pure), `draw` (on any backend), `view` (in the page), and in
//! `mod.rs` what the table reads. The kinds that few dashboards have stand apart: a program may load
//! their views when a dashboard has one. Invariant: nothing outside of a folder knows its kind by name.

mod area;
mod bar;
mod bar_list;
mod events;
mod gauge;
mod heatmap;
mod histogram;
mod line;
mod stat;
mod states;
mod table;
mod text;

use leptos::prelude::*;

use super::WidgetControls;
use super::kind::{Kind, Schema};
use super::render::snapshot::{Picture, Snapshot, SvgDrawn};
use crate::parts;
use protocol::{Widget, WidgetKind};

/// Makes the table. Each use of a kind is a function of its own: what the page does not call, such
/// as snapshots and help texts, is not in it.
macro_rules! kinds {
    (
        usual: { $($variant:ident => $folder:ident,)* }
        rare: { $($rare:ident => $apart:ident,)* }
    ) => {
        /// Every kind of widget.
        pub static KINDS: &[&Kind] = &[$(&$folder::KIND,)* $(&$apart::KIND,)*];

        /// A kind by its name in documents.
        pub fn kind(of: WidgetKind) -> &'static Kind {
            match of {
                $(WidgetKind::$variant => &$folder::KIND,)*
                $(WidgetKind::$rare => &$apart::KIND,)*
            }
        }

        /// How documents describe a kind.
        pub fn schema(of: WidgetKind) -> &'static Schema {
            match of {
                $(WidgetKind::$variant => &$folder::SCHEMA,)*
                $(WidgetKind::$rare => &$apart::SCHEMA,)*
            }
        }

        /// What is inside of a widget's frame, heading included.
        pub(crate) fn view(widget: Widget, controls: WidgetControls) -> AnyView {
            match widget.kind {
                $(WidgetKind::$variant => $folder::view(widget, controls),)*
                $(WidgetKind::$rare)|* => parts::rare(widget, controls),
            }
        }

        /// The same for rare kinds, and nothing for others.
        pub fn rare(widget: Widget, controls: WidgetControls) -> AnyView {
            match widget.kind {
                $(WidgetKind::$rare => $apart::view(widget, controls),)*
                $(WidgetKind::$variant)|* => ().into_any(),
            }
        }

        /// Whether a program may load the view of a kind.
        pub fn is_rare(kind: WidgetKind) -> bool {
            matches!(kind, $(WidgetKind::$rare)|*)
        }

        /// Draws a snapshot.
        pub(super) fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
            match snapshot.widget.kind {
                $(WidgetKind::$variant => $folder::snapshot(snapshot, picture),)*
                $(WidgetKind::$rare => $apart::snapshot(snapshot, picture),)*
            }
        }

        /// Whether options of a kind mean the same, as its model reads them.
        #[cfg(test)]
        fn same_options(of: WidgetKind, a: &protocol::Options, b: &protocol::Options) -> bool {
            match of {
                $(WidgetKind::$variant => $folder::Options::of(a) == $folder::Options::of(b),)*
                $(WidgetKind::$rare => $apart::Options::of(a) == $apart::Options::of(b),)*
            }
        }
    };
}

kinds! {
    usual: {
        Stat => stat,
        Line => line,
        Area => area,
        Bar => bar,
        Events => events,
    }
    rare: {
        Gauge => gauge,
        Histogram => histogram,
        Heatmap => heatmap,
        Table => table,
        Text => text,
        States => states,
        BarList => bar_list,
    }
}

pub use events::OpenEvent;
pub use text::{Texts, texts};

#[cfg(test)]
mod tests;

#[cfg(test)]
mod model_tests;
