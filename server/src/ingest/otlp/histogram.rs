//! Points that are histograms.

use super::Receiver;
use super::batch::Sample;
use super::fill::Range;
use super::point::Head;
use super::reason::Reason;
use super::state::Histogram;
use super::take::{Stream, samples};
use super::target::Refused;
use telemetry::otlp_message::DELTA;

impl Receiver {
    /// What a histogram does, whose smallest and largest value the point may tell.
    pub(super) fn histogram(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        (min, max): (Option<f64>, Option<f64>),
        told: Histogram,
    ) -> Result<Vec<Sample>, Refused> {
        let all = told.count();
        let since = match self.since(stream, head, told)? {
            Some(since) if since.count() > 0 => since,
            _ => return Ok(Vec::new()),
        };
        let sane = |number: Option<f64>| number.filter(|number| number.is_finite());
        let range = Range {
            min: sane(min),
            max: sane(max),
            exact: stream.temporality == DELTA || since.count() == all,
        };
        let at_ms = head.at_ms(stream.scope.now_ms);
        samples(stream.feeds, |feed| {
            let aggregate = since.aggregate(feed.target.buckets(), feed.factor, range, at_ms);
            self.sample(stream, head, feed, &[], aggregate.ok_or(Reason::Malformed)?)
        })
    }
}
