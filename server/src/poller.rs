//! What the server measures of its host, its process, its runtime, and the streams that it
//! remembers, once a second.
//!
//! Invariant: a second holds one reading of each, as long as nobody sets the clock. So ticks begin
//! in the middle of a second: near its end, a tick that is a little late would leave one second
//! empty and another with two.
//!
//! Ticks go by the clock that never goes back, seconds by the time of day. Both run at one rate,
//! also while the time is slewed into place; a step of it moves the ticks within the second, until
//! the next start. Then, if they come to lie near its end, a second now and then has none or two.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use telemetry::{HostPoller, Poller, PollerHandle, Registry};
use tokio::runtime::Handle;

use crate::clock;
use crate::ingest::otlp::Receiver;

const PERIOD_MS: u64 = 1000;

/// Begins with a first reading, so that the use of CPUs is known at the next. The disk that
/// `data_dir` is on is measured even when it is no disk of its own.
pub fn start(data_dir: &Path, otlp: Arc<Receiver>, registry: Arc<Registry>) -> PollerHandle {
    let streams = move |registry: &Registry| {
        otlp.sweep(registry, clock::now_ms());
        Ok(())
    };
    Poller::new()
        .every(Duration::from_millis(PERIOD_MS))
        .after(until_middle(clock::now_ms()))
        .at_once()
        .host(HostPoller::new(Some(data_dir.to_owned())))
        .runtime(&Handle::current())
        .measure("otlp streams", streams)
        .start(registry)
}

/// From `now_ms` since the epoch to the next middle of a second.
fn until_middle(now_ms: i64) -> Duration {
    let period_ms = PERIOD_MS.cast_signed();
    let wait_ms = (period_ms / 2 - now_ms.rem_euclid(period_ms)).rem_euclid(period_ms);
    Duration::from_millis(wait_ms.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_lie_in_the_middle_of_seconds() {
        let rows = [
            (0, 500),
            (499, 1),
            (500, 0),
            (501, 999),
            (-1, 501),
            (i64::MAX, 693),
            (i64::MIN, 308),
        ];
        for (now_ms, wait_ms) in rows {
            let expect = Duration::from_millis(wait_ms);
            assert_eq!(until_middle(now_ms), expect, "{now_ms}");
        }
    }
}
