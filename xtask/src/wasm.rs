//! The page's programs: adds the wasm target where it is missing, compiles `frontend`, and makes
//! the JavaScript around each program. wasm-bindgen runs as a library here, so its version cannot
//! differ from the one the page was compiled with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{parts, workspace};

/// The target triple of the page.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The base of the page's file names: LEPTOS_OUTPUT_NAME in .cargo/config.toml.
pub const OUTPUT_NAME: &str = "pulseboard";

/// One of the page's programs.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The name of its target in `frontend`.
    target: &'static str,
    /// The base of its file names below `/pkg`.
    pub output: &'static str,
    /// Whether parts of it, as shipped, are files of their own.
    has_parts: bool,
}

/// Every page, as cargo-leptos builds it; as shipped, without those that the programs below have.
pub const EVERYTHING: Program = Program {
    target: "frontend",
    output: OUTPUT_NAME,
    has_parts: true,
};
/// The pages that most visits are for.
pub const VIEWING: Program = Program {
    target: "viewing",
    output: "pulseboard-viewing",
    has_parts: true,
};
/// The pages of administration.
pub const ADMIN: Program = Program {
    target: "admin",
    output: "pulseboard-admin",
    has_parts: false,
};
/// The page that edits dashboards.
pub const EDITING: Program = Program {
    target: "editing",
    output: "pulseboard-editing",
    has_parts: true,
};

/// How the page is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to compile, and many times larger.
    Dev,
    /// As it is shipped.
    Release,
}

impl Profile {
    /// The name for `cargo build --profile`.
    fn cargo_name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "wasm-release",
        }
    }

    /// The programs that are built. While the page is worked on, one is enough: the server takes
    /// the one with every page where another is missing.
    pub fn programs(self) -> &'static [Program] {
        match self {
            Self::Dev => &[EVERYTHING],
            Self::Release => &[EVERYTHING, VIEWING, ADMIN, EDITING],
        }
    }

    /// The folder that cargo writes to, inside the target's own.
    fn dir(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "wasm-release",
        }
    }
}

/// Makes sure that rustc can compile for wasm32.
///
/// # Errors
/// When the target is missing and rustup is too, or cannot add it.
pub fn ensure_target() -> anyhow::Result<()> {
    if has_target()? {
        return Ok(());
    }
    println!("    adding {TARGET}");
    // rustup's own output is shown: it downloads, and says why it cannot.
    let added = Command::new("rustup")
        .current_dir(workspace::root())
        .args(["target", "add", TARGET])
        .status();
    if !added.is_ok_and(|status| status.success()) || !has_target()? {
        bail!(
            "the Rust target {TARGET} is missing and could not be added: run `rustup target add \
             {TARGET}`, or install your distribution's package of Rust's std for it"
        );
    }
    Ok(())
}

/// Asks rustc and not rustup, because Rust may have come without rustup.
fn has_target() -> anyhow::Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .current_dir(workspace::root())
        .args(["--print", "target-libdir", "--target", TARGET])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start rustc: install Rust from https://rustup.rs")?;
    let folder = String::from_utf8_lossy(&output.stdout);
    let Ok(mut files) = Path::new(folder.trim()).read_dir() else {
        return Ok(false);
    };
    Ok(output.status.success() && files.next().is_some())
}

/// Cargo on the page's crate. All calls of one profile share what they compile, macros included.
/// One call links all programs, so that a link, which takes one core, does not wait for another.
pub fn cargo(subcommand: &str, profile: Profile) -> Command {
    with_sources(subcommand, profile, &workspace::registries())
}

/// The same where sources of registries are in these folders.
fn with_sources(subcommand: &str, profile: Profile, folders: &[PathBuf]) -> Command {
    let name = profile.cargo_name();
    let mut cargo = workspace::cargo(&format!(
        "{subcommand} -p frontend --lib --target {TARGET} --profile {name}"
    ));
    if profile.programs().len() > 1 {
        cargo.args(["--bins", "--no-default-features"]);
    }
    if profile == Profile::Release {
        // Messages of panics name files. Without this the page would tell where the machine that
        // compiled it has them, and its size would be another on each.
        let remap = |folder: &PathBuf| format!("--remap-path-prefix={}=", folder.display());
        let flags: Vec<_> = folders.iter().map(remap).collect();
        cargo
            .arg("--config")
            .arg(format!("build.rustflags={flags:?}"));
    }
    cargo
}

