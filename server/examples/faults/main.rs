//! Faults: real servers on the loopback, each with a data folder of its own, whose disk fills, whose
//! database is locked, damaged or gone, whose process is killed or stopped, whose clock jumps, and
//! whose connections are abused. Each case compares what is promised with what is measured.
//!
//! Invariant: every case is bounded in time, and ends every process that it started.
//!
//! `cargo run -p server --example faults -- --server target/debug/pulseboard`

mod cases;
mod client;
mod home;
mod load;
mod outcome;
mod sockets;
mod tmpfs;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use futures::StreamExt;

use cases::{CASES, Case};
use outcome::{Outcome, Verdict, table};

/// Longest time of a case. One that takes longer has failed.
const LONGEST: Duration = Duration::from_secs(240);

/// Breaks a server in every way that is promised to be survived, and reports what was lost.
#[derive(Parser)]
#[command(name = "faults")]
struct Faults {
    /// The server's binary
    #[arg(long, default_value = "target/debug/pulseboard")]
    server: PathBuf,
    /// Only cases whose name begins so; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The long cases as well
    #[arg(long)]
    all: bool,
    /// Names the cases and what they promise, and runs none
    #[arg(long)]
    list: bool,
    /// Cases at one time
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=32))]
    jobs: u16,
}

impl Faults {
    fn chosen(&self) -> Vec<&'static Case> {
        let named = |case: &&Case| self.only.iter().any(|name| case.name.starts_with(name));
        let by_length = |case: &&Case| self.all || !case.long;
        match self.only.is_empty() {
            true => CASES.iter().filter(by_length).collect(),
            false => CASES.iter().filter(named).collect(),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let faults = Faults::parse();
    let chosen = faults.chosen();
    if faults.list {
        for case in CASES {
            let long = if case.long { " (with --all)" } else { "" };
            println!("{:<18}{}{long}", case.name, case.promise);
        }
        return ExitCode::SUCCESS;
    }
    if chosen.is_empty() {
        eprintln!("no case is called {}: see --list", faults.only.join(", "));
        return ExitCode::FAILURE;
    }
    let binary = match faults.server.canonicalize() {
        Ok(binary) => binary,
        Err(error) => {
            eprintln!("cannot find {}: {error}", faults.server.display());
            return ExitCode::FAILURE;
        }
    };
    // Cases open sockets by the hundreds.
    server::descriptors::allow(16_384);
    let begun = Instant::now();
    let outcomes = futures::stream::iter(chosen)
        .map(|case| run(case, binary.clone()))
        .buffered(faults.jobs.into())
        .collect::<Vec<_>>()
        .await;
    println!("\n{}", table(&outcomes));
    let broken = outcomes.iter().filter(|one| one.verdict == Verdict::Broken);
    let (broken, all) = (broken.count(), outcomes.len());
    let skipped = outcomes
        .iter()
        .filter(|one| one.verdict == Verdict::Skipped);
    println!(
        "{all} faults in {:.0} s: {broken} broke a promise, {} skipped",
        begun.elapsed().as_secs_f64(),
        skipped.count()
    );
    match broken {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn run(case: &'static Case, binary: PathBuf) -> Outcome {
    let begun = Instant::now();
    // In a task of its own, so that a case that panics is one that failed.
    let running = tokio::spawn(async move {
        let ended = tokio::time::timeout(LONGEST, (case.run)(binary)).await;
        ended.unwrap_or_else(|_| Err(format!("did not end within {LONGEST:?}").into()))
    });
    let result = running
        .await
        .unwrap_or_else(|error| Err(format!("the case itself failed: {error}").into()));
    let outcome = Outcome::of(case, result);
    println!(
        "{:<18}{:<8}{:>4.0} s  {}",
        outcome.name,
        outcome.verdict.name(),
        begun.elapsed().as_secs_f64(),
        outcome.summary()
    );
    outcome
}
