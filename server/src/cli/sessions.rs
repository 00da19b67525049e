//! `pulseboard session`: where people are signed in, and the end of it.

use anyhow::bail;
use clap::{Args, Subcommand};
use protocol::AuditCode;

use super::people::{access, record};
use crate::access::Change;
use crate::clock;
use crate::config::Config;

#[derive(Subcommand)]
pub enum SessionCommand {
    /// List sessions: id, user, browser, address, and when they were last seen, in ms since the epoch
    List {
        /// Of this user alone
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
    /// End a session, or all of a user, with their open streams
    Remove(RemoveArgs),
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct RemoveArgs {
    /// Its id, as `session list` prints it
    id: Option<String>,
    /// All sessions of this user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

pub async fn session(config: &Config, command: SessionCommand) -> anyhow::Result<()> {
    let access = access(config).await?;
    match command {
        SessionCommand::List { user } => {
            let user = match user {
                Some(name) => Some(access.user(&name).await?.id),
                None => None,
            };
            for one in access.sessions(user, None, clock::now_ms()).await? {
                let (id, user, device, address) = (one.id, one.user, one.device, one.address);
                println!("{id}\t{user}\t{device}\t{address}\t{}", one.last_seen_ms);
            }
        }
        SessionCommand::Remove(RemoveArgs { id: Some(id), .. }) => {
            let Some(user) = access.end_session(None, &id).await? else {
                bail!("there is no session {id}; `pulseboard session list` lists them");
            };
            let user = access.user_by_id(user).await?;
            record(&access, Change::new(AuditCode::SessionEnded, user.name)).await?;
            println!("Session {id} is ended.");
        }
        SessionCommand::Remove(RemoveArgs { user, .. }) => {
            let user = access.user(&user.unwrap_or_default()).await?;
            let ended = access.end_sessions_of(user.id, None).await?;
            record(&access, Change::new(AuditCode::SessionEnded, &user.name)).await?;
            println!("{ended} sessions of {} are ended.", user.name);
        }
    }
    Ok(())
}
