//! The address: which page it is of, and the view in it. A link shows what its sender saw, and the
//! browser's back and forward lead through what was shown.
//!
//! The address says nothing until the view is changed, and everything from then on: what is usual
//! for a sender need not be for who opens the link.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::base;
use crate::browser;
use crate::erased::effect;
use crate::live::Live;
use crate::view::View;

/// Changes that follow each other sooner than this, in ms, are one: a pan, a turning wheel.
const ONE_CHANGE_MS: u32 = 300;

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The path, as it was asked for.
    pub path: String,
    /// The parameters, without the question mark.
    pub search: String,
}

impl Address {
    /// This page's, which the server says by context and the browser knows.
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Address {
            path: base::without(window().location().pathname().unwrap_or_default()),
            search: search(),
        })
    }

    /// Path and parameters, as they stand in a link.
    pub fn link(&self) -> String {
        match self.search.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, self.search),
        }
    }

    /// The value of a parameter, if there is one of that name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.escaped_parameter(name).map(decode)
    }

    /// The value of a parameter as it stands in the address.
    pub fn escaped_parameter(&self, name: &str) -> Option<&str> {
        let mut all = pairs(&self.search);
        let (_, value) = all.find(|(key, _)| *key == name)?;
        Some(value)
    }
}

/// What this page's address says, over what is usual; the same on the server and in the page.
pub fn read(usual: &View) -> View {
    view_of(usual, &Address::here().search)
}

/// The value of a parameter among others, if there is one of that name.
pub fn parameter_of(search: &str, name: &str) -> Option<String> {
    let mut all = pairs(search);
    let (_, value) = all.find(|(key, _)| *key == name)?;
    Some(decode(value))
}

/// Keeps the address and the view one, until the page goes.
///
/// `choices` is what the address says beside the view: what is chosen of a dashboard's variables.
pub fn follow(live: Live, usual: View, choices: String) {
    let usual = Rc::new(usual);
    let usually = Rc::clone(&usual);
    keep(
        move || {
            let view = live.view.with(|view| view.query(&usual));
            match (view.is_empty(), choices.is_empty()) {
                (false, false) => format!("{view}&{choices}"),
                _ => view,
            }
        },
        move |search| live.show(view_of(&usually, search)),
    );
}

/// Keeps the parameters of the address what `query` says, which is reactive; when the browser goes
/// back or forward, `restore` shows what the parameters say then.
pub fn keep(query: impl Fn() -> String + 'static, restore: impl Fn(&str) + 'static) {
    let entry = Rc::new(Entry {
        said: RefCell::new(untrack(&query)),
        changed_ms: Cell::new(f64::NEG_INFINITY),
        round: Cell::new(0),
    });
    let shared = Rc::new((query, restore));
    let (restored, restoring) = (Rc::clone(&entry), Rc::clone(&shared));
    effect(move || entry.say((shared.0)()));
    effect(move || {
        let kept = (Rc::clone(&restored), Rc::clone(&restoring));
        let kept = send_wrapper::SendWrapper::new(kept);
        let handle = window_event_listener(ev::popstate, move |_| {
            let (entry, shared) = &*kept;
            let (query, restore) = &**shared;
            restore(&search());
            entry.round.set(entry.round.get() + 1);
            entry.said.replace(untrack(query));
        });
        on_cleanup(move || handle.remove());
    });
}

/// The entry of the browser's history that the page stands at.
struct Entry {
    /// The parameters of the view that it leads to.
    said: RefCell<String>,
    /// When the view changed last, as the page counts.
    changed_ms: Cell<f64>,
    /// Grows with every change: a later one makes waiting ones void.
    round: Cell<u64>,
}

impl Entry {
    /// The view became this one: another entry, or the same when the change still goes on.
    fn say(self: &Rc<Self>, query: String) {
        if *self.said.borrow() == query {
            return;
        }
        let before = self.said.replace(query);
        let now_ms = browser::now_ms();
        let is_new = is_new(self.changed_ms.replace(now_ms), now_ms);
        self.round.set(self.round.get() + 1);
        if is_new {
            if search().is_empty() {
                write(&before, true);
            }
            write(&self.said.borrow(), false);
            return;
        }
        // Browsers refuse to have it changed too often.
        let (entry, mine) = (Rc::clone(self), self.round.get());
        spawn_local(async move {
            browser::sleep(ONE_CHANGE_MS).await;
            if entry.round.get() == mine {
                write(&entry.said.borrow(), true);
            }
        });
    }
}

/// Whether a change at `now_ms` is another than the one at `changed_ms`, and not more of it.
fn is_new(changed_ms: f64, now_ms: f64) -> bool {
    now_ms - changed_ms >= f64::from(ONE_CHANGE_MS)
}

