//! Where the files of the page are, and what they are called.

use std::path::{Path, PathBuf};

use leptos::config::{LeptosOptions, get_configuration};

/// The options that both cargo-leptos and the server read.
const FILE: &str = "Leptos.toml";
/// Where the build puts the site.
const SITE: &str = "target/site";

/// The options are there, but cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {FILE}: {0}")]
pub struct SiteError(String);

/// From `Leptos.toml` in the working folder, else from the environment (`LEPTOS_*`), else
/// defaults: `target/site` in the working folder, or `site` beside the executable, or above its
/// folder, as cargo builds.
pub fn options() -> Result<LeptosOptions, SiteError> {
    if Path::new(FILE).exists() {
        let read = get_configuration(Some(FILE)).map_err(|error| SiteError(error.to_string()))?;
        return Ok(read.leptos_options);
    }
    let root = std::env::var_os("LEPTOS_SITE_ROOT").filter(|root| !root.is_empty());
    let root = root.map_or_else(default_root, PathBuf::from);
    Ok(LeptosOptions::builder()
        .output_name("pulseboard")
        .site_root(root.to_string_lossy().into_owned())
        .build())
}

fn default_root() -> PathBuf {
    let here = PathBuf::from(SITE);
    if here.is_dir() {
        return here;
    }
    let executable = std::env::current_exe().ok();
    let folders = executable.iter().flat_map(|exe| exe.ancestors().skip(1));
    let sites = folders.take(2).map(|folder| folder.join("site"));
    sites.into_iter().find(|site| site.is_dir()).unwrap_or(here)
}
