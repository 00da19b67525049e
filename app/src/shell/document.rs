//! The document around the application, as the server sends it.

use leptos::prelude::*;

use crate::App;

/// The whole document of the application. The same for every page: what differs is inside of
/// [`App`], and the title of its tab, which may be empty.
pub fn shell(options: LeptosOptions, title: &str) -> impl IntoView + use<> {
    document(options, full_title(title), App)
}

fn full_title(title: &str) -> String {
    match title {
        "" => "Pulseboard".to_string(),
        title => format!("{title} · Pulseboard"),
    }
}

/// As text of an element. Children of an element end with a mark for the page to find its place
/// by, which in a title would be read.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The whole document around `body`.
pub fn document<V: IntoView + 'static>(
    options: LeptosOptions,
    title: String,
    body: impl FnOnce() -> V,
) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <title inner_html=escaped(&title)></title>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="Live telemetry of your programs and machines"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#16191e"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=format!("/{}/{}.css", options.site_pkg_dir, options.output_name)/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
            </head>
            <body>
                {body()}
            </body>
        </html>
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
