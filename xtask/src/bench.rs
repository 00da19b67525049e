//! `cargo xtask bench` and `cargo xtask load`: figures, not verdicts. The load is bounded in count
//! and time by the program that makes it.

use std::process::ExitCode;

use anyhow::Context;

use crate::steps::Steps;
use crate::workspace;

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

/// A release server of its own under load; `args` are `--clients N`, `--rate M`, `--seconds S`.
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
