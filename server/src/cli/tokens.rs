//! `pulseboard token`: tokens of programs, from the command line.

use clap::{Args, Subcommand, ValueEnum};
use protocol::{NewToken, Scope, Token};

use super::people;
use crate::access::Actor;
use crate::clock;
use crate::config::Config;
use anyhow::Context;

/// In ms.
const DAY: i64 = 86_400_000;

#[derive(Subcommand)]
pub enum TokenCommand {
    /// List tokens: number, name, scopes, owner, days until it expires, days since it was used
    List,
    /// Make a token and print its secret, once
    #[command(alias = "create")]
    Add {
        /// What it is for
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "scope", required = true, value_name = "SCOPE")]
        scopes: Vec<ScopeArg>,
        /// The user that it belongs to: `read` and `dashboards` reach as far as this user may
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Change what is given of a token
    Set {
        /// Its number, as `token list` prints it
        id: i64,
        /// What it is for
        #[arg(long)]
        name: Option<String>,
        /// What it may do, exactly; may be given several times
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<ScopeArg>,
        #[command(flatten)]
        about: About,
    },
    /// Revoke a token; requests with it are rejected from then on
    #[command(alias = "revoke")]
    Remove {
        /// Its number, as `token list` prints it
        id: i64,
    },
}

#[derive(Args)]
pub struct About {
    /// One sentence for people
    #[arg(long)]
    description: Option<String>,
    /// Days until it stops working; 0 for never
    #[arg(long = "expires-in-days", value_name = "DAYS",
          value_parser = clap::value_parser!(u32).range(0..=36_600))]
    expires_in_days: Option<u32>,
}

impl About {
    /// The time at which it expires, where that is given.
    fn expires_ms(&self, now_ms: i64) -> Option<Option<i64>> {
        let days = self.expires_in_days?;
        Some((days > 0).then(|| now_ms + i64::from(days) * DAY))
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum ScopeArg {
    Ingest,
    Scrape,
    Read,
    Dashboards,
}

impl From<ScopeArg> for Scope {
    fn from(scope: ScopeArg) -> Scope {
        match scope {
            ScopeArg::Ingest => Scope::Ingest,
            ScopeArg::Scrape => Scope::Scrape,
            ScopeArg::Read => Scope::Read,
            ScopeArg::Dashboards => Scope::Dashboards,
        }
    }
}

pub async fn token(config: &Config, command: TokenCommand) -> anyhow::Result<()> {
    let access = people::access(config).await?;
    let (actor, now_ms) = (Actor::command_line(), clock::now_ms());
    match command {
        TokenCommand::List => {
            for token in access.tokens(None).await? {
                println!("{}", line(&token, now_ms));
            }
        }
        TokenCommand::Add {
            name,
            scopes,
            owner,
            about,
        } => {
            let new = NewToken {
                name,
                owner: owner.clone(),
                expires_ms: about.expires_ms(now_ms).flatten(),
                description: about.description.unwrap_or_default(),
                scopes: scopes.into_iter().map(Into::into).collect(),
            };
            let owner = match owner {
                None => None,
                Some(name) => {
                    let owner = access.owner(&name).await;
                    Some(owner.with_context(|| format!("--owner {name}"))?)
                }
            };
            let token = access
                .add_token(&actor, owner.as_ref(), &new, now_ms)
                .await?;
            println!("{}", token.secret);
        }
        TokenCommand::Set {
            id,
            name,
            scopes,
            about,
        } => {
            let tokens = access.tokens(None).await?;
            let former = tokens.into_iter().find(|token| token.id == id);
            let former = former.with_context(|| unknown(id))?;
            let new = NewToken {
                owner: None,
                name: name.unwrap_or(former.name),
                expires_ms: about.expires_ms(now_ms).unwrap_or(former.expires_ms),
                description: about.description.unwrap_or(former.description),
                scopes: match scopes.is_empty() {
                    true => former.scopes,
                    false => scopes.into_iter().map(Into::into).collect(),
                },
            };
            access.set_token(&actor, None, id, &new, now_ms).await?;
            println!("Token {id} is changed.");
        }
        TokenCommand::Remove { id } => {
            let removed = access.revoke_token(&actor, None, id).await;
            removed.with_context(|| unknown(id))?;
            println!("Token {id} is revoked.");
        }
    }
    Ok(())
}

fn unknown(id: i64) -> String {
    format!("there is no token {id}; `pulseboard token list` lists them")
}

fn line(token: &Token, now_ms: i64) -> String {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
    let owner = token.owner.as_ref().map_or("-", |owner| &owner.name);
    let expires = match token.expires_ms {
        None => "never expires".to_owned(),
        Some(end) if end <= now_ms => "expired".to_owned(),
        Some(end) => format!("expires in {} days", (end - now_ms) / DAY),
    };
    let used = match token.last_used_ms {
        None => "never used".to_owned(),
        Some(used) => format!("used {} days ago", (now_ms - used).max(0) / DAY),
    };
    let (id, name, scopes) = (token.id, &token.name, scopes.join(", "));
    format!(
        "{id}\t{name}\t{scopes}\t{owner}\t{expires}\t{used}\t{}",
        token.description
    )
}
