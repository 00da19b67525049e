//! The command line: `serve`, `check`, `user add`, `token create`. Flags stand over the environment.

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use protocol::Scope;
use server::access::Access;
use server::check::{self, Asked, Finding, Subject};
use server::clock;
use server::config::{Config, Overrides};
use server::http::site;
use server::supervise::{self, Server};
use telemetry::Registry;

/// Real-time telemetry dashboard.
#[derive(Parser)]
#[command(name = "pulseboard", version, about)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct Options {
    /// Configuration file [default: pulseboard.toml, if it is there]
    #[arg(long, global = true, env = "PULSEBOARD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long, global = true, env = "PULSEBOARD_ADDR", value_name = "IP:PORT")]
    addr: Option<String>,
    /// Folder of the database [default: ./data]
    #[arg(
        long,
        global = true,
        env = "PULSEBOARD_DATA_DIR",
        value_name = "FOLDER"
    )]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH [default: pulseboard.db in the data folder]
    #[arg(
        long,
        global = true,
        env = "PULSEBOARD_DATABASE_URL",
        value_name = "URL"
    )]
    database_url: Option<String>,
    /// How browsers reach the server, when not by its address
    #[arg(long, global = true, env = "PULSEBOARD_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Whether a proxy in front sets X-Forwarded-Proto and X-Forwarded-For
    #[arg(
        long,
        global = true,
        env = "PULSEBOARD_TRUST_PROXY",
        value_name = "BOOL"
    )]
    trust_proxy: Option<bool>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Hold contracts, metrics and dashboards against each other
    Check(CheckArgs),
    /// People
    #[command(subcommand)]
    User(UserCommand),
    /// Tokens of programs
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Args)]
struct CheckArgs {
    /// A contract, besides those that the configuration names; may be given several times
    #[arg(long = "events", value_name = "FILE")]
    events: Vec<PathBuf>,
    /// Dashboards: a file, or a folder of *.json; may be given several times
    #[arg(long = "dashboards", value_name = "PATH")]
    dashboards: Vec<PathBuf>,
    /// Leave out the dashboards that are saved in the database
    #[arg(long)]
    no_database: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A line each, for people
    Text,
    /// An array of {file, line, path, code, message}
    Json,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add a user; the password comes from PULSEBOARD_PASSWORD, a prompt, or standard input
    Add {
        /// The user's name
        name: String,
        /// A role of the user; may be given several times
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make a token and print its secret, once
    Create {
        /// What it is for
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "scope", required = true, value_name = "SCOPE")]
        scopes: Vec<ScopeArg>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ScopeArg {
    Ingest,
    Scrape,
}

/// Runs what the command line says. Its status is 0, but for a check's: 1 with findings, and 2
/// when it could not run.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Cli { options, command } = cli;
    let overrides = Overrides {
        file: options.config,
        addr: options.addr,
        data_dir: options.data_dir,
        database_url: options.database_url,
        admin_password: std::env::var("PULSEBOARD_ADMIN_PASSWORD").ok(),
        public_url: options.public_url,
        trust_proxy: options.trust_proxy,
    };
    let config = || Config::load(overrides.clone());
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config()?).await?,
        Command::Check(args) => return run_check(overrides, args).await,
        Command::User(UserCommand::Add { name, roles }) => {
            add_user(config()?, &name, &roles).await?;
        }
        Command::Token(TokenCommand::Create { name, scopes }) => {
            create_token(config()?, &name, &scopes).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_check(overrides: Overrides, args: CheckArgs) -> anyhow::Result<ExitCode> {
    let (subject, mut findings) = match load_check(overrides, &args).await {
        Ok(loaded) => loaded,
        Err(unreadable) => {
            eprintln!("pulseboard: {unreadable:#}");
            return Ok(ExitCode::from(2));
        }
    };
    if let Some(subject) = &subject {
        findings.extend(check::check(subject));
    }
    let report = match args.format {
        Format::Text => check::text(&findings, subject.as_ref()),
        Format::Json => check::json(&findings),
    };
    let mut output = std::io::stdout().lock();
    output.write_all(report.as_bytes())?;
    output.flush()?;
    Ok(ExitCode::from(u8::from(!findings.is_empty())))
}

/// Of flags and environment a check asks for files and the database alone: it does not listen.
async fn load_check(
    overrides: Overrides,
    args: &CheckArgs,
) -> anyhow::Result<(Option<Subject>, Vec<Finding>)> {
    let (mut subject, mut findings) = check::load(&Asked {
        config: overrides.file.clone(),
        events: args.events.clone(),
        dashboards: args.dashboards.clone(),
    })?;
    if let Some(subject) = &mut subject
        && !args.no_database
    {
        let config = Config::load(Overrides {
            file: overrides.file,
            data_dir: overrides.data_dir,
            database_url: overrides.database_url,
            ..Overrides::default()
        })?;
        let saved = check::load_saved(&config.database, subject).await;
        let unreadable = || format!("cannot read {}", config.database.display());
        findings.extend(saved.with_context(unreadable)?);
    }
    Ok((subject, findings))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let server = Server::start(config, Arc::clone(telemetry::global()), site::options()?).await?;
    let stop = supervise::signals()?;
    println!("Pulseboard listens on {}", server.url());
    if let Some(link) = server.setup_link() {
        println!("First admin: {link}");
    }
    std::io::stdout().flush()?;
    server.run(stop).await?;
    Ok(())
}

async fn add_user(config: Config, name: &str, roles: &[String]) -> anyhow::Result<()> {
    let password = password()?;
    let access = access(&config).await?;
    access
        .add_user(name, password, roles, clock::now_ms())
        .await?;
    println!("User {name} is made.");
    Ok(())
}

async fn create_token(config: Config, name: &str, scopes: &[ScopeArg]) -> anyhow::Result<()> {
    let scopes: Vec<Scope> = scopes
        .iter()
        .map(|scope| match scope {
            ScopeArg::Ingest => Scope::Ingest,
            ScopeArg::Scrape => Scope::Scrape,
        })
        .collect();
    let token = access(&config)
        .await?
        .add_token(name, &scopes, clock::now_ms())
        .await?;
    println!("{}", token.secret);
    Ok(())
}

async fn access(config: &Config) -> anyhow::Result<Access> {
    let registry = Arc::new(Registry::new());
    let storage = supervise::open_storage(config, &registry).await?;
    Ok(Access::new(
        storage,
        registry,
        &config.limits,
        &config.roles,
    ))
}

fn password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var("PULSEBOARD_PASSWORD") {
        return Ok(password);
    }
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Again: ")? != password {
            bail!("the two passwords differ; nobody was added");
        }
        return Ok(password);
    }
    let mut text = String::new();
    // More than any password may have; what comes after it is of no use.
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut text)
        .context("cannot read the password")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
