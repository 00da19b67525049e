//! Processes: killed, stopped, a second one.

use std::path::PathBuf;
use std::time::Duration;

use server::clock::now_ms;
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::home::{Home, PASSWORD, PATIENCE};
use crate::load::Load;
use crate::outcome::{Measured, Result};
use crate::watch::Watch;

/// Events before and after a fault.
const WHILE: Duration = Duration::from_secs(6);
/// History shows a second when it is over.
const SECOND_IN_PROGRESS: Duration = Duration::from_secs(2);
/// Newer than this, an event may be lost with the process.
const IN_MEMORY_MS: i64 = 2_500;

pub async fn kill(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    sleep(WHILE).await;
    let killed_ms = now_ms();
    server.kill().await?;
    let sent = load.stop().await?;
    let restarted_ms = now_ms();
    let (_server, admin) = home.start_signed_in().await?;
    measured.figure(format!("restarted in {} ms", now_ms() - restarted_ms));
    sleep(SECOND_IN_PROGRESS).await;
    let young = sent.accepted() - sent.accepted_until(killed_ms - IN_MEMORY_MS);
    sent.compare(&admin, young, &mut measured).await?;
    Ok(measured)
}

pub async fn terminate(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    sleep(WHILE).await;
    let (status, took) = server.terminate().await?;
    measured.figure(format!("ended in {} ms", took.as_millis()));
    measured.expect(status.success(), format!("it ended with {status}"));
    measured.expect(
        took <= Duration::from_secs(10),
        format!("it took {took:?} to end"),
    );
    let sent = load.stop().await?;
    let (_server, admin) = home.start_signed_in().await?;
    sleep(SECOND_IN_PROGRESS).await;
    sent.compare(&admin, 0, &mut measured).await?;
    Ok(measured)
}

pub async fn pause(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(WHILE).await;
    let stopped_ms = now_ms();
    server.signal("STOP")?;
    sleep(Duration::from_secs(15)).await;
    server.signal("CONT")?;
    let continued_ms = now_ms();
    sleep(WHILE).await;
    let sent = load.stop().await?;
    sleep(Duration::from_secs(2)).await;
    watch
        .expect_recovery(continued_ms, PATIENCE, &mut measured)
        .await;
    sent.compare(&admin, 0, &mut measured).await?;
    let history = admin.history(sent.begun_ms, None).await?;
    // The seconds in which it stopped and went on were measured in part.
    let middle = (stopped_ms + 3_000, continued_ms - 3_000);
    let covered = history.covered.iter().map(|[from, to]| {
        let (from, to) = ((*from).max(middle.0), (*to).min(middle.1));
        (to - from).max(0)
    });
    let covered: i64 = covered.sum();
    measured.figure(format!(
        "{covered} of {} ms of the pause count as measured",
        middle.1 - middle.0
    ));
    measured.expect(covered == 0, "the pause counts as measured");
    expect_clock_named(&watch, &home, continued_ms, &mut measured);
    Ok(measured)
}

/// Expects that health and log name what the clock did.
pub fn expect_clock_named(watch: &Watch, home: &Home, since_ms: i64, measured: &mut Measured) {
    let said = watch.said("clock", since_ms);
    let said: Vec<_> = said.iter().filter(|one| *one != "\"ok\"").collect();
    match said.first() {
        Some(said) => measured.figure(format!("health says {said}")),
        None => measured.expect(false, "health says nothing of the clock"),
    }
    let log = home.log();
    let named = log.lines().any(|line| line.contains("clock"));
    measured.expect(named, "the log says nothing of the clock");
}

pub async fn second(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    sleep(Duration::from_secs(3)).await;
    let second = home.command(&[]).output();
    match timeout(Duration::from_secs(15), second).await {
        Ok(output) => {
            let output = output?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let last = said.lines().last().unwrap_or("nothing");
            measured.figure(format!("the second says: {last}"));
            measured.expect(!output.status.success(), "the second ends with success");
            let port = server.url.rsplit(':').next().unwrap_or_default();
            let pid = server.pid_text()?;
            measured.expect(
                said.contains(&pid) || said.contains(port),
                "the second does not name the first",
            );
        }
        Err(_) => measured.expect(false, "both run"),
    }
    sleep(Duration::from_secs(3)).await;
    let sent = load.stop().await?;
    sleep(Duration::from_secs(2)).await;
    sent.compare(&admin, 0, &mut measured).await?;
    Ok(measured)
}

pub async fn command_beside(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let (server, _admin) = home.start_signed_in().await?;
    let mut add = home.command(&["user", "add", "guest", "--role", "viewer"]);
    let added = add.env("PULSEBOARD_PASSWORD", PASSWORD).output();
    let added = timeout(PATIENCE, added).await??;
    let said = String::from_utf8_lossy(&added.stderr).into_owned();
    measured.expect(added.status.success(), format!("user add: {said}"));
    let guest = Client::sign_in(&server.url, "guest").await;
    measured.expect(guest.is_ok(), "the new user cannot sign in");
    let token = home.command(&["token", "create", "beside", "--scope", "ingest"]);
    let token = timeout(PATIENCE, { token }.output()).await??;
    let said = String::from_utf8_lossy(&token.stderr).into_owned();
    measured.expect(token.status.success(), format!("token create: {said}"));
    let secret = String::from_utf8_lossy(&token.stdout).trim().to_owned();
    let sent = reqwest::Client::new()
        .post(format!("{}{}", server.url, protocol::paths::EVENTS))
        .bearer_auth(secret)
        .json(&serde_json::json!({ "name": "fault.run" }))
        .send()
        .await?;
    measured.figure(format!("an event with the new token: {}", sent.status()));
    measured.expect(sent.status().is_success(), "the new token may not send");
    Ok(measured)
}
