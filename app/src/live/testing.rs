//! A page in a test: two metrics, and a server that has all of the past of them.

use std::collections::BTreeMap;

use leptos::prelude::Owner;

use super::Live;
use crate::browser::Request;
use crate::browser::fake::Reply;
use crate::view::View;
use protocol::frame::Second;
use protocol::history::{HistorySeries, RejectedMetric};
use protocol::{
    ApiError, ErrorCode, Frame, Hello, History, HistoryColumns, HistoryStep, Metric, SeriesInfo,
    paths,
};

/// When streams begin, in ms since the epoch.
pub const T0: i64 = 1_700_000_000_000;

/// The names of the metrics.
pub fn names() -> Vec<String> {
    ["hits", "level"].map(String::from).into()
}

/// A page that shows the last `span_s`; its signals live as long as the owner.
pub fn live(span_s: u32) -> (Owner, Live) {
    let owner = Owner::new();
    owner.set();
    let metrics = [
        Metric::counter("a.b.count").named("hits"),
        Metric::last_value("m.used").named("level"),
    ];
    let usual = View::live(span_s);
    let live = Live::new(&metrics, usual.clone(), &usual);
    (owner, live)
}

fn series(metric: &str) -> SeriesInfo {
    SeriesInfo {
        id: if metric == "hits" { 1 } else { 2 },
        metric: metric.into(),
        tags: BTreeMap::new(),
    }
}

/// A stream that begins at `live_from_ms`.
pub fn hello(live_from_ms: i64) -> Hello {
    Hello {
        now_ms: live_from_ms,
        seq: 1,
        live_from_ms,
        flush_ms: 100,
        series: names().iter().map(|name| series(name)).collect(),
    }
}

/// The flush that ends the second `t`, in which each second had as many hits as [`hits`] says.
pub fn second(t: i64) -> Frame {
    Frame {
        seq: t as u64,
        t,
        w: 100,
        rows: Vec::new(),
        seconds: vec![Second {
            t,
            rows: vec![vec![1.0, hits(t)], vec![2.0, 5.0, 5.0, 5.0]],
        }],
    }
}

/// How many hits the second that ends at `t` had.
pub fn hits(t: i64) -> f64 {
    (t / 1_000 % 100) as f64
}

/// The parameters of a request by name.
pub fn parameters(request: &Request) -> BTreeMap<String, String> {
    let (_, query) = request.path.split_once('?').unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

/// What a request for history asks for: metrics, start and end.
pub fn asked(request: &Request) -> Vec<(String, i64, i64)> {
    let parameters = parameters(request);
    let number = |name: &str| parameters[name].parse().expect("a number");
    let metrics = parameters["metrics"].split("%2C");
    metrics
        .map(|metric| (metric.to_string(), number("from"), number("to")))
        .collect()
}

/// The answer to a request for history, which rejects the metrics that `reject` gives a code for.
pub fn columns(request: &Request, reject: impl Fn(&str) -> Option<ErrorCode>) -> HistoryColumns {
    let mut answer = HistoryColumns {
        from: 0,
        to: 0,
        step_ms: 1,
        covered: Vec::new(),
        metrics: Vec::new(),
        rejected: Vec::new(),
        rest: Vec::new(),
    };
    for asked in asked(request) {
        if let Some(code) = reject(&asked.0) {
            let message = format!("about {code}");
            let error = ApiError { code, message };
            let metric = asked.0;
            answer.rejected.push(RejectedMetric { metric, error });
            continue;
        }
        let one = history(request, asked);
        (answer.from, answer.to, answer.step_ms) = (one.from, one.to, one.step_ms);
        answer.push(&one);
        answer.covered = one.covered;
    }
    answer
}

fn history(request: &Request, (metric, from, to): (String, i64, i64)) -> History {
    let points: i64 = parameters(request)["points"].parse().expect("a number");
    let step_ms = (to - from) / points;
    let steps = (1..=points).map(|i| {
        let t = from + i * step_ms;
        let row = if metric == "hits" {
            vec![hits(t)]
        } else {
            vec![5.0; 3]
        };
        HistoryStep(t, row)
    });
    History {
        series: vec![HistorySeries {
            info: series(&metric),
            steps: steps.collect(),
        }],
        metric,
        from,
        to,
        step_ms,
        covered: vec![[from, to]],
    }
}

/// A server that has everything and is of this version.
pub fn server(request: &Request) -> Reply {
    let path = request.path.split('?').next().unwrap_or_default();
    match path {
        paths::HISTORY_COLUMNS => Reply::json(&columns(request, |_| None)),
        paths::ANNOTATIONS => Reply::Now(200, r#"{"annotations":[],"cut":false}"#.into()),
        paths::ME => Reply::Now(200, r#"{"name":"ada","roles":[],"admin":false}"#.into()),
        _ => rejected(ErrorCode::NotFound),
    }
}

/// The answer with this code.
pub fn rejected(code: ErrorCode) -> Reply {
    let message = format!("about {code}");
    Reply::error(code.status(), ApiError { code, message })
}

/// The requests for history, as metric, start and end.
pub fn histories(requests: &[Request]) -> Vec<(String, i64, i64)> {
    let all = requests.iter();
    all.filter(|request| request.path.starts_with(paths::HISTORY_COLUMNS))
        .flat_map(asked)
        .collect()
}
