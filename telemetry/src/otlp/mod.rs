//! Sends a program's metrics to Pulseboard, or to any other receiver of OTLP.
//!
//! Invariant: whoever emits never waits for the network. Events are aggregated where they are
//! emitted; one thread flushes, encodes and sends.

mod backoff;
mod encode;
mod exporter;
mod handle;
mod inlet;
mod ledger;
mod point;
mod queue;
mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::http::header::AUTHORIZATION;
use ureq::http::{HeaderName, HeaderValue, Uri};

use self::encode::{Encoder, Limits};
use self::exporter::{Exporter, Pace, SystemClock};
use self::inlet::Inlet;
use self::ledger::{Ledger, Source};
use self::queue::Queue;
use self::transport::Http;
use crate::aggregate::{Recorder, SeriesTable};
use crate::reporter::{self, ReporterError};
use crate::{ListError, Metric, MetricList, Registry};

pub use handle::{OtlpHandle, Stats};

/// Shortest time between two flushes.
const SHORTEST_PERIOD: Duration = Duration::from_millis(100);
/// Longest time between two flushes.
const LONGEST_PERIOD: Duration = Duration::from_secs(3600);
/// A request that has so many bytes of points takes no more; half of what receivers usually
/// take, Pulseboard's default being 1 MiB.
const BATCH_BYTES: usize = 512 * 1024;

/// Pushes metrics over OTLP/HTTP with protobuf, from a thread of its own: no async runtime
/// needed, none disturbed.
///
/// ```no_run
/// use std::time::Duration;
/// use telemetry::Metric;
/// use telemetry::otlp::OtlpReporter;
///
/// let metrics = vec![Metric::summary("shop.db.query.stop.duration").tags(["query"])];
/// let _telemetry = OtlpReporter::new("http://127.0.0.1:3000/v1/metrics")
///     .token(std::env::var("PULSEBOARD_TOKEN")?)
///     .resource("service.name", "shop")
///     .every(Duration::from_secs(1))
///     .start(telemetry::global(), metrics)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Every period, what the series did since the last one becomes a point each, of **delta**
/// temporality; a series that had no samples sends nothing:
///
/// | kind | point |
/// |---|---|
/// | counter | sum, monotonic: how many |
/// | sum | sum, not monotonic, since a measurement may be negative: how much |
/// | last_value | gauge: the newest |
/// | summary | exponential histogram of scale 6, with count, sum, min and max |
/// | distribution | histogram with the metric's bounds, with count, sum, min and max |
///
/// What `keep` and `drop` leave out is not sent; they may ask for keys that are no tags. Of a sum
/// it says how much, not of how many samples, for the format has no place for that.
///
/// Tags are attributes, as text. Units are written as UCUM does (`s`, `ms`, `By`, `%`).
///
/// Requests that fail for now (408, 429, 502, 503, 504, no connection, no answer in time) are sent
/// again, after a time that doubles up to 30 s, or that `Retry-After` says. As with every
/// protocol of this sort, a request whose answer got lost arrives twice. Those that are refused
/// for good are not sent again. While the receiver is away, requests wait in a queue; when it is
/// full the oldest is dropped. Points are deltas, so what a dropped one counted is missing from
/// the receiver's totals, for that time only: later points are right.
///
/// It says how it fares by events on the registry that it was started with:
///
/// | event | measurements | metadata |
/// |---|---|---|
/// | `telemetry.otlp.export` | `points`, `duration` in seconds | `outcome`: `sent`, `retry`, `refused` |
/// | `telemetry.otlp.dropped` | `points` | `reason`: `queue_full`, `shutdown` |
/// | `telemetry.otlp.refused` | `samples` that were not recorded, or folded into the overflow series | `metric`; `reason`, as in [`Refusal`](crate::Refusal) |
///
/// and by `tracing`: warnings for what is lost, partial successes among them.
pub struct OtlpReporter {
    url: String,
    headers: Vec<(String, String)>,
    resource: Vec<(String, String)>,
    period: Duration,
    timeout: Duration,
    queue: usize,
    batch_points: usize,
    max_series: usize,
}

