//! The files that a document loads.

use super::page::Bundle;

/// Addresses of the files of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFiles {
    /// Names the build: a server that names another one has other files.
    pub build: String,
    /// The stylesheet.
    pub style: String,
    /// The stylesheet of [`Bundle::Editing`], which it has beside the other one; none where the site was
    /// built without.
    pub editing_style: Option<String>,
    /// The program of [`Bundle::Viewing`].
    pub viewing: ProgramFiles,
    /// The program of [`Bundle::Admin`].
    pub admin: ProgramFiles,
    /// The program of [`Bundle::Editing`].
    pub editing: ProgramFiles,
    /// The program of [`Bundle::Full`].
    pub full: ProgramFiles,
}

/// Addresses of one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFiles {
    /// The JavaScript around it.
    pub script: String,
    /// The WASM.
    pub wasm: String,
}

impl SiteFiles {
    /// The stylesheet that a page of this bundle has beside that of every page.
    pub fn own_style(&self, bundle: Bundle) -> Option<&str> {
        let style = self.editing_style.as_deref();
        style.filter(|_| bundle == Bundle::Editing)
    }

    /// The program that a page of this bundle loads.
    pub fn program(&self, bundle: Bundle) -> Option<&ProgramFiles> {
        match bundle {
            Bundle::Document => None,
            Bundle::Viewing => Some(&self.viewing),
            Bundle::Admin => Some(&self.admin),
            Bundle::Editing => Some(&self.editing),
            Bundle::Full => Some(&self.full),
        }
    }
}
