//! The command line: `serve`, `check`, `dashboards`, `user`, `role`, `session`, `token`. Flags stand over the environment.
//!
//! Invariant: what goes wrong is one line on standard error, in which nothing stands twice, and
//! status 1; a check has statuses of its own.

mod dashboards;
mod grafana;
mod grants;
mod people;
mod roles;
mod sessions;
mod tokens;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::check::{self, Asked, Finding, Subject};
use crate::config::{Config, Overrides, Settings, variable};
use crate::http::site;
use crate::supervise::{self, Server};
use anyhow::Context;
use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use dashboards::DashboardsCommand;
use grafana::GrafanaCommand;
use people::UserCommand;
use roles::RoleCommand;
use sessions::SessionCommand;
use tokens::TokenCommand;

/// What is logged unless `RUST_LOG` says otherwise.
const LOG: &str = "info,sqlx=warn,hyper=warn,leptos=warn";

/// Real-time telemetry dashboard.
#[derive(Parser)]
#[command(name = "pulseboard", version, about)]
struct Cli {
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
    /// The path below which browsers find the server, as /pulse [env: PULSEBOARD_BASE_PATH]
    #[arg(long, global = true, value_name = "PATH")]
    base_path: Option<String>,
    /// PEM file of the certificate chain; the server then answers over https
    /// [env: PULSEBOARD_TLS_CERT]
    #[arg(long, global = true, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// PEM file of its private key [env: PULSEBOARD_TLS_KEY]
    #[arg(long, global = true, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Folder of provisioned dashboards, one file each [env: PULSEBOARD_DASHBOARDS_DIR]
    #[arg(long, global = true, value_name = "FOLDER")]
    dashboards_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Hold contracts, metrics and dashboards against each other
    Check(CheckArgs),
    /// Dashboards as files
    #[command(subcommand)]
    Dashboards(DashboardsCommand),
    /// Dashboards for Grafana
    #[command(subcommand)]
    Grafana(GrafanaCommand),
    /// People
    #[command(subcommand)]
    User(UserCommand),
    /// Roles: who sees which metrics
    #[command(subcommand)]
    Role(RoleCommand),
    /// Sessions: where people are signed in
    #[command(subcommand)]
    Session(SessionCommand),
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

/// The whole program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = begin_log() {
        return failed(&error);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(status) => {
            // A connection that is cut off must not keep the process.
            runtime.shutdown_background();
            status
        }
        Err(error) => failed(&error),
    }
}

/// The log goes to standard error.
fn begin_log() -> anyhow::Result<()> {
    let variable = variable("RUST_LOG", std::env::var_os("RUST_LOG"))?;
    let filter = EnvFilter::try_new(variable.as_deref().unwrap_or(LOG));
    tracing_subscriber::fmt()
        .with_env_filter(filter.context("RUST_LOG")?)
        .with_writer(std::io::stderr)
        // It would go to standard error as well, and panic there: a full disk must stop no writer.
        .log_internal_errors(false)
        .init();
    Ok(())
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("pulseboard: {}", one_line(error));
    ExitCode::FAILURE
}

/// An error with its causes. Many errors say what their causes say; nothing is written again.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let words: Vec<String> = cause
            .to_string()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let text = words.join(" ");
        if line.is_empty() {
            line = text;
        } else if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
    }
    line
}

/// Runs what the command line says. Its status is 0, but for a check and for files of
/// dashboards: 1 with findings or differences, and 2 when it could not run.
async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Cli { options, command } = cli;
    let overrides = Overrides {
        flags: Settings {
            file: options.config,
            addr: options.addr,
            data_dir: options.data_dir,
            database_url: options.database_url,
            admin_password: None,
            public_url: options.public_url,
            trust_proxy: options.trust_proxy,
            base_path: options.base_path,
            tls_cert: options.tls_cert,
            tls_key: options.tls_key,
            dashboards_dir: options.dashboards_dir,
        },
        environment: Settings::of_process()?,
    };
    let config = || Config::load(overrides.clone());
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config()?).await?,
        Command::Check(args) => return run_check(overrides, args).await,
        Command::Dashboards(command) => {
            let done = dashboards::dashboards(&config()?, command).await;
            return done.or_else(could_not_run);
        }
        Command::Grafana(command) => {
            let done = grafana::grafana(&config()?, command).await;
            return done.or_else(could_not_run);
        }
        Command::User(command) => people::user(&config()?, command).await?,
        Command::Role(command) => roles::role(&config()?, command).await?,
        Command::Session(command) => sessions::session(&config()?, command).await?,
        Command::Token(command) => tokens::token(&config()?, command).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Of commands whose status 1 means findings.
fn could_not_run(error: anyhow::Error) -> anyhow::Result<ExitCode> {
    eprintln!("pulseboard: {}", one_line(&error));
    Ok(ExitCode::from(2))
}

async fn run_check(overrides: Overrides, args: CheckArgs) -> anyhow::Result<ExitCode> {
    let (subject, mut findings) = match load_check(overrides, &args).await {
        Ok(loaded) => loaded,
        Err(unreadable) => return could_not_run(unreadable),
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
    let file = overrides.file().cloned();
    let (mut subject, mut findings) = check::load(&Asked {
        config: file.clone(),
        events: args.events.clone(),
        dashboards: args.dashboards.clone(),
    })?;
    if let Some(subject) = &mut subject
        && !args.no_database
    {
        let of_data = |given: Settings| Settings {
            file: given.file,
            data_dir: given.data_dir,
            database_url: given.database_url,
            ..Settings::default()
        };
        let config = Config::load(Overrides {
            flags: of_data(overrides.flags),
            environment: of_data(overrides.environment),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::StorageError;
    use crate::supervise::StartError;

    #[test]
    fn a_start_error_is_told_once() {
        let check = |error: anyhow::Error, expect: &str| assert_eq!(one_line(&error), expect);
        let source = || sqlx::Error::Protocol("it is\n no database".into());
        let open = StorageError::Open {
            path: "x.db".into(),
            source: source(),
        };
        let told = StartError::Storage(open).to_string();
        let words: Vec<&str> = told.split_whitespace().collect();
        assert_eq!(told.matches("no database").count(), 1, "{told}");
        let open = StorageError::Open {
            path: "x.db".into(),
            source: source(),
        };
        check(StartError::Storage(open).into(), &words.join(" "));
        let plain = anyhow::anyhow!("b").context("cannot read a");
        check(plain, "cannot read a: b");
        let nested = anyhow::anyhow!("no file")
            .context("x: no file")
            .context("start");
        check(nested, "start: x: no file");
    }
}
