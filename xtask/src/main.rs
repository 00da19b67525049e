//! `cargo xtask run | site | test | bench | load | faults`: the project's own commands. Each does all of its own
//! set-up, and needs nothing but Rust (and Node, for the browser tests).

mod bench;
mod browser;
mod css;
mod deny;
mod faults;
mod js;
mod node;
mod parts;
mod preflight;
mod report;
mod run;
mod site;
mod steps;
mod tally;
mod test;
#[cfg(test)]
mod tidy;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str = "\
usage: cargo xtask <command>

  run [--dev] [-- ARGS]   build the page and the server, and start it (ARGS go to the server)
  site                    build the page alone, for a server that runs already
  deny                    licences, bans and sources of all dependencies, by deny.toml
  test [--no-browser]     format, lints, Rust tests, the page, and the browser tests
  bench [ARGS]            criterion benchmarks of telemetry and server
  bench page [ARGS]       what charts cost in Chromium, beside uPlot and Chart.js
                          (ARGS: --scenario=dashboard,wide,cold --entrants=pulseboard,uplot
                          --rounds=3 --seconds=10 --warm=5, or --memory[=600])
  load [--clients N] [--rate M] [--seconds S] [--series N] [--roles N]
                          a server of its own under load: latency, CPU, memory
  faults [--all] [--only NAME] [--list] [--jobs N]
                          servers of its own whose disks fill, processes die, clocks jump, …:
                          what is lost, beside what is promised";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> anyhow::Result<ExitCode> {
    let Some((command, rest)) = args.split_first() else {
        bail!("no command given\n\n{USAGE}");
    };
    if asks_for_help(rest) {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    match command.as_str() {
        "run" => {
            let (own, server_args) = split_at_dashes(rest);
            let dev = only_flag(own, "--dev")?;
            run::run(dev, server_args)
        }
        "site" => {
            only_flag(rest, "")?;
            site::build(&mut steps::Steps::default(), wasm::Profile::Release)?;
            Ok(ExitCode::SUCCESS)
        }
        "deny" => {
            only_flag(rest, "")?;
            deny::check(&mut steps::Steps::default())?;
            Ok(ExitCode::SUCCESS)
        }
        "test" => {
            let no_browser = only_flag(rest, "--no-browser")?;
            Ok(test::test(!no_browser))
        }
        "bench" => match rest.split_first() {
            Some((what, args)) if what == "page" => bench::page(args),
            _ => bench::bench(rest),
        },
        "load" => bench::load(rest),
        "faults" => faults::faults(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
}

/// Whether help is asked for, of this program and not of one that gets what stands after `--`.
fn asks_for_help(args: &[String]) -> bool {
    let (own, _) = split_at_dashes(args);
    own.iter().any(|arg| arg == "--help" || arg == "-h")
}

/// What stands before the first `--`, and what stands after it.
fn split_at_dashes(args: &[String]) -> (&[String], &[String]) {
    match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[]),
    }
}

/// Whether `flag` was given; anything else is refused.
fn only_flag(args: &[String], flag: &str) -> anyhow::Result<bool> {
    match args.iter().find(|arg| *arg != flag) {
        Some(other) => bail!("`{other}` is not known here\n\n{USAGE}"),
        None => Ok(!args.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_only_helps() {
        for (args, want) in [
            (&["page", "--help"][..], true),
            (&["-h"], true),
            (&["--clients", "3", "--help"], true),
            (&["--", "--help"], false),
            (&["page", "--memory=600"], false),
            (&[], false),
        ] {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            assert_eq!(asks_for_help(&args), want, "{args:?}");
        }
        let args = ["bench", "page", "--help"].map(str::to_owned);
        assert!(dispatch(&args).is_ok());
    }

    #[test]
    fn arguments_are_split_and_unknown_ones_refused() {
        fn check(args: &[&str], expect: Option<(bool, &[&str])>) {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            let (own, server) = split_at_dashes(&args);
            let found = only_flag(own, "--dev").ok().map(|dev| (dev, server));
            let expect = expect.map(|(dev, server)| {
                (
                    dev,
                    server.iter().map(ToString::to_string).collect::<Vec<_>>(),
                )
            });
            assert_eq!(
                found.map(|(dev, server)| (dev, server.to_vec())),
                expect,
                "{args:?}"
            );
        }
        check(&[], Some((false, &[])));
        check(&["--dev"], Some((true, &[])));
        check(&["--"], Some((false, &[])));
        check(
            &["--dev", "--", "--addr", "[::1]:0"],
            Some((true, &["--addr", "[::1]:0"])),
        );
        check(&["--", "a", "--", "b"], Some((false, &["a", "--", "b"])));
        check(&["--devel"], None);
        check(&["--dev", "x", "--", "y"], None);
    }
}
