//! `pulseboard.toml`, and where in it something is wrong.

use std::ops::Range;
use std::path::{Path, PathBuf};

use protocol::role::{ADMIN, VIEWER};
use serde::Deserialize;
use telemetry::Metric;
use toml::Spanned;

use super::{
    ConfigError, Given, Limits, OidcConfig, OutOfRange, PipelineConfig, Source as Place, site,
};

/// Metrics beyond the built-in ones.
const MAX_METRICS: usize = 1_000;
/// Contracts of programs.
const MAX_CONTRACTS: usize = 100;
/// Roles beyond the built-in ones.
const MAX_ROLES: usize = 100;
/// Roles that are there always.
const BUILT_IN: [&str; 2] = [ADMIN, VIEWER];

/// How toml's [`Spanned`] shows in a path.
const SPANNED: &str = ".$__serde_spanned_private_value";

/// What the file says. A key that is missing is `None` or its default.
#[derive(Clone, Debug, Default)]
pub struct File {
    pub addr: Option<Given<String>>,
    pub data_dir: Option<Given<PathBuf>>,
    pub database_url: Option<Given<String>>,
    pub admin_password: Option<Given<String>>,
    pub public_url: Option<Given<String>>,
    pub trust_proxy: Option<bool>,
    pub base_path: Option<Given<String>>,
    pub frame_ancestors: Vec<String>,
    pub tls_cert: Option<Given<PathBuf>>,
    pub tls_key: Option<Given<PathBuf>>,
    pub dashboards_dir: Option<Given<PathBuf>>,
    pub metrics: Vec<Metric>,
    pub events: Vec<PathBuf>,
    pub roles: Vec<String>,
    pub pipeline: PipelineConfig,
    pub limits: Limits,
    pub oidc: Option<OidcConfig>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Raw {
    addr: Option<Spanned<String>>,
    data_dir: Option<Spanned<PathBuf>>,
    database_url: Option<Spanned<String>>,
    admin_password: Option<Spanned<String>>,
    public_url: Option<Spanned<String>>,
    trust_proxy: Option<bool>,
    base_path: Option<Spanned<String>>,
    frame_ancestors: Vec<Spanned<String>>,
    tls_cert: Option<Spanned<PathBuf>>,
    tls_key: Option<Spanned<PathBuf>>,
    dashboards_dir: Option<Spanned<PathBuf>>,
    metrics: Vec<Spanned<Metric>>,
    events: Vec<Spanned<PathBuf>>,
    roles: Vec<Spanned<String>>,
    pipeline: Option<Spanned<PipelineConfig>>,
    limits: Option<Spanned<Limits>>,
    oidc: Option<Spanned<OidcConfig>>,
}

impl File {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<File, ConfigError> {
        let text = crate::document::read_file(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        File::parse(path, &text)
    }

    /// Checks the text of a file; `path` is for messages.
    pub fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
        let source = Source { path, text };
        let raw: Raw = toml::Deserializer::parse(text)
            .map_err(|error| source.syntax(&error))
            .and_then(|toml| {
                serde_path_to_error::deserialize(toml).map_err(|error| {
                    // A value with its place is read through a level that nobody wrote.
                    let key = error.path().to_string().replace(SPANNED, "");
                    source.wrong(error.inner().span(), key, error.inner().message())
                })
            })?;
        if let Some(contract) = raw.events.get(MAX_CONTRACTS) {
            let message = format!("there are more than {MAX_CONTRACTS} contracts");
            return Err(source.wrong(Some(contract.span()), "events".into(), &message));
        }
        source.check_roles(&raw.roles)?;
        source.check_metrics(&raw.metrics, &raw.roles)?;
        if let Some(pipeline) = &raw.pipeline {
            let checked = pipeline.get_ref().check();
            checked.map_err(|error| source.out_of_range("pipeline", pipeline.span(), &error))?;
        }
        if let Some(limits) = &raw.limits {
            let checked = limits.get_ref().check();
            checked.map_err(|error| source.out_of_range("limits", limits.span(), &error))?;
        }
        if let Some(oidc) = &raw.oidc
            && let Some((key, message)) = oidc.get_ref().problem()
        {
            return Err(source.wrong(Some(oidc.span()), format!("oidc.{key}"), &message));
        }
        Ok(File {
            addr: source.given("addr", raw.addr),
            data_dir: source.given("data_dir", raw.data_dir),
            database_url: source.given("database_url", raw.database_url),
            admin_password: source.given("admin_password", raw.admin_password),
            public_url: source.given("public_url", raw.public_url),
            trust_proxy: raw.trust_proxy,
            base_path: source.given("base_path", raw.base_path),
            frame_ancestors: source.ancestors(&raw.frame_ancestors)?,
            tls_cert: source.given_beside("tls_cert", raw.tls_cert),
            tls_key: source.given_beside("tls_key", raw.tls_key),
            dashboards_dir: source.given_beside("dashboards_dir", raw.dashboards_dir),
            metrics: raw.metrics.into_iter().map(Spanned::into_inner).collect(),
            events: raw
                .events
                .into_iter()
                .map(|path| source.beside(path.get_ref()))
                .collect(),
            roles: raw.roles.into_iter().map(Spanned::into_inner).collect(),
            pipeline: raw.pipeline.map(Spanned::into_inner).unwrap_or_default(),
            limits: raw.limits.map(Spanned::into_inner).unwrap_or_default(),
            oidc: raw.oidc.map(Spanned::into_inner),
        })
    }
}

struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    /// A path in the file is meant from where the file is.
    fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// A value with its place.
    fn given<T>(&self, key: &'static str, value: Option<Spanned<T>>) -> Option<Given<T>> {
        let value = value?;
        let place = Place::File {
            path: self.path.to_owned(),
            line: self.line(value.span().start),
            key,
        };
        Some(Given::new(value.into_inner(), place))
    }

