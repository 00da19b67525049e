//! The document around the application, as the server sends it.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::files::{ProgramFiles, SiteFiles};
use super::page::Bundle;
use super::theme::EarlyTheme;
use super::upgrade::RELOADED;
use crate::App;
use crate::base::{at, base};
use crate::bidi::isolated;

/// The whole document of the application. The same for every page: what differs is inside of
/// [`App`], its program, and the title of its tab, which may be empty.
pub fn shell(
    options: LeptosOptions,
    files: &SiteFiles,
    bundle: Bundle,
    title: &str,
) -> impl IntoView + use<> {
    document(options, files, bundle, full_title(title), App)
}

fn full_title(title: &str) -> String {
    match title {
        "" => "Pulseboard".to_string(),
        title => format!("{} · Pulseboard", isolated(title)),
    }
}

/// As text of an element. Children of an element end with a mark for the page to find its place
/// by, which in a title would be read.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The whole document around `body`.
pub fn document<V: IntoView + 'static, F: FnOnce() -> V>(
    options: LeptosOptions,
    files: &SiteFiles,
    bundle: Bundle,
    title: String,
    body: F,
) -> impl IntoView + use<V, F> {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-build=files.build.clone() data-base=base()>
            <head>
                <meta charset="utf-8"/>
                <title inner_html=escaped(&title)></title>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="Live telemetry of your programs and machines"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#16191e"/>
                <link rel="icon" href=at("/favicon.svg") type="image/svg+xml"/>
                <EarlyTheme/>
                <link rel="stylesheet" href=files.style.clone()/>
                {files.own_style(bundle).map(|style| view! { <link rel="stylesheet" href=style.to_owned()/> })}
                <AutoReload options/>
                {files.program(bundle).map(|program| start(program, &files.build))}
            </head>
            <body>
                {body()}
            </body>
        </html>
    }
}

/// Loads a program, and begins to before the document is read to its end.
///
/// Files that are gone mean that the server has another build by now, so the script asks for the
/// document again, once for each build.
fn start(program: &ProgramFiles, build: &str) -> impl IntoView + use<> {
    let ProgramFiles { script, wasm } = program.clone();
    let call = format!(
        "{}({:?}, {build:?}, {script:?}, {wasm:?})",
        include_str!("start.js").trim_end(),
        at(RELOADED),
    );
    view! {
        <link rel="modulepreload" href=script/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=use_nonce() inner_html=call></script>
    }
}

#[cfg(test)]
mod tests {
    use super::{escaped, full_title};

    #[test]
    fn a_title_is_text() {
        for (title, html) in [
            ("System", "System"),
            ("", ""),
            ("</title><script>&amp;", "&lt;/title>&lt;script>&amp;amp;"),
        ] {
            assert_eq!(escaped(title), html);
        }
    }

    #[test]
    fn titles() {
        assert_eq!(full_title(""), "Pulseboard");
        assert_eq!(full_title("System"), "System · Pulseboard");
    }
}
