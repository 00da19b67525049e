//! The configuration: flags over environment over `pulseboard.toml` over defaults. What is
//! wrong in the file is said with file, line and key; a [`Config`] that exists holds.

mod file;
mod limits;
mod pipeline;
mod range;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use telemetry::Metric;

pub use limits::Limits;
pub use pipeline::PipelineConfig;
pub use range::OutOfRange;

use file::File;

/// The file that is read when no other is named, if it is there.
pub const DEFAULT_FILE: &str = "pulseboard.toml";

/// Everything that is configured, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The folder of the database; made when it is missing.
    pub data_dir: PathBuf,
    /// The database file.
    pub database: PathBuf,
    /// Makes user `admin` when there is none.
    pub admin_password: Option<String>,
    /// How browsers reach the server, when not by `addr`: `https://pulse.example.org`.
    pub public_url: Option<String>,
    /// Whether a proxy in front sets `X-Forwarded-Proto` and `X-Forwarded-For`.
    pub trust_proxy: bool,
    /// Metrics beyond the built-in ones.
    pub metrics: Vec<Metric>,
    /// Contracts of the programs that send events; paths as they can be opened from here.
    pub events: Vec<PathBuf>,
    /// Roles beyond `admin` and `viewer`.
    pub roles: Vec<String>,
    /// Limits of aggregation, stream and history.
    pub pipeline: PipelineConfig,
    /// Limits of access and HTTP.
    pub limits: Limits,
}

/// What flags and environment say, before the file is asked.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Another file than [`DEFAULT_FILE`]; it has to be there.
    pub file: Option<PathBuf>,
    /// `addr`.
    pub addr: Option<String>,
    /// `data_dir`.
    pub data_dir: Option<PathBuf>,
    /// `database_url`.
    pub database_url: Option<String>,
    /// `admin_password`.
    pub admin_password: Option<String>,
    /// `public_url`.
    pub public_url: Option<String>,
    /// `trust_proxy`.
    pub trust_proxy: Option<bool>,
}

/// What is wrong with the configuration, and where.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something in the file.
    #[error("{}:{line}: {key}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The key, as a path.
        key: String,
        /// What would be right.
        message: String,
    },
    /// A flag, a variable of the environment, or a value that came from one of them.
    #[error("{key}: {message}")]
    Value {
        /// The key.
        key: String,
        /// What would be right.
        message: String,
    },
}

impl Config {
    /// Reads the file, if there is one, and lays flags and environment over it.
    pub fn load(overrides: Overrides) -> Result<Config, ConfigError> {
        let file = match &overrides.file {
            Some(path) => File::read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => File::read(Path::new(DEFAULT_FILE))?,
            None => File::default(),
        };
        Config::merge(overrides, file)
    }

    fn merge(overrides: Overrides, file: File) -> Result<Config, ConfigError> {
        let addr = overrides
            .addr
            .or(file.addr)
            .unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let addr = addr.parse().map_err(|_| {
            value(
                "addr",
                format!("`{addr}` is not IP:PORT, such as 127.0.0.1:3000"),
            )
        })?;
        let data_dir = overrides
            .data_dir
            .or(file.data_dir)
            .unwrap_or_else(|| PathBuf::from("data"));
        let database = database(overrides.database_url.or(file.database_url), &data_dir)?;
        let public_url = overrides.public_url.or(file.public_url);
        if let Some(url) = &public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            let message = format!("`{url}` begins neither with https:// nor with http://");
            return Err(value("public_url", message));
        }
        Ok(Config {
            addr,
            data_dir,
            database,
            admin_password: overrides
                .admin_password
                .or(file.admin_password)
                .filter(|password| !password.is_empty()),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            trust_proxy: overrides.trust_proxy.or(file.trust_proxy).unwrap_or(false),
            metrics: file.metrics,
            events: file.events,
            roles: file.roles,
            pipeline: file.pipeline,
            limits: file.limits,
        })
    }
}

