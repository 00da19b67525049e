//! A disk that is full, or fails.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use server::clock::now_ms;
use tokio::time::sleep;

use crate::home::{Home, PATIENCE, Server};
use crate::load::Load;
use crate::outcome::{Measured, Result};
use crate::tmpfs::Tmpfs;
use crate::watch::Watch;

/// Room for the database and its log over a minute.
const DISK_MIB: u32 = 24;
/// Health may say so only once a second could not be written.
const UNREADY_WITHIN: Duration = Duration::from_secs(10);

/// Starts a program without the signal that would end it where it writes beyond a limit.
const IGNORING: &[&str] = &["env", "--ignore-signal=XFSZ"];

pub async fn full(binary: PathBuf, lasting: Duration) -> Result<Measured> {
    let home = Home::new(binary, "")?;
    let disk = match Tmpfs::mount(home.data(), DISK_MIB) {
        Ok(disk) => disk,
        Err(why) => return Ok(Measured::skipped(why)),
    };
    let hindrance = Hindrance {
        hold: &|_| disk.fill(),
        end: &|_| disk.free(),
    };
    hindered(&home, lasting, hindrance).await
}

/// Every write to a file fails, that of the log as well.
pub async fn io_error(binary: PathBuf, lasting: Duration) -> Result<Measured> {
    let mut home = Home::new(binary, "")?;
    for command in [&["prlimit", "--version"][..], IGNORING] {
        let run = std::process::Command::new(command[0])
            .args(&command[1..])
            .stdout(Stdio::null())
            .status();
        if !run.is_ok_and(|status| status.success()) {
            return Ok(Measured::skipped(format!(
                "`{}` does not run",
                command.join(" ")
            )));
        }
    }
    home.start_through(IGNORING);
    let hindrance = Hindrance {
        hold: &|server| server.limit_files(Some(0)),
        end: &|server| server.limit_files(None),
    };
    hindered(&home, lasting, hindrance).await
}

/// What keeps a server from writing.
struct Hindrance<'a> {
    /// Begins it; called again and again.
    hold: &'a (dyn Fn(&Server) -> Result<()> + Sync),
    end: &'a (dyn Fn(&Server) -> Result<()> + Sync),
}

async fn hindered(home: &Home, lasting: Duration, hindrance: Hindrance<'_>) -> Result<Measured> {
    let mut measured = Measured::default();
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(Duration::from_secs(4)).await;
    let begun_ms = now_ms();
    let mut kept = Vec::new();
    while now_ms() < begun_ms + lasting.as_millis() as i64 {
        // What the database gives back is taken again.
        (hindrance.hold)(&server)?;
        let id = format!("held-{}", kept.len());
        if kept.len() < 20 {
            let saved = admin.save_dashboard(&id).await;
            kept.push((id, saved));
        }
        sleep(Duration::from_millis(250)).await;
    }
    (hindrance.end)(&server)?;
    let freed_ms = now_ms();
    watch.expect_unready(begun_ms, UNREADY_WITHIN, &mut measured);
    watch
        .expect_recovery(freed_ms, PATIENCE, &mut measured)
        .await;
    watch.expect_alive(begun_ms, &mut measured);
    let saved = admin.save_dashboard("after").await;
    measured.expect(saved, "no dashboard can be saved after the fault");
    kept.push(("after".to_owned(), saved));
    let annotated = admin.annotate("after").await;
    measured.expect(annotated, "no annotation can be added after the fault");
    sleep(Duration::from_secs(4)).await;
    let sent = load.stop().await?;
    sleep(Duration::from_secs(2)).await;
    drop(watch);
    server.terminate().await?;

    let (_server, admin) = home.start_signed_in().await?;
    let mut gone = 0;
    for (id, _) in kept.iter().filter(|(_, saved)| *saved) {
        gone += usize::from(!admin.has_dashboard(id).await);
    }
    let saved = kept.iter().filter(|(_, saved)| *saved).count();
    measured.figure(format!("{saved} dashboards saved, {gone} of them gone"));
    measured.expect(gone == 0, format!("{gone} saved dashboards are gone"));
    let there = admin.has_annotation("after").await?;
    measured.expect(there || !annotated, "an annotation that was added is gone");
    sent.compare(&admin, 0, &mut measured).await?;
    Ok(measured)
}
