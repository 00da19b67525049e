//! What holds for an annotation before it is kept. Pure; every refusal names the JSON path.

use protocol::{Annotation, NewAnnotation};

use crate::dashboards::Invalid;

/// Longest text in characters.
const MAX_TEXT: usize = 500;
/// Longest tag or source in characters.
const MAX_WORD: usize = 64;
/// Tags of one annotation.
const MAX_TAGS: usize = 8;
const DAY_MS: i64 = 86_400_000;
/// How far ahead something may end, in ms.
const MAX_END_MS: i64 = 31 * DAY_MS;

/// The annotation that `new` asks for, still without an id. `name` is the principal's, `keep_ms`
/// how long history is kept.
pub fn read(
    new: NewAnnotation,
    name: &str,
    now_ms: i64,
    keep_ms: i64,
) -> Result<Annotation, Invalid> {
    words("text", &new.text, MAX_TEXT)?;
    let t = new.t.unwrap_or(now_ms);
    rule(t <= now_ms.saturating_add(DAY_MS), "t", || {
        "it is more than a day ahead; it takes ms since the epoch".to_owned()
    })?;
    rule(t >= now_ms.saturating_sub(keep_ms), "t", || {
        "it is before the history that is kept; it takes ms since the epoch".to_owned()
    })?;
    if let Some(to) = new.to {
        rule(to >= t, "to", || format!("it is before `t`, which is {t}"))?;
        rule(to <= now_ms.saturating_add(MAX_END_MS), "to", || {
            "it is more than 31 days ahead; it takes ms since the epoch".to_owned()
        })?;
    }
    rule(new.tags.len() <= MAX_TAGS, "tags", || {
        format!("there are {}; it takes at most {MAX_TAGS}", new.tags.len())
    })?;
    for (place, tag) in new.tags.iter().enumerate() {
        words(&format!("tags[{place}]"), tag, MAX_WORD)?;
    }
    if let Some(source) = &new.source {
        words("source", source, MAX_WORD)?;
    }
    Ok(Annotation {
        id: 0,
        t,
        to: new.to,
        text: new.text,
        tags: new.tags,
        source: new.source.unwrap_or_else(|| name.to_owned()),
    })
}

fn words(path: &str, text: &str, most: usize) -> Result<(), Invalid> {
    rule(!text.trim().is_empty(), path, || "it is empty".to_owned())?;
    rule(!text.chars().any(char::is_control), path, || {
        "it has control characters, such as a new line; it takes one line of text".to_owned()
    })?;
    let length = text.chars().count();
    rule(length <= most, path, || {
        format!("it has {length} characters; it takes at most {most}")
    })
}

fn rule(holds: bool, path: &str, message: impl FnOnce() -> String) -> Result<(), Invalid> {
    if holds {
        return Ok(());
    }
    Err(Invalid {
        path: path.to_owned(),
        message: message(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_176_330_000;

    fn ask(new: NewAnnotation) -> Result<Annotation, String> {
        read(new, "ada", NOW, 7 * DAY_MS).map_err(|invalid| invalid.path)
    }

    fn new() -> NewAnnotation {
        NewAnnotation {
            text: "deployed".into(),
            ..NewAnnotation::default()
        }
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        let least = ask(new()).expect("holds");
        assert_eq!(
            (least.t, least.to, least.source.as_str()),
            (NOW, None, "ada")
        );
        let named = ask(NewAnnotation {
            source: Some("ci".into()),
            t: Some(NOW - 5),
            to: Some(NOW),
            ..new()
        });
        let named = named.expect("holds");
        assert_eq!(
            (named.t, named.to, named.source.as_str()),
            (NOW - 5, Some(NOW), "ci")
        );
    }

    #[test]
    fn refusals_name_the_path() {
        let check = |change: &dyn Fn(&mut NewAnnotation), path: Option<&str>| {
            let mut asked = new();
            change(&mut asked);
            assert_eq!(ask(asked.clone()).err().as_deref(), path, "{asked:?}");
        };
        let text = |text: String| move |n: &mut NewAnnotation| n.text.clone_from(&text);
        check(&text("é".repeat(500)), None);
        check(&text("é".repeat(501)), Some("text"));
        check(&text(String::new()), Some("text"));
        check(&text(" \u{a0} ".into()), Some("text"));
        check(&text("a\nb".into()), Some("text"));
        check(&text("a\u{9b}b".into()), Some("text"));
        check(&text("<script>".into()), None);
        check(&|n| n.t = Some(NOW + DAY_MS), None);
        check(&|n| n.t = Some(NOW + DAY_MS + 1), Some("t"));
        check(&|n| n.t = Some(i64::MAX), Some("t"));
        check(&|n| n.t = Some(NOW - 7 * DAY_MS), None);
        check(&|n| n.t = Some(NOW - 7 * DAY_MS - 1), Some("t"));
        check(&|n| n.t = Some(i64::MIN), Some("t"));
        check(&|n| n.to = Some(NOW), None);
        check(&|n| n.to = Some(NOW - 1), Some("to"));
        check(&|n| n.to = Some(i64::MAX), Some("to"));
        check(&|n| n.tags = vec!["a".into(); 8], None);
        check(&|n| n.tags = vec!["a".into(); 9], Some("tags"));
        check(
            &|n| n.tags = vec!["a".into(), String::new()],
            Some("tags[1]"),
        );
        check(&|n| n.tags = vec!["a".repeat(65)], Some("tags[0]"));
        check(&|n| n.source = Some("\t".into()), Some("source"));
        check(&|n| n.source = Some("a".repeat(65)), Some("source"));
    }
}
