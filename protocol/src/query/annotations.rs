//! Parameters of `GET /api/annotations`.

use super::{ParameterError, QueryTime, QueryWriter, unknown};
use crate::paths;

/// Over which time annotations are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnotationParams {
    /// Start; without it five minutes before now.
    pub from: QueryTime,
    /// End; none without it, since annotations may lie in the future.
    pub to: Option<QueryTime>,
}

impl Default for AnnotationParams {
    fn default() -> Self {
        AnnotationParams {
            from: QueryTime::before_now(300_000),
            to: None,
        }
    }
}

impl AnnotationParams {
    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<AnnotationParams, ParameterError> {
        let mut read = AnnotationParams::default();
        for (key, value) in pairs {
            match key.as_str() {
                "from" => read.from = QueryTime::read(key, value)?,
                "to" => read.to = Some(QueryTime::read(key, value)?),
                _ => return unknown(key, "from and to"),
            }
        }
        Ok(read)
    }

    /// The first and the last ms of the time, both inclusive; an error when they are reversed.
    pub fn span(&self, now_ms: i64) -> Result<(i64, i64), ParameterError> {
        let from = self.from.absolute(now_ms);
        let to = self.to.map_or(i64::MAX, |to| to.absolute(now_ms));
        if from > to {
            return Err(ParameterError::new("from", "it must not be after `to`"));
        }
        Ok((from, to))
    }

    /// The address with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::ANNOTATIONS);
        query.push("from", self.from);
        query.push_some("to", self.to);
        query.finish()
    }
}

/// Which annotations an admin clears up: those by one author.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClearParams {
    /// The name of the user or token that made them.
    pub author: String,
}

impl ClearParams {
    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<ClearParams, ParameterError> {
        let mut read = ClearParams::default();
        for (key, value) in pairs {
            match key.as_str() {
                "author" => read.author.clone_from(value),
                _ => return unknown(key, "author"),
            }
        }
        if read.author.is_empty() {
            let message = "missing: the name of the user or token that made them";
            return Err(ParameterError::new("author", message));
        }
        Ok(read)
    }

    /// The address with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::ANNOTATIONS);
        query.push("author", &self.author);
        query.finish()
    }
}
