//! What stands around every page: the document, the header, shortcuts.

pub mod document;
pub mod header;
pub mod shortcuts;
pub mod shortcuts_dialog;
