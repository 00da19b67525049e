//! `pulseboard user`: people, from the command line; and what the other commands share.

use std::io::{IsTerminal, Read};
use std::sync::Arc;

use crate::access::{Access, Actor, Change, Instance};
use crate::clock;
use crate::config::{Config, variable, without_line_end};
use crate::supervise;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use protocol::{AuditCode, NewInvitation, UserRoles, paths};
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
    /// Change a user: roles, whether the user can sign in, the second factor
    Set(SetArgs),
    /// Make a one-time link by which somebody becomes a user with these roles, and print it
    Invite {
        /// A role of the user; may be given several times
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
        /// For whom it is
        #[arg(long, default_value = "")]
        note: String,
        /// How long it works [default: limits.invitation_hours]
        #[arg(long)]
        hours: Option<u32>,
    },
    /// Make a one-time link by which a user chooses another password, and print it
    ResetLink {
        /// The user's name
        name: String,
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

#[derive(Args)]
pub struct SetArgs {
    /// The user's name
    name: String,
    #[command(flatten)]
    change: SetChange,
}

/// At least one.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct SetChange {
    /// Exactly these roles; may be given several times
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// The user cannot sign in any more; all sessions end
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// The user can sign in again
    #[arg(long)]
    enable: bool,
    /// Take the second factor away, of a user who lost the device
    #[arg(long)]
    no_second_factor: bool,
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
                let disabled = if user.disabled { "\tdisabled" } else { "" };
                println!("{}\t{}{disabled}", user.name, user.roles.join(", "));
            }
        }
        UserCommand::Set(SetArgs { name, change }) => set(config, &name, change).await?,
        UserCommand::Invite { roles, note, hours } => {
            let access = access(config).await?;
            let new = NewInvitation { roles, note, hours };
            let link = access.add_invitation(&new, None, clock::now_ms()).await?;
            let made = Change::new(AuditCode::InvitationMade, link.id.to_string());
            record(&access, made.after(&new)).await?;
            println!("{}{}", url(config), paths::invitation_page(&link.secret));
        }
        UserCommand::ResetLink { name } => {
            let access = access(config).await?;
            let user = access.user(&name).await?;
            let link = access
                .add_reset_link(user.id, None, clock::now_ms())
                .await?;
            record(&access, Change::new(AuditCode::ResetLinkMade, user.name)).await?;
            println!("{}{}", url(config), paths::reset_page(&link.secret));
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

async fn set(config: &Config, name: &str, change: SetChange) -> anyhow::Result<()> {
    let access = access(config).await?;
    let user = access.user(name).await?;
    let (id, name) = (user.id, user.name);
    if !change.roles.is_empty() {
        let next = UserRoles {
            roles: change.roles,
        };
        access.set_roles(id, &next.roles).await?;
        let set = Change::new(AuditCode::UserRolesSet, &name);
        let set = set.before(&UserRoles { roles: user.roles }).after(&next);
        record(&access, set).await?;
        println!("User {name} has the roles {}.", next.roles.join(", "));
    }
    if change.disable {
        access.set_disabled(id, Some(clock::now_ms())).await?;
        record(&access, Change::new(AuditCode::UserDisabled, &name)).await?;
        println!("User {name} is disabled.");
    }
    if change.enable {
        access.set_disabled(id, None).await?;
        record(&access, Change::new(AuditCode::UserEnabled, &name)).await?;
        println!("User {name} is enabled.");
    }
    if change.no_second_factor {
        access.remove_second_factor(id).await?;
        record(&access, Change::new(AuditCode::SecondFactorOff, &name)).await?;
        println!("User {name} has no second factor.");
    }
    Ok(())
}

/// How browsers reach the server, as far as the configuration says.
fn url(config: &Config) -> String {
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let origin = config.public_url.clone();
    let origin = origin.unwrap_or_else(|| format!("{scheme}://{}", config.addr));
    format!("{origin}{}", config.base_path)
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
