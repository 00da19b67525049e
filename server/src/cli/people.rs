//! `pulseboard user`: people, from the command line; and what the other commands share.

use std::io::{IsTerminal, Read};
use std::sync::Arc;

use crate::access::{Access, Actor, Change, Instance};
use crate::clock;
use crate::config::{Config, variable, without_line_end};
use crate::supervise;
use anyhow::{Context, bail};
use clap::Subcommand;
use protocol::{AuditCode, UserRoles};
use serde_json::json;
use telemetry::Registry;

/// Where a password is read from, before a prompt or standard input.
const PASSWORD: &str = "PULSEBOARD_PASSWORD";

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a user; the password comes from PULSEBOARD_PASSWORD, a prompt, or standard input
    Add {
        /// The user's name
        name: String,
        /// A role of the user; may be given several times
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
    },
    /// List users with their roles
    List,
    /// Give a user exactly these roles
    Set {
        /// The user's name
        name: String,
        /// A role of the user; may be given several times
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
    },
    /// Give a user another password, which is read as for `add`, and end the user's sessions
    Password {
        /// The user's name
        name: String,
    },
    /// Remove a user, with sessions and preferences
    Remove {
        /// The user's name
        name: String,
    },
}

pub async fn user(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Add { name, roles } => {
            let password = password()?;
            let access = access(config).await?;
            access
                .add_user(&name, password, &roles, clock::now_ms())
                .await?;
            let added = Change::new(AuditCode::UserAdded, &name);
            record(&access, added.after(&json!({ "roles": roles }))).await?;
            println!("User {name} is made.");
        }
        UserCommand::List => {
            for user in access(config).await?.users().await? {
                println!("{}\t{}", user.name, user.roles.join(", "));
            }
        }
        UserCommand::Set { name, roles } => {
            let access = access(config).await?;
            let user = access.user(&name).await?;
            access.set_roles(user.id, &roles).await?;
            let (former, next) = (
                user.roles,
                UserRoles {
                    roles: roles.clone(),
                },
            );
            let set = Change::new(AuditCode::UserRolesSet, &user.name);
            let set = set.before(&UserRoles { roles: former }).after(&next);
            record(&access, set).await?;
            println!("User {} has the roles {}.", user.name, roles.join(", "));
        }
        UserCommand::Password { name } => {
            let access = access(config).await?;
            let user = access.user(&name).await?;
            access.reset_password(user.id, password()?).await?;
            record(&access, Change::new(AuditCode::PasswordReset, &user.name)).await?;
            println!("User {} has another password.", user.name);
        }
        UserCommand::Remove { name } => {
            let access = access(config).await?;
            let user = access.user(&name).await?;
            access.remove_user(user.id).await?;
            let removed = Change::new(AuditCode::UserRemoved, &user.name);
            record(&access, removed.before(&json!({ "roles": user.roles }))).await?;
            println!("User {} is removed.", user.name);
        }
    }
    Ok(())
}

/// Records what was done here.
pub(super) async fn record(access: &Access, change: Change) -> anyhow::Result<()> {
    let recorded = access.record(&Actor::command_line(), change).await;
    recorded.context("the change is made, and could not be recorded in the audit log")
}

pub(super) async fn access(config: &Config) -> anyhow::Result<Access> {
    let registry = Arc::new(Registry::new());
    let storage = supervise::open_storage(config, &registry).await?;
    let instance = Instance::load(&storage).await?;
    let access = Access::new(storage, instance, registry, &config.limits, &config.roles);
    access.reload_roles().await?;
    Ok(access)
}

fn password() -> anyhow::Result<String> {
    if let Some(password) = variable(PASSWORD, std::env::var_os(PASSWORD))? {
        return Ok(password);
    }
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Again: ")? != password {
            bail!("the two passwords differ; nothing was changed");
        }
        return Ok(password);
    }
    let mut text = String::new();
    // More than any password may have; what comes after it is of no use.
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut text)
        .context("cannot read the password")?;
    Ok(without_line_end(&text).to_owned())
}
