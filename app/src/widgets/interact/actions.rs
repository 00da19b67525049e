//! What the menu of a widget offers, and what comes of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlCanvasElement;

use crate::arrangement::Arrangement;
use crate::base::at;
use crate::bidi::isolated;
use crate::browser;
use crate::frame_loop;
use crate::grid;
use crate::shell::toast::Toast;
use crate::widgets::export;
use crate::widgets::export::csv::{csv, file_name};
use crate::widgets::export::image::compose;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::interact::menu::WidgetControls;
use crate::widgets::kinds;
use protocol::{Widget, option_name, paths};

/// Most rows of a file: as many points as charts keep of 24 lines with times of their own.
const MOST_ROWS: usize = 100_000;

/// One thing that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Fill the page, or stand among the others again.
    Full,
    /// Numbers instead of a picture, or the picture again.
    Table,
    /// The y axis by powers of ten.
    Log,
    /// A band from least to most behind each line.
    Band,
    /// The picture onto the clipboard.
    CopyPng,
    /// The picture as a file.
    SavePng,
    /// The points as a file.
    SaveCsv,
    /// The address of the picture that the server draws.
    CopyLink,
    /// Take the widget off the page.
    Hide,
}

/// An action as it stands in a menu.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// What it does.
    pub action: Action,
    /// What it is called.
    pub words: &'static str,
    /// Whether it is on, where it can be.
    pub checked: Option<bool>,
    /// Begins a group.
    pub parted: bool,
}

/// What can be done with a widget, as this person sees it; `is_kept` on a dashboard that the server has.
pub fn offered(widget: &Widget, own: WidgetControls, is_kept: bool) -> Vec<Item> {
    let item = |action, words| Item {
        action,
        words,
        checked: None,
        parted: false,
    };
    let check = |action, words, on| Item {
        checked: Some(on),
        ..item(action, words)
    };
    let kind = kinds::kind(widget.kind);
    let full = own.full.get();
    let as_table = own.as_table.get();
    let mut items = vec![item(
        Action::Full,
        if full {
            "Leave full screen"
        } else {
            "Full screen"
        },
    )];
    if kind.has_table {
        let words = if as_table {
            "Show as chart"
        } else {
            "Show as table"
        };
        items.push(item(Action::Table, words));
    }
    if kind.is_time_chart {
        items.extend([
            Item {
                parted: true,
                ..check(
                    Action::Log,
                    "Log scale",
                    widget.options.flag(option_name::LOG),
                )
            },
            check(
                Action::Band,
                "Band from min to max",
                widget.options.flag(option_name::BAND),
            ),
            Item {
                parted: true,
                ..item(Action::CopyPng, "Copy as PNG")
            },
            item(Action::SavePng, "Download PNG"),
            item(Action::SaveCsv, "Download CSV"),
        ]);
        items.extend(is_kept.then(|| item(Action::CopyLink, "Copy link to picture")));
    }
    items.extend(is_kept.then(|| Item {
        parted: true,
        ..item(Action::Hide, "Hide")
    }));
    items
}

/// Does it.
pub fn act(
    action: Action,
    widget: &Widget,
    own: WidgetControls,
    arrangement: Arrangement,
    (fullscreen, toast): (Fullscreen, Toast),
) {
    let id = &widget.id;
    match action {
        Action::Full => fullscreen.toggle(id),
        Action::Table => own.as_table.update(|on| *on = !*on),
        Action::Log => {
            let on = !untrack(|| arrangement.effective_widget(widget))
                .options
                .flag(option_name::LOG);
            // What the dashboard says anyway is no choice to be kept.
            arrangement.override_widget(id, |own| {
                own.log = (on != widget.options.flag(option_name::LOG)).then_some(on)
            });
        }
        Action::Band => {
            let on = !untrack(|| arrangement.effective_widget(widget))
                .options
                .flag(option_name::BAND);
            arrangement.override_widget(id, |own| {
                own.band = (on != widget.options.flag(option_name::BAND)).then_some(on)
            });
        }
        Action::CopyPng => copy_png(widget, own, toast),
        Action::SavePng => match picture(widget, own) {
            Some((canvas, name)) => spawn_local(async move {
                save_png(&canvas, &name, toast).await;
            }),
            None => toast.show("There is no picture to save."),
        },
        Action::SaveCsv => save_csv(widget, own, toast),
        Action::CopyLink => copy_link(widget, own, arrangement, toast),
        Action::Hide => {
            fullscreen.leave();
            arrangement.change(|items| grid::set_hidden(items, id, true));
            let title = isolated(&widget.title);
            toast.show(format!("{title} is hidden. Choose Edit to show it again."));
        }
    }
    frame_loop::request();
}

/// The picture, and what its file is called.
fn picture(widget: &Widget, own: WidgetControls) -> Option<(HtmlCanvasElement, String)> {
    let chart = own.handle.get()?;
    let selector = format!("[data-widget=\"{}\"]", widget.id);
    let article = document().query_selector(&selector).ok()??;
    let (legend, _) = chart.legend(false);
    let canvas = compose(&article, &widget.title, &legend, chart.axes())?;
    let iso = browser::iso(chart.live.end_ms() as f64);
    Some((
        canvas,
        file_name(&browser::small(&widget.title), &iso, "png"),
    ))
}

fn copy_png(widget: &Widget, own: WidgetControls, toast: Toast) {
    let Some((canvas, name)) = picture(widget, own) else {
        return toast.show("There is no picture to copy.");
    };
    spawn_local(async move {
        if export::copy_png(&canvas).await {
            toast.show("Copied as PNG.");
        } else if save_png(&canvas, &name, toast).await {
            toast.show(format!("The clipboard is not available. Saved as {name}."));
        }
    });
}

async fn save_png(canvas: &HtmlCanvasElement, name: &str, toast: Toast) -> bool {
    let saved = export::save_png(name, canvas).await;
    toast.show(if saved {
        format!("Saved as {name}.")
    } else {
        "The browser did not make a file of it.".into()
    });
    saved
}

fn save_csv(widget: &Widget, own: WidgetControls, toast: Toast) {
    let Some(chart) = own.handle.get() else {
        return toast.show("There is nothing to save.");
    };
    let (columns, units) = chart.columns_with_units(MOST_ROWS);
    let name = file_name(
        &browser::small(&widget.title),
        &browser::iso(chart.live.end_ms() as f64),
        "csv",
    );
    let saved = export::save_text(
        &name,
        "text/csv;charset=utf-8",
        &csv(&columns, &units, browser::iso),
    );
    toast.show(if saved {
        format!("Saved as {name}.")
    } else {
        "The browser did not make a file of it.".into()
    });
}

fn copy_link(widget: &Widget, own: WidgetControls, arrangement: Arrangement, toast: Toast) {
    let Some(chart) = own.handle.get() else {
        return;
    };
    let to = chart.live.end_ms();
    let from = to - chart.live.span_ms();
    let dashboard = arrangement.dashboard.with_untracked(|d| d.id.clone());
    let origin = window().location().origin().unwrap_or_default();
    let id = &widget.id;
    let picture = at(&paths::widget_picture(&dashboard, id));
    let link = format!("{origin}{picture}?from={from}&to={to}");
    spawn_local(async move {
        toast.show(if browser::copy_text(&link).await {
            "Link copied.".to_string()
        } else {
            format!("The clipboard is not available. The link: {link}")
        });
    });
}
