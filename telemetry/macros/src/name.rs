//! Which names a span may have.
//!
//! Invariant: what is taken here, `telemetry::check_event_name` takes with each suffix behind it.

use syn::LitStr;

/// As `telemetry::MAX_NAME`, which this crate cannot see: telemetry depends on it.
const MAX_NAME: usize = 200;
const LONGEST_SUFFIX: &str = ".exception";

/// Refuses a name that no event can have, at the literal.
pub fn check_span_name(name: &LitStr) -> syn::Result<()> {
    reason(&name.value()).map_or(Ok(()), |reason| {
        Err(syn::Error::new(
            name.span(),
            format!("bad span name: {reason}"),
        ))
    })
}

/// Refuses a metadata key that no tag can have.
pub fn check_key(key: &str, span: proc_macro2::Span) -> syn::Result<()> {
    reason(key).map_or(Ok(()), |reason| {
        Err(syn::Error::new(
            span,
            format!("bad metadata key `{key}`: {reason}"),
        ))
    })
}

fn reason(name: &str) -> Option<String> {
    const LONGEST: usize = MAX_NAME - LONGEST_SUFFIX.len();
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.');
    if name.is_empty() {
        Some("empty".to_owned())
    } else if name.len() > LONGEST {
        Some(format!("longer than {LONGEST} bytes"))
    } else if let Some(bad) = name.chars().find(|&c| !allowed(c)) {
        Some(format!(
            "`{bad}` is not allowed: lower-case letters, digits, `_`, and dots between"
        ))
    } else if name.split('.').any(str::is_empty) {
        Some("a part between dots is empty".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_telemetrys() {
        assert_eq!(MAX_NAME, telemetry::MAX_NAME);
        let rows = [
            "", ".", "a", "a.b", "a..b", ".a", "a.", "A", "a b", "a-b", "größe", "_9.0_", "a\n",
        ];
        let long = "x".repeat(MAX_NAME - LONGEST_SUFFIX.len());
        let longer = format!("{long}x");
        for name in rows.into_iter().chain([long.as_str(), longer.as_str()]) {
            let longest = format!("{name}{LONGEST_SUFFIX}");
            let good = telemetry::check_event_name(&longest).is_ok();
            assert_eq!(reason(name).is_none(), good, "{name:?}");
        }
    }
}
