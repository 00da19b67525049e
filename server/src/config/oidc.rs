//! `[oidc]`: the provider of OpenID Connect that people may sign in with.
//!
//! Invariant: nobody gets a role from a provider that the configuration does not give to one of their
//! groups, or to everybody.

use std::collections::BTreeMap;
use std::fmt;

use protocol::is_role_name;
use serde::Deserialize;

use super::site_url::site_url;

/// Most groups that are given roles.
const MAX_GROUPS: usize = 1_000;
/// Longest text in bytes.
const MAX_TEXT: usize = 512;
/// Longest word for the provider on the button.
const MAX_NAME: usize = 40;

/// A provider, and what its groups mean here.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// What it is called on the sign-in page.
    #[serde(default = "default_name")]
    pub name: String,
    /// Its address, as it stands in its tokens; `/.well-known/openid-configuration` is below it.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// By which it knows this server; empty for a public client.
    #[serde(default)]
    pub client_secret: String,
    /// What to ask for beside `openid`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// The claim that becomes the user's name.
    #[serde(default = "default_name_claim")]
    pub name_claim: String,
    /// The claim that lists groups.
    #[serde(default = "default_groups_claim")]
    pub groups_claim: String,
    /// Roles of everybody whom the provider knows.
    #[serde(default)]
    pub default_roles: Vec<String>,
    /// Roles by group.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<String>>,
}

/// Without the secret.
impl fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("OidcConfig");
        shown
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id);
        shown.finish_non_exhaustive()
    }
}

fn default_name() -> String {
    "single sign-on".to_owned()
}

fn default_scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

fn default_name_claim() -> String {
    "preferred_username".to_owned()
}

fn default_groups_claim() -> String {
    "groups".to_owned()
}

impl OidcConfig {
    /// What is wrong: the key in the table, and a sentence.
    pub(super) fn problem(&self) -> Option<(String, String)> {
        let wrong = |key: &str, message: String| Some((key.to_owned(), message));
        let named = [
            ("name", &self.name, MAX_NAME),
            ("issuer", &self.issuer, MAX_TEXT),
            ("client_id", &self.client_id, MAX_TEXT),
            ("name_claim", &self.name_claim, MAX_TEXT),
            ("groups_claim", &self.groups_claim, MAX_TEXT),
        ];
        for (key, text, most) in named {
            if text.is_empty() || text.len() > most || text.chars().any(char::is_control) {
                return wrong(
                    key,
                    format!("1 to {most} bytes, without control characters"),
                );
            }
        }
        // A path may follow the origin.
        let origin = url::Url::parse(&self.issuer).map_err(|error| error.to_string());
        let origin = origin.map(|url| url.origin().ascii_serialization());
        if let Err(problem) = origin.and_then(|origin| site_url(&origin).map_err(str::to_owned)) {
            return wrong("issuer", format!("`{}` {problem}", self.issuer));
        }
        if let Some(scope) = self.scopes.iter().find(|scope| !is_word(scope)) {
            return wrong("scopes", format!("`{scope}` is no scope"));
        }
        if self.roles.len() > MAX_GROUPS {
            return wrong("roles", format!("there are more than {MAX_GROUPS} groups"));
        }
        let of_groups = self.roles.iter().flat_map(|(group, roles)| {
            let key = format!("roles.{group}");
            roles.iter().map(move |role| (key.clone(), role))
        });
        let of_all = self.default_roles.iter();
        let of_all = of_all.map(|role| ("default_roles".to_owned(), role));
        let (key, role) = of_all
            .chain(of_groups)
            .find(|(_, role)| !is_role_name(role))?;
        let message = format!("`{role}` is no role: 1 to 64 of the letters a-z, 0-9, - and _");
        Some((key, message))
    }

    /// The roles of somebody in these groups, each once.
    pub fn roles_of(&self, groups: &[String]) -> Vec<String> {
        let of_groups = groups.iter().filter_map(|group| self.roles.get(group));
        let mut roles: Vec<String> = Vec::new();
        for role in self.default_roles.iter().chain(of_groups.flatten()) {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        roles
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TEXT && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> OidcConfig {
        let needed = "issuer = 'https://id.example/realm'\nclient_id = 'pulseboard'\n";
        toml::from_str(&format!("{needed}{toml}")).expect("reads")
    }

    #[test]
    fn roles_are_of_everybody_and_of_groups_once_each() {
        let config = read(
            "default_roles = ['viewer']\n[roles]\nstaff = ['ops', 'viewer']\nowners = ['admin', 'ops']",
        );
        assert_eq!(config.problem(), None);
        let roles = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            config.roles_of(&groups).join(" ")
        };
        assert_eq!(roles(&[]), "viewer");
        assert_eq!(roles(&["unknown", "Staff"]), "viewer");
        assert_eq!(roles(&["owners", "staff"]), "viewer admin ops");
        assert!(read("").roles_of(&["staff".to_owned()]).is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |toml: &str, key: &str| {
            let found = read(toml).problem().map(|(key, _)| key);
            assert_eq!(found.as_deref(), Some(key), "{toml}");
        };
        check("name = ''", "name");
        check("name_claim = \"a\\nb\"", "name_claim");
        check("scopes = ['a b']", "scopes");
        check("default_roles = ['Admin']", "default_roles");
        check("roles = { staff = ['a b'] }", "roles.staff");
        for issuer in ["id.example", "ftp://id.example", "/x"] {
            let config = OidcConfig {
                issuer: issuer.to_owned(),
                ..read("")
            };
            assert_eq!(
                config.problem().map(|(key, _)| key).as_deref(),
                Some("issuer"),
                "{issuer}"
            );
        }
    }
}
