//! `pulseboard` with the page /bench, which is open to everybody. A program of its own, so that
//! building it takes nobody's server away.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
