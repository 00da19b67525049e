//! `cargo xtask bench`, `bench page` and `load`: figures, not verdicts. The load is bounded in count
//! and time by the program that makes it.

use std::process::ExitCode;

use anyhow::Context;

use crate::steps::Steps;
use crate::{browser, node, site, wasm, workspace};

/// Criterion's benchmarks of `telemetry` and `server`; `args` go to cargo.
///
/// # Errors
/// When they do not compile, or one fails.
pub fn bench(args: &[String]) -> anyhow::Result<ExitCode> {
    let mut bench = workspace::cargo("bench -p telemetry -p server --features telemetry/full");
    bench.args(args);
    Steps::default().command("bench", bench)?;
    Ok(ExitCode::SUCCESS)
}

/// The page's charts beside other libraries', in one Chromium; `args` go to `end2end/bench/run.mjs`.
///
/// # Errors
/// When something does not compile, is missing and cannot be installed, or fails.
pub fn page(args: &[String]) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::default();
    let folder = workspace::target().join("bench");
    let site = folder.join("site");
    steps.step("target", wasm::TARGET, wasm::ensure_target)?;
    site::build_with(&mut steps, "bench", &site)?;
    steps.command(
        "server",
        workspace::cargo("build -p server --release --bin pulseboard-bench --features bench"),
    )?;
    let chromium = browser::prepare(&mut steps)?;
    steps.step("peers", "npm ci in end2end/bench", || {
        node::install_packages(&node::folder().join("bench"), true)
    })?;
    let mut run = node::command("node");
    run.arg("bench/run.mjs")
        .args(args)
        .env("PULSEBOARD_BIN", workspace::bench_server())
        .env("LEPTOS_SITE_ROOT", &site);
    if let Some(chromium) = chromium {
        run.env("CHROMIUM", chromium);
    }
    steps.command("measure", run)?;
    Ok(ExitCode::SUCCESS)
}

/// A release server of its own under load; `args` are `--clients N`, `--rate M`, `--seconds S`,
/// `--series N` and `--roles N`.
///
/// # Errors
/// When something does not compile, or the load program fails.
pub fn load(args: &[String]) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::default();
    // Apart from the example, whose dev-dependencies would change the features of the server's
    // own: what is measured is the program that `cargo xtask run` starts.
    steps.command(
        "server",
        workspace::cargo("build -p server --release --bin pulseboard"),
    )?;
    let server = workspace::server("release");
    let mut load = workspace::cargo("run -p server --release --example load -- --server");
    load.arg(&server).args(args);
    steps
        .command("load", load)
        .context("the load could not be measured")?;
    Ok(ExitCode::SUCCESS)
}
