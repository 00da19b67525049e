//! What a role sees, as options of the command line.
//!
//! Invariant: a condition belongs to the metric, category or pattern that stands before it.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use protocol::Grant;

const METRIC: &str = "metric";
const CATEGORY: &str = "category";
const PATTERN: &str = "pattern";
const WHERE: &str = "where";

/// In the order in which they are given.
#[derive(Debug)]
pub struct Grants(pub Vec<Grant>);

/// What one option says.
enum Said {
    Grant(Grant),
    Condition(String, String),
}

impl Args for Grants {
    fn augment_args(command: Command) -> Command {
        let option = |name: &'static str, value: &'static str, help: &'static str| {
            let arg = Arg::new(name).long(name).value_name(value).help(help);
            arg.action(ArgAction::Append)
        };
        command
            .arg(option(
                METRIC,
                "NAME",
                "A metric that it sees, by its whole name; may be given several times",
            ))
            .arg(option(
                CATEGORY,
                "CATEGORY",
                "A category of metrics that it sees; may be given several times",
            ))
            .arg(option(
                PATTERN,
                "PATTERN",
                "Names of metrics that it sees, with * for any text; may be given several times",
            ))
            .arg(option(
                WHERE,
                "TAG=VALUE",
                "Only series with this tag value, with * for any text, of what stands before it; may \
                 be given several times",
            ))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Grants {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Grants, Error> {
        let mut said = Vec::new();
        for (name, read) in [
            (
                METRIC,
                (|text| Ok(Said::Grant(Grant::metric(text)))) as Read,
            ),
            (CATEGORY, |text| Ok(Said::Grant(Grant::category(text)))),
            (PATTERN, |text| Ok(Said::Grant(Grant::pattern(text)))),
            (WHERE, condition),
        ] {
            let places = matches.indices_of(name).into_iter().flatten();
            let texts = matches.get_many::<String>(name).into_iter().flatten();
            for (place, text) in places.zip(texts) {
                said.push((place, read(text)?));
            }
        }
        said.sort_by_key(|(place, _)| *place);
        let mut grants: Vec<Grant> = Vec::new();
        for (_, said) in said {
            match (said, grants.last_mut()) {
                (Said::Grant(grant), _) => grants.push(grant),
                (Said::Condition(tag, value), Some(grant)) => {
                    if grant.conditions.contains_key(&tag) {
                        return Err(wrong(format!("--where {tag}=…: the tag is given twice")));
                    }
                    grant.conditions.insert(tag, value);
                }
                (Said::Condition(tag, _), None) => {
                    return Err(wrong(format!(
                        "--where {tag}=…: it comes after the metric, category or pattern that it \
                         limits"
                    )));
                }
            }
        }
        Ok(Grants(grants))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Grants::from_arg_matches(matches)?;
        Ok(())
    }
}

type Read = fn(&str) -> Result<Said, Error>;

fn condition(text: &str) -> Result<Said, Error> {
    let (tag, value) = text
        .split_once('=')
        .ok_or_else(|| wrong(format!("--where {text}: it takes TAG=VALUE")))?;
    Ok(Said::Condition(tag.to_owned(), value.to_owned()))
}

fn wrong(message: String) -> Error {
    Error::raw(ErrorKind::ValueValidation, format!("{message}\n"))
}

/// A grant as the list of roles prints it.
pub fn text(grant: &Grant) -> String {
    let mut text = match (&grant.metric, &grant.category, &grant.pattern) {
        (Some(name), ..) => name.clone(),
        (_, Some(category), _) => format!("category {category}"),
        (.., Some(pattern)) => pattern.clone(),
        (None, None, None) => String::new(),
    };
    let mut word = " where";
    for (tag, value) in &grant.conditions {
        text = format!("{text}{word} {tag}={value}");
        word = " and";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<Grant>, String> {
        let command = Grants::augment_args(Command::new("role").no_binary_name(true));
        let matches = command.try_get_matches_from(line.split_whitespace());
        let read = matches.and_then(|matches| Grants::from_arg_matches(&matches));
        read.map(|Grants(grants)| grants)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_condition_limits_what_stands_before_it() {
        for (line, want, said) in [
            ("", vec![], vec![]),
            (
                "--pattern http.* --where service=shop --where host=a* --metric db.queries",
                vec![
                    Grant::pattern("http.*")
                        .with("service", "shop")
                        .with("host", "a*"),
                    Grant::metric("db.queries"),
                ],
                vec!["http.* where host=a* and service=shop", "db.queries"],
            ),
            (
                "--category db --where=query=a=b --pattern * --where host=",
                vec![
                    Grant::category("db").with("query", "a=b"),
                    Grant::pattern("*").with("host", ""),
                ],
                vec!["category db where query=a=b", "* where host="],
            ),
        ] {
            let grants = read(line).expect(line);
            assert_eq!(grants, want, "{line}");
            assert_eq!(grants.iter().map(text).collect::<Vec<_>>(), said);
        }
    }

    #[test]
    fn a_condition_that_makes_no_sense_is_named() {
        for (line, want) in [
            ("--where a=b --metric x", "--where a=…: it comes after"),
            ("--metric x --where a", "--where a: it takes TAG=VALUE"),
            (
                "--metric x --where a=b --where a=c",
                "--where a=…: the tag is given twice",
            ),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(want), "{line}: {error}");
        }
    }
}
