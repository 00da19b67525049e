//! A database that is locked, gone or damaged.

use std::path::PathBuf;
use std::time::Duration;

use server::clock::now_ms;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::time::sleep;

use crate::home::{Home, PATIENCE};
use crate::load::Load;
use crate::outcome::{Measured, Result};
use crate::watch::Watch;

/// A query waits for a lock for five seconds before it fails.
const UNREADY_WITHIN: Duration = Duration::from_secs(15);

pub async fn locked(binary: PathBuf, lasting: Duration) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(Duration::from_secs(4)).await;
    let options = SqliteConnectOptions::new()
        .filename(home.database())
        .busy_timeout(Duration::from_secs(2));
    let mut other = options.connect().await?;
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await;
    if let Err(error) = begun {
        let why = format!("nobody else can lock the database: {error}");
        return Ok(Measured::skipped(why));
    }
    let locked_ms = now_ms();
    let saving = tokio::spawn({
        let admin = admin.clone();
        async move { admin.save_dashboard("locked").await }
    });
    sleep(lasting).await;
    sqlx::query("ROLLBACK").execute(&mut other).await?;
    other.close().await?;
    let freed_ms = now_ms();
    let saved = saving.await?;
    watch.expect_unready(locked_ms, UNREADY_WITHIN, &mut measured);
    watch
        .expect_recovery(freed_ms, PATIENCE, &mut measured)
        .await;
    watch.expect_alive(locked_ms, &mut measured);
    sleep(Duration::from_secs(4)).await;
    let sent = load.stop().await?;
    sleep(Duration::from_secs(2)).await;
    drop(watch);
    server.terminate().await?;

    let (_server, admin) = home.start_signed_in().await?;
    let there = admin.has_dashboard("locked").await;
    measured.expect(there || !saved, "a dashboard that was saved is gone");
    sent.compare(&admin, 0, &mut measured).await?;
    Ok(measured)
}

/// The files of the database: itself, its log, and the log's index.
fn files(home: &Home) -> Vec<PathBuf> {
    let database = home.database();
    ["", "-wal", "-shm"]
        .map(|end| {
            let mut name = database.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        })
        .into_iter()
        .filter(|path| path.exists())
        .collect()
}

pub async fn unlinked(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(Duration::from_secs(4)).await;
    let gone_ms = now_ms();
    for file in files(&home) {
        std::fs::remove_file(file)?;
    }
    sleep(UNREADY_WITHIN).await;
    load.stop().await?;
    watch.expect_unready(gone_ms, UNREADY_WITHIN, &mut measured);
    watch.expect_alive(gone_ms, &mut measured);
    let log = home.log();
    let named = log.lines().find(|line| line.contains("pulseboard.db"));
    measured.expect(named.is_some(), "the log does not name the file");
    Ok(measured)
}

pub async fn damaged(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(Duration::from_secs(4)).await;
    let damaged_ms = now_ms();
    for file in files(&home) {
        let length = usize::try_from(std::fs::metadata(&file)?.len())?;
        let noise: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
        // In place, as a disk does it: the server has the file open.
        std::fs::write(&file, noise)?;
    }
    sleep(UNREADY_WITHIN).await;
    load.stop().await?;
    let unready = watch.unready_after(damaged_ms);
    match unready {
        Some(after) => measured.figure(format!("ready says 503 after {:.1} s", after as f64 / 1e3)),
        None => measured.figure("ready says ok"),
    }
    watch.expect_alive(damaged_ms, &mut measured);
    drop(watch);
    server.kill().await?;
    match home.start().await {
        Ok(_) => measured.expect(
            unready.is_some(),
            "it starts again, and nothing says that it is damaged",
        ),
        Err(error) => {
            let said = error.to_string();
            let begin: String = said.chars().take(160).collect();
            measured.figure(format!("the restart says: {begin}…"));
            measured.expect(
                said.contains("pulseboard.db"),
                "the error does not name the file",
            );
        }
    }
    Ok(measured)
}