fn write(query: &str, replace: bool) {
    let (Ok(history), Ok(path)) = (window().history(), window().location().pathname()) else {
        return;
    };
    let address = match query {
        "" => path,
        query => path + "?" + query,
    };
    let written = if replace {
        // What else the entry stands for, such as a full screen, stays.
        let state = history.state().unwrap_or(JsValue::NULL);
        history.replace_state_with_url(&state, "", Some(&address))
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    };
    if let Err(error) = written {
        leptos::logging::error!("Pulseboard: the address cannot say the view: {error:?}");
    }
}

/// The parameters of the address now, without the question mark.
fn search() -> String {
    let search = window().location().search().unwrap_or_default();
    search.trim_start_matches('?').to_string()
}

pub fn view_of(usual: &View, search: &str) -> View {
    let pairs: Vec<(&str, String)> = pairs(search)
        .map(|(key, value)| (key, decode(value)))
        .collect();
    let pairs = pairs.iter().map(|(key, value)| (*key, value.as_str()));
    usual.clone().read(pairs)
}

/// Names and values of parameters, as they stand in the address.
fn pairs(search: &str) -> impl Iterator<Item = (&str, &str)> {
    search.split('&').filter_map(|pair| pair.split_once('='))
}

/// A value as it was before it was put into an address; what is no text becomes �.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        rest = after;
        match (byte, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view::{Compare, Window, Zone};

    #[test]
    fn addresses() {
        let usual = View::live(300);
        let check = |search: &str, want: &View| assert_eq!(view_of(&usual, search), *want);
        let zoned = |name: &str| View {
            zone: Zone::Named(name.into()),
            ..usual.clone()
        };
        check("", &usual);
        check("&&=&range", &usual);
        check("range=60", &View::live(60));
        check("zone=Europe/Vienna", &zoned("Europe/Vienna"));
        check("zone=Europe%2FVienna", &zoned("Europe/Vienna"));
        check("zone=Etc%2FGMT%2B5", &zoned("Etc/GMT+5"));
        check("zone=%zz%", &usual);
        check("zone=%ff", &usual);
        check("range=%", &usual);
    }

    #[test]
    fn parameters() {
        let check = |search: &str, name: &str, want: Option<&str>| {
            let (path, search) = (String::new(), search.to_string());
            let found = Address { path, search }.parameter(name);
            assert_eq!(found.as_deref(), want);
        };
        check("", "next", None);
        check("next", "next", None);
        check(
            "next=%2Fd%2Fone%3Fa%3D1&failed=1",
            "next",
            Some("/d/one?a=1"),
        );
        check("next=%2F&failed=1", "failed", Some("1"));
        check("xnext=1&next=", "next", Some(""));
    }

    #[test]
    fn a_change_that_goes_on_is_one() {
        // The first of all, then as a pan goes: each is near the one before.
        let mut changed_ms = f64::NEG_INFINITY;
        let times = [0.0, 16.0, 310.0, 600.0, 900.0, 1_199.0, 1_499.0];
        let new = times.map(|now_ms| is_new(std::mem::replace(&mut changed_ms, now_ms), now_ms));
        assert_eq!(new, [true, false, false, false, true, false, true]);
    }

    proptest! {
        #[test]
        fn a_link_shows_what_its_sender_saw(
            span in 1u32..2_000_000, from in 0i64..2_000_000_000_000, fixed: bool,
            compare in 0usize..4, zone in 0usize..4, mine in 0usize..4, yours in 0usize..4,
        ) {
            let zones = ["local", "utc", "Europe/Vienna", "Etc/GMT+5"].map(Zone::parse);
            let usual = |i: usize| View { zone: zones[i].clone(), ..View::live(60 << i) };
            let to_ms = from + i64::from(span) * 1000;
            let view = View {
                window: if fixed { Window::Fixed { from_ms: from, to_ms } } else { Window::Live { span_s: span } },
                compare: [None, Some(Compare::Before), Some(Compare::Day), Some(Compare::Week)][compare],
                zone: zones[zone].clone(),
            };
            let mut seen = view_of(&usual(yours), &view.query(&usual(mine)));
            // The browser's zone is everyone's own.
            if view.zone == Zone::Local && usual(mine).zone == Zone::Local {
                prop_assert_eq!(&seen.zone, &usual(yours).zone);
                seen.zone = Zone::Local;
            }
            prop_assert_eq!(seen, view);
        }

        #[test]
        fn anything_can_be_read(search in ".{0,60}") {
            view_of(&View::live(300), &search);
        }
    }
}
