//! What a review would say twice, as a test. Each rule names the reason; a file that breaks one is
//! named with its line.

mod literals;

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace;

/// Longest source file, in lines.
const MOST_LINES: usize = 400;

/// In files below `under`, no line may hold any of `words`, unless the file ends in one of `but`.
struct Rule {
    under: &'static str,
    words: &'static [&'static str],
    but: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        under: "telemetry/src/aggregate",
        words: &[
            "Instant::",
            "SystemTime::",
            "clock::",
            "async ",
            "tokio::",
            "sqlx",
        ],
        but: &["tests.rs"],
        why: "aggregation is pure: time is passed in",
    },
    Rule {
        under: "app/src/shell",
        words: &["arrangement", "Arrangement", "DashboardBoot", "widgets::"],
        but: &[],
        why: "what stands around every page knows no dashboard",
    },
    Rule {
        under: "app/src/table",
        words: &["crate::live", "crate::pages", "crate::widgets", "protocol"],
        but: &[],
        why: "the table for long lists does not know what it lists",
    },
    Rule {
        under: "app/src/grid",
        words: &["web_sys", "leptos", "js_sys"],
        but: &[],
        why: "layout algebra knows no page",
    },
    Rule {
        under: "app/src/live",
        words: &["widgets"],
        but: &[],
        why: "data is read by widgets and knows none",
    },
    Rule {
        under: "app/src/live",
        words: &["web_sys", "js_sys", "gloo_net", "window()", "spawn_local"],
        but: &[],
        why: "the browser is reached through browser::host, which tests replace",
    },
    Rule {
        under: "charts/src",
        words: &["web_sys", "leptos", "js_sys", "Instant::", "SystemTime::"],
        but: &[],
        why: "drawing knows no page and no clock",
    },
    Rule {
        under: "app/src",
        words: &[
            "derive(Serialize",
            "Serialize, Deserialize",
            "derive(Deserialize",
        ],
        but: &[],
        why: "what crosses the network stands in protocol",
    },
    Rule {
        under: "protocol/src",
        words: &["leptos", "axum", "sqlx", "web_sys", "tokio"],
        but: &[],
        why: "protocol is for server and page alike: no framework and no database",
    },
    Rule {
        under: "app/src",
        words: &["#[cfg("],
        but: &["cfg(test)", "/src/lib.rs"],
        why: "effects do not run on the server, so no code of the page needs a cfg",
    },
    Rule {
        under: "server/src",
        words: &["SystemTime::now", "Utc::now"],
        but: &["/clock.rs"],
        why: "one file reads the clock",
    },
    Rule {
        under: "server/src/storage",
        words: &["crate::history"],
        but: &[],
        why: "history uses storage, not the other way round",
    },
    Rule {
        under: "server/src/access",
        words: &["crate::http", "axum::"],
        but: &[],
        why: "who may do what does not depend on how it was asked",
    },
    Rule {
        under: "server/src/pipeline/flush_loop.rs",
        words: &["Hub", "History", "SelfReport"],
        but: &[],
        why: "the flush loop names no output: a sink is a file and a line in pipeline/mod.rs",
    },
    Rule {
        under: "server/src",
        words: &["sqlx::query"],
        but: &["/storage/"],
        why: "SQL stands in storage/",
    },
];

#[test]
fn rules_hold() {
    let mut broken = Vec::new();
    for rule in RULES {
        for (path, text) in sources(rule.under) {
            for (index, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                let place = format!("{path}:{}", index + 1);
                let excused = rule
                    .but
                    .iter()
                    .any(|but| path.contains(but) || code.contains(but));
                if !excused && rule.words.iter().any(|word| code.contains(word)) {
                    broken.push(format!("{place}: {}", rule.why));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// SQLite commits after the last row of a statement: who stops at the first does not learn that the
/// commit failed.
#[test]
fn what_writes_and_returns_is_fetched_to_its_end() {
    let mut early = Vec::new();
    for (path, text) in sources("server/src/storage") {
        let mut writes = None;
        for (index, line) in text.lines().enumerate() {
            if line.contains(" RETURNING ") {
                writes = Some(index + 1);
            }
            // Within a transaction, the commit is a statement of its own.
            let to_the_end = line.contains(".fetch_all(") || line.contains("*transaction");
            if let Some(at) = writes.filter(|_| line.contains(".fetch_")) {
                writes = None;
                if !to_the_end {
                    early.push(format!("{path}:{at}"));
                }
            }
        }
    }
    assert!(early.is_empty(), "use committed(): {}", early.join(", "));
}

/// A memo runs when it is read: one that is only tracked has read nothing, and never wakes anybody.
#[test]
fn memos_are_read_and_not_only_tracked() {
    let mut tracked = Vec::new();
    for (path, text) in sources("app/src") {
        let made = text.match_indices(" = Memo::new(").filter_map(|(at, _)| {
            let before = text.get(..at)?;
            before
                .rsplit([' ', '\n', ':'])
                .find(|word| !word.is_empty())
        });
        for name in made {
            let call = format!("{name}.track()");
            let is_name = |(at, _): &(usize, &str)| {
                let before = text.get(..*at).and_then(|text| text.chars().next_back());
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
            };
            if text.match_indices(&call).any(|found| is_name(&found)) {
                tracked.push(format!("{path}: {name}"));
            }
        }
    }
    assert!(tracked.is_empty(), "read them: {}", tracked.join(", "));
}

#[test]
fn files_are_short() {
    let folders = [
        "app",
        "charts",
        "frontend",
        "protocol",
        "server",
        "telemetry",
        "xtask",
    ];
    let long: Vec<String> = folders
        .iter()
        .flat_map(|folder| sources(folder))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn protocol_depends_on_no_framework() {
    let manifest = workspace::root().join("protocol/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    for word in ["leptos", "axum", "sqlx", "web-sys", "tokio"] {
        assert!(!manifest.contains(word), "protocol depends on {word}");
    }
}

#[test]
fn a_page_is_one_file_and_one_line() {
    let folder = workspace::root().join("app/src/pages");
    let table = fs::read_to_string(folder.join("mod.rs")).expect("the page table");
    let (_, lines) = table.split_once("const ALL: [Page; ").expect("the table");
    let (lines, _) = lines.split_once("];").expect("its end");
    let pages: Vec<String> = sources("app/src/pages")
        .into_iter()
        .filter(|(_, text)| text.contains("pub const PAGE: Page"))
        .filter_map(|(path, _)| {
            let path = path.strip_prefix("/app/src/pages/")?.strip_suffix(".rs")?;
            Some(path.trim_end_matches("/mod").replace('/', "::"))
        })
        .collect();
    assert!(!pages.is_empty());
    for page in pages {
        let line = format!("    {page}::PAGE,");
        let count = lines.lines().filter(|one| *one == line).count();
        assert_eq!(count, 1, "app/src/pages: {page} has one line in the table");
    }
}

/// Rust files below a folder of the workspace, or the one file, with their text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = workspace::root();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(entries(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("sources are text");
            let shown = path.strip_prefix(root).unwrap_or(&path);
            found.push((format!("/{}", shown.display()), text));
        }
    }
    assert!(!found.is_empty(), "no sources below {folder}");
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("can be read").path())
        .collect()
}
