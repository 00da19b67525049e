//! Annotations: notes about a time, such as a deploy. Their text is never markup.

use serde::{Deserialize, Serialize};

/// Most annotations of one answer, and most that a page keeps.
pub const MOST: usize = 500;

/// One annotation.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Grows with every annotation; never used twice.
    pub id: i64,
    /// Time, or start, in ms since the epoch.
    pub t: i64,
    /// End in ms since the epoch; none for a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// One line for people.
    pub text: String,
    /// Words to search for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The author: as given, else the name of the user or token.
    pub source: String,
}

impl Annotation {
    /// End in ms since the epoch; of a moment its time.
    pub fn end(&self) -> i64 {
        self.to.unwrap_or(self.t)
    }
}

/// `POST /api/annotations`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAnnotation {
    /// 1 to 500 characters, no control characters.
    pub text: String,
    /// In ms since the epoch; without it, now. At most a day ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub t: Option<i64>,
    /// In ms since the epoch, not before `t`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// At most eight, of 1 to 64 characters.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub tags: Vec<String>,
    /// 1 to 64 characters; without it the name of the user or token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// `GET /api/annotations`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotations {
    /// Those that touch the requested time, by their start.
    pub annotations: Vec<Annotation>,
    /// Whether there are more than [`MOST`]; then these are the newest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let deploy = Annotation {
            id: 7,
            t: 1_700_000_000_000,
            to: Some(1_700_000_060_000),
            text: "deployed 1.2.3".into(),
            tags: vec!["shop".into()],
            source: "ci".into(),
        };
        let moment = Annotation {
            id: 8,
            to: None,
            tags: Vec::new(),
            ..deploy.clone()
        };
        let all = Annotations {
            annotations: vec![deploy, moment],
            cut: true,
        };
        let json = r#"{"annotations":[{"id":7,"t":1700000000000,"to":1700000060000,"text":"deployed 1.2.3","tags":["shop"],"source":"ci"},{"id":8,"t":1700000000000,"text":"deployed 1.2.3","source":"ci"}],"cut":true}"#;
        assert_eq!(serde_json::to_string(&all).expect("encodes"), json);
        assert_eq!(
            serde_json::from_str::<Annotations>(json).expect("decodes"),
            all
        );
        let new: NewAnnotation = serde_json::from_str(r#"{"text":"x"}"#).expect("decodes");
        assert_eq!(
            serde_json::to_string(&new).expect("encodes"),
            r#"{"text":"x"}"#
        );
        assert!(serde_json::from_str::<NewAnnotation>(r#"{"text":"x","html":1}"#).is_err());
    }
}
