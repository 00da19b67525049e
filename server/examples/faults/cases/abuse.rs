//! Connections, bodies, queries and streams that ask for more than their share.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use protocol::paths;
use reqwest::{Method, Response};
use server::clock::now_ms;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::home::{Home, Server};
use crate::load::Load;
use crate::outcome::{Measured, Result};
use crate::sockets;
use crate::watch::Watch;

const CONNECTIONS: usize = 300;
const HALF_BODIES: usize = 400;
/// Half as many again as one account may have.
const STREAMS: usize = 300;
/// Rows of the heavy queries.
const HEAVY: (i64, i64) = (200, 1_800);

fn address(server: &Server) -> &str {
    server.url.trim_start_matches("http://")
}

pub async fn silent_readers(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let toml = format!("[limits]\nmax_connections = {CONNECTIONS}\nwrite_timeout_s = 5\n");
    let home = Home::new(binary, &toml)?;
    let (server, admin) = home.start_signed_in().await?;
    let before = server.memory_mib()?;
    let watch = Watch::start(&server.url);
    let begun_ms = now_ms();
    let request = b"GET /pkg/large.bin HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    let reading = sockets::never_read(
        address(&server),
        CONNECTIONS,
        &request,
        Duration::from_secs(40),
    );
    let asking = async {
        sleep(Duration::from_secs(3)).await;
        let memory = server.memory_mib();
        (admin.get(paths::ME).await.is_ok(), memory)
    };
    let (ends, (admitted, memory)) = tokio::join!(reading, asking);
    let seconds = (now_ms() - begun_ms) / 1_000;
    measured.figure(format!(
        "{} closed within {seconds} s, {} not",
        ends.closed, ends.open
    ));
    measured.figure(format!("memory {before} to {} MiB", memory?));
    measured.expect(ends.open == 0, format!("{} are never closed", ends.open));
    measured.expect(admitted, "the admin does not get in");
    watch.expect_alive(begun_ms, &mut measured);
    Ok(measured)
}

pub async fn half_bodies(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "[limits]\nrequest_timeout_s = 10\n")?;
    let (server, _admin) = home.start_signed_in().await?;
    let before = server.memory_mib()?;
    let watch = Watch::start(&server.url);
    let begun_ms = now_ms();
    let half = |length: usize| {
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n",
            paths::SESSION
        );
        [head.into_bytes(), vec![b' '; length / 2]].concat()
    };
    let (long, short) = (half(1 << 20), half(16 * 1024));
    let within = Duration::from_secs(30);
    let sending = async {
        tokio::join!(
            sockets::half(address(&server), HALF_BODIES / 2, &long, within),
            sockets::half(address(&server), HALF_BODIES / 2, &short, within),
        )
    };
    let measuring = async {
        sleep(Duration::from_secs(5)).await;
        server.memory_mib()
    };
    let ((long, short), memory) = tokio::join!(sending, measuring);
    let memory = memory?;
    let open = long.open + short.open;
    measured.figure(format!(
        "{} of {HALF_BODIES} closed within {} s",
        long.closed + short.closed,
        (now_ms() - begun_ms) / 1_000
    ));
    measured.figure(format!("memory {before} to {memory} MiB"));
    measured.expect(open == 0, format!("{open} are never closed"));
    let grown = memory.saturating_sub(before);
    measured.expect(grown <= 40, format!("memory grew by {grown} MiB"));
    watch.expect_alive(begun_ms, &mut measured);
    Ok(measured)
}

pub async fn heavy_queries(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, "")?;
    let server = home.start().await?;
    server.terminate().await?;
    write_past(&home).await?;
    let (server, admin) = home.start_signed_in().await?;
    let load = Load::start(&admin).await?;
    let watch = Watch::start(&server.url);
    sleep(Duration::from_secs(3)).await;
    let begun_ms = now_ms();
    let (series, seconds) = HEAVY;
    let path = format!(
        "{}?metric=fault.heavy&points={}&from=-{}",
        paths::HISTORY,
        seconds / 2,
        (seconds + 60) * 1_000
    );
    let queries = (0..12).map(|_| admin.send(Method::GET, &path, None));
    let answers = futures::future::join_all(queries).await;
    let took = now_ms() - begun_ms;
    let mut statuses = BTreeMap::new();
    for answer in &answers {
        let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
        *statuses.entry(status).or_insert(0) += 1;
    }
    measured.figure(format!(
        "12 queries over {} rows each, by status: {statuses:?}, the last after {:.1} s",
        series * seconds,
        took as f64 / 1e3
    ));
    sleep(Duration::from_secs(4)).await;
    let sent = load.stop().await?;
    sleep(Duration::from_secs(2)).await;
    if let Some(after) = watch.unready_after(begun_ms) {
        measured.expect(false, format!("ready says 503 after {after} ms"));
    }
    watch.expect_alive(begun_ms, &mut measured);
    drop(watch);
    server.terminate().await?;
    let (_server, admin) = home.start_signed_in().await?;
    sent.compare(&admin, 0, &mut measured).await?;
    Ok(measured)
}

/// Half an hour of a metric with many series, as the server itself would have written it.
async fn write_past(home: &Home) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(home.database());
    let mut database = options.connect().await?;
    let (series, seconds) = HEAVY;
    let end = now_ms() / 1_000 * 1_000;
    let mut transaction = database.begin().await?;
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1) \
         INSERT INTO series (id, metric, tags_json) \
         SELECT 100000 + i, 'fault.heavy', json_object('n', CAST(i AS TEXT)) FROM n",
    )
    .bind(series)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1), \
         s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i + 1 < ?2) \
         INSERT INTO points (series_id, t, count, sum, min, max, last, detail) \
         SELECT 100000 + n.i, ?3 - s.i * 1000, 1, 1.0, 1.0, 1.0, 1.0, x'' FROM n, s",
    )
    .bind(series)
    .bind(seconds)
    .bind(end)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("INSERT INTO runs (started_ms, last_ms) VALUES (?1, ?2)")
        .bind(end - seconds * 1_000)
        .bind(end)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    database.close().await?;
    Ok(())
}

pub async fn many_streams(binary: PathBuf) -> Result<Measured> {
    let mut measured = Measured::default();
    let home = Home::new(binary, &format!("[pipeline]\nmax_streams = {STREAMS}\n"))?;
    let (server, admin) = home.start_signed_in().await?;
    admin.add_viewer("greedy").await?;
    let greedy = Client::sign_in(&server.url, "greedy").await?;
    let watch = Watch::start(&server.url);
    let begun_ms = now_ms();
    let mut open: Vec<Response> = Vec::new();
    for _ in 0..=STREAMS {
        let stream = greedy.send(Method::GET, paths::STREAM, None).await?;
        if !stream.status().is_success() {
            break;
        }
        open.push(stream);
    }
    measured.figure(format!(
        "the account got {} of {STREAMS} streams",
        open.len()
    ));
    let mut stream = admin.send(Method::GET, paths::STREAM, None).await?;
    let status = stream.status();
    measured.figure(format!("the admin got {status}"));
    measured.expect(status.is_success(), "the admin gets no stream");
    if status.is_success() {
        let first = timeout(Duration::from_secs(10), stream.chunk()).await;
        measured.expect(
            matches!(first, Ok(Ok(Some(_)))),
            "the admin's stream is silent",
        );
    }
    watch.expect_alive(begun_ms, &mut measured);
    Ok(measured)
}
