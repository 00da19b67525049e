//! `pulseboard dashboards`: dashboards as files of a folder.
//!
//! Invariant: an import saves all files or nothing, and what is said of a file names it with line and
//! JSON path. Status 1 is for findings and differences, 2 for what could not run.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use protocol::Dashboard;
use similar::TextDiff;
use telemetry::Registry;

use crate::access::Actor;
use crate::check::{self, Finding};
use crate::config::Config;
use crate::dashboards::files::{FileDashboard, Folder, finding, read_folder};
use crate::dashboards::import::{Planned, Saved};
use crate::dashboards::{self, text};
use crate::storage::{BatchLimits, BatchSaved, Storage};
use crate::{clock, supervise};

/// Attempts to import while others save.
const ATTEMPTS: usize = 5;

#[derive(Subcommand)]
pub enum DashboardsCommand {
    /// Write every dashboard to a folder, as ID.json each
    Export(ExportArgs),
    /// Save every ID.json of a folder, all of them or none; also beside a running server
    Import(ImportArgs),
    /// Show what an import would change; status 1 when it would change anything
    Diff(FolderArgs),
    /// Check every *.json of a folder, without a database
    Validate(FolderArgs),
    /// Print the JSON schema of a dashboard
    Schema,
}

#[derive(Args)]
pub struct FolderArgs {
    /// The folder of files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    folder: FolderArgs,
    /// A dashboard by its id, instead of all; may be given several times
    #[arg(long = "id", value_name = "ID")]
    ids: Vec<String>,
}

