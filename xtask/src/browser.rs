//! Playwright in a real Chromium, against the server that the tests have just built. The browser
//! is the system's where there is one, so that nothing is downloaded in vain.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::node;
use crate::steps::{Steps, check, succeed};
use crate::tally::Tally;
use crate::workspace;

/// Does all set-up and runs the browser tests; adds their numbers to `tally`.
///
/// # Errors
/// When something is missing and cannot be installed, or a test fails.
pub fn test(steps: &mut Steps, tally: &mut Tally) -> anyhow::Result<()> {
    let chromium = prepare(steps)?;
    steps.step("browser", "playwright test", || {
        playwright_test(chromium.as_deref(), tally)
    })
}

/// Does all set-up for a browser that scripts drive; gives the system's Chromium, `None` when
/// Playwright has brought its own.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn prepare(steps: &mut Steps) -> anyhow::Result<Option<PathBuf>> {
    steps.step("node", "Node and npm", node::ensure)?;
    let chromium = steps.step(
        "chromium",
        "CHROMIUM, the system's, or Playwright's",
        system_chromium,
    )?;
    steps.step("packages", "npm ci in end2end", || {
        node::install_packages(&node::folder(), chromium.is_some())
    })?;
    if chromium.is_none() {
        steps.step("download", "playwright install chromium", || {
            succeed(node::playwright().args(["install", "chromium"])).context(
                "no Chromium was found, and Playwright cannot bring one: install chromium, or \
                 name it with CHROMIUM=/path/to/chromium",
            )
        })?;
    }
    Ok(chromium)
}

/// `None` means that Playwright is to bring its own.
fn system_chromium() -> anyhow::Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        if !runs(&named) {
            bail!(
                "CHROMIUM is {}, which cannot be run: correct or unset it",
                named.display()
            );
        }
        return Ok(Some(named));
    }
    if let Some(found) = in_path() {
        return Ok(Some(found));
    }
    // Ubuntu's package is a stub that needs snap: then Playwright's own is left.
    if node::may_install()
        && let Err(error) = node::apt_install(&["chromium"])
    {
        println!("    {error:#}");
    }
    Ok(in_path())
}

fn in_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file() && runs(candidate))
}

fn runs(program: &Path) -> bool {
    program
        .to_str()
        .and_then(node::version)
        .inspect(|version| println!("    {} is {version}", program.display()))
        .is_some()
}

fn playwright_test(chromium: Option<&Path>, tally: &mut Tally) -> anyhow::Result<()> {
    let report = node::folder().join("test-results").join("results.json");
    if report.exists() {
        std::fs::remove_file(&report).context("cannot remove the last report")?;
    }
    let mut playwright = node::playwright();
    playwright
        .arg("test")
        .env("PULSEBOARD_BIN", workspace::server("debug"))
        .env("LEPTOS_SITE_ROOT", workspace::site());
    match chromium {
        Some(chromium) => playwright.env("CHROMIUM", chromium),
        None => playwright.env_remove("CHROMIUM"),
    };
    let status = playwright.status().context("cannot start Playwright")?;
    // Counted before the status is looked at: a failing run has numbers too.
    let counted = std::fs::read_to_string(&report)
        .ok()
        .and_then(|report| Tally::from_playwright(&report));
    *tally += counted.unwrap_or_default();
    check(&playwright, status)?;
    match counted {
        Some(counted) if counted.passed > 0 => Ok(()),
        Some(_) => bail!("Playwright found no test"),
        None => bail!("Playwright left no report at {}", report.display()),
    }
}