/// Makes the files that a browser loads, by their paths below `/pkg`.
///
/// # Errors
/// When the page has not been compiled, or wasm-bindgen rejects what it made.
pub fn bindgen(profile: Profile) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let target = workspace::target();
    let compiled = target.join(TARGET).join(profile.dir());
    let mut files = BTreeMap::new();
    for program in profile.programs() {
        let input = compiled.join(format!("{}.wasm", program.target));
        let out = target
            .join("wasm-bindgen")
            .join(profile.dir())
            .join(program.target);
        if out.exists() {
            std::fs::remove_dir_all(&out)?;
        }
        let cut = match program.has_parts && profile == Profile::Release {
            true => Some(parts::cut(&input, &out.join("parts"), program.output)?),
            false => None,
        };
        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(cut.as_ref().map_or(&input, |cut| &cut.main))
            .out_name(program.output)
            .web(true)?
            .typescript(false)
            // The server's page names the file itself, so the script need not know it.
            .omit_default_module_path(true)
            // Parts find by these what they share with the program.
            .keep_lld_exports(cut.is_some())
            .demangle(cut.is_none())
            .remove_name_section(profile == Profile::Release)
            .remove_producers_section(true)
            .generate(&out)
            .with_context(|| format!("wasm-bindgen cannot use {}", input.display()))?;
        let [script, wasm] = ["js", "wasm"]
            .map(|extension| PathBuf::from(format!("{}.{extension}", program.output)));
        let mut made = read_tree(&out)?;
        made.retain(|path, _| !path.starts_with("parts"));
        // cargo-leptos calls it NAME.wasm, too.
        let code = made
            .remove(Path::new(&format!("{}_bg.wasm", program.output)))
            .context("wasm-bindgen wrote no WASM")?;
        made.insert(wasm, code);
        if let Some(cut) = cut {
            let around = made
                .remove(&script)
                .context("wasm-bindgen wrote no script")?;
            let joined = cut.joined(std::str::from_utf8(&around)?)?;
            made.insert(script, joined.into_bytes());
            made.extend(cut.parts);
        }
        files.append(&mut made);
    }
    Ok(files)
}

/// All files below a folder, by their paths relative to it.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn read_tree(folder: &Path) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let entries = next
            .read_dir()
            .with_context(|| format!("cannot read {}", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = std::fs::read(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(path.strip_prefix(folder)?.to_path_buf(), bytes);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    /// The version of a package in a Cargo.lock; `None` unless there is exactly one.
    fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
        let name = format!("name = \"{package}\"");
        let mut versions = lock
            .split("[[package]]")
            .filter(|entry| entry.lines().any(|line| line == name))
            .filter_map(|entry| {
                entry
                    .lines()
                    .find_map(|line| line.strip_prefix("version = "))
            });
        versions.next().filter(|_| versions.next().is_none())
    }

    #[test]
    fn the_page_as_shipped_names_no_folder_of_the_machine_that_compiled_it() {
        let folders = ["/home/me/.cargo/a", "/home/me/.cargo/b"];
        let is_told = |profile| {
            let command = super::with_sources("build", profile, &folders.map(Into::into));
            let args: Vec<_> = command
                .get_args()
                .map(|arg| arg.to_string_lossy())
                .collect();
            folders.map(|folder| {
                let flag = format!("--remap-path-prefix={folder}=");
                args.iter().any(|arg| arg.contains(&flag))
            })
        };
        assert_eq!(is_told(super::Profile::Release), [true; 2]);
        assert_eq!(is_told(super::Profile::Dev), [false; 2]);
    }

    #[test]
    fn wasm_bindgen_is_the_version_that_the_page_is_compiled_with() {
        let lock = include_str!("../../Cargo.lock");
        let page = locked(lock, "wasm-bindgen");
        assert!(page.is_some());
        assert_eq!(page, locked(lock, "wasm-bindgen-cli-support"));
        assert_eq!(page, locked(lock, "wasm-bindgen-shared"));
    }

    #[test]
    fn a_version_is_found_only_when_there_is_one() {
        fn check(package: &str, expect: Option<&str>) {
            let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\n\n[[package]]\nname = \"b\"\n\
                        version = \"1\"\n\n[[package]]\nname = \"b\"\nversion = \"2\"\n";
            assert_eq!(locked(lock, package), expect, "{package}");
        }
        check("a", Some("\"1\""));
        check("b", None);
        check("c", None);
    }
}
