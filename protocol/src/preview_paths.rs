//! Addresses below which everything is as people of a role see it.

use crate::escape::escaped;
use crate::paths::PREVIEW;

/// The path below which everything is as people of a role see it.
pub fn preview(role: &str) -> String {
    format!("{PREVIEW}/{}", escaped(role))
}

/// The role, and the rest of an address below its [`preview`]; none for other addresses, and for texts
/// that are no name of a role.
pub fn previewed(address: &str) -> Option<(&str, &str)> {
    let below = address.strip_prefix(PREVIEW)?.strip_prefix('/')?;
    let (role, rest) = below.split_at(below.find('/')?);
    crate::is_role_name(role).then_some((role, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_preview() {
        for (address, want) in [
            ("/as/shop/", Some(("shop", "/"))),
            ("/as/shop/d/x?y=/as/b/", Some(("shop", "/d/x?y=/as/b/"))),
            ("/as/shop", None),
            ("/as//d", None),
            ("/as/A b/d", None),
            ("/asx/shop/", None),
            ("/d/as/shop/", None),
        ] {
            assert_eq!(previewed(address), want, "{address}");
        }
        let below = preview("shop-2_x") + "/d/x";
        assert_eq!(previewed(&below), Some(("shop-2_x", "/d/x")));
    }
}
