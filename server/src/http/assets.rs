//! The page's scripts, programs and style by version. An address with a version stands for these
//! bytes and no others, so browsers may keep it for ever.
//!
//! Invariant: a document and the files that it names are of one build. After an upgrade, or a build
//! of the page alone, addresses of before lead nowhere instead of to files of another build.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use app::{Bundle, ProgramFiles, SiteFiles};
use leptos::config::LeptosOptions;
use sha2::{Digest, Sha256};

/// Parameter of an address of a file.
const VERSION: &str = "v";
/// Bytes of a digest that are a version.
const VERSION_BYTES: usize = 8;

/// How an address of a file stands to the file as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The address names no version.
    Any,
    /// The address names the version that is there.
    Current,
    /// The address names another version, which is gone.
    Gone,
}

/// The files in the folder, and what is known of them.
pub struct Assets {
    folder: PathBuf,
    /// The path below which the server stands.
    base: String,
    /// The path of the folder below it.
    url: String,
    output: String,
    known: Mutex<Known>,
}

/// Of one moment.
#[derive(Clone, Default)]
struct Known {
    stamps: Vec<Stamp>,
    build: Arc<Build>,
}

/// When a file was changed, and its length; none for a file that cannot be read.
type Stamp = Option<(SystemTime, u64)>;

/// The versions of files by name; missing ones have none.
#[derive(Default)]
struct Build {
    id: String,
    versions: Vec<(String, Option<String>)>,
}

impl Assets {
    /// Of the site at these options, below a path. Nothing is read yet.
    pub fn new(options: &LeptosOptions, base: &str) -> Assets {
        Assets {
            base: base.to_owned(),
            folder: Path::new(&*options.site_root).join(&*options.site_pkg_dir),
            url: format!("/{}", options.site_pkg_dir),
            output: options.output_name.to_string(),
            known: Mutex::default(),
        }
    }

    /// Names the build: equal as long as no file changes.
    pub fn build(&self) -> String {
        self.now().id.clone()
    }

    /// The addresses that a document names.
    pub fn files(&self) -> SiteFiles {
        let build = self.now();
        let address = |name: &str| {
            let version = build.version(name);
            let query = version.map(|version| format!("?{VERSION}={version}"));
            let (base, url) = (&self.base, &self.url);
            format!("{base}{url}/{name}{}", query.unwrap_or_default())
        };
        let program = |bundle: Bundle| {
            let name = bundle.output(&self.output);
            build.version(&format!("{name}.wasm"))?;
            Some(ProgramFiles {
                script: address(&format!("{name}.js")),
                wasm: address(&format!("{name}.wasm")),
            })
        };
        let full = program(Bundle::Full).unwrap_or_else(|| ProgramFiles {
            script: address(&format!("{}.js", self.output)),
            wasm: address(&format!("{}.wasm", self.output)),
        });
        let editing = self.editing_style();
        SiteFiles {
            build: build.id.clone(),
            style: address(&format!("{}.css", self.output)),
            // cargo-leptos builds one program, which has every page.
            viewing: program(Bundle::Viewing).unwrap_or_else(|| full.clone()),
            admin: program(Bundle::Admin).unwrap_or_else(|| full.clone()),
            editing: program(Bundle::Editing).unwrap_or_else(|| full.clone()),
            editing_style: build.version(&editing).is_some().then(|| address(&editing)),
            full,
        }
    }

    /// The folder, when a page would lack its style or a program there.
    pub fn missing_from(&self) -> Option<&Path> {
        let build = self.now();
        let output = &self.output;
        let needed = [
            format!("{output}.css"),
            format!("{output}.js"),
            format!("{output}.wasm"),
        ];
        let is_whole = needed.iter().all(|name| build.version(name).is_some());
        (!is_whole).then_some(&self.folder)
    }

    /// How the address of a file, in two parts, stands to the file.
    pub fn freshness(&self, path: &str, query: Option<&str>) -> Freshness {
        let name = path
            .strip_prefix(&self.url)
            .and_then(|rest| rest.strip_prefix('/'));
        let asked = query.and_then(|query| query.strip_prefix(VERSION)?.strip_prefix('='));
        let (Some(name), Some(asked)) = (name, asked) else {
            return Freshness::Any;
        };
        match self.now().version(name) {
            Some(version) if version == asked => Freshness::Current,
            _ => Freshness::Gone,
        }
    }

    /// Looks at the folder, and reads it when something changed: `cargo xtask site` and
    /// cargo-leptos write there while the server runs.
    fn now(&self) -> Arc<Build> {
        let names = self.names();
        let stamps: Vec<Stamp> = names.iter().map(|name| self.stamp(name)).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.stamps != stamps {
            let build = Arc::new(self.read(names));
            *known = Known { stamps, build };
        }
        known.build.clone()
    }

    fn names(&self) -> Vec<String> {
        let mut names = vec![format!("{}.css", self.output), self.editing_style()];
        for bundle in Bundle::PROGRAMS {
            let name = bundle.output(&self.output);
            names.extend([format!("{name}.js"), format!("{name}.wasm")]);
        }
        let parts = self.parts(&names);
        names.extend(parts);
        names
    }

    /// The stylesheet of the editor, which no other page has.
    fn editing_style(&self) -> String {
        format!("{}.css", Bundle::Editing.output(&self.output))
    }

