//! Parameters of addresses that carry what is chosen of a dashboard's variables: `var-NAME=VALUE`, once
//! for each value, and `var-NAME=*` for all.

use super::{ParameterError, QueryWriter, unknown};
use crate::paths;
use crate::variables::{ALL, Choices, MAX_CHOSEN, MAX_VARIABLES, is_name, is_value};

/// The beginning of the name of each parameter.
const PREFIX: &str = "var-";

/// What is chosen, as addresses carry it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VariableParams(pub Choices);

impl VariableParams {
    /// Whether a parameter of this name belongs here.
    pub fn is_one(parameter: &str) -> bool {
        parameter.starts_with(PREFIX)
    }

    /// Takes a decoded pair; false when it is another parameter.
    pub(super) fn take(&mut self, key: &str, value: &str) -> Result<bool, ParameterError> {
        let Some(name) = key.strip_prefix(PREFIX) else {
            return Ok(false);
        };
        let wrong = |message: &str| Err(ParameterError::new(key, message));
        if !is_name(name) {
            return wrong("a variable is named by a-z, then a-z, 0-9 and _");
        }
        if !is_value(value) {
            return wrong("a value has at most 128 characters and no control characters");
        }
        if !self.0.contains_key(name) && self.0.len() == MAX_VARIABLES {
            return wrong("a dashboard has at most 20 variables");
        }
        let values = self.0.entry(name.to_owned()).or_default();
        if values.len() == MAX_CHOSEN {
            return wrong("at most 100 values are chosen");
        }
        if !values.iter().any(|one| one == value) {
            values.push(value.to_owned());
        }
        Ok(true)
    }

    /// Reads decoded pairs, of which nothing else is allowed.
    pub fn parse(pairs: &[(String, String)]) -> Result<VariableParams, ParameterError> {
        let mut read = VariableParams::default();
        for (key, value) in pairs {
            if !read.take(key, value)? {
                return unknown(key, "var-NAME");
            }
        }
        Ok(read)
    }

    /// Reads what can be read of the decoded pairs of a page's address, which carries more.
    pub fn of_page<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> VariableParams {
        let mut read = VariableParams::default();
        for (key, value) in pairs {
            // What makes no sense in a link is passed over, as the rest of a page's address is.
            let _ = read.take(key, value);
        }
        read
    }

    /// The parameters of a page's address, without a question mark.
    pub fn query(&self) -> String {
        let mut query = QueryWriter::new("");
        self.write(&mut query);
        query.finish().trim_start_matches('?').to_owned()
    }

    /// The address of what can be chosen on a dashboard when this is asked for.
    pub fn address(&self, dashboard: &str) -> String {
        let mut query = QueryWriter::new(&paths::dashboard_variables(dashboard));
        self.write(&mut query);
        query.finish()
    }

    pub(super) fn write(&self, query: &mut QueryWriter) {
        for (name, values) in &self.0 {
            let all = values.iter().any(|value| value == ALL);
            let values = if all { &[ALL.to_owned()][..] } else { values };
            for value in values {
                query.push(&format!("{PREFIX}{name}"), value);
            }
        }
    }
}
