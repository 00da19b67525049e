//! The files that a document loads.

use super::page::Bundle;

/// Addresses of the files of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFiles {
    /// Names the build: a server that names another one has other files.
    pub build: String,
    /// The stylesheet.
    pub style: String,
    /// The program of [`Bundle::Viewing`].
    pub viewing: ProgramFiles,
    /// The program of [`Bundle::Admin`].
    pub admin: ProgramFiles,
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
    /// The program that a page of this bundle loads.
    pub fn program(&self, bundle: Bundle) -> Option<&ProgramFiles> {
        match bundle {
            Bundle::Document => None,
            Bundle::Viewing => Some(&self.viewing),
            Bundle::Admin => Some(&self.admin),
            Bundle::Full => Some(&self.full),
        }
    }
}
