//! Open files. Every connection is one, and a system begins with a soft limit of some 1,024.
//!
//! Invariant: the limit is raised or left, never lowered.

/// Files that a server has open beside its connections: database, log, pipes.
pub const RESERVE: u64 = 128;

/// Raises the process's limit to `needed` open files, as far as it may be raised. Gives what
/// holds then; `u64::MAX` when there is no limit.
#[cfg(unix)]
pub fn allow(needed: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Nofile);
    let now = before.current.unwrap_or(u64::MAX);
    if now >= needed {
        return now;
    }
    let wanted = needed.min(before.maximum.unwrap_or(u64::MAX));
    let raised = Rlimit {
        current: Some(wanted),
        maximum: before.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(_) => now,
    }
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub fn allow(_needed: u64) -> u64 {
    u64::MAX
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_limit_grows_and_never_shrinks() {
        let begin = allow(0);
        assert_eq!(allow(1), begin);
        let more = allow(begin.saturating_add(1));
        assert!(more >= begin);
        assert_eq!(allow(0), more);
    }
}
