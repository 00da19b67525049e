//! A clock that jumps, for the server's process alone: libfaketime stands between it and the system.

use std::path::PathBuf;
use std::time::Duration;

use server::clock::now_ms;
use tokio::time::sleep;

use super::process::expect_clock_named;
use crate::client::count;
use crate::home::Home;
use crate::load::Load;
use crate::outcome::{Measured, Result};
use crate::watch::Watch;

/// Where distributions put it.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];
/// How long events come before the jump, and after it.
const WHILE: Duration = Duration::from_secs(15);

/// `offset` in seconds, as libfaketime reads it.
pub async fn jump(binary: PathBuf, offset: &str) -> Result<Measured> {
    let there = |path: &&&str| std::path::Path::new(path).exists();
    let Some(library) = LIBRARIES.iter().find(there) else {
        return Ok(Measured::skipped(
            "no libfaketime here (Debian: apt-get install libfaketime)",
        ));
    };
    let mut measured = Measured::default();
    let mut home = Home::new(binary, "")?;
    let control = home.folder().join("offset");
    std::fs::write(&control, "+0\n")?;
    home.set("LD_PRELOAD", *library);
    home.set("FAKETIME_TIMESTAMP_FILE", control.to_string_lossy());
    home.set("FAKETIME_NO_CACHE", "1");
    home.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    home.set("DONT_FAKE_MONOTONIC", "1");
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(WHILE).await;
    let before = admin.history(-20_000, None).await?;
    let before_end = before.to;
    // Another file in its place, so that none is read that is half written.
    let next = home.folder().join("offset.next");
    std::fs::write(&next, format!("{offset}\n"))?;
    std::fs::rename(&next, &control)?;
    let jumped_ms = now_ms();
    sleep(WHILE).await;
    let after = admin.history(-20_000, None).await?;
    let sent = load.stop().await?;
    let moved = after.to - before_end;
    let wanted = offset.parse::<i64>()? * 1_000;
    measured.expect(
        (moved - wanted).abs() < 60_000,
        format!("the server's time moved by {moved} ms"),
    );
    // At the seam a second may be cut, and the newest is not complete.
    let least = sent.accepted() - sent.accepted_until(jumped_ms + 2_500);
    let least = least.saturating_sub(300);
    let found = count(&after);
    measured.figure(format!(
        "at least {least} events came in the time asked for, {found} found"
    ));
    measured.expect(found >= least, "history lacks what came after the jump");
    let steps = after.series.iter().flat_map(|series| &series.steps);
    let largest = steps
        .filter_map(|step| step.1.first())
        .fold(0.0, |a: f64, b| a.max(*b));
    measured.figure(format!("at most {largest} of 100 a second in one second"));
    measured.expect(largest <= 400.0, "seconds are piled up");
    watch.expect_alive(jumped_ms, &mut measured);
    expect_clock_named(&watch, &home, jumped_ms, &mut measured);
    if wanted > 0 {
        let hour = admin
            .history(before_end + 10_000, Some(before_end + 3_000_000))
            .await?;
        let covered: i64 = hour.covered.iter().map(|[from, to]| to - from).sum();
        measured.figure(format!("{covered} ms of the hour count as measured"));
        measured.expect(covered == 0, "the hour counts as measured");
    }
    Ok(measured)
}
