//! Reads what is to be checked.
//!
//! Invariant: a file that cannot be read ends the check; one that can, but does not hold, is a
//! finding, and the others are checked without it.

use std::fs;
use std::io;
use std::path::{Path as FilePath, PathBuf};

use protocol::Dashboard;

use super::{Code, Finding, Path, Source, Subject};
use crate::config::{Config, ConfigError, DEFAULT_FILE, Settings};
use crate::contract::{self, ContractFileError};
use crate::document::{self, Misread};
use crate::{dashboards, metrics};

/// Which files to check.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The configuration; without one, `pulseboard.toml` if it is there.
    pub config: Option<PathBuf>,
    /// Contracts besides those that the configuration names.
    pub events: Vec<PathBuf>,
    /// Dashboards: files, and folders of which every `*.json` is one.
    pub dashboards: Vec<PathBuf>,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// Reads all of it. Without a subject, the configuration does not hold by itself.
pub fn load(asked: &Asked) -> Result<(Option<Subject>, Vec<Finding>), Unreadable> {
    let default = FilePath::new(DEFAULT_FILE);
    let file = match &asked.config {
        None if default.exists() => Some(default.to_owned()),
        config => config.clone(),
    };
    let source = match &file {
        Some(path) => Some(Source::toml(path.display().to_string(), read(path)?)),
        None => None,
    };
    let config = match Config::load(Settings {
        file: file.clone(),
        ..Settings::default()
    }) {
        Ok(config) => config,
        Err(ConfigError::Read { path, source }) => return Err(Unreadable { path, source }),
        Err(ConfigError::File {
            path,
            line,
            key,
            message,
        }) => {
            let finding = Finding {
                file: path.display().to_string(),
                line: Some(line),
                path: key,
                code: Code::ConfigurationInvalid,
                message,
            };
            return Ok((None, vec![finding]));
        }
        // Neither flags nor environment were asked, so it is a default.
        Err(ConfigError::Value { key, message }) => {
            let source = source.unwrap_or_else(Source::built_in);
            let finding = source.finding(&Path::parse(&key), Code::ConfigurationInvalid, message);
            return Ok((None, vec![finding]));
        }
    };
    let mut findings = Vec::new();
    let mut contracts = Vec::new();
    for path in config.events.iter().chain(&asked.events) {
        let text = read(path)?;
        let file = path.display().to_string();
        match contract::parse(path, &text) {
            Ok(contract) => contracts.push((Source::json(file, text), contract)),
            Err(error) => findings.push(refused(file, error)),
        }
    }
    let mut subject = Subject {
        built_in: contract::builtin(),
        contracts,
        built_in_metrics: metrics::builtin(),
        configured: source.map(|source| (source, config.metrics)),
        dashboards: Vec::new(),
    };
    for dashboard in dashboards::built_in().expect("a test reads the built-in dashboards") {
        subject.dashboards.push((Source::built_in(), dashboard));
    }
    for path in files(&asked.dashboards)? {
        let (file, text) = (path.display().to_string(), read(&path)?);
        match document::read::<Dashboard>(&text) {
            Ok((dashboard, unknown)) => {
                let source = Source::json(file, text);
                findings.extend(unknown_keys(&source, &unknown));
                subject.dashboards.push((source, dashboard));
            }
            Err(Misread {
                line, key, message, ..
            }) => findings.push(Finding {
                file,
                line: Some(line),
                path: key,
                code: Code::DashboardInvalid,
                message,
            }),
        }
    }
    Ok((Some(subject), findings))
}

pub(crate) fn read(path: &FilePath) -> Result<String, Unreadable> {
    document::read_file(path).map_err(|source| Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// Files as they are, and the `*.json` of folders by name.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Unreadable> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |source| Unreadable {
            path: path.clone(),
            source,
        };
        let mut found = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                found.push(file);
            }
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// A finding for each key of a document that nobody reads.
pub(crate) fn unknown_keys(source: &Source, paths: &[String]) -> Vec<Finding> {
    let finding = |path: &String| {
        let message = document::unknown_key(path);
        source.finding(&Path::parse(path), Code::UnknownKey, message)
    };
    paths.iter().map(finding).collect()
}

fn refused(file: String, error: ContractFileError) -> Finding {
    Finding {
        file,
        line: Some(error.line),
        path: error.key,
        code: Code::ContractInvalid,
        message: error.message,
    }
}
