//! What only Linux tells, read from `/proc`.
//!
//! Invariant: what is not there, or not as expected, is `None`. On other systems all of it is.

use std::fs;

/// Memory in bytes that holds copies of files and is given up when needed, as `free` counts it.
pub(super) fn cached_bytes() -> Option<f64> {
    parse_cached(&fs::read_to_string("/proc/meminfo").ok()?)
}

/// Threads of this host that run or could run at this moment, the asking one included.
pub(super) fn run_queue() -> Option<f64> {
    parse_run_queue(&fs::read_to_string("/proc/loadavg").ok()?)
}

/// Threads of this process.
pub(super) fn threads() -> Option<f64> {
    parse_threads(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Files, sockets and the like that this process has open.
pub(super) fn open_files() -> Option<f64> {
    let entries = fs::read_dir("/proc/self/fd").ok()?.count();
    // Listing the folder is itself an open file.
    Some(entries.checked_sub(1)? as f64)
}

fn parse_cached(meminfo: &str) -> Option<f64> {
    let kibibytes = |key: &str| -> Option<f64> {
        let rest = meminfo
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        number(rest.strip_suffix("kB")?)
    };
    let page_cache = kibibytes("Cached")? + kibibytes("Buffers")?;
    Some((page_cache + kibibytes("SReclaimable").unwrap_or(0.0)) * 1024.0)
}

fn parse_run_queue(loadavg: &str) -> Option<f64> {
    let (runnable, _all) = loadavg.split_whitespace().nth(3)?.split_once('/')?;
    number(runnable)
}

fn parse_threads(status: &str) -> Option<f64> {
    number(
        status
            .lines()
            .find_map(|line| line.strip_prefix("Threads:"))?,
    )
}

fn number(text: &str) -> Option<f64> {
    Some(text.trim().parse::<u64>().ok()? as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let check = |parse: fn(&str) -> Option<f64>, text: &str, found: Option<f64>| {
            assert_eq!(parse(text), found, "{text:?}");
        };
        let meminfo = "MemTotal:  9 kB\nBuffers: 2 kB\nSwapCached: 99 kB\nCached:   10 kB\n";
        check(parse_cached, meminfo, Some(12.0 * 1024.0));
        check(
            parse_cached,
            &format!("{meminfo}SReclaimable: 4 kB\n"),
            Some(16.0 * 1024.0),
        );
        check(parse_cached, "Cached: 10 kB\n", None);
        check(parse_cached, "Cached: 10\nBuffers: 2\n", None);
        check(parse_cached, "Cached: x kB\nBuffers: 2 kB\n", None);
        check(parse_cached, "", None);
        check(parse_run_queue, "0.40 0.84 0.55 1/90 15522\n", Some(1.0));
        check(parse_run_queue, "0.40 0.84 0.55 0/90 15522", Some(0.0));
        check(parse_run_queue, "0.40 0.84 0.55 -1/90 15522", None);
        check(parse_run_queue, "0.40 0.84 0.55", None);
        check(parse_run_queue, "", None);
        check(
            parse_threads,
            "Name:\tx\nThreads:\t12\nSigQ:\t1\n",
            Some(12.0),
        );
        check(parse_threads, "Name:\tThreads: 3\n", None);
        check(parse_threads, "Threads:\n", None);
    }
}
