//! The page: what it loads, and how its parts stand together.

use leptos::prelude::*;
use protocol::{Action, Boot, DashboardBoot, DashboardPreferences, paths};

use super::bar::Bar;
use super::catalogue::{self, Catalogue, CatalogueState};
use super::frame::EditedWidget;
use super::panel::SidePanel;
use super::questions::{Banners, Questions};
use super::{Editor, keys, marquee};
use crate::address;
use crate::base::at;
use crate::browser;
use crate::erased::{effect, part};
use crate::grid;
use crate::live::{Live, annotations, backfill, connection};
use crate::shell::header::Header;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::bind;
use crate::shell::source::PageSource;
use crate::shell::upgrade::Upgrade;
use crate::shell::{Shell, boot};
use crate::time::{self, Time, TimePicker};
use crate::time_zone;
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::muted::MutedLists;
use crate::widgets::render::palette::{self, Swatches};
use crate::widgets::{self, Texts};

/// A dashboard to be edited, by its id.
pub const PAGE: Page = Page {
    path: paths::EDIT_PAGE,
    title: "",
    menu: None,
    action: Action::SignedIn,
    bundle: Bundle::Editing,
    load: Some(|source, id| Box::pin(load(source, id))),
    view: |_| boot::show(|boot| view! { <Edit boot/> }.into_any()),
};

async fn load(source: &dyn PageSource, id: &str) -> Result<Loaded, LoadError> {
    let dashboard = source.dashboard(id).await?.ok_or(LoadError::Missing)?;
    if !source.may_edit(id).await? {
        return Err(LoadError::Forbidden);
    }
    let title = format!("Edit {}", dashboard.title);
    let preferences = source.preferences().await?;
    let muted = source.muted(&preferences);
    let page = DashboardBoot {
        // Any of them may be chosen.
        metrics: source.metrics(),
        texts: widgets::texts(&dashboard.widgets, |markdown| source.parsed(markdown)),
        dashboard,
        preferences,
        dashboard_preferences: DashboardPreferences::default(),
        muted: muted.categories,
        muted_events: muted.events,
        may_edit: true,
        variables: None,
    };
    Loaded::new(source, &title, page)
}

#[component]
fn Edit(
    /// What it begins with.
    boot: Boot<DashboardBoot>,
) -> impl IntoView {
    let usual = time::usual(&boot.page.preferences);
    let live = Live::new(&boot.page.metrics, address::read(&usual), &usual);
    provide_context(live);
    let editor = Editor::new(&boot);
    let Boot { me, page: boot } = boot;
    provide_context(editor);
    provide_context(editor.arrangement);
    let shell = Shell::provide();
    let catalogue = CatalogueState::provide(editor);
    editor.follow_clipboard(expect_context());
    let fullscreen = Fullscreen::new();
    fullscreen.follow();
    provide_context(fullscreen);
    provide_context(SharedCursor::new());
    provide_context(Texts::edited(boot.texts, &boot.dashboard.widgets));
    provide_context(MutedLists::new(
        boot.muted,
        boot.muted_events,
        &boot.preferences,
    ));
    // What was needed once stays: a widget that is deleted and comes back needs no other stream.
    let needed = Memo::new(move |before: Option<&Vec<String>>| {
        let now = editor.document.with(|d| widgets::needs(&d.widgets));
        let gone = before.into_iter().flatten();
        let gone = gone.filter(|name| !now.contains(name)).cloned();
        let mut all: Vec<String> = gone.collect();
        all.extend(now);
        charts::order::sort(&mut all, Ord::cmp);
        all
    });
    time_zone::follow(live);
    address::follow(live, usual, String::new());
    connection::connect(live, needed);
    backfill::follow(live, needed.into());
    annotations::follow(live);
    editor.follow_drafts();
    editor.follow_others(live);
    effect(|| {
        browser::follow_paper();
        palette::follow_theme();
    });
    effect(move || browser::host().ask_before_leaving(editor.is_unsaved()));
    let time = TimePicker {
        live,
        open: RwSignal::new(false),
        save_span: Callback::new(|_| ()),
        save_zone: Callback::new(|_| ()),
    };
    provide_context(time);
    let mut keys = bind(time::SHORTCUTS, time);
    keys.extend(bind(keys::SHORTCUTS, keys::Keyed { editor, fullscreen }));
    keys.extend(bind(catalogue::SHORTCUTS, catalogue));
    let place = paths::dashboard_page(&boot.dashboard.id);
    let named = move || editor.document.with(|document| document.title.clone());
    let ids = move || {
        editor.document.with(|document| {
            let all = document.widgets.iter();
            all.map(|widget| widget.id.clone()).collect::<Vec<_>>()
        })
    };
    let items = editor.arrangement.items;
    let marquee = RwSignal::new(None);
    let rows = move || format!("--rows:{}", items.with(|items| grid::rows(items)));
    let is_empty = move || items.with(Vec::is_empty);
    view! {
        <Header
            me
            here=paths::HOME_PAGE
            place=view! { <a class="picker" href=at(&place)>{part(named)}</a> }.into_any()
            controls=view! { <Time/> }.into_any()
        />
        <main
            class="board editor editing"
            data-status=move || live.status.get().name()>
            <h1 class="unseen">{part(move || format!("Edit {}", named()))}</h1>
            <Bar/>
            <Banners/>
            <Upgrade server=live.server_build.into() unsaved=Signal::derive(move || editor.is_unsaved())/>
            <div class="parts">
                <Catalogue/>
                <div class="canvas">
                    <div
                        class="grid"
                        style=rows
                        on:pointerdown=move |event| marquee::start(marquee, editor, &event)
                        on:pointermove=move |event| marquee::moved(marquee, editor, &event)
                        on:pointerup=move |_| marquee::end(marquee, editor)
                        on:pointercancel=move |_| marquee::end(marquee, editor)
                    >
                        <For each=ids key=Clone::clone children=|id| view! { <EditedWidget id/> }/>
                        {part(move || keys::landing(editor))}
                        {marquee::drawn(marquee)}
                    </div>
                    <Show when=is_empty>
                        <p class="state nothing">"There is nothing here yet. Choose a metric, or drag it here."</p>
                    </Show>
                    <p class="unseen" id="how-to-move">
                        "Arrow keys move, Shift and arrow keys resize, Enter selects, Delete removes."
                    </p>
                </div>
                <SidePanel/>
            </div>
        </main>
        <p class="unseen" role="status">{part(move || editor.announcement.get())}</p>
        <Questions/>
        {shell.end(keys)}
        <Swatches/>
    }
}