    /// What programs load later: how many files these are is for the build of the page to say. A
    /// folder that cannot be read has none, as it has no programs.
    fn parts(&self, programs: &[String]) -> Vec<String> {
        let prefix = format!("{}-", self.output);
        let is_part = |name: &String| {
            name.starts_with(&prefix) && name.ends_with(".wasm") && !programs.contains(name)
        };
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut parts: Vec<String> = names.filter(is_part).collect();
        parts.sort();
        parts
    }

    fn stamp(&self, name: &str) -> Stamp {
        let file = fs::metadata(self.folder.join(name)).ok()?;
        Some((file.modified().ok()?, file.len()))
    }

    fn read(&self, names: Vec<String>) -> Build {
        let mut all = Sha256::new();
        let versions = names.into_iter().map(|name| {
            let bytes = fs::read(self.folder.join(&name)).ok();
            let version = bytes.map(|bytes| version(Sha256::digest(bytes).as_slice()));
            all.update(format!("{name} {version:?} "));
            (name, version)
        });
        let versions = versions.collect();
        Build {
            versions,
            id: version(all.finalize().as_slice()),
        }
    }
}

impl Build {
    fn version(&self, name: &str) -> Option<&str> {
        let (_, version) = self.versions.iter().find(|(known, _)| known == name)?;
        version.as_deref()
    }
}

fn version(digest: &[u8]) -> String {
    let bytes = digest.iter().take(VERSION_BYTES);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> (tempfile::TempDir, Assets) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("pkg")).expect("makes");
        for (name, text) in files {
            fs::write(folder.path().join("pkg").join(name), text).expect("writes");
        }
        let options = LeptosOptions::builder()
            .output_name("p")
            .site_root(folder.path().to_string_lossy().into_owned())
            .build();
        (folder, Assets::new(&options, ""))
    }

    fn split(address: &str) -> (&str, Option<&str>) {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        (path, Some(query).filter(|query| !query.is_empty()))
    }

    #[test]
    fn an_address_is_of_these_bytes_alone() {
        let files = [("p.css", "a"), ("p.js", "b"), ("p.wasm", "c")];
        let (folder, assets) = site(&files);
        let before = assets.files();
        assert_eq!(assets.files(), before);
        assert_eq!(
            (&before.viewing, &before.admin),
            (&before.full, &before.full)
        );
        let check = |address: &str, want: Freshness| {
            let (path, query) = split(address);
            assert_eq!(assets.freshness(path, query), want, "{address}");
        };
        for address in [&before.style, &before.full.script] {
            check(address, Freshness::Current);
            check(split(address).0, Freshness::Any);
            check(&format!("{}0", address), Freshness::Gone);
        }
        // What a program loads later is named in its script, by the digest of its bytes.
        let before_parts = assets.build();
        for part in [
            "p-opened.wasm",
            "p-viewing-opened.wasm",
            "p-editing-opened.wasm",
        ] {
            let file = folder.path().join("pkg").join(part);
            fs::write(&file, "d").expect("writes");
            assert_ne!(assets.build(), before_parts);
            let named = |bytes: &str| {
                let version = version(Sha256::digest(bytes).as_slice());
                format!("/pkg/{part}?v={version}")
            };
            check(&named("d"), Freshness::Current);
            check(&named("e"), Freshness::Gone);
            fs::remove_file(&file).expect("removes");
            check(&named("d"), Freshness::Gone);
        }
        check("/favicon.ico?v=1", Freshness::Any);
        check("/pkg/other.js?v=1", Freshness::Gone);

        fs::write(folder.path().join("pkg/p.wasm"), "other").expect("writes");
        let after = assets.files();
        assert_ne!(after.build, before.build);
        assert_eq!(assets.build(), after.build);
        check(&before.full.wasm, Freshness::Gone);
        check(&after.full.wasm, Freshness::Current);
        check(&before.full.script, Freshness::Current);
    }

    #[test]
    fn a_program_of_its_own_is_taken_where_there_is_one() {
        let (_folder, assets) = site(&[
            ("p.wasm", "a"),
            ("p-viewing.wasm", "b"),
            ("p-admin.wasm", "c"),
            ("p-editing.wasm", "d"),
            ("p-editing.css", "e"),
        ]);
        let files = assets.files();
        assert!(files.admin.wasm.starts_with("/pkg/p-admin.wasm?v="));
        assert!(files.viewing.wasm.starts_with("/pkg/p-viewing.wasm?v="));
        assert!(files.editing.wasm.starts_with("/pkg/p-editing.wasm?v="));
        let style = files
            .own_style(Bundle::Editing)
            .expect("a style of its own");
        assert!(style.starts_with("/pkg/p-editing.css?v="));
        assert_eq!(files.own_style(Bundle::Viewing), None);
        assert!(files.full.wasm.starts_with("/pkg/p.wasm?v="));
        let (_folder, empty) = site(&[]);
        assert_eq!(empty.files().viewing.wasm, "/pkg/p.wasm");
        assert_eq!(empty.files().own_style(Bundle::Editing), None);
        assert_eq!(empty.files().style, "/pkg/p.css");
        assert!(empty.missing_from().is_some());
        let (_folder, whole) = site(&[("p.css", "a"), ("p.js", "b"), ("p.wasm", "c")]);
        assert_eq!(whole.missing_from(), None);
    }
}
