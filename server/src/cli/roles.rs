//! `pulseboard role`: roles that admins make, from the command line.

use clap::{Args, Subcommand};
use protocol::{AuditCode, Right, Role, RoleDefaults};

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
    #[command(flatten)]
    defaults: DefaultArgs,
}

/// What holds for the role's people until they choose otherwise.
#[derive(Args)]
struct DefaultArgs {
    /// The dashboard that opens first for its people, by its id
    #[arg(long, value_name = "ID")]
    home: Option<String>,
    /// What lists of dashboards begin with: ids, separated by commas
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    order: Vec<String>,
    /// A category that lists leave out until somebody asks for it; may be given several times
    #[arg(long = "muted", value_name = "CATEGORY")]
    muted: Vec<String>,
}

impl From<DefaultArgs> for RoleDefaults {
    fn from(DefaultArgs { home, order, muted }: DefaultArgs) -> RoleDefaults {
        RoleDefaults { home, order, muted }
    }
}

/// What a role sets, in words; empty for nothing.
fn defaults_text(set: &RoleDefaults) -> String {
    let home = set.home.iter().map(|id| format!("home {id}"));
    let list = |name: &str, all: &[String]| {
        let words = format!("{name} {}", all.join(", "));
        (!all.is_empty()).then_some(words)
    };
    let lists = [list("order", &set.order), list("muted", &set.muted)];
    let all: Vec<String> = home.chain(lists.into_iter().flatten()).collect();
    all.join("; ")
}

fn right(name: &str) -> Result<Right, String> {
    Right::parse(name).ok_or_else(|| {
        let all = Right::ALL.map(Right::name).join(", ");
        format!("there is no such right; there are {all}")
    })
}

pub async fn role(config: &Config, command: RoleCommand) -> anyhow::Result<()> {
    let access = people::access(config).await?;
    // Muted categories are those of metrics.
    access.extend_metrics(&crate::metrics::list(&config.metrics)?);
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
                let defaults = defaults_text(&role.defaults);
                let rest = match defaults.is_empty() {
                    true => role.description,
                    false => format!("{}\t{defaults}", role.description),
                };
                println!("{}\t{grants}\t{rights}\t{rest}", role.name);
            }
        }
        RoleCommand::Add(args) => {
            let role = Role {
                metrics: args.grants.0,
                rights: args.rights,
                dashboards: args.dashboards,
                defaults: args.defaults.into(),
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
                defaults: args.defaults.into(),
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