/// Why a reporter does not start.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// Not an address to post to, or `https` without the feature `otlp-tls`.
    #[error("bad address `{url}`: {reason}")]
    Url {
        /// As given.
        url: String,
        /// What would be right.
        reason: &'static str,
    },
    /// HTTP does not allow the header's name or value; the value may be a secret and is not shown.
    #[error("bad header `{0}`")]
    Header(String),
    /// A number out of its range.
    #[error("{0}")]
    Setting(&'static str),
    /// A metric that makes no sense.
    #[error(transparent)]
    Metrics(#[from] ListError),
    /// The registry did not take it.
    #[error(transparent)]
    Attach(#[from] ReporterError),
    /// There is no thread to be had.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

impl OtlpReporter {
    /// Sends to this address, path and all: `http://127.0.0.1:3000/v1/metrics` for Pulseboard.
    pub fn new(url: impl Into<String>) -> OtlpReporter {
        OtlpReporter {
            url: url.into(),
            headers: Vec::new(),
            resource: Vec::new(),
            period: Duration::from_secs(1),
            timeout: Duration::from_secs(10),
            queue: 60,
            batch_points: 1_000,
            max_series: 10_000,
        }
    }

    /// Sends `Authorization: Bearer {token}`.
    pub fn token(self, token: impl AsRef<str>) -> OtlpReporter {
        // A token that is read from a mounted secret ends in the end of a line.
        let bearer = format!("Bearer {}", token.as_ref().trim());
        self.header(AUTHORIZATION.as_str(), bearer)
    }

    /// Sends a header of your own.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> OtlpReporter {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Says something of the program as a whole; `service.name` is the least to say.
    pub fn resource(mut self, key: impl Into<String>, value: impl Into<String>) -> OtlpReporter {
        self.resource.push((key.into(), value.into()));
        self
    }

    /// Time between two flushes, from 100 ms to an hour; 1 s unless said.
    pub fn every(mut self, period: Duration) -> OtlpReporter {
        self.period = period;
        self
    }

    /// Longest wait for an answer; 10 s unless said. No flush happens meanwhile, the next one
    /// then covers the whole time.
    pub fn timeout(mut self, timeout: Duration) -> OtlpReporter {
        self.timeout = timeout;
        self
    }

    /// Most requests that wait while the receiver is away; 60 unless said. Each holds up to
    /// [`batch_points`](OtlpReporter::batch_points) or half a MiB, whichever is less.
    pub fn queue(mut self, requests: usize) -> OtlpReporter {
        self.queue = requests;
        self
    }

    /// Most points of one request; 1,000 unless said.
    pub fn batch_points(mut self, points: usize) -> OtlpReporter {
        self.batch_points = points;
        self
    }

    /// Most series in all, and of one metric; 10,000 unless said.
    pub fn max_series(mut self, series: usize) -> OtlpReporter {
        self.max_series = series;
        self
    }

    /// Starts to aggregate what the registry emits, for these metrics, and to send it. Ends
    /// when the handle is dropped or shut down.
    pub fn start(
        self,
        registry: &Arc<Registry>,
        metrics: Vec<Metric>,
    ) -> Result<OtlpHandle, OtlpError> {
        self.check()?;
        let headers = self.headers.iter().map(checked).collect::<Result<_, _>>()?;
        let metrics = Arc::new(MetricList::new(metrics)?);
        let table = Arc::new(SeriesTable::new(self.max_series, self.max_series));
        let recorder = Arc::new(Recorder::new(metrics.clone(), table.clone()));
        let (inlet, gone) = Inlet::new(metrics.clone(), recorder.clone());
        let attached = reporter::start(registry, Arc::new(inlet))?;
        let limits = Limits {
            points: self.batch_points,
            bytes: BATCH_BYTES,
        };
        let ledger = Arc::new(Ledger::new(Source {
            registry: registry.clone(),
            recorder,
            metrics,
            table,
        }));
        let exporter = Exporter::new(
            ledger.clone(),
            SystemClock(Instant::now()),
            Http::new(self.url, headers),
            Encoder::new(&self.resource, limits),
            Queue::new(self.queue),
            Pace {
                period: self.period,
                timeout: self.timeout,
            },
        );
        Ok(OtlpHandle::start(attached, gone, exporter, ledger)?)
    }

    fn check(&self) -> Result<(), OtlpError> {
        let wrong = |reason| {
            let url = self.url.clone();
            Err(OtlpError::Url { url, reason })
        };
        let Ok(uri) = self.url.parse::<Uri>() else {
            return wrong("not a URL");
        };
        match uri.scheme_str() {
            _ if uri.host().is_none_or(str::is_empty) => {
                return wrong("write http://HOST:PORT/v1/metrics");
            }
            Some("http") => {}
            Some("https") if cfg!(feature = "otlp-tls") => {}
            Some("https") => return wrong("https needs the feature `otlp-tls`"),
            _ => return wrong("begin with http:// or https://"),
        }
        let settings = [
            (
                (SHORTEST_PERIOD..=LONGEST_PERIOD).contains(&self.period),
                "the period is 100 ms to an hour",
            ),
            (!self.timeout.is_zero(), "the timeout is more than nothing"),
            (
                self.queue > 0,
                "the queue has room for one request at least",
            ),
            (self.batch_points > 0, "a request has one point at least"),
            (self.max_series > 0, "there is one series at least"),
        ];
        match settings.iter().find(|(holds, _)| !holds) {
            Some((_, message)) => Err(OtlpError::Setting(message)),
            None => Ok(()),
        }
    }
}

fn checked((name, value): &(String, String)) -> Result<(String, HeaderValue), OtlpError> {
    let mut checked = HeaderValue::from_str(value).map_err(|_| OtlpError::Header(name.clone()))?;
    checked.set_sensitive(true);
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| OtlpError::Header(name.clone()))?;
    Ok((name.clone(), checked))
}
