//! The command line: `serve`, `check`, `user`, `token`. Flags stand over the environment.

mod people;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use server::check::{self, Asked, Finding, Subject};
use server::config::{Config, Environment, Overrides};
use server::http::site;
use server::supervise::{self, Server};

use people::{TokenCommand, UserCommand};

/// Real-time telemetry dashboard.
#[derive(Parser)]
#[command(name = "pulseboard", version, about)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The environment is not clap's: there, empty is unset.
#[derive(Args)]
struct Options {
    /// Configuration file [default: pulseboard.toml, if it is there] [env: PULSEBOARD_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:3000] [env: PULSEBOARD_ADDR]
    #[arg(long, global = true, value_name = "IP:PORT")]
    addr: Option<String>,
    /// Folder of the database [default: ./data] [env: PULSEBOARD_DATA_DIR]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH [default: pulseboard.db in the data folder] [env: PULSEBOARD_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// How browsers reach the server, when not by its address [env: PULSEBOARD_PUBLIC_URL]
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Whether a proxy in front sets X-Forwarded-Proto and X-Forwarded-For
    /// [env: PULSEBOARD_TRUST_PROXY]
    #[arg(long, global = true, value_name = "BOOL", value_parser = BoolishValueParser::new())]
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

/// Runs what the command line says. Its status is 0, but for a check's: 1 with findings, and 2
/// when it could not run.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Cli { options, command } = cli;
    let overrides = Overrides {
        environment: Environment::of_process()?,
        file: options.config,
        addr: options.addr,
        data_dir: options.data_dir,
        database_url: options.database_url,
        admin_password: None,
        public_url: options.public_url,
        trust_proxy: options.trust_proxy,
    };
    let config = || Config::load(overrides.clone());
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config()?).await?,
        Command::Check(args) => return run_check(overrides, args).await,
        Command::User(command) => people::user(&config()?, command).await?,
        Command::Token(command) => people::token(&config()?, command).await?,
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
    let environment = overrides.environment;
    let file = overrides.file.or(environment.config);
    let (mut subject, mut findings) = check::load(&Asked {
        config: file.clone(),
        events: args.events.clone(),
        dashboards: args.dashboards.clone(),
    })?;
    if let Some(subject) = &mut subject
        && !args.no_database
    {
        let config = Config::load(Overrides {
            environment: Environment {
                data_dir: environment.data_dir,
                database_url: environment.database_url,
                ..Environment::default()
            },
            file,
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
