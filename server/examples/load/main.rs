//! Load: so many streams and so many events a second against a server that this starts, on the
//! loopback, for a bounded time; then the server is stopped and the figures are printed.
//!
//! Every event carries the time at which it was sent, as the value of a summary. A frame's
//! smallest value is then its oldest event and its largest the newest, so that each frame tells
//! how long both were under way.
//!
//! `cargo run --release -p server --example load -- --server target/release/pulseboard`

mod people;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use clap::Parser;
use protocol::Frame;
use server::clock::now_ms;
use server::descriptors::{RESERVE, allow};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

const PASSWORD: &str = "load load load";
const BATCH: u64 = 100;
/// Streams that are opened at one time.
const CONNECT: usize = 50;
/// Between the last stream's opening and the measurement.
const SETTLE: Duration = Duration::from_secs(3);
/// Longest wait for a stream to open, and for all of them to end.
const PATIENCE: Duration = Duration::from_secs(10);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Clone, Parser)]
struct Load {
    /// The server's binary.
    #[arg(long, default_value = "target/release/pulseboard")]
    server: PathBuf,
    /// Streams, 1 to 10000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    clients: u64,
    /// Events a second, up to 1000000.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rate: u64,
    /// How long to measure, 1 to 600.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Series, 1 to 10000.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    series: u64,
    /// Roles that the streams are of, each of which sees a tenth of the series by a condition on a tag;
    /// without one they are the admin's.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=people::PARTS))]
    roles: u64,
}

/// What one stream saw.
#[derive(Default)]
struct Seen {
    oldest_ms: Vec<i64>,
    newest_ms: Vec<i64>,
    frames: u64,
    merged: u64,
    gaps: u64,
}

impl Seen {
    fn add(&mut self, other: Seen) {
        self.oldest_ms.extend(other.oldest_ms);
        self.newest_ms.extend(other.newest_ms);
        self.frames += other.frames;
        self.merged += other.merged;
        self.gaps += other.gaps;
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let load = Load::parse();
    let allowed = allow(load.clients + RESERVE);
    if allowed < load.clients + RESERVE {
        let most = allowed.saturating_sub(RESERVE);
        return Err(format!(
            "only {allowed} files may be open here: at most {most} clients, or a higher `ulimit -Hn`"
        )
        .into());
    }
    let folder = tempfile::tempdir()?;
    let (mut server, url) = start(&load, folder.path()).await?;
    let result = run(&load, &url, server.id().unwrap_or(0)).await;
    server.kill().await?;
    result
}

/// Starts the server and waits until it says where it listens.
async fn start(load: &Load, folder: &Path) -> Outcome<(Child, String)> {
    let file = folder.join("pulseboard.toml");
    std::fs::write(&file, people::config(load.series))?;
    let mut server = Command::new(&load.server)
        .args(["--addr", "127.0.0.1:0", "--config"])
        .arg(&file)
        .arg("--data-dir")
        .arg(folder.join("data"))
        .env("PULSEBOARD_ADMIN_PASSWORD", PASSWORD)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", load.server.display()))?;
    let stdout = server.stdout.take().ok_or("the server has no stdout")?;
    let mut lines = BufReader::new(stdout).lines();
    let found = timeout(Duration::from_secs(20), async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((_, url)) = line.split_once("listens on ") {
                return Some(url.trim().to_owned());
            }
        }
        None
    });
    let url = found.await?.ok_or("the server ended before it listened")?;
    Ok((server, url))
}

