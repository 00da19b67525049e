//! A chart in words, for who does not see it: the values of now, their range, and where they go.

use charts::Point;

/// Share of the range by which a mean must differ to be more than noise, and of the largest value that
/// the range of what is steady may be.
const STEADY: f64 = 0.1;
/// Share of the largest value up to which a range is too small for a direction.
const FLAT: f64 = 0.02;
/// Most lines in the text; more are counted.
const MAX_LINES: usize = 8;
/// Of fewer values nobody knows where they go.
const FEW: usize = 3;

/// Where the values of a line go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// The last third is above the first.
    Rising,
    /// The last third is below the first.
    Falling,
    /// It stays about the same.
    Steady,
    /// It comes back to where it was.
    UpAndDown,
}

/// One line in words.
#[derive(Clone, Debug, PartialEq)]
pub struct LineSummary {
    /// What it is called.
    pub label: String,
    /// Its value of now, with its unit.
    pub now: String,
    /// Least and most of the time shown; none without values.
    pub range: Option<[String; 2]>,
    /// Where it goes; not said of less than [`FEW`] values.
    pub trend: Option<Trend>,
}

/// The mean of the last third of the time that has values against that of its first, by the range of all.
pub fn trend(points: &[Point]) -> Option<Trend> {
    let finite = || points.iter().filter(|p| p.v.is_finite());
    let [from_ms, to_ms] = [finite().next()?.t, finite().next_back()?.t];
    let third = (to_ms - from_ms) / 3.0;
    if finite().count() < FEW {
        return None;
    }
    let mean = |wanted: &dyn Fn(f64) -> bool| {
        let values = finite().filter(|p| wanted(p.t)).map(|p| p.v);
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
        sum / count
    };
    let values = || finite().map(|p| p.v);
    let range = values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min);
    let size = values().map(f64::abs).fold(0.0, f64::max);
    let by = mean(&|t| t > to_ms - third) - mean(&|t| t <= from_ms + third);
    let trend = match by / range {
        _ if range <= size * FLAT => Trend::Steady,
        share if share > STEADY => Trend::Rising,
        share if share < -STEADY => Trend::Falling,
        _ if range > size * STEADY => Trend::UpAndDown,
        _ => Trend::Steady,
    };
    Some(trend)
}

/// What a chart over time is called: a title may say already that it is over time.
pub fn over_time(title: &str) -> String {
    match title.trim_end().to_ascii_lowercase().ends_with("over time") {
        true => title.trim_end().to_string(),
        false => format!("{title} over time"),
    }
}

/// All of it in sentences.
pub fn sentences(lines: &[LineSummary]) -> String {
    let mut text = String::new();
    for line in lines.iter().take(MAX_LINES) {
        text += &line.label;
        text += ": ";
        text += &line.now;
        if let Some([least, most]) = line.range.as_ref().filter(|[least, most]| least != most) {
            text += &format!(", from {least} to {most}");
        }
        text += match line.trend {
            None => "",
            Some(Trend::Rising) => ", rising",
            Some(Trend::Falling) => ", falling",
            Some(Trend::Steady) => ", steady",
            Some(Trend::UpAndDown) => ", going up and down",
        };
        text += ". ";
    }
    let more = lines.len().saturating_sub(MAX_LINES);
    if more > 0 {
        text += &format!("And {more} more.");
    }
    text.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trends() {
        let check = |values: &[f64], want: Option<Trend>| {
            let each = values.iter().enumerate();
            let points: Vec<Point> = each.map(|(i, v)| Point { t: i as f64, v: *v }).collect();
            assert_eq!(trend(&points), want, "{values:?}");
        };
        let [none, nan] = [f64::INFINITY, f64::NAN];
        check(&[], None);
        check(&[5.0], None);
        check(&[1.0, nan, none, 4.0], None);
        check(&[nan, nan], None);
        let check = |values: &[f64], want| check(values, Some(want));
        check(&[0.0, 0.0, 0.0, 0.0], Trend::Steady);
        // What began late is steady or not by its own time.
        check(&[nan, nan, nan, nan, 1.0, 2.0, 3.0], Trend::Rising);
        check(&[nan, nan, nan, nan, 2.0, 2.0, 2.0], Trend::Steady);
        check(&[1.0, 2.0, 3.0, 4.0], Trend::Rising);
        check(&[4.0, 3.0, 2.0, 1.0], Trend::Falling);
        check(&[1.0, 1.0, 9.0, 9.0, 1.0, 1.0], Trend::UpAndDown);
        check(&[2.1, 2.2, 2.1, 100.0, 2.2, 2.1], Trend::UpAndDown);
        check(&[-5.0, 5.0, -5.0, 5.0, -5.0, 5.0], Trend::UpAndDown);
        check(&[99.0, 100.0, 98.0, 99.5, 100.0, 98.0], Trend::Steady);
    }

    #[test]
    fn over_time_is_said_once() {
        for (title, want) in [
            ("CPU", "CPU over time"),
            ("CPU over time", "CPU over time"),
            ("Memory Over Time ", "Memory Over Time"),
            ("", " over time"),
        ] {
            assert_eq!(over_time(title), want);
        }
    }

    #[test]
    fn in_words() {
        let line = |label: &str, range: bool, trend| LineSummary {
            label: label.into(),
            now: "2 ms".into(),
            range: range.then(|| ["1 ms".into(), "4 ms".into()]),
            trend: Some(trend),
        };
        let now = LineSummary {
            range: Some(["2 ms".into(), "2 ms".into()]),
            trend: None,
            ..line("p50", true, Trend::Steady)
        };
        let same = LineSummary {
            trend: Some(Trend::Steady),
            ..now.clone()
        };
        for (lines, want) in [
            (vec![], ""),
            (vec![now], "p50: 2 ms."),
            (vec![same], "p50: 2 ms, steady."),
            (
                vec![line("p50", true, Trend::Rising)],
                "p50: 2 ms, from 1 ms to 4 ms, rising.",
            ),
            (
                vec![
                    line("a", false, Trend::Falling),
                    line("b", true, Trend::Steady),
                ],
                "a: 2 ms, falling. b: 2 ms, from 1 ms to 4 ms, steady.",
            ),
        ] {
            assert_eq!(sentences(&lines), want);
        }
        let many = vec![line("a", false, Trend::Steady); 24];
        assert!(sentences(&many).ends_with("And 16 more."));
    }
}