fn database(url: Option<String>, data_dir: &Path) -> Result<PathBuf, ConfigError> {
    let Some(url) = url else {
        return Ok(data_dir.join("pulseboard.db"));
    };
    match url.strip_prefix("sqlite:") {
        Some(path) if !path.trim_start_matches("//").is_empty() => {
            Ok(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
        }
        _ => Err(value(
            "database_url",
            "this version keeps its data in sqlite:PATH only",
        )),
    }
}

fn value(key: &str, message: impl Into<String>) -> ConfigError {
    ConfigError::Value {
        key: key.to_owned(),
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(overrides: Overrides, toml: &str) -> Result<Config, ConfigError> {
        Config::merge(overrides, File::parse(Path::new("p.toml"), toml)?)
    }

    #[test]
    fn defaults() {
        let config = merged(Overrides::default(), "").expect("holds");
        assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
        assert_eq!(config.database, Path::new("data/pulseboard.db"));
        assert_eq!(config.limits, Limits::default());
        assert!(config.admin_password.is_none() && !config.trust_proxy);
    }

    #[test]
    fn flags_stand_over_the_file() {
        let overrides = Overrides {
            addr: Some("127.0.0.1:1".into()),
            ..Overrides::default()
        };
        let toml = "addr = '127.0.0.1:2'\ndata_dir = '/d'\npublic_url = 'https://p.example/'";
        let config = merged(overrides, toml).expect("holds");
        assert_eq!(config.addr.port(), 1);
        assert_eq!(config.database, Path::new("/d/pulseboard.db"));
        assert_eq!(config.public_url.as_deref(), Some("https://p.example"));
    }

    #[test]
    fn databases() {
        let check = |url: &str, expect: Option<&str>| {
            let path = database(Some(url.into()), Path::new("d")).ok();
            assert_eq!(path.as_deref(), expect.map(Path::new), "{url}");
        };
        check("sqlite:x.db", Some("x.db"));
        check("sqlite:///var/x.db", Some("/var/x.db"));
        check("sqlite:", None);
        check("sqlite://", None);
        check("postgres://h/d", None);
        check("", None);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let check = |toml: &str, expect: &str| {
            let error = merged(Overrides::default(), toml)
                .expect_err("refused")
                .to_string();
            assert!(error.starts_with(expect), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        };
        check(
            "addr = '127.0.0.1:3000'\nadress = 1",
            "p.toml:2: adress: unknown field `adress`",
        );
        check("addr = 3", "p.toml:1: addr: invalid type: integer `3`");
        check("a = ", "p.toml:1: ");
        check(
            "[limits]\nmax_body = 3",
            "p.toml:2: limits.max_body: unknown field",
        );
        check(
            "\n[limits]\nsession_hours = 0",
            "p.toml:3: limits.session_hours: 0 is out of range",
        );
        check(
            "[pipeline]\nflush_ms = 3",
            "p.toml:2: pipeline.flush_ms: 3 is out of range",
        );
        check(
            "[limits]\nmax_body_bytes = -1",
            "p.toml:2: limits.max_body_bytes: ",
        );
        check(
            "statsd_addr = '127.0.0.1:8125'",
            "p.toml:1: statsd_addr: unknown field",
        );
        check("roles = ['ops', 'ops']", "p.toml:1: roles[1]: ");
        check("roles = ['']", "p.toml:1: roles[0]: ");
        check("roles = ['admin']", "p.toml:1: roles[0]: is there always");
        check(
            "roles = ['ops']\n[[metrics]]\nname = 'a.b'\nkind = 'counter'\nevent = 'a'\n\
             required_roles = ['ops', 'opps']",
            "p.toml:2: metrics[0].required_roles[1]: there is no role `opps`",
        );
        check(
            "\n[[metrics]]\nname = 'a.b'\nkind = 'nope'",
            "p.toml:4: metrics[0].kind: unknown variant",
        );
        check(
            "[[metrics]]\nname = 'a.b'\nkind = 'distribution'\nevent = 'a'\nmeasurement = 'b'",
            "p.toml:1: metrics[0].buckets: ",
        );
        check(
            "[[metrics]]\nname = 'a.b'\nkind = 'distribution'\nevent = 'a'\nmeasurement = 'b'\n\
             buckets = { exponential = { first = 1, factor = 1, count = 8 } }",
            "p.toml:1: metrics[0].buckets.exponential.factor: ",
        );
        check(
            "[[metrics]]\nname = 'a.b'\nkind = 'counter'\nevent = 'a'\n\
             keep = { x = 'a*', y = 1 }\ndrop = { z = ['b', 'c'] }",
            "p.toml:1: metrics[0].drop: ",
        );
        check("addr = 'localhost'", "addr: `localhost` is not IP:PORT");
        check("public_url = 'p.example'", "public_url: ");
    }
}
