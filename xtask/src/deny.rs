//! `cargo xtask deny`: licences, banned crates and sources of every dependency, by deny.toml.
//!
//! cargo-deny itself would have to be compiled on every fresh machine, several minutes of two cores for
//! three rules. Its fourth, advisories, needs a list from GitHub, which not every machine reaches.

use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use toml::Table;

use crate::steps::Steps;
use crate::workspace;

/// The one place from which dependencies come.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The rules of deny.toml that are looked at.
struct Rules {
    targets: Vec<String>,
    licences: Vec<String>,
    banned: Vec<String>,
}

/// One dependency, as `cargo metadata` lists it.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    licence: Option<&'a str>,
    source: Option<&'a str>,
    is_member: bool,
}

/// Checks every dependency; the error names all that are wrong.
pub fn check(steps: &mut Steps) -> anyhow::Result<()> {
    steps.step("deny", "licences, bans, sources", || {
        let path = workspace::root().join("deny.toml");
        let text = std::fs::read_to_string(&path);
        let rules =
            Rules::parse(&text.with_context(|| format!("cannot read {}", path.display()))?)?;
        let metadata = metadata(&rules.targets)?;
        let packages = packages(&metadata)?;
        let problems: Vec<String> = packages.iter().flat_map(|p| rules.problems(p)).collect();
        if !problems.is_empty() {
            bail!("deny.toml does not allow:\n  {}", problems.join("\n  "));
        }
        println!("{} crates are as deny.toml asks", packages.len());
        Ok(())
    })
}

fn metadata(targets: &[String]) -> anyhow::Result<Value> {
    let mut command = workspace::cargo("metadata --format-version 1 --locked");
    for target in targets {
        command.args(["--filter-platform", target]);
    }
    parsed(&mut command)
}

fn parsed(command: &mut Command) -> anyhow::Result<Value> {
    let shown = workspace::shown(command);
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed");
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("`{shown}` printed no JSON"))
}

fn packages(metadata: &Value) -> anyhow::Result<Vec<Package<'_>>> {
    let list = |key: &str| {
        let list = metadata[key].as_array();
        list.with_context(|| format!("cargo metadata has no `{key}`"))
    };
    let members = list("workspace_members")?;
    list("packages")?
        .iter()
        .map(|package| {
            Ok(Package {
                name: metadata_text(package, "name")?,
                version: metadata_text(package, "version")?,
                licence: package["license"].as_str(),
                source: package["source"].as_str(),
                is_member: members.contains(&package["id"]),
            })
        })
        .collect()
}

fn metadata_text<'a>(package: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    let text = package[key].as_str();
    text.with_context(|| format!("a package of cargo metadata has no `{key}`"))
}

impl Rules {
    fn parse(text: &str) -> anyhow::Result<Rules> {
        let table: Table = text.parse().context("deny.toml")?;
        let list = |section: &str, key: &str| {
            let list = table
                .get(section)
                .and_then(|section| section.get(key)?.as_array());
            list.with_context(|| format!("deny.toml has no list `{section}.{key}`"))
        };
        let names = |section: &str, key: &str, inner: Option<&str>| {
            let read = |value: &toml::Value| {
                let value = inner.map_or(Some(value), |inner| value.get(inner));
                let text = value.and_then(toml::Value::as_str).map(str::to_owned);
                text.with_context(|| {
                    format!("deny.toml: `{section}.{key}` has an entry that is no name")
                })
            };
            list(section, key)?
                .iter()
                .map(read)
                .collect::<anyhow::Result<_>>()
        };
        Ok(Rules {
            targets: names("graph", "targets", None)?,
            licences: names("licenses", "allow", None)?,
            banned: names("bans", "deny", Some("crate"))?,
        })
    }

    /// What is wrong with a package.
    fn problems(&self, package: &Package) -> Vec<String> {
        let from = match package.source {
            Some(CRATES_IO) => None,
            None if package.is_member => None,
            source => Some(format!(
                "comes from {}",
                source.unwrap_or("a folder outside")
            )),
        };
        let banned = self.banned.iter().any(|name| name == package.name);
        let banned = banned.then(|| "is banned".to_owned());
        let all = [from, banned, self.licence_problem(package.licence)];
        let name = format!("{} {}", package.name, package.version);
        all.into_iter()
            .flatten()
            .map(|problem| format!("{name} {problem}"))
            .collect()
    }

    /// An exception to a licence only permits more, so that the licence decides.
    fn licence_problem(&self, licence: Option<&str>) -> Option<String> {
        let Some(licence) = licence else {
            return Some("names no licence".to_owned());
        };
        // Some crates write `MIT/Apache-2.0`.
        match Expression::parse_mode(licence, ParseMode::LAX) {
            Ok(expression) => {
                let allowed = expression.evaluate(|one| {
                    let id = one.license.id();
                    id.is_some_and(|id| self.licences.iter().any(|name| name == id.name))
                });
                (!allowed).then(|| format!("is under {licence}"))
            }
            Err(error) => Some(format!(
                "has a licence that cannot be read: {licence}: {error}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "
[graph]
targets = ['wasm32-unknown-unknown']
[licenses]
allow = ['MIT', 'Apache-2.0', 'Unicode-3.0']
[bans]
deny = [{ crate = 'openssl' }]
";

    #[test]
    fn packages_that_the_rules_do_not_allow_are_named() {
        let rules = Rules::parse(RULES).expect("rules");
        let package = |name, licence, source, is_member| Package {
            name,
            version: "1.0.0",
            licence,
            source,
            is_member,
        };
        let check = |package: Package, want: &[&str]| {
            assert_eq!(rules.problems(&package), want, "{}", package.name);
        };
        let here = Some(CRATES_IO);
        for licence in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            check(package(licence, Some(licence), here, false), &[]);
        }
        check(package("own", Some("MIT"), None, true), &[]);
        check(
            package("a", Some("MIT AND GPL-3.0-only"), here, false),
            &["a 1.0.0 is under MIT AND GPL-3.0-only"],
        );
        check(
            package("b", None, here, false),
            &["b 1.0.0 names no licence"],
        );
        check(
            package("openssl", Some("MIT"), here, false),
            &["openssl 1.0.0 is banned"],
        );
        check(
            package("c", Some("MIT"), None, false),
            &["c 1.0.0 comes from a folder outside"],
        );
        let git = Some("git+https://a.example/c");
        check(
            package("d", Some("MIT"), git, false),
            &["d 1.0.0 comes from git+https://a.example/c"],
        );
        let unread = rules.licence_problem(Some("Mine"));
        assert!(unread.is_some_and(|problem| problem.contains("Mine")));
    }

    #[test]
    fn rules_that_cannot_be_read_are_an_error() {
        for text in [
            "",
            "[licenses]\nallow = 'MIT'",
            &RULES.replace("crate", "name"),
            "[",
        ] {
            assert!(Rules::parse(text).is_err(), "{text}");
        }
        let file = std::fs::read_to_string(workspace::root().join("deny.toml"));
        let rules = Rules::parse(&file.expect("deny.toml")).expect("rules");
        assert!(rules.banned.iter().any(|name| name == "openssl"));
    }
}
