//! The limits of the pipeline, as `[pipeline]` in the configuration.
//!
//! Invariant: a configuration that passed [`PipelineConfig::check`] cannot make a queue
//! without a bound or a ring that is shorter than what live streams need.

use serde::Deserialize;
use telemetry::MAX_METRICS;

use super::range::{self, OutOfRange};

const MIB: usize = 1024 * 1024;

/// Every limit has a default; unknown keys are rejected.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PipelineConfig {
    /// Length of a flush in ms, 10 to 1000, a divisor of 1000.
    pub flush_ms: u32,
    /// Most metrics, built-in ones included.
    pub max_metrics: usize,
    /// Most series in all.
    pub max_series: usize,
    /// Most series of one metric.
    pub max_series_per_metric: usize,
    /// Most series that came from one token.
    pub max_series_per_source: usize,
    /// Flushes that a stream can resume from; at least two seconds of them.
    pub ring_flushes: usize,
    /// Most bytes of the ring, rows for merging and shared chunks included; two seconds of flushes
    /// stay in any case.
    pub ring_bytes: usize,
    /// Flushes that a stream may be behind before frames are merged, 1 to 50.
    pub coalesce_after: u64,
    /// Recent log entries that a new stream gets.
    pub log_entries: usize,
    /// Most log entries of one flush.
    pub log_per_flush: usize,
    /// Most bytes of the fields of a log entry that are kept for who opens it.
    pub log_entry_bytes: usize,
    /// Most annotations of one flush.
    pub annotations_per_flush: usize,
    /// How long history, and annotations, are kept.
    pub history_keep_hours: u32,
    /// Whole seconds kept in memory, so that queries see what is not committed yet.
    pub seconds_in_memory: usize,
    /// Most bytes of these seconds; those that may wait for the database stay in any case.
    pub seconds_bytes: usize,
    /// Most seconds that may wait for the database; within `seconds_bytes`, but 18 of them in any
    /// case.
    pub writer_queue: usize,
    /// Most queries of history that wait for their turn.
    pub history_queue: usize,
    /// Most streams open at one time.
    pub max_streams: usize,
    /// Most streams of one account, or of one address without an account, open at one time.
    pub max_streams_per_account: usize,
    /// Most streams of people who are not signed in open at one time, among `max_streams`.
    pub max_guest_streams: usize,
    /// Most events, or OTLP points, in one request.
    pub max_events_per_request: usize,
    /// Most cumulative OTLP streams that are remembered.
    pub max_otlp_streams: usize,
    /// Furthest time of an OTLP point from the present, in s.
    pub otlp_max_age_s: u32,
}

impl Default for PipelineConfig {
    fn default() -> Self {
        PipelineConfig {
            flush_ms: 100,
            max_metrics: MAX_METRICS,
            max_series: 10_000,
            max_series_per_metric: 1_000,
            max_series_per_source: 5_000,
            ring_flushes: 600,
            ring_bytes: 64 * MIB,
            coalesce_after: 3,
            log_entries: 100,
            log_per_flush: 50,
            log_entry_bytes: 4096,
            annotations_per_flush: 100,
            history_keep_hours: 24 * 7,
            seconds_in_memory: 120,
            seconds_bytes: 32 * MIB,
            writer_queue: 120,
            history_queue: 256,
            max_streams: 2_000,
            max_streams_per_account: 200,
            max_guest_streams: 500,
            max_events_per_request: 10_000,
            max_otlp_streams: 100_000,
            otlp_max_age_s: 300,
        }
    }
}

impl PipelineConfig {
    /// Rejects a limit out of its range, by key.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let flush_ms = u64::from(self.flush_ms);
        if !(10..=1000).contains(&flush_ms) || 1000 % flush_ms != 0 {
            return Err(OutOfRange {
                key: "flush_ms",
                value: flush_ms,
                expected: "it takes a divisor of 1000 from 10 to 1000".to_owned(),
            });
        }
        let flushes = self.ring_flushes as u64;
        if flushes * flush_ms < 2_000 || flushes > 100_000 {
            return Err(OutOfRange {
                key: "ring_flushes",
                value: flushes,
                expected: "it takes at least two seconds of flushes and at most 100000".to_owned(),
            });
        }
        range::check("coalesce_after", self.coalesce_after, 1..=50)?;
        range::check(
            "seconds_in_memory",
            self.seconds_in_memory as u64,
            30..=3_600,
        )?;
        for (key, bytes) in [
            ("ring_bytes", self.ring_bytes),
            ("seconds_bytes", self.seconds_bytes),
        ] {
            range::check(key, bytes as u64, MIB as u64..=4_000_000_000)?;
        }
        let from_one = [
            ("max_metrics", self.max_metrics as u64, MAX_METRICS as u64),
            ("max_series", self.max_series as u64, 1_000_000),
            (
                "max_series_per_metric",
                self.max_series_per_metric as u64,
                1_000_000,
            ),
            (
                "max_series_per_source",
                self.max_series_per_source as u64,
                1_000_000,
            ),
            ("log_entries", self.log_entries as u64, 10_000),
            ("log_per_flush", self.log_per_flush as u64, 10_000),
            ("log_entry_bytes", self.log_entry_bytes as u64, 65_536),
            (
                "annotations_per_flush",
                self.annotations_per_flush as u64,
                10_000,
            ),
            ("history_keep_hours", self.history_keep_hours.into(), 87_600),
            ("writer_queue", self.writer_queue as u64, 3_600),
            ("history_queue", self.history_queue as u64, 10_000),
            ("max_streams", self.max_streams as u64, 1_000_000),
            (
                "max_streams_per_account",
                self.max_streams_per_account as u64,
                1_000_000,
            ),
            (
                "max_guest_streams",
                self.max_guest_streams as u64,
                1_000_000,
            ),
            (
                "max_events_per_request",
                self.max_events_per_request as u64,
                1_000_000,
            ),
            ("max_otlp_streams", self.max_otlp_streams as u64, 10_000_000),
            ("otlp_max_age_s", self.otlp_max_age_s.into(), 86_400),
        ];
        for (key, value, most) in from_one {
            range::check(key, value, 1..=most)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_out_of_range_are_named() {
        let check = |toml: &str, key: Option<&str>| {
            let config: PipelineConfig = toml::from_str(toml).expect("parses");
            assert_eq!(config.check().err().map(|error| error.key), key, "{toml}");
        };
        check("", None);
        check("flush_ms = 50", None);
        check("max_metrics = 2001", Some("max_metrics"));
        check("flush_ms = 0", Some("flush_ms"));
        check("flush_ms = 300", Some("flush_ms"));
        check("ring_flushes = 19", Some("ring_flushes"));
        check("coalesce_after = 51", Some("coalesce_after"));
        check("seconds_in_memory = 3", Some("seconds_in_memory"));
        check("writer_queue = 0", Some("writer_queue"));
        check("ring_bytes = 1048576", None);
        check("ring_bytes = 1048575", Some("ring_bytes"));
        check("ring_bytes = 4000000001", Some("ring_bytes"));
        check("seconds_bytes = 0", Some("seconds_bytes"));
        assert!(toml::from_str::<PipelineConfig>("flush = 1").is_err());
    }
}