async fn run(load: &Load, url: &str, pid: u32) -> Outcome<()> {
    let client = people::sign_in(url, "admin").await?;
    let viewers = people::viewers(&client, url, load.roles).await?;
    let token = serde_json::json!({ "name": "load", "scopes": ["ingest"] });
    let token = client
        .post(format!("{url}/api/admin/tokens"))
        .json(&token)
        .send()
        .await?;
    let token: protocol::TokenCreated =
        serde_json::from_str(&token.error_for_status()?.text().await?)?;

    let stop = Arc::new(AtomicBool::new(false));
    let measuring = Arc::new(AtomicBool::new(false));
    let sent = Arc::new(AtomicU64::new(0));
    let sender = tokio::spawn(send(
        load.clone(),
        url.to_owned(),
        token.secret,
        stop.clone(),
        sent.clone(),
    ));
    let idle = measure(pid, Duration::from_secs(3)).await;

    let (mut streams, mut refused) = (Vec::new(), 0);
    while streams.len() + refused < load.clients as usize {
        let left = load.clients as usize - streams.len() - refused;
        let begun = streams.len() + refused;
        let opening = (begun..begun + left.min(CONNECT)).map(|number| {
            let viewer = &viewers[number % viewers.len()];
            timeout(PATIENCE, open(viewer, url))
        });
        for opened in futures::future::join_all(opening).await {
            match opened {
                Ok(Ok(response)) => streams.push(tokio::spawn(listen(
                    response,
                    measuring.clone(),
                    stop.clone(),
                ))),
                _ => refused += 1,
            }
        }
        // Nothing opens any more: enough is known.
        if streams.is_empty() {
            break;
        }
    }
    sleep(SETTLE).await;
    let before = sent.load(Ordering::Relaxed);
    measuring.store(true, Ordering::Relaxed);
    let busy = measure(pid, Duration::from_secs(load.seconds)).await;
    let rate = (sent.load(Ordering::Relaxed) - before) as f64 / load.seconds as f64;
    stop.store(true, Ordering::Relaxed);

    let mut all = Seen::default();
    let (open, mut broken) = (streams.len(), 0);
    let end = Instant::now() + PATIENCE;
    for mut stream in streams {
        match tokio::time::timeout_at(end, &mut stream).await {
            Ok(Ok(Ok(seen))) => all.add(seen),
            _ => broken += 1,
        }
        stream.abort();
    }
    let send_errors = sender.await??;
    println!(
        "{open} clients of {} roles, {} series, {rate:.0} events/s accepted, {} s",
        load.roles, load.series, load.seconds
    );
    for (name, latencies) in [
        ("oldest", &mut all.oldest_ms),
        ("newest", &mut all.newest_ms),
    ] {
        latencies.sort_unstable();
        let (p50, p99) = (at(latencies, 50), at(latencies, 99));
        println!("{name} event of a frame, sent until received: p50 {p50} ms, p99 {p99} ms");
    }
    println!(
        "frames {}, merged {}, gaps {}, streams refused {refused}, broken {broken}, \
         failed posts {send_errors}",
        all.frames, all.merged, all.gaps
    );
    let kib = |rss: u64| rss as f64 / 1024.0;
    println!(
        "server without clients: {:.1} % CPU, {:.1} MB",
        idle.0,
        kib(idle.1)
    );
    println!(
        "server with clients:    {:.1} % CPU, {:.1} MB",
        busy.0,
        kib(busy.1)
    );
    println!(
        "a client: {:.1} KB",
        busy.1.saturating_sub(idle.1) as f64 / open.max(1) as f64
    );
    Ok(())
}

fn at(sorted: &[i64], percent: usize) -> i64 {
    sorted
        .get((sorted.len().saturating_sub(1)) * percent / 100)
        .copied()
        .unwrap_or(-1)
}

/// Sends batches at the rate until it is told to stop; gives the number that failed.
async fn send(
    load: Load,
    url: String,
    token: String,
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
) -> Outcome<u64> {
    let client = reqwest::Client::new();
    let (rate, series) = (load.rate, load.series);
    let batch = BATCH.min(rate);
    let mut number = 0;
    let mut ticks = interval(Duration::from_secs_f64(batch as f64 / rate as f64));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut failed = 0;
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let body = people::events(series, number, batch, now_ms());
        number += batch;
        let post = client
            .post(format!("{url}/api/events"))
            .bearer_auth(&token)
            .body(body);
        match post.send().await {
            Ok(answer) if answer.status().is_success() => {
                sent.fetch_add(batch, Ordering::Relaxed);
            }
            _ => failed += 1,
        }
    }
    Ok(failed)
}

/// Opens one stream.
async fn open(client: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
    let stream = client.get(format!("{url}/api/stream?metrics=load.sent"));
    stream.send().await?.error_for_status()
}

/// Reads one stream until it is told to stop, and keeps what it sees while `measuring`.
async fn listen(
    mut response: reqwest::Response,
    measuring: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
) -> Outcome<Seen> {
    let mut seen = Seen::default();
    let (mut text, mut last) = (String::new(), None);
    while !stop.load(Ordering::Relaxed) {
        let Some(chunk) = timeout(PATIENCE, response.chunk()).await?? else {
            return Err("the stream ended early".into());
        };
        let now = now_ms();
        text.push_str(&String::from_utf8_lossy(&chunk));
        while let Some(end) = text.find("\n\n") {
            let block: String = text.drain(..end + 2).collect();
            let Some(data) = block.strip_prefix("event: frame\ndata: ") else {
                continue;
            };
            if !measuring.load(Ordering::Relaxed) {
                continue;
            }
            let frame: Frame = serde_json::from_str(data.lines().next().unwrap_or_default())?;
            seen.frames += 1;
            seen.merged += u64::from(frame.w > 150);
            // Without a merged frame between them, two frames of a busy metric follow each other.
            seen.gaps +=
                u64::from(last.is_some_and(|last| frame.w <= 150 && frame.seq != last + 1));
            last = Some(frame.seq);
            if let Some([_, _, _, min, max, ..]) = frame.rows.first().map(Vec::as_slice) {
                seen.oldest_ms.push(now - *min as i64);
                seen.newest_ms.push(now - *max as i64);
            }
        }
    }
    Ok(seen)
}

/// CPU in percent of one core over the time, and resident memory in KiB at its end.
async fn measure(pid: u32, over: Duration) -> (f64, u64) {
    let (before, start) = (cpu_ticks(pid), Instant::now());
    sleep(over).await;
    // Linux counts in hundredths of a second wherever Rust runs.
    let cpu = cpu_ticks(pid).saturating_sub(before) as f64 / start.elapsed().as_secs_f64();
    (cpu, resident_kib(pid))
}

fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = behind_name.split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
