//! Dashboards as files of a folder: `<id>.json` each.
//!
//! Invariant: a file that does not hold by all rules is a list of findings with file, line and JSON
//! path, and no dashboard.

use std::path::Path;

use protocol::Dashboard;
use telemetry::MetricList;

use crate::check::load::{files, read, unknown_keys};
use crate::check::{self, Code, Finding, Path as JsonPath, Source, Unreadable};
use crate::config::Limits;
use crate::document::{self, Misread};

/// A file that holds.
#[derive(Clone, Debug)]
pub struct FileDashboard {
    /// The name of the file.
    pub name: String,
    /// The file as it was named.
    pub shown: String,
    /// What stands in it.
    pub dashboard: Dashboard,
}

/// What was found in a folder.
#[derive(Debug, Default)]
pub struct Folder {
    /// Files that hold, by name.
    pub dashboards: Vec<FileDashboard>,
    /// What does not hold of the others.
    pub findings: Vec<Finding>,
    /// Ids that the names of files stand for that do not hold.
    pub broken: Vec<String>,
}

/// Reads every `*.json` of a folder.
///
/// # Errors
/// A folder that cannot be read; a file that cannot be read is a finding.
pub fn read_folder(
    folder: &Path,
    metrics: &MetricList,
    limits: &Limits,
) -> Result<Folder, Unreadable> {
    if !folder.is_dir() {
        let source = std::fs::read_dir(folder).err().unwrap_or_else(|| {
            std::io::Error::new(std::io::ErrorKind::NotADirectory, "it is no folder")
        });
        let path = folder.to_owned();
        return Err(Unreadable { path, source });
    }
    let mut found = Folder::default();
    for path in files(&[folder.to_owned()])? {
        let shown = path.display().to_string();
        let name = path.file_name().map(|name| name.to_string_lossy());
        let name = name.map(String::from).unwrap_or_default();
        let id = name.strip_suffix(".json").unwrap_or_default().to_owned();
        let room = found.dashboards.len() < limits.max_dashboards as usize;
        match read_file(&path, &shown, &id, metrics, limits) {
            Ok(dashboard) if room => found.dashboards.push(FileDashboard {
                name,
                shown,
                dashboard,
            }),
            Ok(_) => {
                let most = limits.max_dashboards;
                let message =
                    format!("there are more than {most} dashboards: `limits.max_dashboards`");
                found.findings.push(finding(&shown, message));
                found.broken.push(id);
            }
            Err(findings) => {
                found.findings.extend(findings);
                found.broken.push(id);
            }
        }
    }
    Ok(found)
}

/// A finding about a file as a whole.
pub fn finding(shown: &str, message: String) -> Finding {
    Finding {
        file: shown.to_owned(),
        line: None,
        path: String::new(),
        code: Code::DashboardInvalid,
        message,
    }
}

fn read_file(
    path: &Path,
    shown: &str,
    id: &str,
    metrics: &MetricList,
    limits: &Limits,
) -> Result<Dashboard, Vec<Finding>> {
    let max = limits.max_document_bytes;
    let size = std::fs::metadata(path).map(|found| found.len());
    if size.is_ok_and(|size| size > max) {
        let message = format!("it has more than {max} bytes: `limits.max_document_bytes`");
        return Err(vec![finding(shown, message)]);
    }
    let text = read(path).map_err(|error| vec![finding(shown, error.source.to_string())])?;
    let (mut dashboard, unknown) = document::read::<Dashboard>(&text).map_err(|misread| {
        let Misread {
            line, key, message, ..
        } = misread;
        vec![Finding {
            line: Some(line),
            path: key,
            ..finding(shown, message)
        }]
    })?;
    super::make_exact(&mut dashboard, &text)
        .map_err(|error| vec![finding(shown, document::reason_of(&error))])?;
    let source = Source::json(shown, text);
    let mut findings = unknown_keys(&source, &unknown);
    if dashboard.id != id {
        let (at, own) = (JsonPath::parse("id"), dashboard.id.escape_debug());
        let message =
            format!("it is `{own}` and the file would be of `{id}`; name it `{own}.json`");
        findings.push(source.finding(&at, Code::DashboardInvalid, message));
    }
    findings.extend(check::dashboards::check(&source, &dashboard, metrics));
    match findings.is_empty() {
        true => Ok(Dashboard {
            version: 0,
            ..dashboard
        }),
        false => Err(findings),
    }
}
