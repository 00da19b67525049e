//! A dashboard: the bar, the grid and, while it is edited, the catalogue of hidden widgets.
//!
//! Renders any dashboard document; no widget is known by name here.

pub(crate) mod dashboard_picker;

use leptos::prelude::*;

use crate::address::{self, Address};
use crate::arrangement::{Arrangement, drag};
use crate::browser;
use crate::erased::{effect, part};
use crate::grid;
use crate::live::Store;
use crate::live::{Live, Resolution, annotations, backfill, connection};
use crate::shell::header::Header;
use crate::shell::shortcuts::{self, Page};
use crate::shell::shortcuts_dialog::{ShortcutsDialog, ShortcutsOpen};
use crate::time_zone;
use crate::toast::Toast;
use crate::view::{self, View, Zone};
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::render::palette::{self, Swatches};
use crate::widgets::{self, WidgetFrame};
use protocol::{Boot, Preferences};

/// Where the document holds what the server boots the page with.
const BOOT: &str = "boot";

/// A dashboard with what the server boots it with.
#[component]
pub fn DashboardPage() -> impl IntoView {
    // The server has it, and knows its address; in the page the document has it.
    let boot = match use_context::<Address>() {
        Some(_) => use_context::<Boot>(),
        None => browser::text_of(BOOT).and_then(|text| read(&text)),
    };
    let text = use_context::<BootText>().map(|text| text.0);
    match boot {
        Some(boot) => view! {
            <Loaded boot/>
            <script type="application/json" id=BOOT inner_html=text.unwrap_or_default()></script>
        }
        .into_any(),
        None => crate::pages::missing::Missing().into_any(),
    }
}

/// The text of what the server boots the page with: only the server writes it, so that the page
/// has no code that could.
#[derive(Clone)]
pub struct BootText(String);

impl BootText {
    /// Of JSON; nothing in it ends the element that it stands in.
    pub fn new(json: &str) -> BootText {
        BootText(json.replace('<', "\\u003c"))
    }
}

/// A document that cannot be read is told on the console: page and server are of different
/// versions, and the next reload mends it.
fn read(text: &str) -> Option<Boot> {
    match serde_json::from_str(text) {
        Ok(boot) => Some(boot),
        Err(error) => {
            leptos::logging::error!(
                "Pulseboard: what the page begins with cannot be read: {error}"
            );
            None
        }
    }
}

#[component]
fn Loaded(boot: Boot) -> impl IntoView {
    let usual = usual_view(&boot.preferences);
    let resolution = Resolution::of(usual.span_ms());
    let live = Live::new(
        Store::new(&boot.metrics, resolution),
        address::read(&usual),
        &usual,
    );
    let arrangement = Arrangement::new(&boot);
    provide_context(live);
    provide_context(arrangement);
    let fullscreen = Fullscreen::new();
    provide_context(fullscreen);
    provide_context(SharedCursor::new());
    let toast = Toast::new();
    provide_context(toast);
    let shortcuts_open = ShortcutsOpen::new();
    provide_context(shortcuts_open);
    provide_context(widgets::placeholder::ServerPreview);
    let needed = widgets::needs(&boot.dashboard.widgets);
    time_zone::follow(live);
    address::follow(live, usual);
    connection::connect(live, needed.clone());
    backfill::follow(live, needed);
    annotations::follow(live);
    effect(|| {
        palette::follow_theme();
    });
    let page = Page {
        live,
        arrangement,
        picking: RwSignal::new(false),
        fullscreen,
        shortcuts_open,
    };
    provide_context(page);
    shortcuts::listen(page);
    let title = boot.dashboard.title.clone();
    let widgets = boot.dashboard.widgets.clone();
    let rows = move || {
        format!(
            "--rows:{}",
            arrangement.items.with(|items| grid::rows(items))
        )
    };
    let all_hidden = move || {
        arrangement
            .items
            .with(|items| items.iter().all(|item| item.hidden))
    };
    let failed = move || live.backfill_error.get().map(|error| error.to_string());
    view! {
        <Header me=boot.me.clone() title=title.clone()/>
        <main
            class="board"
            class:editing=move || arrangement.editing.get()
            data-status=move || live.status.get().name()
            data-paused=move || live.is_fixed().to_string()
        >
            <h1 class="unseen">{title}</h1>
            {part(move || failed().map(without_past))}
            <div class="grid" style=rows>
                {widgets.into_iter().map(|widget| view! { <WidgetFrame widget/> }).collect_view()}
                {part(move || arrangement.drag.get().map(|drag| placeholder(arrangement, &drag)))}
            </div>
            <Show when=all_hidden>
                <p class="state nothing">"Every widget is hidden. Choose Edit to show some again."</p>
            </Show>
            <Show when=move || arrangement.editing.get()>
                <Catalogue/>
            </Show>
            <p class="unseen" id="how-to-move">
                "Arrow keys move, Shift and arrow keys resize, Delete hides, Escape leaves."
            </p>
        </main>
        <p class="unseen" role="status">{part(move || arrangement.announcement.get())}</p>
        <p class="toast" class:idle=move || toast.text.with(String::is_empty) role="status">{part(move || toast.text.get())}</p>
        <ShortcutsDialog/>
        <Swatches/>
    }
}

/// What a person sees without anything in the address.
fn usual_view(preferences: &Preferences) -> View {
    let zone = preferences.zone.as_deref();
    View {
        zone: zone.map_or(Zone::Local, Zone::parse),
        ..View::live(preferences.range_s.unwrap_or(view::RANGE_S))
    }
}

/// Says that the past is missing, and why.
fn without_past(why: String) -> impl IntoView {
    view! {
        <p class="banner" role="alert">
            "The past could not be loaded, what is shown begins now. "
            {why}
        </p>
    }
}

/// Where the widget in hand would land.
fn placeholder(arrangement: Arrangement, drag: &drag::Drag) -> impl IntoView + use<> {
    let id = drag.id.clone();
    let style = move || {
        arrangement.items.with(|items| {
            let place = items
                .iter()
                .find(|item| item.id == id)
                .map(|item| item.place)?;
            Some(format!(
                "--x:{};--y:{};--w:{};--h:{}",
                place.x, place.y, place.w, place.h
            ))
        })
    };
    view! { <div class="placeholder" aria-hidden="true" style=style></div> }
}

/// Hidden widgets, to be shown again.
#[component]
fn Catalogue() -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let hidden = move || {
        let items = arrangement.items.get();
        items
            .into_iter()
            .filter(|item| item.hidden)
            .map(|item| item.id)
            .collect::<Vec<_>>()
    };
    let show = move |id: String| {
        let title = arrangement.title(&id);
        let said = format!("{title} shown");
        view! {
            <li>
                <button
                    type="button"
                    on:click=move |_| {
                        arrangement.change(|items| grid::set_hidden(items, &id, false));
                        arrangement.announcement.set(said.clone());
                    }
                >
                    <span aria-hidden="true">"+ "</span>
                    {format!("Show {title}")}
                </button>
            </li>
        }
    };
    view! {
        <aside class="catalogue" aria-label="Hidden widgets">
            <h2>"Hidden widgets"</h2>
            <ul>{part(move || hidden().into_iter().map(show).collect_view())}</ul>
            <Show when=move || hidden().is_empty()>
                <p class="hint">"None. Hide one with × at its corner."</p>
            </Show>
        </aside>
    }
}
