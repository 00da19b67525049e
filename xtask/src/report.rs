//! How much the page's files take over the network, program by program, and the limit on it.
//! `end2end/tests/budget.spec.ts` holds whole visits to theirs.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, bail};

use crate::wasm::{self, Program};

/// A program, and the most that it, its script and the style may take together, in bytes.
const LIMITS: [(Program, u64); 4] = [
    (wasm::VIEWING, 350 * 1024),
    (wasm::EVERYTHING, 394 * 1024),
    (wasm::ADMIN, 342 * 1024),
    (wasm::EDITING, 475 * 1024),
];

/// Prints the size of each file that a first visit loads for each program, as the site holds them.
///
/// # Errors
/// When a file is missing, or those of one program exceed its limit.
pub fn first_load(site: &Path) -> anyhow::Result<()> {
    for (program, limit) in LIMITS {
        let mut sizes = Vec::new();
        for (base, extension) in [
            (program.output, "wasm"),
            (program.output, "js"),
            (wasm::OUTPUT_NAME, "css"),
        ] {
            let name = format!("{base}.{extension}");
            let path = site.join("pkg").join(&name);
            let raw = size(&path)?;
            let packed = size(&path.with_extension(format!("{extension}.br")))?;
            sizes.push((name, raw, packed));
        }
        print!("{}", table(&sizes));
        within(&sizes, limit)?;
    }
    Ok(())
}

fn size(path: &Path) -> anyhow::Result<u64> {
    let data = path
        .metadata()
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(data.len())
}

fn table(sizes: &[(String, u64, u64)]) -> String {
    let mut table = format!("    {:<26}{:>12}{:>12}\n", "first load", "raw", "brotli");
    for (name, raw, packed) in sizes {
        let _ = writeln!(table, "    {name:<26}{:>12}{:>12}", kib(*raw), kib(*packed));
    }
    table
}

fn within(sizes: &[(String, u64, u64)], limit: u64) -> anyhow::Result<()> {
    let sum: u64 = sizes.iter().map(|(_, _, packed)| packed).sum();
    if sum > limit {
        bail!(
            "the first load is {}, over its limit of {}",
            kib(sum),
            kib(limit)
        );
    }
    println!("    in all {} of {}", kib(sum), kib(limit));
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
        const LIMIT: u64 = 1024;
        fn check(sizes: &[u64], expect: bool) {
            let sizes: Vec<_> = sizes
                .iter()
                .map(|packed| (String::new(), 0, *packed))
                .collect();
            assert_eq!(within(&sizes, LIMIT).is_ok(), expect, "{sizes:?}");
        }
        check(&[], true);
        check(&[0, 0, 0], true);
        check(&[LIMIT], true);
        check(&[LIMIT, 1], false);
        check(&[LIMIT / 2, LIMIT / 2], true);
    }
}
