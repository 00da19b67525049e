//! `pulseboard role`: roles that admins make, from the command line.

use clap::{Args, Subcommand};
use protocol::{AuditCode, Right, Role};

use super::grants::{Grants, text};
use super::people;
use crate::access::Change;
use crate::config::Config;

#[derive(Subcommand)]
pub enum RoleCommand {
    /// List roles, and which metrics those see that admins made
    List,
    /// Make a role
    Add(RoleArgs),
    /// Change what a role sees: exactly what is given
    Set(RoleArgs),
    /// Remove a role that nobody has
    Remove {
        /// The role's name
        name: String,
    },
}

#[derive(Args)]
pub struct RoleArgs {
    /// The role's name: of the letters a-z, 0-9, - and _
    name: String,
    /// One sentence for people
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    grants: Grants,
    /// Something that its people may do; may be given several times
    #[arg(long = "right", value_name = "RIGHT", value_parser = right)]
    rights: Vec<Right>,
    /// A dashboard that people open who are not signed in, by its id; for the role guest alone, may be
    /// given several times
    #[arg(long = "dashboard", value_name = "ID")]
    dashboards: Vec<String>,
}

fn right(name: &str) -> Result<Right, String> {
    Right::parse(name).ok_or_else(|| {
        let all = Right::ALL.map(Right::name).join(", ");
        format!("there is no such right; there are {all}")
    })
}

pub async fn role(config: &Config, command: RoleCommand) -> anyhow::Result<()> {
    let access = people::access(config).await?;
    match command {
        RoleCommand::List => {
            let roles = access.roles().await?;
            for name in roles.built_in {
                println!("{name}\tbuilt in");
            }
            for role in roles.roles {
                let grants: Vec<String> = role.metrics.iter().map(text).collect();
                let rights: Vec<&str> = role.rights.iter().map(|right| right.name()).collect();
                let (grants, rights) = (grants.join(", "), rights.join(", "));
                println!("{}\t{grants}\t{rights}\t{}", role.name, role.description);
            }
        }
        RoleCommand::Add(args) => {
            let role = Role {
                metrics: args.grants.0,
                rights: args.rights,
                dashboards: args.dashboards,
                name: args.name,
                description: args.description.unwrap_or_default(),
                ..Role::default()
            };
            let role = access.save_role(role).await?;
            let added = Change::new(AuditCode::RoleSaved, &role.name).after(&role);
            people::record(&access, added).await?;
            println!("Role {} is made.", role.name);
        }
        RoleCommand::Set(args) => {
            let former = access.role(&args.name).await?;
            let role = Role {
                metrics: args.grants.0,
                rights: args.rights,
                dashboards: args.dashboards,
                description: args
                    .description
                    .unwrap_or_else(|| former.description.clone()),
                ..former.clone()
            };
            let role = access.save_role(role).await?;
            let saved = Change::new(AuditCode::RoleSaved, &role.name);
            people::record(&access, saved.before(&former).after(&role)).await?;
            println!("Role {} is changed.", role.name);
        }
        RoleCommand::Remove { name } => {
            let role = access.role(&name).await?;
            access.remove_role(&name).await?;
            let removed = Change::new(AuditCode::RoleRemoved, &name);
            people::record(&access, removed.before(&role)).await?;
            println!("Role {name} is removed.");
        }
    }
    Ok(())
}
