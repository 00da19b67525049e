//! Addresses of what edits dashboards.

use crate::escape::escaped;

/// The page that edits one dashboard; see [`edit_page`].
pub const EDIT_PAGE: &str = "/d/{id}/edit";

/// The page that edits one dashboard.
pub fn edit_page(id: &str) -> String {
    format!("/d/{}/edit", escaped(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_that_edits_is_below_the_page_that_shows() {
        assert_eq!(edit_page("shop"), "/d/shop/edit");
        assert_eq!(edit_page("a/b?c#d"), "/d/a%2Fb%3Fc%23d/edit");
        assert!(EDIT_PAGE.starts_with(crate::paths::DASHBOARD_PAGE));
    }
}
