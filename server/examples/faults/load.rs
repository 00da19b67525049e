//! A program that sends events at a steady rate, and remembers what was acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::{History, paths};
use server::clock::now_ms;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::client::{Client, count};
use crate::outcome::{Measured, Result};

/// Events in a request.
const BATCH: u64 = 10;
const EVERY: Duration = Duration::from_millis(100);
/// A server that is stopped answers later.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request: when it was sent, when it was answered, and whether its events were accepted.
#[derive(Clone, Copy)]
pub struct Post {
    pub sent_ms: i64,
    pub answered_ms: i64,
    accepted: bool,
}

/// The sender. It ends with its handle.
pub struct Load {
    begun_ms: i64,
    posts: Arc<Mutex<Vec<Post>>>,
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<()>>,
}

/// What was sent, after the end.
pub struct Sent {
    pub begun_ms: i64,
    posts: Vec<Post>,
}

impl Load {
    pub async fn start(admin: &Client) -> Result<Load> {
        let token = admin.token().await?;
        let (posts, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let sending = send(
            format!("{}{}", admin.url, paths::EVENTS),
            token,
            Arc::clone(&posts),
            Arc::clone(&stop),
        );
        Ok(Load {
            begun_ms: now_ms(),
            posts,
            stop,
            task: tokio::spawn(sending),
        })
    }

    pub async fn stop(self) -> Result<Sent> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await??;
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Sent {
            begun_ms: self.begun_ms,
            posts: posts.clone(),
        })
    }
}

impl Sent {
    /// Events that were acknowledged until `ms`.
    pub fn accepted_until(&self, ms: i64) -> u64 {
        let accepted = |post: &&Post| post.accepted && post.answered_ms <= ms;
        BATCH * self.posts.iter().filter(accepted).count() as u64
    }

    /// Events that were acknowledged.
    pub fn accepted(&self) -> u64 {
        self.accepted_until(i64::MAX)
    }

    /// Events that were sent, and of which it is not known whether they were accepted.
    fn uncertain(&self) -> u64 {
        BATCH * self.posts.iter().filter(|post| !post.accepted).count() as u64
    }

    /// Seconds in which events were acknowledged, and which history shows as zero: within what the
    /// server ran, and without a number.
    fn zeros(&self, history: &History) -> usize {
        let inside = |post: &&Post| {
            let second = post.sent_ms.div_euclid(1_000);
            post.accepted && second == post.answered_ms.div_euclid(1_000)
        };
        let ends = self.posts.iter().filter(inside);
        let mut ends: Vec<i64> = ends
            .map(|post| (post.sent_ms.div_euclid(1_000) + 1) * 1_000)
            .collect();
        ends.dedup();
        let steps = || history.series.iter().flat_map(|series| &series.steps);
        let is_zero = |end: &&i64| {
            // Events that came just before the end may count to the next second.
            let near = |step_end: i64| (step_end - **end).abs() <= 1_000;
            covers(history, **end - 1_000, **end) && !steps().any(|step| near(step.0))
        };
        ends.iter().filter(is_zero).count()
    }

    /// Takes the figures that every case has, and expects that no more than `may_lose` events are
    /// missing, none is there twice, and no second is a zero that was none. Returns the loss.
    pub async fn compare(
        &self,
        client: &Client,
        may_lose: u64,
        measured: &mut Measured,
    ) -> Result<u64> {
        let history = client.history(self.begun_ms - 2_000, None).await?;
        let (accepted, found) = (self.accepted(), count(&history));
        let lost = accepted.saturating_sub(found);
        measured.figure(format!("{accepted} events acknowledged, {found} found"));
        measured.expect(
            lost <= may_lose,
            format!("{lost} acknowledged events are lost"),
        );
        let most = accepted + self.uncertain();
        measured.expect(
            found <= most,
            format!("{} events are there twice", found.saturating_sub(most)),
        );
        let zeros = self.zeros(&history);
        if zeros > 0 {
            measured.figure(format!("{zeros} s of them shown as zero"));
        }
        measured.expect(zeros == 0, format!("{zeros} s are shown as zero"));
        Ok(lost)
    }
}

/// Whether the server says that it ran in all of this time.
pub fn covers(history: &History, from: i64, to: i64) -> bool {
    let mut spans = history.covered.iter();
    spans.any(|[begin, end]| *begin <= from && to <= *end)
}

async fn send(
    url: String,
    token: String,
    posts: Arc<Mutex<Vec<Post>>>,
    stop: Arc<AtomicBool>,
) -> Result<()> {
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let event = r#"{"name":"fault.run"}"#;
    let body = format!("[{}]", vec![event; BATCH as usize].join(","));
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let sent_ms = now_ms();
        let post = client.post(&url).bearer_auth(&token).body(body.clone());
        let answer = post.header("content-type", "application/json").send().await;
        let accepted = answer.is_ok_and(|answer| answer.status().is_success());
        let post = Post {
            sent_ms,
            answered_ms: now_ms(),
            accepted,
        };
        let mut posts = posts.lock().unwrap_or_else(PoisonError::into_inner);
        posts.push(post);
    }
    Ok(())
}
