//! One step after the other, each announced, timed and remembered. A step that fails ends the
//! sequence: its error carries its name.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::workspace;

/// The steps so far, in order, with how long each took and whether it passed.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, Duration, bool)>,
}

impl Steps {
    /// Announces a step, does it, and prints how long it took.
    ///
    /// # Errors
    /// The step's own error, under the step's name.
    pub fn step<T>(
        &mut self,
        name: &str,
        what: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        println!("==> {name}: {what}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        println!("    {name:<12} {}", seconds(took));
        self.done.push((name.to_string(), took, result.is_ok()));
        result.with_context(|| format!("step `{name}` failed"))
    }

    /// A step that is one command, with its output shown.
    ///
    /// # Errors
    /// When the command cannot be started, or ends with anything but success.
    pub fn command(&mut self, name: &str, mut command: Command) -> anyhow::Result<()> {
        let what = workspace::shown(&command);
        self.step(name, &what, || succeed(&mut command))
    }

    /// A table of all steps and their times.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for (name, took, passed) in &self.done {
            let outcome = if *passed { "ok" } else { "FAILED" };
            table.push_str(&format!("{name:<14}{:>10}  {outcome}\n", seconds(*took)));
        }
        let total = self.done.iter().map(|(_, took, _)| *took).sum();
        table.push_str(&format!("{:<14}{:>10}\n", "total", seconds(total)));
        table
    }
}

/// Runs a command to its end, with its output shown.
///
/// # Errors
/// When it cannot be started, or ends with anything but success.
pub fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", workspace::shown(command)))?;
    check(command, status)
}

/// The status as an error that names the command, unless it is success.
pub fn check(command: &Command, status: ExitStatus) -> anyhow::Result<()> {
    if !status.success() {
        bail!("`{}` ended with {status}", workspace::shown(command));
    }
    Ok(())
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_is_named_and_remembered() {
        let mut steps = Steps::default();
        assert_eq!(steps.step("one", "passes", || Ok(1)).ok(), Some(1));
        let error = steps
            .step::<()>("two", "fails", || bail!("broken"))
            .expect_err("the step failed");
        assert_eq!(format!("{error:#}"), "step `two` failed: broken");
        let table = steps.table();
        let outcomes: Vec<_> = table
            .lines()
            .map(|line| (line.split(' ').next(), line.ends_with("FAILED")))
            .collect();
        assert_eq!(
            outcomes,
            [
                (Some("one"), false),
                (Some("two"), true),
                (Some("total"), false)
            ]
        );
    }
}
