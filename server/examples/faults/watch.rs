//! Asks for health all the time, as a load balancer does, and remembers the answers.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::paths;
use serde_json::Value;
use server::clock::now_ms;
use tokio::task::JoinHandle;

use crate::outcome::Measured;

const EVERY: Duration = Duration::from_millis(250);
/// A load balancer waits no longer for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Not the address of those that abuse connections. Only Linux has all of the loopback.
const ADDRESS: Option<IpAddr> = if cfg!(target_os = "linux") {
    Some(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)))
} else {
    None
};

/// One look.
#[derive(Clone)]
struct Look {
    at_ms: i64,
    /// Whether `/health` was answered with 200.
    live: bool,
    /// How `/health/ready` was answered, and with which checks.
    ready: Option<(u16, Value)>,
}

/// Looks until it is dropped.
pub struct Watch {
    looks: Arc<Mutex<Vec<Look>>>,
    task: JoinHandle<()>,
}

impl Watch {
    pub fn start(url: &str) -> Watch {
        let looks = Arc::default();
        let task = tokio::spawn(look(url.to_owned(), Arc::clone(&looks)));
        Watch { looks, task }
    }

    fn looks(&self) -> Vec<Look> {
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        looks.clone()
    }

    /// How long after `ms` the server said for the first time that it is not ready, in ms.
    pub fn unready_after(&self, ms: i64) -> Option<i64> {
        let unready = |look: &&Look| {
            look.at_ms >= ms && matches!(&look.ready, Some((status, _)) if *status != 200)
        };
        let looks = self.looks();
        looks.iter().find(unready).map(|look| look.at_ms - ms)
    }

    /// How long after `ms` the server was ready and stayed so, in ms; none when it is not ready now.
    pub fn ready_after(&self, ms: i64) -> Option<i64> {
        let looks = self.looks();
        let ready = |look: &&Look| matches!(&look.ready, Some((200, _)));
        let last_bad = looks.iter().rposition(|look| !ready(&look));
        let first = last_bad.map_or(0, |at| at + 1);
        let first = looks.get(first)?;
        Some((first.at_ms - ms).max(0))
    }

    /// Waits until the server is ready; how long that took after `ms`, in ms.
    pub async fn recovered(&self, ms: i64, within: Duration) -> Option<i64> {
        let deadline = tokio::time::Instant::now() + within;
        loop {
            if let Some(after) = self.ready_after(ms) {
                return Some(after);
            }
            if tokio::time::Instant::now() >= deadline {
                return None;
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Looks at `/health` since `ms` without an answer, of how many.
    pub fn dead_since(&self, ms: i64) -> (usize, usize) {
        let looks = self.looks();
        let since: Vec<_> = looks.iter().filter(|look| look.at_ms >= ms).collect();
        (since.iter().filter(|look| !look.live).count(), since.len())
    }

    /// What a check of `/health/ready` said since `ms`, each text once.
    pub fn said(&self, check: &str, ms: i64) -> Vec<String> {
        let looks = self.looks();
        let since = looks.iter().filter(|look| look.at_ms >= ms);
        let checks = since.filter_map(|look| look.ready.as_ref()?.1["checks"].get(check).cloned());
        let mut said: Vec<String> = checks.map(|value| value.to_string()).collect();
        said.dedup();
        said
    }

    /// Expects that the server says within `within` of `ms` that it is not ready.
    pub fn expect_unready(&self, ms: i64, within: Duration, measured: &mut Measured) {
        match self.unready_after(ms) {
            Some(after) => {
                measured.figure(format!("ready says 503 after {:.1} s", after as f64 / 1e3));
                measured.expect(
                    Duration::from_millis(after.unsigned_abs()) <= within,
                    format!("ready says 503 only after {after} ms"),
                );
            }
            None => measured.expect(false, "ready says ok all the time"),
        }
    }

    /// Expects that `/health` was answered at all times since `ms`, but for one look of twenty on a busy
    /// machine.
    pub fn expect_alive(&self, ms: i64, measured: &mut Measured) {
        let (dead, all) = self.dead_since(ms);
        measured.figure(format!("/health answered {} of {all} times", all - dead));
        measured.expect(
            dead * 20 <= all,
            format!("/health was not answered {dead} of {all} times"),
        );
    }

    /// Expects that the server is ready again within `within` of `ms`.
    pub async fn expect_recovery(&self, ms: i64, within: Duration, measured: &mut Measured) {
        match self.recovered(ms, within).await {
            Some(after) => measured.figure(format!("ready after {:.1} s", after as f64 / 1e3)),
            None => measured.expect(false, format!("not ready within {within:?}")),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn look(url: String, looks: Arc<Mutex<Vec<Look>>>) {
    // A new connection each time: it is that which is refused first.
    let client = reqwest::Client::builder()
        .local_address(ADDRESS)
        .pool_max_idle_per_host(0)
        .timeout(PATIENCE)
        .build();
    let Ok(client) = client else { return };
    loop {
        let at_ms = now_ms();
        let live = client.get(format!("{url}{}", paths::HEALTH)).send().await;
        let live = live.is_ok_and(|answer| answer.status().is_success());
        let ready = match client.get(format!("{url}{}", paths::READY)).send().await {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let text = answer.text().await.unwrap_or_default();
                Some((status, serde_json::from_str(&text).unwrap_or_default()))
            }
            Err(_) => None,
        };
        let look = Look { at_ms, live, ready };
        looks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(look);
        tokio::time::sleep(EVERY).await;
    }
}
