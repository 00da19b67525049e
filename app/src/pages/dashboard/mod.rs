//! A dashboard: the header, the grid and, while it is edited, the catalogue of hidden widgets.
//!
//! Renders any dashboard document; no widget is known by name here.

mod access;
mod dashboard_picker;
mod edit_controls;
mod shortcuts;

use leptos::prelude::*;
use protocol::{Action, Boot, Dashboard, DashboardBoot, Widget, paths};

use crate::address;
use crate::arrangement::{Arrangement, drag};
use crate::base::at;
use crate::bidi::isolated;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::grid;
use crate::live::{Live, annotations, backfill, connection};
use crate::parts::{Opened, late};
use crate::shell::guest::Guest;
use crate::shell::header::Header;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::source::{Muted, PageSource, ShownDashboard};
use crate::shell::upgrade::Upgrade;
use crate::shell::{Shell, boot, notice, shortcuts::bind};
use crate::time::{self, Time, TimePicker};
use crate::time_zone;
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::muted::MutedLists;
use crate::widgets::render::palette::{self, Swatches};
use crate::widgets::{self, WidgetFrame};
pub use dashboard_picker::{Choice, choices};
use dashboard_picker::{DashboardMenu, DashboardPicker};
use edit_controls::Unsaved;
pub use edit_controls::edit_controls;
use shortcuts::Keyed;

/// The dashboard that opens first.
pub const START: Page = Page {
    path: paths::HOME_PAGE,
    title: "",
    menu: Some("Dashboards"),
    action: Action::SignedIn,
    bundle: Bundle::Viewing,
    load: Some(|source, _| Box::pin(load_home(source))),
    view: |_| dashboard(),
};

/// A dashboard by its id.
pub const PAGE: Page = Page {
    path: paths::DASHBOARD_PAGE,
    menu: None,
    action: Action::View,
    load: Some(|source, id| Box::pin(load(source, id))),
    ..START
};

async fn load_home(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    load(source, &source.home().await?).await
}

async fn load(source: &dyn PageSource, id: &str) -> Result<Loaded, LoadError> {
    let document = source.dashboard(id).await?.ok_or(LoadError::Missing)?;
    source.opened(id).await?;
    let title = document.title.clone();
    let own = source.dashboard_preferences(id).await?;
    let ShownDashboard {
        dashboard,
        texts,
        variables,
    } = source.shown(document, &own);
    // The stream announces definitions as well: the document has those that are shown.
    let needed = widgets::needs(&dashboard.widgets);
    let mut metrics = source.metrics();
    metrics.retain(|metric| needed.contains(&metric.name));
    let preferences = source.preferences().await?;
    let muted = match widgets::list_events(&dashboard.widgets) {
        true => source.muted(&preferences),
        false => Muted::default(),
    };
    let page = DashboardBoot {
        metrics,
        texts,
        dashboard,
        preferences,
        dashboard_preferences: own,
        muted: muted.categories,
        muted_events: muted.events,
        may_edit: source.may_edit(id).await?,
        variables,
    };
    Loaded::new(source, &title, page)
}

fn dashboard() -> AnyView {
    match boot::read() {
        Some(boot) => view! { <Dashboard boot/> }.into_any(),
        None => notice::missing(),
    }
}

