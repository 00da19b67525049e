//! The end of a session: to the sign-in page with a word why, and from there back to where the
//! person was, with the part of time that was shown, in the same mode and at the same place of the page.

use crate::browser;
use protocol::paths;

/// The key in the tab's storage of the place that the end of a session led away from: how far down
/// the page was scrolled, and its address.
const RETURN: &str = "pulseboard.return";

/// Leads to the sign-in page: the server answered that nobody is signed in. A page that is being left
/// already, as after signing out, goes where it was led.
pub(super) fn ended() {
    let host = browser::host();
    if host.is_leaving() {
        return;
    }
    let here = host.address();
    // A tab that remembers nothing comes back to the top of the page.
    host.remember(
        RETURN,
        Some(&format!("{} {here}", host.scrolled_px() as u32)),
    );
    host.go(&sign_in_address(&here));
}

/// Whether this page is the one that the end of a session led away from: then how far down it was
/// scrolled, in CSS pixels. Only the first page after that returns.
pub fn returned() -> Option<f64> {
    let host = browser::host();
    let place = host.remembered(RETURN)?;
    host.remember(RETURN, None);
    let (scrolled_px, address) = place.split_once(' ')?;
    let scrolled_px: u32 = scrolled_px.parse().ok()?;
    (address == host.address()).then_some(f64::from(scrolled_px))
}

/// The address of the sign-in page that leads back to `here`.
fn sign_in_address(here: &str) -> String {
    // The sign-in page itself has nothing to come back to.
    if here.starts_with(paths::SIGN_IN_PAGE) {
        return here.to_string();
    }
    let next = Some(here).filter(|here| !matches!(*here, paths::HOME_PAGE | ""));
    paths::sign_in_ended(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    #[test]
    fn signing_out_does_not_end_as_a_session_that_ended() {
        let fake = crate::browser::fake::Fake::install();
        fake.set_address("/d/shop");
        browser::go(paths::SIGN_IN_PAGE);
        ended();
        assert_eq!(fake.went(), ["/sign-in"]);
    }

    #[test]
    fn a_page_is_returned_to_once_and_where_it_was() {
        let fake = crate::browser::fake::Fake::install();
        assert_eq!(returned(), None);
        for (back, want) in [("/d/shop?range=60", Some(320.0)), ("/", None)] {
            fake.set_address("/d/shop?range=60");
            browser::host().scroll_to(320.4);
            ended();
            fake.set_address(back);
            assert_eq!(returned(), want, "{back}");
            assert_eq!(returned(), None, "a reload is no return");
        }
    }

    #[test]
    fn the_way_to_sign_in_leads_back() {
        for (here, want) in [
            ("/", "/sign-in?ended=1"),
            ("", "/sign-in?ended=1"),
            ("/d/shop", "/sign-in?ended=1&next=%2Fd%2Fshop"),
            (
                "/d/shop?from=1&to=2&zone=Etc%2FGMT%2B5",
                "/sign-in?ended=1&next=%2Fd%2Fshop%3Ffrom%3D1%26to%3D2%26zone%3DEtc%252FGMT%252B5",
            ),
            ("/d/%C3%A4", "/sign-in?ended=1&next=%2Fd%2F%25C3%25A4"),
            ("/sign-in?next=%2Fd%2Fshop", "/sign-in?next=%2Fd%2Fshop"),
        ] {
            let address = sign_in_address(here);
            assert_eq!(address, want, "{here}");
            // The sign-in page reads back exactly where the person was.
            let (path, search) = address.split_once('?').expect("a query");
            let page = Address {
                path: path.into(),
                search: search.into(),
            };
            if here.starts_with("/d/") {
                assert_eq!(page.parameter(paths::NEXT).as_deref(), Some(here));
                assert_eq!(page.parameter(paths::ENDED).as_deref(), Some("1"));
            }
        }
    }
}
