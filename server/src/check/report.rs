//! Findings as text for people and as JSON for programs.

use std::fmt::Write as _;

use super::{Finding, Subject};

/// One line a finding, as compilers write them, and a last line that sums up.
pub fn text(findings: &[Finding], subject: Option<&Subject>) -> String {
    let mut text = String::new();
    for finding in findings {
        let Finding {
            file,
            line,
            path,
            message,
            ..
        } = finding;
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, "{file}:");
        if let Some(line) = line {
            let _ = write!(text, "{line}:");
        }
        if !path.is_empty() {
            let _ = write!(text, " {path}:");
        }
        let _ = writeln!(text, " {message}");
    }
    let (count, s) = match findings.len() {
        0 => ("no".to_owned(), "s"),
        1 => ("1".to_owned(), ""),
        more => (more.to_string(), "s"),
    };
    let _ = write!(text, "{count} finding{s}");
    if let Some(subject) = subject {
        let contracts = subject.contracts.iter().map(|(_, contract)| contract);
        let events: usize = contracts.map(|contract| contract.events().len()).sum();
        let configured = subject.configured.iter().flat_map(|(_, metrics)| metrics);
        let _ = write!(
            text,
            " in {} events, {} metrics, {} dashboards",
            events + subject.built_in.events().len(),
            subject.built_in_metrics.len() + configured.count(),
            subject.dashboards.len()
        );
    }
    text.push('\n');
    text
}

/// An array of findings.
pub fn json(findings: &[Finding]) -> String {
    let mut json = serde_json::to_string_pretty(findings).expect("texts and numbers encode");
    json.push('\n');
    json
}
