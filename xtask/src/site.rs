//! The folder that the server serves files from: the page's program, one stylesheet, and
//! everything in `public`. Afterwards it holds exactly these, with compressed siblings that are
//! never older than what they stand beside.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use brotli::enc::BrotliEncoderParams;

use crate::steps::Steps;
use crate::wasm::{self, Profile};
use crate::{css, js, workspace};

/// Builds the whole page and writes it to the site folder. The target must be there already.
///
/// # Errors
/// The first step that fails.
pub fn build(steps: &mut Steps, profile: Profile) -> anyhow::Result<()> {
    build_to(
        steps,
        wasm::cargo("build", profile),
        profile,
        &workspace::site(),
    )
}

/// Builds the page as shipped, with the features of `frontend` that are named, into `site`.
///
/// # Errors
/// The first step that fails.
pub fn build_with(steps: &mut Steps, features: &str, site: &Path) -> anyhow::Result<()> {
    let mut frontend = wasm::cargo("build", Profile::Release);
    frontend.args(["--features", features]);
    build_to(steps, frontend, Profile::Release, site)
}

fn build_to(
    steps: &mut Steps,
    frontend: Command,
    profile: Profile,
    site: &Path,
) -> anyhow::Result<()> {
    steps.command("frontend", frontend)?;
    let what = format!("wasm-bindgen, style and public into {}", site.display());
    steps.step("site", &what, || {
        write(site, &compose(profile)?, profile == Profile::Release)
    })
}

/// The stylesheets: that of every page, and that of the page that edits dashboards, which is not to make
/// others larger.
const STYLES: [(&str, &str); 2] = [
    ("main.css", wasm::OUTPUT_NAME),
    ("editing.css", wasm::EDITING.output),
];

/// Everything the site holds, by its path in a URL.
fn compose(profile: Profile) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let root = workspace::root();
    let mut files = wasm::read_tree(&root.join("public"))?;
    let pkg = Path::new("pkg");
    for (source, output) in STYLES {
        let source = root.join("style").join(source);
        let style = css::inline(&source, &|path| std::fs::read_to_string(path))?;
        files.insert(
            pkg.join(format!("{output}.css")),
            css::without_words(&style).into_bytes(),
        );
    }
    for (path, bytes) in wasm::bindgen(profile)? {
        let is_script = path.extension().is_some_and(|extension| extension == "js");
        let bytes = match is_script {
            true => js::without_words(&String::from_utf8(bytes)?).into_bytes(),
            false => bytes,
        };
        files.insert(pkg.join(path), bytes);
    }
    Ok(files)
}

/// Makes `site` hold exactly `files`, and beside those that are worth it a `.br` and a `.gz` when
/// `compress` is set. What is there already is left untouched.
fn write(site: &Path, files: &BTreeMap<PathBuf, Vec<u8>>, compress: bool) -> anyhow::Result<()> {
    std::fs::create_dir_all(site).with_context(|| format!("cannot create {}", site.display()))?;
    let mut stale = wasm::read_tree(site)?;
    for (path, bytes) in files {
        let known = stale.remove(path);
        let changed = known.as_deref() != Some(bytes);
        if changed {
            put(&site.join(path), bytes)?;
        }
        if !compress || !is_compressible(path) {
            continue;
        }
        for (suffix, encode) in [("br", brotli as Encode), ("gz", gzip)] {
            let sibling = with_suffix(path, suffix);
            if stale.remove(&sibling).is_none() || changed {
                put(&site.join(&sibling), &encode(bytes)?)?;
            }
        }
    }
    for path in stale.keys() {
        std::fs::remove_file(site.join(path))?;
    }
    Ok(())
}

type Encode = fn(&[u8]) -> std::io::Result<Vec<u8>>;

/// Brotli at its best and slowest: done once, sent often.
fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    // Of all that were tried, best for WASM.
    parameters.dist.num_direct_distance_codes = 8;
    let mut out = Vec::new();
    let mut bytes = bytes;
    brotli::BrotliCompress(&mut bytes, &mut out, &parameters)?;
    Ok(out)
}

/// For plain http from another machine, where browsers do not offer brotli.
fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn is_compressible(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["js", "wasm", "css", "svg"]
        .iter()
        .any(|known| extension == *known)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// Written beside its place and moved there, so that a running server never reads half a file.
fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let fresh = with_suffix(path, "new");
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&fresh, bytes))
        .and_then(|()| std::fs::rename(&fresh, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// A folder that is gone when the test ends, however it ends.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn files(list: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
        list.iter()
            .map(|(path, text)| (path.into(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_site_holds_what_it_was_given_and_nothing_older() {
        let name = format!("pulseboard-site-{}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        let check = |list: &[(&str, &str)], compress: bool, expect: &[&str]| {
            write(&folder.0, &files(list), compress).expect("the folder can be written");
            let found = wasm::read_tree(&folder.0).expect("the folder can be read");
            let names: Vec<_> = found.keys().filter_map(|path| path.to_str()).collect();
            assert_eq!(names, expect);
            for (path, text) in list {
                assert_eq!(found[Path::new(path)], text.as_bytes(), "{path}");
                if let Some(packed) = found.get(&with_suffix(Path::new(path), "br")) {
                    let mut plain = Vec::new();
                    brotli::Decompressor::new(packed.as_slice(), 4096)
                        .read_to_end(&mut plain)
                        .expect("the sibling is brotli");
                    assert_eq!(plain, text.as_bytes(), "{path}");
                }
            }
        };
        check(&[], true, &[]);
        check(
            &[("a.txt", "1"), ("pkg/a.js", "one")],
            true,
            &["a.txt", "pkg/a.js", "pkg/a.js.br", "pkg/a.js.gz"],
        );
        check(
            &[("pkg/a.js", "two")],
            true,
            &["pkg/a.js", "pkg/a.js.br", "pkg/a.js.gz"],
        );
        check(&[("pkg/a.js", "two")], false, &["pkg/a.js"]);
        check(
            &[("pkg/a.js", "two")],
            true,
            &["pkg/a.js", "pkg/a.js.br", "pkg/a.js.gz"],
        );
        check(&[], true, &[]);
    }
}
