//! `cargo xtask faults`: real servers that are broken in every way that is promised to be survived.
//! The cases stand in server/examples/faults; this builds them and the server, and runs them.

use std::process::{Command, ExitCode};

use crate::steps::Steps;
use crate::{node, workspace};

/// The package of Debian that stands between a process and its clock.
const FAKETIME: &str = "libfaketime";

/// Builds and runs; `args` go to the cases.
///
/// # Errors
/// When something does not compile, or a promise is broken.
pub fn faults(args: &[String]) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::default();
    // The same selection of targets as `cargo test`, hence the same features.
    let build = "build --bins --examples --tests --features telemetry/full";
    steps.command("server", workspace::cargo(build))?;
    run(&mut steps, args)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs what is built.
///
/// # Errors
/// When a promise is broken.
pub fn run(steps: &mut Steps, args: &[String]) -> anyhow::Result<()> {
    ensure_faketime();
    let examples = workspace::target().join("debug").join("examples");
    let program = examples.join(format!("faults{}", std::env::consts::EXE_SUFFIX));
    let mut faults = Command::new(program);
    faults
        .current_dir(workspace::root())
        .arg("--server")
        .arg(workspace::server("debug"))
        .args(args);
    steps.command("faults", faults)
}

/// Without it the cases of the clock are skipped, and say so.
fn ensure_faketime() {
    if !node::may_install() {
        return;
    }
    let query = ["-L", FAKETIME];
    let is_there = Command::new("dpkg")
        .args(query)
        .output()
        .is_ok_and(|listed| listed.status.success());
    if !is_there && let Err(error) = node::apt_install(&[FAKETIME]) {
        println!("    no {FAKETIME}: {error:#}");
    }
}
