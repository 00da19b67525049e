//! `pulseboard grafana`: dashboards for Grafana, with a Prometheus data source.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::Value;

use super::dashboards::{open_to_read, print};
use crate::config::Config;
use crate::{dashboards, document, grafana};

#[derive(Subcommand)]
pub enum GrafanaCommand {
    /// Write every dashboard as Grafana's JSON, with the files by which Grafana finds them
    Export(ExportArgs),
    /// Turn a dashboard of Grafana into a file that `dashboards import` takes; what does not map is listed
    Import(ImportArgs),
}

#[derive(Args)]
pub struct ImportArgs {
    /// The JSON of the dashboard, as Grafana exports it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder to write ID.json to, and ID.metrics.toml with the metrics that the list would need
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

#[derive(Args)]
pub struct ExportArgs {
    /// The folder of files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where the dashboards will lie on Grafana's machine [default: the folder here]
    #[arg(long, value_name = "PATH")]
    grafana_dir: Option<PathBuf>,
    /// The address of the Prometheus server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9090")]
    prometheus_url: String,
}

/// Runs a command. What cannot run is an error.
pub async fn grafana(config: &Config, command: GrafanaCommand) -> anyhow::Result<ExitCode> {
    match command {
        GrafanaCommand::Export(args) => export(config, &args).await,
        GrafanaCommand::Import(args) => import(config, &args),
    }
}

async fn export(config: &Config, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let metrics = crate::metrics::list(&config.metrics)?;
    let storage = open_to_read(config).await?;
    let stored = storage.dashboards().await;
    storage.close().await;
    let folder = args.folder.join("dashboards");
    let mut said = String::new();
    for document in &stored? {
        let (json, notes) = grafana::dashboard(&dashboards::read(document)?, &metrics);
        let path = folder.join(format!("{}.json", document.id));
        write(&path, &pretty(&json))?;
        said.push_str(&format!("{} is written\n", path.display()));
        for note in notes {
            said.push_str(&format!("  widget `{}`: {}\n", note.widget, note.text));
        }
    }
    let found = match &args.grafana_dir {
        Some(folder) => folder.clone(),
        None => std::path::absolute(&folder).context("the folder")?,
    };
    for (name, text) in [
        (
            "provisioning/dashboards/pulseboard.yaml",
            grafana::provider_yaml(&found.to_string_lossy()),
        ),
        (
            "provisioning/datasources/prometheus.yaml",
            grafana::datasource_yaml(&args.prometheus_url),
        ),
    ] {
        let path = args.folder.join(name);
        write(&path, &text)?;
        said.push_str(&format!("{} is written\n", path.display()));
    }
    print(&said)?;
    Ok(ExitCode::SUCCESS)
}

fn import(config: &Config, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let metrics = crate::metrics::list(&config.metrics)?;
    let shown = args.file.display();
    let text = document::read_file(&args.file).with_context(|| format!("cannot read {shown}"))?;
    let json = serde_json::from_str(&text).with_context(|| format!("{shown}: no JSON"))?;
    let found =
        grafana::import(&json, &metrics).map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
    let path = args.out.join(format!("{}.json", found.dashboard.id));
    write(&path, &dashboards::text(&found.dashboard)?)?;
    let mut said = format!("{} is written\n", path.display());
    if !found.proposed.is_empty() {
        let path = args
            .out
            .join(format!("{}.metrics.toml", found.dashboard.id));
        let all: Vec<String> = found.proposed.iter().map(grafana::metric_toml).collect();
        write(&path, &all.join("\n"))?;
        said.push_str(&format!(
            "{} is written: the list of metrics has none of them yet\n",
            path.display()
        ));
    }
    for (panel, why) in &found.notes {
        said.push_str(&format!("  panel `{panel}`: {why}\n"));
    }
    said.push_str(&format!(
        "{} of {} panels came over.\n",
        found.came, found.panels
    ));
    print(&said)?;
    Ok(ExitCode::SUCCESS)
}

fn pretty(json: &Value) -> String {
    format!("{json:#}\n")
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(cannot)?;
    }
    std::fs::write(path, text).with_context(cannot)
}
