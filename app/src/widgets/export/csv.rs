//! A chart as a CSV file, by RFC 4180. Invariant: no cell is a formula to a spreadsheet, whatever
//! a label says, and numbers are written so that they read back equal.

use crate::widgets::time_chart::points::Columns;

/// The file: times as ISO 8601 (by `iso`) and in ms since the epoch, then a column a line, in the
/// metric's own unit, which its heading has: `/checkout [ms]`. Of bars the time is their end, and a
/// column has how long they are, in ms. A line without a point at a time has an empty cell.
pub fn csv(columns: &Columns, units: &[String], iso: impl Fn(f64) -> String) -> String {
    let span_ms = Some(columns.span_ms).filter(|span_ms| *span_ms > 0);
    let mut text = String::from("time,ms");
    if span_ms.is_some() {
        text += ",span_ms";
    }
    for (index, label) in columns.labels.iter().enumerate() {
        text.push(',');
        text += &match units.get(index).filter(|unit| !unit.is_empty()) {
            Some(unit) => cell(&format!("{label} [{unit}]")),
            None => cell(label),
        };
    }
    text += "\r\n";
    for row in &columns.rows {
        text += &iso(row.t as f64);
        text.push(',');
        text += &row.t.to_string();
        if let Some(span_ms) = span_ms {
            text += &format!(",{span_ms}");
        }
        for value in &row.values {
            text.push(',');
            if value.is_finite() {
                text += &value.to_string();
            }
        }
        text += "\r\n";
    }
    text
}

/// A text as a cell: in quotes where it must be, and behind an apostrophe where a spreadsheet
/// would calculate it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = match formula {
        true => format!("'{text}"),
        false => text.to_string(),
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// A name for a file about a widget of this title, in small letters, at a time in ISO 8601: `cpu-by-core-20261120T110541Z.csv`.
pub fn file_name(title: &str, iso: &str, extension: &str) -> String {
    let mut name = String::new();
    for c in title.chars().take(60) {
        match c {
            c if c.is_alphanumeric() => name.push(c),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { "chart" } else { name };
    let seconds = iso.split('.').next().unwrap_or_default();
    let time: String = seconds.chars().filter(|c| c.is_alphanumeric()).collect();
    match time.is_empty() {
        true => format!("{name}.{extension}"),
        false => format!("{name}-{time}Z.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widgets::time_chart::points::Row;

    fn columns(labels: &[&str], rows: &[(i64, &[f64])]) -> Columns {
        Columns {
            labels: labels.iter().map(|l| (*l).to_string()).collect(),
            rows: rows
                .iter()
                .map(|(t, values)| Row {
                    t: *t,
                    values: values.to_vec(),
                })
                .collect(),
            span_ms: 0,
        }
    }

    #[test]
    fn rows_and_gaps() {
        let iso = |t: f64| format!("T{t}");
        assert_eq!(csv(&columns(&[], &[]), &[], iso), "time,ms\r\n");
        let two = columns(
            &["used", "free"],
            &[
                (1_000, &[0.0, f64::NAN]),
                (2_000, &[-1.5, f64::INFINITY]),
                (3_000, &[0.1 + 0.2, 1e21]),
            ],
        );
        let units = ["ms".to_string(), String::new()];
        let want = "time,ms,used [ms],free\r\nT1000,1000,0,\r\nT2000,2000,-1.5,\r\n\
                    T3000,3000,0.30000000000000004,1000000000000000000000\r\n";
        assert_eq!(csv(&two, &units, iso), want);
        let bars = Columns {
            span_ms: 15_000,
            ..columns(&["hits"], &[(15_000, &[2.0])])
        };
        let want = "time,ms,span_ms,hits\r\nT15000,15000,15000,2\r\n";
        assert_eq!(csv(&bars, &[], iso), want);
    }

    #[test]
    fn cells_are_texts() {
        for (text, want) in [
            ("", ""),
            ("p99", "p99"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\t=1", "'\t=1"),
            (
                "=HYPERLINK(\"x\",\"y\")",
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
            ),
        ] {
            assert_eq!(cell(text), want, "{text}");
        }
    }

    #[test]
    fn file_names() {
        let iso = "2026-11-20T11:05:41.000Z";
        for (title, want) in [
            ("CPU by core", "cpu-by-core-20261120T110541Z.csv"),
            ("../../etc/passwd", "etc-passwd-20261120T110541Z.csv"),
            ("Größe (%)", "größe-20261120T110541Z.csv"),
            ("", "chart-20261120T110541Z.csv"),
            ("///", "chart-20261120T110541Z.csv"),
        ] {
            assert_eq!(file_name(&title.to_lowercase(), iso, "csv"), want);
        }
        assert_eq!(file_name("a", "", "png"), "a.png");
        assert!(file_name(&"x".repeat(900), iso, "csv").len() < 100);
    }
}
