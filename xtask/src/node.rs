//! Node, and the packages of the browser tests: found, or installed where that is possible without
//! asking anybody.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::succeed;
use crate::workspace;

/// The oldest major version that the browser tests run on.
const OLDEST: u32 = 20;

/// The folder of the browser tests.
pub fn folder() -> PathBuf {
    workspace::root().join("end2end")
}

/// Makes sure that Node and npm are there and young enough.
///
/// # Errors
/// When they are missing and cannot be installed, or are too old.
pub fn ensure() -> anyhow::Result<()> {
    if (version("node").is_none() || version("npm").is_none()) && may_install() {
        apt_install(&["nodejs", "npm"])?;
    }
    let advice = format!(
        "install Node {OLDEST} or later from https://nodejs.org, or leave the browser tests out \
         with `cargo xtask test --no-browser`"
    );
    let Some(node) = version("node") else {
        bail!("Node is missing: {advice}");
    };
    if version("npm").is_none() {
        bail!("npm is missing: {advice}");
    }
    if major(&node).is_none_or(|major| major < OLDEST) {
        bail!("Node {node} is too old: {advice}");
    }
    Ok(())
}

/// Installs exactly what the package-lock.json of `folder` says, unless that is there already.
///
/// # Errors
/// When npm cannot.
pub fn install_packages(folder: &Path, own_browser: bool) -> anyhow::Result<()> {
    if is_older(
        &folder.join("package-lock.json"),
        &folder.join("node_modules").join(".package-lock.json"),
    ) {
        println!("    node_modules is as package-lock.json says");
        return Ok(());
    }
    let mut npm = command("npm");
    npm.arg("ci").current_dir(folder);
    if own_browser {
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    }
    succeed(&mut npm)
}

/// Playwright's command line, of the installed version.
pub fn playwright() -> Command {
    let mut playwright = command("node");
    playwright.arg("node_modules/@playwright/test/cli.js");
    playwright
}

/// Whether packages of the system can be installed unasked: root on Debian or Ubuntu.
pub fn may_install() -> bool {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    is_root && Path::new("/etc/debian_version").exists()
}

/// Installs packages of Debian or Ubuntu.
///
/// # Errors
/// When apt-get cannot.
pub fn apt_install(packages: &[&str]) -> anyhow::Result<()> {
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    succeed(apt().args(["update", "-q"]))?;
    succeed(
        apt()
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(packages),
    )
    .with_context(|| format!("cannot install {}", packages.join(" ")))
}

/// What `program --version` prints; `None` when it cannot be run.
pub fn version(program: &str) -> Option<String> {
    let output = command(program)
        .arg("--version")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// A program in the folder of the browser tests.
pub fn command(program: &str) -> Command {
    // On Windows npm is a script, and scripts are found only with their extension.
    let program = match program {
        "npm" if cfg!(windows) => "npm.cmd",
        other => other,
    };
    let mut command = Command::new(program);
    command.current_dir(folder());
    command
}

/// The `20` of `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Whether both files are there and the first was not changed after the second.
fn is_older(first: &Path, second: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    matches!((changed(first), changed(second)), (Some(first), Some(second)) if first <= second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        fn check(version: &str, expect: Option<u32>) {
            assert_eq!(major(version), expect, "{version}");
        }
        check("v20.1.0", Some(20));
        check("v18.20.4", Some(18));
        check("v26", Some(26));
        check("20.1.0", None);
        check("v", None);
        check("", None);
    }
}
