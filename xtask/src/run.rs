//! `cargo xtask run`: from a fresh clone to a running server. Nothing is built before it is known
//! that the server could start.

use std::process::{Command, ExitCode};

use anyhow::Context;

use crate::preflight::{self, Settings};
use crate::steps::Steps;
use crate::wasm::{self, Profile};
use crate::{site, workspace};

/// Checks, builds, and becomes the server. Its exit status and the signals sent to this process
/// are the server's.
///
/// # Errors
/// The first step that fails, or a server that cannot be started.
pub fn run(dev: bool, server_args: &[String]) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::default();
    let root = workspace::root();
    if preflight::serves(server_args) {
        // A missing file is an empty one; one that cannot be read is the server's to report.
        let file = std::fs::read_to_string(root.join("pulseboard.toml")).unwrap_or_default();
        let settings = Settings::read(server_args, |name| std::env::var(name).ok(), &file);
        preflight::address_is_free(&settings.addr)?;
        preflight::folder_is_writable(&root.join(&settings.data_dir))?;
    }
    let (profile, build, dir) = if dev {
        (Profile::Dev, "build -p server --bin pulseboard", "debug")
    } else {
        (
            Profile::Release,
            "build -p server --bin pulseboard --release",
            "release",
        )
    };
    steps.step("target", wasm::TARGET, wasm::ensure_target)?;
    site::build(&mut steps, profile)?;
    steps.command("server", workspace::cargo(build))?;
    print!("{}", steps.table());

    let mut server = Command::new(workspace::server(dir));
    // Leptos.toml and ./data are found from here.
    server
        .current_dir(root)
        .env("LEPTOS_SITE_ROOT", workspace::site())
        .args(server_args);
    println!("==> {}", workspace::shown(&server));
    become_process(&mut server).with_context(|| format!("cannot start {:?}", server.get_program()))
}

/// Replaces this process, so that there is nothing between the server and who started it.
#[cfg(unix)]
fn become_process(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// Waits for the server. A console sends its Ctrl-C to both.
#[cfg(not(unix))]
fn become_process(command: &mut Command) -> std::io::Result<ExitCode> {
    let status = command.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
