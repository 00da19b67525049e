//! What makes a page: where it stands, who may open it, what it loads, what it shows.
//!
//! Invariant: the page's program refers to [`Entry`] and [`View`] alone, so that it holds no code
//! that loads or encodes data.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::AnyView;
use protocol::{Action, Boot};
use serde::Serialize;

use super::source::{PageSource, SourceFailed};

/// One page. [`PAGES`](crate::PAGES) has all of them.
#[derive(Clone, Copy)]
pub struct Page {
    /// Its path as axum writes it: one segment may be a parameter.
    pub path: &'static str,
    /// The title of its tab; empty when the title comes with what it loads.
    pub title: &'static str,
    /// Its words in the navigation; none for pages that are reached in another way.
    pub menu: Option<&'static str>,
    /// Who may open it.
    pub action: Action,
    /// The program that it needs.
    pub bundle: Bundle,
    /// Loads its data; none for pages that anybody may open, which have no data.
    pub load: Option<Load>,
    /// Shows it, given the parameter of the path.
    pub view: View,
}

impl Page {
    /// A form that anybody may open: the document alone, without data.
    pub const fn form(path: &'static str, title: &'static str, view: View) -> Page {
        Page {
            path,
            title,
            menu: None,
            action: Action::Public,
            bundle: Bundle::Document,
            load: None,
            view,
        }
    }

    /// A page of [`Bundle::Admin`]; its title comes with what it loads.
    pub const fn admin(path: &'static str, action: Action, load: Load, view: View) -> Page {
        Page {
            path,
            title: "",
            menu: None,
            action,
            bundle: Bundle::Admin,
            load: Some(load),
            view,
        }
    }
}

/// The program that a page needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// None: the page is what the server renders, such as a form.
    Document,
    /// Looking at dashboards: small, and loaded first.
    Viewing,
    /// Administration and accounts, which have no charts.
    Admin,
    /// Editing a dashboard's document.
    Editing,
    /// Everything heavier.
    Full,
}

impl Bundle {
    /// Every bundle that has a program.
    pub const PROGRAMS: [Bundle; 4] = [
        Bundle::Viewing,
        Bundle::Admin,
        Bundle::Editing,
        Bundle::Full,
    ];

    /// The name of the program's files without their extension, given that of the site.
    pub fn output(self, site: &str) -> String {
        match self {
            Bundle::Viewing => format!("{site}-viewing"),
            Bundle::Admin => format!("{site}-admin"),
            Bundle::Editing => format!("{site}-editing"),
            Bundle::Document | Bundle::Full => site.to_string(),
        }
    }

    const fn is_in(self, bundles: &[Bundle]) -> bool {
        let mut i = 0;
        while i < bundles.len() {
            if self as u8 == bundles[i] as u8 {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// Shows a page, given the parameter of its path.
pub type View = fn(&str) -> AnyView;

/// Loads the data of a page, given the parameter of its path.
pub type Load = for<'a> fn(&'a dyn PageSource, &'a str) -> Loading<'a>;

/// Data on its way.
pub type Loading<'a> = Pin<Box<dyn Future<Output = Result<Loaded, LoadError>> + Send + 'a>>;

/// What was loaded for a page.
#[derive(Debug)]
pub struct Loaded {
    /// The title, for pages without one of their own.
    pub title: String,
    /// A [`Boot`] as JSON.
    pub json: String,
}

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing stands at this address.
    #[error("there is no such page")]
    Missing,
    /// It is not for this user.
    #[error("this page is not for this user")]
    Forbidden,
    /// The source could not answer, and holds the reason.
    #[error("the data of the page could not be read")]
    Failed,
    /// The data cannot be written as JSON.
    #[error("the data of the page cannot be encoded: {0}")]
    Encode(#[from] serde_json::Error),
}

impl From<SourceFailed> for LoadError {
    fn from(SourceFailed: SourceFailed) -> LoadError {
        LoadError::Failed
    }
}

impl Loaded {
    /// The data of a page, with the signed-in user.
    pub fn new<T: Serialize>(
        source: &dyn PageSource,
        title: &str,
        page: T,
    ) -> Result<Loaded, LoadError> {
        let boot = Boot {
            me: source.me(),
            page,
        };
        Ok(Loaded {
            title: title.to_string(),
            json: serde_json::to_string(&boot)?,
        })
    }
}

/// What the navigation knows of a page.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its path.
    pub path: &'static str,
    /// Its words in the navigation.
    pub menu: Option<&'static str>,
    /// Who may open it.
    pub action: Action,
}

/// The entries of all pages.
pub const fn entries<const N: usize>(pages: &[Page; N]) -> [Entry; N] {
    let mut entries = [Entry {
        path: "",
        menu: None,
        action: Action::Public,
    }; N];
    let mut i = 0;
    while i < N {
        entries[i] = Entry {
            path: pages[i].path,
            menu: pages[i].menu,
            action: pages[i].action,
        };
        i += 1;
    }
    entries
}

/// The views of the pages of these bundles, which one program has.
pub const fn views<const N: usize>(pages: &[Page; N], bundles: &[Bundle]) -> [Option<View>; N] {
    let mut views = [None; N];
    let mut i = 0;
    while i < N {
        if pages[i].bundle.is_in(bundles) {
            views[i] = Some(pages[i].view);
        }
        i += 1;
    }
    views
}

/// What stands for the parameter of a pattern, empty when it has none; none for other paths.
pub fn parameter<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    match pattern.split_once('{') {
        None => (pattern == path).then_some(""),
        Some((before, rest)) => {
            let (_, after) = rest.split_once('}')?;
            let filled = path.strip_prefix(before)?.strip_suffix(after)?;
            (!filled.is_empty() && !filled.contains('/')).then_some(filled)
        }
    }
}