    /// A path with its place, as it can be opened from here.
    fn given_beside(
        &self,
        key: &'static str,
        value: Option<Spanned<PathBuf>>,
    ) -> Option<Given<PathBuf>> {
        let mut given = self.given(key, value)?;
        if !given.value.as_os_str().is_empty() {
            given.value = self.beside(&given.value);
        }
        Some(given)
    }

    /// Who may embed pages.
    fn ancestors(&self, given: &[Spanned<String>]) -> Result<Vec<String>, ConfigError> {
        let read = |(place, text): (usize, &Spanned<String>)| {
            let ancestor = if place < site::MAX_ANCESTORS {
                site::frame_ancestor(text.get_ref())
            } else {
                Err(format!("there are more than {} sites", site::MAX_ANCESTORS))
            };
            ancestor.map_err(|problem| {
                let key = format!("frame_ancestors[{place}]");
                self.wrong(Some(text.span()), key, &problem)
            })
        };
        given.iter().enumerate().map(read).collect()
    }

    fn check_metrics(
        &self,
        metrics: &[Spanned<Metric>],
        roles: &[Spanned<String>],
    ) -> Result<(), ConfigError> {
        let known = |role: &String| {
            BUILT_IN.contains(&role.as_str()) || roles.iter().any(|known| known.get_ref() == role)
        };
        if let Some(metric) = metrics.get(MAX_METRICS) {
            let message = format!("there are more than {MAX_METRICS} metrics");
            return Err(self.wrong(Some(metric.span()), "metrics".into(), &message));
        }
        for (place, metric) in metrics.iter().enumerate() {
            metric.get_ref().check().map_err(|error| {
                let key = format!("metrics[{place}].{}", error.field);
                self.wrong(Some(metric.span()), key, &error.message)
            })?;
            // A misspelt role would hide the metric from everybody but admins, silently.
            for (at, role) in metric.get_ref().required_roles.iter().enumerate() {
                if !known(role) {
                    let key = format!("metrics[{place}].required_roles[{at}]");
                    let message = format!("there is no role `{role}`; add it to `roles`");
                    return Err(self.wrong(Some(metric.span()), key, &message));
                }
            }
        }
        Ok(())
    }

    fn check_roles(&self, roles: &[Spanned<String>]) -> Result<(), ConfigError> {
        for (place, role) in roles.iter().enumerate() {
            let name = role.get_ref();
            let message = if !protocol::is_role_name(name) {
                "a role has 1 to 64 of the letters a-z, 0-9, - and _"
            } else if BUILT_IN.contains(&name.as_str()) {
                "is there always, and need not be named"
            } else if roles[..place].iter().any(|other| other.get_ref() == name) {
                "stands there twice"
            } else if place >= MAX_ROLES {
                "there are more than 100 roles"
            } else {
                continue;
            };
            return Err(self.wrong(Some(role.span()), format!("roles[{place}]"), message));
        }
        Ok(())
    }

    fn syntax(&self, error: &toml::de::Error) -> ConfigError {
        self.wrong(error.span(), "syntax".into(), error.message())
    }

    /// A key of a table whose value was read, but is out of range.
    fn out_of_range(&self, table: &str, span: Range<usize>, error: &OutOfRange) -> ConfigError {
        let (key, value) = (error.key, error.value);
        let start = span.start.min(self.text.len());
        let at = self.text[start..]
            .split_inclusive('\n')
            .scan(start, |at, line| {
                let begin = *at;
                *at += line.len();
                Some((begin, line))
            })
            .find(|(_, line)| {
                line.trim_start()
                    .strip_prefix(key)
                    .is_some_and(|rest| rest.trim_start().starts_with('='))
            })
            .map_or(start, |(begin, _)| begin);
        let message = format!("{value} is out of range; {}", error.expected);
        self.wrong(Some(at..at), format!("{table}.{key}"), &message)
    }

    fn wrong(&self, span: Option<Range<usize>>, key: String, message: &str) -> ConfigError {
        let line = self.line(span.map_or(0, |span| span.start));
        // The parser explains in several lines; a message is one.
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        ConfigError::File {
            path: self.path.to_owned(),
            line,
            key,
            message,
        }
    }
    /// The number of the line in which a byte stands, from 1.
    fn line(&self, byte: usize) -> usize {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }
}
