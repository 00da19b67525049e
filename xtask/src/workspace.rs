//! Where things are, and how cargo is called. Every path is absolute, so that no step depends on
//! the folder in which the command was typed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder of the workspace's Cargo.toml: the one that cargo says at run time, since a checkout
/// that was copied with its target folder would otherwise work on the old one.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let built_in = || env!("CARGO_MANIFEST_DIR").into();
        let xtask: PathBuf =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
        xtask
            .parent()
            .expect("xtask stands in a folder of the workspace")
            .to_owned()
    })
}

/// Cargo's target folder: the one this program itself was built into, so that
/// `CARGO_TARGET_DIR` and cargo's own configuration are followed without reading them.
pub fn target() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.parent()?.to_path_buf()))
        .unwrap_or_else(|| root().join("target"))
}

/// The folders into which cargo puts sources of registries. They differ from machine to machine.
pub fn registries() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let found = home.and_then(|home| home.join("registry").join("src").read_dir().ok());
    let entries = found.into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    // Another order would be other flags, and everything would be compiled again.
    folders.sort_unstable();
    folders
}

/// The folder that the server serves files from, as Leptos.toml and cargo-leptos name it.
pub fn site() -> PathBuf {
    root().join("target").join("site")
}

/// The server's program in one of cargo's output folders (`debug`, `release`).
pub fn server(profile_dir: &str) -> PathBuf {
    target()
        .join(profile_dir)
        .join(format!("pulseboard{}", std::env::consts::EXE_SUFFIX))
}

/// The server's program with the page of benchmarks, which is open to everybody. It has a name of its
/// own: building it leaves the server as it is, and nobody takes it for the server.
pub fn bench_server() -> PathBuf {
    let name = format!("pulseboard-bench{}", std::env::consts::EXE_SUFFIX);
    target().join("release").join(name)
}

/// Cargo, in the workspace's root, with these arguments parted by spaces.
pub fn cargo(args: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(args.split_whitespace());
    // `cargo run` tells this program about its own package; build scripts that watch these
    // variables would run anew each time the outer package differs.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// A command as a person would type it, for messages.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_stem().unwrap_or_default().to_string_lossy()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy()));
    words.join(" ")
}
