//! Parameters of `PUT /api/dashboards/{id}`.

use super::{ParameterError, QueryWriter, flag, unknown};
use crate::{Owner, Ownership, paths};

/// What stands before the name of a role.
const ROLE: &str = "role:";

/// Whom a new dashboard belongs to; one that exists keeps its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DashboardParams {
    /// Without it the team, for who has the right to edit its dashboards, and else whoever asks.
    pub owner: Option<Owner>,
    /// Whether everybody who is signed in reads it; without it that of the owner: yes for the team's
    /// and a role's, no for a person's.
    pub shared: Option<bool>,
}

impl DashboardParams {
    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<DashboardParams, ParameterError> {
        let mut read = DashboardParams::default();
        for (key, value) in pairs {
            match key.as_str() {
                "owner" => read.owner = Some(owner(key, value)?),
                "shared" => read.shared = Some(flag(key, value)?),
                _ => return unknown(key, "owner and shared"),
            }
        }
        Ok(read)
    }

    /// Of a dashboard that belongs to these.
    pub fn of(ownership: &Ownership) -> DashboardParams {
        DashboardParams {
            owner: Some(ownership.owner.clone()),
            shared: Some(ownership.shared),
        }
    }

    /// The address of a dashboard with these parameters. A person is whoever asks.
    pub fn address(&self, id: &str) -> String {
        let mut query = QueryWriter::new(&paths::dashboard(id));
        query.push_some(
            "owner",
            self.owner.as_ref().map(|owner| match owner {
                Owner::Team => "team".to_owned(),
                Owner::Role { name } => format!("{ROLE}{name}"),
                Owner::Person { .. } => "me".to_owned(),
            }),
        );
        query.push_some("shared", self.shared.map(u8::from));
        query.finish()
    }
}

fn owner(key: &str, value: &str) -> Result<Owner, ParameterError> {
    match (value, value.strip_prefix(ROLE)) {
        ("team", _) => Ok(Owner::Team),
        ("me", _) => Ok(Owner::Person {
            id: None,
            name: String::new(),
        }),
        (_, Some(name)) if !name.is_empty() => Ok(Owner::Role {
            name: name.to_owned(),
        }),
        _ => Err(ParameterError::new(key, "it takes me, team or role:NAME")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_as_it_was_written() {
        let me = Owner::Person {
            id: None,
            name: String::new(),
        };
        let role = Owner::Role {
            name: "a b&c".into(),
        };
        for (owner, shared) in [
            (None, None),
            (Some(Owner::Team), Some(true)),
            (Some(me), Some(false)),
            (Some(role), None),
        ] {
            let params = DashboardParams { owner, shared };
            let address = params.address("d");
            let query = address.split_once('?').map_or("", |(_, query)| query);
            let pairs: Vec<(String, String)> = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| {
                    let value = value.replace("%20", " ").replace("%26", "&");
                    (key.to_owned(), value.replace("%3A", ":"))
                })
                .collect();
            assert_eq!(DashboardParams::parse(&pairs), Ok(params), "{address}");
        }
        for (key, value, parameter) in [
            ("owner", "ada", "owner"),
            ("owner", "role:", "owner"),
            ("shared", "yes", "shared"),
            ("x", "1", "x"),
        ] {
            let pairs = [(key.to_owned(), value.to_owned())];
            let found = DashboardParams::parse(&pairs).expect_err("rejected");
            assert_eq!(found.parameter, parameter);
        }
    }
}
