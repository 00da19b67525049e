//! How many tabs of a browser hold a stream. Over HTTP/1.1 a browser makes six connections to a
//! server, and streams on all of them would leave none for anything else, in any tab.
//!
//! Invariant: a tab holds a place only as long as it says so again and again, so that the place of
//! one that crashed is free soon.

use crate::browser;

/// Streams of one browser; the other connections are for requests.
pub const MAX_STREAMS: u32 = 4;
/// A place is free after so long without a word, in ms.
pub const LASTS_MS: u64 = 6_000;
const KEY: &str = "pulseboard.stream.";
const TAB: &str = "pulseboard.tab";

/// The place of this tab among those that hold a stream.
pub struct Lease {
    tab: String,
    place: Option<u32>,
}

impl Lease {
    /// Without a place yet. A tab keeps its name over a reload, and so its place.
    pub fn new() -> Lease {
        let tab = browser::remembered(TAB).unwrap_or_else(|| {
            let tab = format!("{:x}", (browser::host().random() * 1e15) as u64);
            // A tab that remembers nothing has another name after a reload, and waits a little.
            browser::remember(TAB, &tab);
            tab
        });
        Lease { tab, place: None }
    }

    /// Takes a place, or keeps the one that it has; false when there is none.
    pub fn hold(&mut self) -> bool {
        let host = browser::host();
        if host.is_multiplexed() {
            return true;
        }
        // Whole numbers: reading others would bring tables into the page's program.
        let now_ms = host.wall_ms() as u64;
        let holder = |place: u32| {
            let text = host.shared(&key(place))?;
            let (tab, until) = text.split_once(' ')?;
            let until_ms: u64 = until.parse().ok()?;
            // A clock that was set back must not keep a place for ever.
            let lasts = now_ms <= until_ms && until_ms <= now_ms + LASTS_MS;
            lasts.then(|| (tab.to_owned(), until_ms))
        };
        let is_mine = |place: u32| holder(place).is_some_and(|(tab, _)| tab == self.tab);
        let places = 0..MAX_STREAMS;
        let mine = places.clone().find(|place| is_mine(*place));
        let Some(place) = mine.or_else(|| places.clone().find(|place| holder(*place).is_none()))
        else {
            self.place = None;
            return false;
        };
        self.place = Some(place);
        let is_fresh = |(_, until_ms): (String, u64)| until_ms - now_ms > LASTS_MS / 2;
        if mine.is_none() || !holder(place).is_some_and(is_fresh) {
            // Without storage nobody counts, and the first message says whether there is room.
            host.share(
                &key(place),
                Some(&format!("{} {}", self.tab, now_ms + LASTS_MS)),
            );
        }
        true
    }

    /// Gives the place back.
    pub fn release(&mut self) {
        let host = browser::host();
        if let Some(place) = self.place.take()
            && host
                .shared(&key(place))
                .is_some_and(|text| text.starts_with(&self.tab))
        {
            host.share(&key(place), None);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.release();
    }
}

fn key(place: u32) -> String {
    format!("{KEY}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::Fake;

    #[test]
    fn places_are_few_and_those_of_tabs_that_went_are_free_again() {
        let fake = Fake::install();
        let until = |ms: u64| format!("other {}", 1_700_000_000_000 + ms);
        for place in 0..MAX_STREAMS {
            fake.set_shared(&key(place), Some(&until(5_000)));
        }
        let mut lease = Lease::new();
        assert!(!lease.hold(), "all are taken");
        fake.set_shared(&key(2), None);
        assert!(lease.hold() && lease.hold());
        // It lasts as long as it is held.
        for _ in 0..5 {
            fake.advance(4_000);
            assert!(lease.hold());
        }
        // The others said nothing for too long.
        let mut another = Lease {
            tab: "third".into(),
            place: None,
        };
        assert!(another.hold());
        another.release();
        drop(lease);
        assert!(!fake.is_shared(&key(2)));
        // A clock that went back.
        fake.set_shared(&key(0), Some(&until(9_000_000_000)));
        assert!(Lease::new().hold());
    }
}
