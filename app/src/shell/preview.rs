//! What says that a page is shown as people of a role see it, and the way out.

use leptos::prelude::*;
use protocol::paths;

use crate::address::Address;
use crate::base::base;

/// The strip over the header.
#[component]
pub fn PreviewNote(
    /// The role.
    role: String,
) -> impl IntoView {
    let below = paths::preview(&role);
    let base = base();
    let own = base.strip_suffix(below.as_str()).unwrap_or(&base);
    let here = format!("{own}{}", Address::here().link());
    view! {
        <aside class="preview-note" aria-label="Preview">
            <p>
                "Preview: " <span>"as people of the role "</span> <b>{role}</b>
                <span>" see it. Nothing can be changed here."</span>
            </p>
            <a href=here>"Leave preview"</a>
        </aside>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::BasePath;
    use crate::shell::header::Header;
    use crate::testing::{TestPage, has, html, lacks, store};
    use protocol::Me;

    #[test]
    fn a_preview_is_marked_and_leads_back_to_the_same_page() {
        let _page = TestPage::new(store(&[]), Vec::new());
        provide_context(Address {
            path: "/d/shop".into(),
            search: "range=60".into(),
        });
        provide_context(BasePath("/pulse/as/narrow".into()));
        let me = Me {
            name: "ada".into(),
            roles: vec!["narrow".into()],
            preview: Some("narrow".into()),
            ..Me::default()
        };
        let shown = html(view! { <Header me here=paths::HOME_PAGE/> });
        has(
            &shown,
            &[
                "href=\"/pulse/d/shop?range=60\"",
                "Leave preview",
                "<b>narrow</b>",
                "href=\"/pulse/as/narrow/metrics-list\"",
            ],
        );
        lacks(&shown, &["account of", "Sign out"]);
    }
}
