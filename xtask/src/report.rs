//! How much a browser loads before the page works, and the limit on it.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, bail};

use crate::wasm;

/// The most that program, script and style may take together, compressed, in bytes.
pub const FIRST_LOAD_LIMIT: u64 = 350 * 1024;

/// Prints the size of each file of the first load, and of all, as the site holds them.
///
/// # Errors
/// When a file is missing, or all together exceed [`FIRST_LOAD_LIMIT`].
pub fn first_load(site: &Path) -> anyhow::Result<()> {
    let mut sizes = Vec::new();
    for extension in ["wasm", "js", "css"] {
        let name = format!("{}.{extension}", wasm::OUTPUT_NAME);
        let path = site.join("pkg").join(&name);
        let raw = size(&path)?;
        let packed = size(&path.with_extension(format!("{extension}.br")))?;
        sizes.push((name, raw, packed));
    }
    print!("{}", table(&sizes));
    within_limit(&sizes)
}

fn size(path: &Path) -> anyhow::Result<u64> {
    let data = path
        .metadata()
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(data.len())
}

fn table(sizes: &[(String, u64, u64)]) -> String {
    let mut table = format!("    {:<18}{:>12}{:>12}\n", "first load", "raw", "brotli");
    for (name, raw, packed) in sizes {
        let _ = writeln!(table, "    {name:<18}{:>12}{:>12}", kib(*raw), kib(*packed));
    }
    table
}

fn within_limit(sizes: &[(String, u64, u64)]) -> anyhow::Result<()> {
    let sum: u64 = sizes.iter().map(|(_, _, packed)| packed).sum();
    if sum > FIRST_LOAD_LIMIT {
        bail!(
            "the first load is {}, over its limit of {}",
            kib(sum),
            kib(FIRST_LOAD_LIMIT)
        );
    }
    println!("    in all {} of {}", kib(sum), kib(FIRST_LOAD_LIMIT));
    Ok(())
}

fn kib(bytes: u64) -> String {
    format!("{:.1} KB", bytes as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_on_the_sum() {
        fn check(sizes: &[u64], expect: bool) {
            let sizes: Vec<_> = sizes
                .iter()
                .map(|packed| (String::new(), 0, *packed))
                .collect();
            assert_eq!(within_limit(&sizes).is_ok(), expect, "{sizes:?}");
        }
        check(&[], true);
        check(&[0, 0, 0], true);
        check(&[FIRST_LOAD_LIMIT], true);
        check(&[FIRST_LOAD_LIMIT, 1], false);
        check(&[FIRST_LOAD_LIMIT / 2, FIRST_LOAD_LIMIT / 2], true);
    }
}
