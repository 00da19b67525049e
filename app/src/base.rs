//! The path below which the server stands, as `/pulse`; empty at the root of a site.
//!
//! Invariant: addresses in the program are those of the server, without it. It is added where they leave
//! for the browser: in attributes by [`at`], in requests by the browser's window.

use std::cell::RefCell;

use leptos::prelude::use_context;

thread_local! {
    static HERE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The path, which the server provides for each document.
#[derive(Clone, Debug)]
pub struct BasePath(pub String);

/// The attribute of the document that names it.
pub const ATTRIBUTE: &str = "data-base";

/// Remembers the path that the document names; the page's program does so first.
pub fn remember(base: String) {
    HERE.set(base);
}

/// The path.
pub fn base() -> String {
    use_context::<BasePath>().map_or_else(|| HERE.with_borrow(String::clone), |BasePath(base)| base)
}

/// An address of the server as the browser has it.
pub fn at(address: &str) -> String {
    base() + address
}

/// An address of the browser as the server has it.
pub fn without(address: String) -> String {
    HERE.with_borrow(|base| match address.strip_prefix(base.as_str()) {
        Some(rest) if rest.starts_with('/') => rest.to_string(),
        _ => address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_added_and_taken_away_again() {
        assert_eq!(at("/d/x"), "/d/x");
        assert_eq!(without("/d/x".into()), "/d/x");
        remember("/pulse".into());
        assert_eq!(at("/d/x"), "/pulse/d/x");
        for (address, want) in [
            ("/pulse/", "/"),
            ("/pulse/d/x?y=1", "/d/x?y=1"),
            ("/pulses", "/pulses"),
            ("/d/x", "/d/x"),
        ] {
            assert_eq!(without(address.into()), want);
        }
    }
}
