//! Cuts what a program loads later out of its WASM, at each `wasm_split` of its source, and puts
//! what loads it into the program's own script. Invariant: a part is named by the digest of its bytes,
//! as the server names files, so that a page never gets a part of another build.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use sha2::{Digest, Sha256};
use wasm_split_cli_support::Options;

use crate::wasm;

/// The script that loads parts, as the WASM imports it.
const LOADER: &str = "./__wasm_split.js";
/// Bytes of a digest that are a version: those of `server/src/http/assets.rs`.
const VERSION_BYTES: usize = 8;
/// What a WASM file begins with: its magic number and its version.
const HEAD: &[u8] = b"\0asm\x01\0\0\0";

/// A program without its parts.
pub struct Cut {
    /// The file for wasm-bindgen.
    pub main: PathBuf,
    /// The parts, by the names of their files.
    pub parts: BTreeMap<PathBuf, Vec<u8>>,
    /// The script that loads them.
    loader: String,
}

/// Cuts a program that was linked with `--emit-relocs`; `folder` is for what comes of it.
///
/// # Errors
/// When the program cannot be read, or has nothing to cut at.
pub fn cut(input: &Path, folder: &Path, output: &str) -> anyhow::Result<Cut> {
    let bytes = std::fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let main = folder.join("main.wasm");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("cannot cut {}: {error:#}", input.display()))?;
    let mut loader = String::from_utf8(std::fs::read(folder.join(LOADER))?)?;
    let mut parts = BTreeMap::new();
    for (path, bytes) in wasm::read_tree(folder)? {
        let Some(name) = path.to_str().and_then(|name| name.strip_suffix(".wasm")) else {
            continue;
        };
        if name == "main" {
            continue;
        }
        let part = format!("{output}-{}.wasm", name.trim_start_matches("split_"));
        let bytes = without_custom_sections(&bytes)?;
        let named = format!("\"./{part}?v={}\"", version(&bytes));
        loader = replaced_once(&loader, &format!("\"./{name}.wasm\""), &named)?;
        parts.insert(PathBuf::from(part), bytes);
    }
    ensure!(!parts.is_empty(), "{} has no parts", input.display());
    Ok(Cut {
        main,
        parts,
        loader,
    })
}

impl Cut {
    /// The script around the program with what loads the parts in it: as a script of its own it would
    /// have to name the version of the one that names its version.
    ///
    /// # Errors
    /// When either is not as the tools of today write it.
    pub fn joined(&self, script: &str) -> anyhow::Result<String> {
        join(script, &self.loader)
    }
}

fn join(script: &str, loader: &str) -> anyhow::Result<String> {
    let is_import = |line: &str| line.starts_with("import ") && line.contains(LOADER);
    let names: Vec<&str> = script
        .lines()
        .filter(|line| is_import(line))
        .map(|line| line.split_whitespace().nth(3).unwrap_or_default())
        .collect();
    let exported: Vec<&str> = loader
        .lines()
        .filter_map(|line| line.strip_prefix("export const ")?.split(' ').next())
        .collect();
    if names.is_empty() || exported.is_empty() {
        bail!("the script around the program does not load parts");
    }
    // What it imports is the script that it becomes part of.
    let loader: Vec<&str> = loader
        .lines()
        .filter(|line| !line.starts_with("import "))
        .map(|line| line.strip_prefix("export ").unwrap_or(line))
        .collect();
    let script: Vec<&str> = script.lines().filter(|line| !is_import(line)).collect();
    let all = exported.join(", ");
    let imports: Vec<String> = names
        .iter()
        .map(|name| format!("const {name} = {{ {all} }};"))
        .collect();
    Ok(format!(
        "{}\n{}\n{}\n",
        loader.join("\n"),
        imports.join("\n"),
        script.join("\n")
    ))
}

fn replaced_once(text: &str, from: &str, to: &str) -> anyhow::Result<String> {
    ensure!(text.matches(from).count() == 1, "{from} is not there once");
    Ok(text.replace(from, to))
}

fn version(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let bytes = digest.iter().take(VERSION_BYTES);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// A WASM file without names of functions and the like, which nothing reads at run time.
fn without_custom_sections(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = HEAD.to_vec();
    let mut rest = wasm.strip_prefix(HEAD).context("it is no WASM")?;
    while let Some(id) = rest.first() {
        let (length, digits) = leb128(&rest[1..]).context("the length of a section is cut off")?;
        let end = 1 + digits + length;
        let section = rest.get(..end).context("a section is cut off")?;
        if *id != 0 {
            out.extend_from_slice(section);
        }
        rest = &rest[end..];
    }
    Ok(out)
}

/// A number as WASM writes it, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_of_parts_becomes_part_of_the_script() {
        let script = "import * as import1 from \"./__wasm_split.js\"\nimport * as import2 from \
                      \"./__wasm_split.js\"\nfunction initSync() {}\nexport { initSync };\n";
        let loader = "import { initSync } from \"./main.js\";\nfunction load() { initSync(); }\n\
                      export const __wasm_split_load_a = load;\nexport const \
                      __wasm_split_load_b = load;\n";
        let joined = join(script, loader).expect("both are as today");
        assert_eq!(
            joined,
            "function load() { initSync(); }\nconst __wasm_split_load_a = load;\nconst \
             __wasm_split_load_b = load;\nconst import1 = { __wasm_split_load_a, \
             __wasm_split_load_b };\nconst import2 = { __wasm_split_load_a, __wasm_split_load_b \
             };\nfunction initSync() {}\nexport { initSync };\n"
        );
        assert!(join("function initSync() {}", loader).is_err());
        assert!(join(script, "").is_err());
    }

    #[test]
    fn an_address_is_replaced_where_it_is_there_once() {
        assert_eq!(replaced_once("a b", "b", "c").expect("once"), "a c");
        assert!(replaced_once("a", "b", "c").is_err());
        assert!(replaced_once("b b", "b", "c").is_err());
    }

    #[test]
    fn only_custom_sections_go() {
        let whole = |sections: &[&[u8]]| [&[HEAD], sections].concat().concat();
        let code: &[u8] = &[10, 2, 7, 7];
        // Of 130 bytes, a length of two digits.
        let names = [&[0, 0x82, 1][..], &[1; 130]].concat();
        let wasm = whole(&[code, &names, code]);
        assert_eq!(
            without_custom_sections(&wasm).expect("it is whole"),
            whole(&[code, code])
        );
        for broken in [&b"asm"[..], &whole(&[&[10, 9]]), &whole(&[&[10, 0x80]])] {
            assert!(without_custom_sections(broken).is_err(), "{broken:?}");
        }
    }
}
