//! The list of faults. A case is a function and a line in the table.

mod abuse;
mod clock;
mod database;
mod disk;
mod process;

use std::path::PathBuf;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};

use crate::outcome::{Measured, Result};

/// One fault, and what is promised.
pub struct Case {
    pub name: &'static str,
    pub promise: &'static str,
    /// Left out unless it is asked for.
    pub long: bool,
    pub run: fn(PathBuf) -> BoxFuture<'static, Result<Measured>>,
}

macro_rules! case {
    ($name:literal, $long:literal, $run:expr, $promise:literal) => {
        Case {
            name: $name,
            promise: $promise,
            long: $long,
            run: |binary| ($run)(binary).boxed(),
        }
    };
}

/// Every case, in the order of docs/RELIABILITY.md.
pub const CASES: &[Case] = &[
    case!(
        "kill",
        false,
        process::kill,
        "kill -9 under load: acknowledged events older than 2.5 s are there after the restart, once"
    ),
    case!(
        "terminate",
        false,
        process::terminate,
        "SIGTERM under load: status 0 within 10 s, and no acknowledged event is lost"
    ),
    case!(
        "pause",
        false,
        process::pause,
        "SIGSTOP for 15 s: the pause is a gap, not zeros; health and log name it; nothing is lost"
    ),
    case!(
        "second-process",
        false,
        process::second,
        "a second server on the folder ends with an error that names the first, which goes on"
    ),
    case!(
        "command-beside",
        false,
        process::command_beside,
        "`pulseboard user` and `token` beside a running server work, and what they make is usable at once"
    ),
    case!(
        "disk-full-5s",
        false,
        |binary| disk::full(binary, Duration::from_secs(5)),
        "ready says 503; what is answered with success is kept; no event is lost; ready again within 30 s"
    ),
    case!(
        "disk-full-60s",
        true,
        |binary| disk::full(binary, Duration::from_secs(60)),
        "ready says 503; what is answered with success is kept; no event is lost; ready again within 30 s"
    ),
    case!(
        "io-error-5s",
        false,
        |binary| disk::io_error(binary, Duration::from_secs(5)),
        "every write to a file fails, the log's too: as on a full disk, ready says 503 and nothing is lost"
    ),
    case!(
        "lock-12s",
        false,
        |binary| database::locked(binary, Duration::from_secs(12)),
        "ready says 503; no event is lost and none is shown as zero; ready again within 30 s"
    ),
    case!(
        "lock-45s",
        false,
        |binary| database::locked(binary, Duration::from_secs(45)),
        "ready says 503; no event is lost and none is shown as zero; ready again within 30 s"
    ),
    case!(
        "file-unlinked",
        false,
        database::unlinked,
        "the database is removed under the server: ready says 503 within 15 s, and so does the log"
    ),
    case!(
        "file-damaged",
        false,
        database::damaged,
        "the database is overwritten: ready says 503 within 15 s, or a restart ends with an error that names the file"
    ),
    case!(
        "clock-back-1h",
        false,
        |binary| clock::jump(binary, "-3600"),
        "what comes after it is shown, second by second; health and log name the jump"
    ),
    case!(
        "clock-forward-1h",
        false,
        |binary| clock::jump(binary, "+3600"),
        "what comes after it is shown, second by second; the hour is a gap; health and log name the jump"
    ),
    case!(
        "silent-readers",
        false,
        abuse::silent_readers,
        "as many connections as there may be that never read: health answers, the admin gets in, they are closed"
    ),
    case!(
        "half-bodies",
        false,
        abuse::half_bodies,
        "400 connections that send half a body to sign-in: memory grows by 40 MiB at most, health answers, they are closed"
    ),
    case!(
        "heavy-queries",
        false,
        abuse::heavy_queries,
        "twelve heavy history queries at once: no event is lost, and the server stays ready"
    ),
    case!(
        "many-streams",
        false,
        abuse::many_streams,
        "one account opens as many streams as there may be: an admin still gets one"
    ),
];