#[derive(Args)]
pub struct ImportArgs {
    #[command(flatten)]
    folder: FolderArgs,
    /// Say what would be saved, and save nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs a command. What cannot run at all is an error, and has status 2.
pub async fn dashboards(config: &Config, command: DashboardsCommand) -> anyhow::Result<ExitCode> {
    match command {
        DashboardsCommand::Export(args) => export(config, &args).await,
        DashboardsCommand::Import(args) => import(config, &args).await,
        DashboardsCommand::Diff(args) => diff(config, &args.folder).await,
        DashboardsCommand::Validate(args) => validate(config, &args.folder),
        DashboardsCommand::Schema => {
            print(&dashboards::dashboard_schema_text())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn export(config: &Config, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let folder = &args.folder.folder;
    let storage = open_to_read(config).await?;
    let stored = storage.dashboards().await;
    storage.close().await;
    let all: Vec<Dashboard> = stored?
        .iter()
        .map(dashboards::read)
        .collect::<Result<_, _>>()?;
    if let Some(id) = args
        .ids
        .iter()
        .find(|id| all.iter().all(|one| one.id != **id))
    {
        bail!("there is no dashboard `{id}`");
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let asked = |one: &&Dashboard| args.ids.is_empty() || args.ids.contains(&one.id);
    let mut said = String::new();
    for dashboard in all.iter().filter(asked) {
        let path = folder.join(format!("{}.json", dashboard.id));
        let text = text(dashboard)?;
        let word = match std::fs::read_to_string(&path) {
            Ok(found) if found == text => "is the same",
            _ => {
                put_file(&path, &text)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                "is written"
            }
        };
        let _ = writeln!(said, "{} {word}", path.display());
    }
    print(&said)?;
    Ok(ExitCode::SUCCESS)
}

/// Whoever reads the folder meanwhile finds the former file or this one, and no half.
fn put_file(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("json.new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}

async fn import(config: &Config, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let mut found = read(config, &args.folder.folder)?;
    let registry = Arc::new(Registry::new());
    let storage = supervise::open_storage(config, &registry).await?;
    let mut tried = 0;
    let said = loop {
        let saved = Saved::of(storage.dashboards().await?)?;
        let owned = storage.dashboard_files().await?;
        for file in &found.dashboards {
            let owner = owned.iter().find(|(id, _)| *id == file.dashboard.id);
            if let Some((id, owner)) = owner {
                let message = format!(
                    "`{id}` comes from the file {owner} of the provisioned folder; change that file"
                );
                found.findings.push(finding(&file.shown, message));
            }
        }
        if !found.findings.is_empty() {
            storage.close().await;
            return findings(&found.findings, "nothing is saved");
        }
        let said = plan(&saved, &found.dashboards)?;
        if args.dry_run {
            break format!("{said}Nothing is saved: it is a dry run.\n");
        }
        let (actor, now_ms) = (Actor::command_line(), clock::now_ms());
        let mut changes = Vec::new();
        for file in &found.dashboards {
            if saved.plan(file)? != Planned::Same {
                changes.push(saved.change(file, &actor, None, now_ms)?);
            }
        }
        let limits = BatchLimits::of(&config.limits);
        match storage.change_dashboards(&changes, limits).await? {
            BatchSaved::Yes => break said,
            BatchSaved::Full => {
                let most = config.limits.max_dashboards;
                let message = format!("there would be more than {most}: `limits.max_dashboards`");
                let shown = args.folder.folder.display().to_string();
                storage.close().await;
                return findings(&[finding(&shown, message)], "nothing is saved");
            }
            BatchSaved::Stale(id) if tried + 1 == ATTEMPTS => {
                bail!("`{id}` is being changed by somebody else; nothing is saved, try again")
            }
            BatchSaved::Stale(_) => tried += 1,
        }
    };
    storage.close().await;
    print(&said)?;
    Ok(ExitCode::SUCCESS)
}

async fn diff(config: &Config, folder: &Path) -> anyhow::Result<ExitCode> {
    let found = read(config, folder)?;
    let storage = open_to_read(config).await?;
    let stored = storage.dashboards().await;
    storage.close().await;
    let saved = Saved::of(stored?)?;
    let (mut said, mut differ) = (String::new(), !found.findings.is_empty());
    for file in &found.dashboards {
        if saved.plan(file)? == Planned::Same {
            continue;
        }
        differ = true;
        said.push_str(&plan(&saved, std::slice::from_ref(file))?);
        let id = &file.dashboard.id;
        let before = saved.get(id).map(text).transpose()?.unwrap_or_default();
        let after = text(&file.dashboard)?;
        let lines = TextDiff::from_lines(&before, &after);
        let mut lines = lines.unified_diff();
        let lines = lines.header(&format!("saved/{id}.json"), &file.shown);
        let _ = write!(said, "{lines}");
    }
    print(&said)?;
    if !found.findings.is_empty() {
        return findings(&found.findings, "these are not compared");
    }
    Ok(ExitCode::from(u8::from(differ)))
}

fn validate(config: &Config, folder: &Path) -> anyhow::Result<ExitCode> {
    let found = read(config, folder)?;
    if !found.findings.is_empty() {
        return findings(&found.findings, "");
    }
    let count = found.dashboards.len();
    print(&format!("{count} dashboards hold.\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn read(config: &Config, folder: &Path) -> anyhow::Result<Folder> {
    let metrics = crate::metrics::list(&config.metrics)?;
    Ok(read_folder(folder, &metrics, &config.limits)?)
}

/// A database that is there; nothing is made.
pub(super) async fn open_to_read(config: &Config) -> anyhow::Result<Storage> {
    let database = &config.database;
    if !database.exists() {
        bail!("there is no database {}", database.display());
    }
    Ok(Storage::open_to_read(database, &Arc::new(Registry::new())).await?)
}

/// A paragraph for each file.
fn plan(saved: &Saved, files: &[FileDashboard]) -> anyhow::Result<String> {
    let mut said = String::new();
    for file in files {
        let planned = saved.plan(file)?;
        let word = match &planned {
            Planned::New => "is new",
            Planned::Changed(_) => "is changed",
            Planned::Same => "is the same",
        };
        let _ = writeln!(said, "{} {word}", file.shown);
        if let Planned::Changed(changes) = planned {
            for change in changes {
                let _ = writeln!(said, "  {}", change.words());
            }
        }
    }
    Ok(said)
}

/// Writes what does not hold to standard error.
fn findings(found: &[Finding], words: &str) -> anyhow::Result<ExitCode> {
    let mut text = check::text(found, None);
    if !words.is_empty() {
        let _ = writeln!(text, "pulseboard: {words}");
    }
    let mut output = std::io::stderr().lock();
    output.write_all(text.as_bytes())?;
    Ok(ExitCode::from(1))
}

pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}
