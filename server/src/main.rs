//! The binary `pulseboard`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
