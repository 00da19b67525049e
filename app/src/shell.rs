//! The document around the application, as the server sends it.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// The whole document of the application. The same for every page: what differs is inside of
/// [`App`].
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, App)
}

/// The whole document around `body`.
pub fn document<V: IntoView + 'static>(
    options: LeptosOptions,
    body: impl FnOnce() -> V,
) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="Live telemetry of your programs and machines"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#16191e"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=format!("/{}/{}.css", options.site_pkg_dir, options.output_name)/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                {body()}
            </body>
        </html>
    }
}