#[component]
fn Dashboard(
    /// What it begins with.
    boot: Boot<DashboardBoot>,
) -> impl IntoView {
    let Boot { me, page: boot } = boot;
    let usual = time::usual(&boot.preferences);
    let live = Live::new(&boot.metrics, address::read(&usual), &usual);
    let (guest, only_looks) = (Guest::of(&me), me.only_looks());
    let arrangement = match only_looks {
        true => Arrangement::unsaved(&boot),
        false => Arrangement::new(&boot),
    };
    provide_context(live);
    provide_context(arrangement);
    if !only_looks {
        arrangement.keep_unsaved(&me.name);
    }
    let shell = Shell::provide();
    let fullscreen = Fullscreen::new();
    fullscreen.follow();
    provide_context(fullscreen);
    provide_context(SharedCursor::new());
    provide_context(widgets::placeholder::ServerPreview);
    provide_context(widgets::Texts::new(boot.texts));
    let (muted, events) = (boot.muted, boot.muted_events);
    provide_context(MutedLists::new(muted, events, &boot.preferences));
    let dashboard = arrangement.dashboard;
    let needed = Memo::new(move |_| dashboard.with(|d| widgets::needs(&d.widgets)));
    time_zone::follow(live);
    let choices = boot.variables.clone();
    address::follow(live, usual, choices.unwrap_or_default());
    connection::connect(live, needed);
    backfill::follow(live, needed.into());
    access::follow(live, arrangement);
    match guest {
        Some(guest) => provide_context(guest),
        None => annotations::follow(live),
    }
    effect(|| {
        browser::follow_paper();
        palette::follow_theme();
    });
    let time = TimePicker {
        live,
        open: RwSignal::new(false),
        save_span: Callback::new(move |span_s| arrangement.save_range(span_s)),
        save_zone: Callback::new(move |zone| arrangement.save_zone(zone)),
    };
    provide_context(time);
    let mut keys = bind(time::SHORTCUTS, time);
    keys.extend(bind(
        shortcuts::of(only_looks, arrangement.may_edit),
        Keyed {
            arrangement,
            fullscreen,
        },
    ));
    let title = boot.dashboard.title.clone();
    let place = paths::dashboard_page(&boot.dashboard.id);
    let widgets = boot.dashboard.widgets.into_iter();
    let frames = widgets.map(|widget| frame(dashboard, widget)).collect_any();
    let rows = move || {
        format!(
            "--rows:{}",
            arrangement.items.with(|items| grid::rows(items))
        )
    };
    let is_empty = frames.is_empty();
    let all_hidden = move || {
        arrangement
            .items
            .with(|items| !is_empty && items.iter().all(|item| item.hidden))
    };
    let failed = move || live.backfill_error.get().map(|error| error.to_string());
    let unsaved = Signal::derive(move || arrangement.is_unsaved());
    view! {
        <Header
            me
            here=START.path
            place=view! { <DashboardPicker title=title.clone() here=place.clone()/> }.into_any()
            menu=view! { <DashboardMenu here=place/> }.into_any()
            notes=view! { <Show when=move || arrangement.editing.get()>{late(|| Opened::EditControls)}</Show> }.into_any()
            controls=view! { <Time/>{(!only_looks).then(|| view! { <EditButton/> }.into_any())} }.into_any()
        />
        <main
            class="board"
            class:editing=move || arrangement.editing.get()
            data-status=move || live.status.get().name()
            data-paused=move || live.is_fixed().to_string()
        >
            <h1 class="unseen">{title}</h1>
            <Show when=move || arrangement.editing.get()>
                <p class="own-note">"Changes are for you alone; others see the dashboard as before."</p>
            </Show>
            {part(move || live.outdated.get().then(outdated))}
            {part(move || failed().map(without_past))}
            <Unsaved/>
            <Upgrade server=live.server_build.into() unsaved/>
            <div class="grid" style=rows>
                {frames}
                {part(move || arrangement.drag.get().map(|drag| placeholder(arrangement, &drag).into_any()))}
            </div>
            {is_empty.then(|| empty(arrangement))}
            <Show when=all_hidden>
                <p class="state nothing">"Every widget is hidden. Choose Edit to show some again."</p>
            </Show>
            <Show when=move || arrangement.editing.get()>
                {late(|| Opened::Catalogue)}
            </Show>
            <p class="unseen" id="how-to-move">
                "Arrow keys move, Shift and arrow keys resize, Delete hides, Escape leaves."
            </p>
        </main>
        <p class="unseen" role="status">{part(move || arrangement.announcement.get())}</p>
        {shell.end(keys)}
        <Swatches/>
    }
}

/// The frame of a widget, made again when the document has it otherwise: when its metrics are hidden
/// or come back.
fn frame(dashboard: RwSignal<Dashboard>, widget: Widget) -> impl IntoView {
    let id = widget.id;
    let widget = Memo::new(move |_| {
        let find = |d: &Dashboard| d.widgets.iter().find(|one| one.id == id).cloned();
        dashboard.with(find)
    });
    part(move || widget.get().map(|widget| view! { <WidgetFrame widget/> }))
}

/// Enters edit mode, and leaves it.
#[component]
fn EditButton() -> impl IntoView {
    let editing = expect_context::<Arrangement>().editing;
    view! {
        <button
            type="button"
            class="primary"
            aria-pressed=move || editing.get().to_string()
            on:click=move |_| editing.update(|editing| *editing = !*editing)
        >
            {part(move || if editing.get() { "Done" } else { "Edit" })}
        </button>
    }
}

/// Says that nothing is missing, and how something comes here.
fn empty(arrangement: Arrangement) -> impl IntoView {
    let add = arrangement.may_edit.then(|| {
        let page = arrangement.edit_page();
        view! { <a href=page>"Edit the dashboard"</a>" to add some. " }
    });
    view! {
        <p class="state nothing">
            <span>
                "This dashboard has no widgets yet. "
                {add}
                "The "
                <a href=at(&paths::dashboard_page("gallery"))>"Gallery"</a>
                " shows every kind."
            </span>
        </p>
    }
}

/// Leads to a reload, which brings the page of the server's version.
fn outdated() -> impl IntoView {
    view! {
        <p class="banner" role="alert">
            "The page and the server are of different versions. "
            <a href="">"Reload the page"</a>
        </p>
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
pub fn catalogue() -> AnyView {
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
        let title = isolated(&arrangement.title(&id));
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
            <ul>{part(move || hidden().into_iter().map(show).collect_any())}</ul>
            <Show when=move || hidden().is_empty()>
                <p class="hint">"None. Hide one with × at its corner."</p>
            </Show>
        </aside>
    }
    .into_any()
}
