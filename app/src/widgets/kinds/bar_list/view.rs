//! A bar list in the page: names, bars and values as elements, so that all of it is text too.

use leptos::prelude::*;

use super::model::{Bar, BarList, level_word};
use crate::bidi::isolated;
use crate::erased::{CollectAny, part};
use crate::format;
use crate::live::Live;
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::options::{level_icon, level_name};
use crate::widgets::state::{State, StateLine, waiting_for};
use crate::widgets::table_view::{AsTable, TableView};
use crate::widgets::tag_rows::Seen;
use protocol::Widget;

/// The bar list.
pub fn view(widget: Widget, own: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let list = RwSignal::new(BarList::default());
    let cells = RwSignal::new(TableView::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let title = widget.title.clone();
    let heading = heading_id(&widget.id);
    Effect::new(move |before: Option<(Option<Seen>, bool)>| {
        live.second_tick.track();
        let as_table = own.as_table.get();
        let seen = Seen::now(live);
        if let Some((Some(before), was_table)) = before
            && !seen.differs(before)
            && was_table == as_table
        {
            return (Some(before), was_table);
        }
        let before = list.with_untracked(|list| list.symbol);
        let next = live.visible_store(|store| BarList::read(&widget, store, seen.end_ms, before));
        state.set(match (seen.now_ms > 0, next.bars.is_empty()) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        });
        if as_table {
            cells.set(next.table());
        }
        if list.with_untracked(|old| *old != next) {
            list.set(next);
        }
        (Some(seen), as_table)
    });
    let bars = move || {
        let (bars, first_other) =
            list.with(|list| (list.all().cloned().collect::<Vec<_>>(), list.bars.len()));
        let bars = bars.into_iter().enumerate();
        bars.map(|(i, bar)| row(bar, i == first_other))
            .collect_any()
    };
    // What was there once has room: bars keep their length when words become shorter.
    let widest = StoredValue::new(0.0_f64);
    let room = move || {
        let now = list.with(|list| {
            let words = list.all().map(|bar| format::width_ch(&bar.words));
            words.fold(0.0, f64::max)
        });
        widest.update_value(|room| *room = room.max(now));
        format!("{}ch", widest.get_value())
    };
    let name = title.clone();
    let label = move || list.with(|list| format!("{name}: {} by {}", list.label, list.tags));
    let as_table = title.clone();
    view! {
        <header>
            <h2 id=heading><span class="title">{isolated(&title)}</span><small>{part(move || list.with(|list| list.tags.clone()))}</small></h2>
        </header>
        <div class="bars" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            <ol tabindex="0" role="list" aria-label=label style=("--room", room)>{part(bars)}</ol>
            <StateLine state waiting/>
        </div>
        <AsTable title=as_table own cells/>
    }
    .into_any()
}

fn row(bar: Bar, is_others: bool) -> impl IntoView {
    let length = bar.share.unwrap_or(0.0).min(1.0) * 100.0;
    let level = bar.level.map(|level| {
        view! {
            <i aria-hidden="true">{level_icon(level)}</i>
            <span class="unseen">{level_word(level)}": "</span>
        }
        .into_any()
    });
    let title = bar.name.clone();
    view! {
        <li class:others=is_others data-level=bar.level.map(level_name) style=format!("--length:{length:.1}%")>
            <span class="name" title=title>{bar.name}</span>
            <span class="track" aria-hidden="true"></span>
            <b>{level}{bar.words}</b>
        </li>
    }
}
