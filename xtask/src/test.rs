//! `cargo xtask test`: everything that must hold before a change is good. The first step that
//! fails ends the run; the very last line is always the number of tests that passed and failed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail};

use crate::steps::{Steps, check};
use crate::tally::Tally;
use crate::wasm::{self, Profile};
use crate::{browser, deny, faults, report, site, workspace};

/// Runs all steps, and prints their times and the count of tests.
pub fn test(with_browser: bool) -> ExitCode {
    let mut steps = Steps::default();
    let mut tally = Tally::default();
    let result = all(&mut steps, &mut tally, with_browser);
    println!("\n{}", steps.table());
    if let Err(error) = &result {
        println!("error: {error:#}");
        // A run that fails outside any test, as in a lint, must not end in `0 failed`.
        tally.failed = tally.failed.max(1);
    }
    println!("{tally}");
    // Nothing is left to do for a reader that has gone away.
    let _ = std::io::stdout().flush();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn all(steps: &mut Steps, tally: &mut Tally, with_browser: bool) -> anyhow::Result<()> {
    steps.step("components", "rustfmt, clippy", ensure_components)?;
    steps.command("format", workspace::cargo("fmt --all --check"))?;
    deny::check(steps)?;
    // The host's crates and the page's are never built in one call: that would unify `ssr` and
    // `hydrate`. xtask keeps to the profile that it was itself compiled with.
    steps.command("clippy", with_all("clippy --all-targets", "-- -D warnings"))?;
    steps.command(
        "clippy xtask",
        workspace::cargo("clippy -p xtask --profile xtask --all-targets -- -D warnings"),
    )?;
    steps.step("target", wasm::TARGET, wasm::ensure_target)?;
    // Nothing else here compiles what is measured by `cargo xtask bench page`.
    for (name, features) in [("clippy page", ""), ("clippy bench", "bench")] {
        let mut clippy_page = wasm::cargo("clippy", Profile::Release);
        clippy_page.args(["--features", features, "--", "-D", "warnings"]);
        steps.command(name, clippy_page)?;
    }
    let mut docs = with_all(
        "doc --no-deps -p telemetry -p telemetry-macros -p charts",
        "",
    );
    docs.env("RUSTDOCFLAGS", "-D warnings");
    steps.command("docs", docs)?;
    for (name, mut command) in [
        ("tests", with_all("test --no-fail-fast", "")),
        (
            "tests xtask",
            workspace::cargo("test -p xtask --profile xtask --no-fail-fast"),
        ),
    ] {
        let what = workspace::shown(&command);
        steps.step(name, &what, || count_tests(&mut command, tally))?;
    }
    // What the tests were built with: the server's program and the cases are there.
    faults::run(steps, &[])?;
    site::build(steps, Profile::Release)?;
    steps.step("first load", "size of wasm, js and css", || {
        report::first_load(&workspace::site())
    })?;
    if with_browser {
        // The same selection of targets as `cargo test`, hence the same features: this only makes
        // sure that the server's program is there.
        steps.command("server", with_all("build --bins --tests", ""))?;
        browser::test(steps, tally)?;
    }
    Ok(())
}

/// A call of cargo for the host's crates, with every feature of `telemetry`: its reporters and
/// bridges are for other programs, so nothing in the workspace turns them on. One selection of
/// features for all calls, so that they share what they compile.
fn with_all(args: &str, behind: &str) -> Command {
    workspace::cargo(&format!("{args} --features telemetry/full {behind}"))
}

/// rust-toolchain.toml names both, but rustup may be set not to install by itself.
fn ensure_components() -> anyhow::Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let is_there = || {
            workspace::cargo(subcommand)
                .arg("--version")
                .output()
                .is_ok_and(|output| output.status.success())
        };
        if is_there() {
            continue;
        }
        let added = Command::new("rustup")
            .current_dir(workspace::root())
            .args(["component", "add", component])
            .status();
        if !added.is_ok_and(|status| status.success()) || !is_there() {
            bail!("{component} is missing: run `rustup component add {component}`");
        }
    }
    Ok(())
}

/// Runs `cargo test`, passes its lines through as they come, and counts what they say.
fn count_tests(command: &mut Command, tally: &mut Tally) -> anyhow::Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", workspace::shown(command)))?;
    let output = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        // Tests may print anything, also what is not text.
        let line = line.context("cannot read cargo's output")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        *tally += Tally::from_libtest_line(&line).unwrap_or_default();
    }
    let status = child.wait().context("cannot wait for cargo")?;
    check(command, status)
}
