//! Metrics out of a file: the same one that the server reads.
//!
//! Invariant: a definition means here what it means to the server, or is refused. What the server
//! refuses for other reasons than the definition itself, such as a name that one of its built-in
//! metrics has, is taken here: this side knows no built-in ones.

use serde::Deserialize;

use crate::{ListError, Metric, MetricList};

/// Why there are no metrics.
#[derive(Debug, thiserror::Error)]
pub enum MetricsFileError {
    /// Not TOML, or a field of a metric that is unknown, missing or of another type. Several
    /// lines: where, and what.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A definition that makes no sense, or a name that stands there twice.
    #[error(transparent)]
    List(#[from] ListError),
}

/// The `[[metrics]]` of a `pulseboard.toml`. The rest of the file is the server's, and is not
/// looked at.
///
/// ```
/// let metrics = telemetry::metrics_from_toml(r#"
///     addr = "127.0.0.1:3000"
///
///     [[metrics]]
///     name = "shop.db.query.duration"
///     kind = "summary"
///     event = "shop.db.query.stop"
///     measurement = "duration"
///     tags = ["query"]
///     unit = "second"
/// "#)?;
/// assert_eq!(metrics[0].name, "shop.db.query.duration");
/// # Ok::<(), telemetry::MetricsFileError>(())
/// ```
pub fn metrics_from_toml(text: &str) -> Result<Vec<Metric>, MetricsFileError> {
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        metrics: Vec<Metric>,
    }
    let file: File = toml::from_str(text)?;
    MetricList::new(file.metrics.clone())?;
    Ok(file.metrics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_named() {
        let check = |text: &str, parts: &[&str]| {
            let error = metrics_from_toml(text).expect_err("refused").to_string();
            for part in parts {
                assert!(error.contains(part), "{error}");
            }
        };
        let metric = "[[metrics]]\nname = \"a.b\"\nkind = \"sum\"\nevent = \"a\"\n";
        check("metrics", &["line 1"]);
        check("metrics = 3", &["line 1"]);
        check(
            &format!("{metric}mesurement = \"b\""),
            &["line 5", "mesurement"],
        );
        check(metric, &["`a.b`", "measurement"]);
        let whole = format!("{metric}measurement = \"b\"\n");
        check(&format!("{whole}{whole}"), &["`a.b`", "twice"]);
        assert_eq!(metrics_from_toml(&whole).expect("a metric").len(), 1);
        assert_eq!(metrics_from_toml("").expect("none"), []);
    }
}
