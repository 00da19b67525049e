//! The configuration: flags over environment over `pulseboard.toml` over defaults.
//!
//! Invariant: a [`Config`] that exists holds, and an error names what was given: the flag, the
//! variable, or file, line and key.

mod file;
mod given;
mod limits;
mod pipeline;
mod range;
mod site_url;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use telemetry::Metric;

pub use given::{Environment, Given, Source, variable, without_line_end};
pub use limits::Limits;
pub use pipeline::PipelineConfig;
pub use range::OutOfRange;
pub use site_url::site_url;

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
    pub admin_password: Option<Given<String>>,
    /// How browsers reach the server, when not by `addr`: `https://pulse.example.org`, an origin in
    /// its normal form.
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
    /// What the environment says. The other fields are flags, which stand over it.
    pub environment: Environment,
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
    /// A flag, or a variable of the environment.
    #[error("{key}: {message}")]
    Value {
        /// The flag or the variable.
        key: String,
        /// What would be right.
        message: String,
    },
}

impl Config {
    /// Reads the file, if there is one, and lays flags and environment over it.
    pub fn load(overrides: Overrides) -> Result<Config, ConfigError> {
        let named = overrides.file.as_ref();
        let file = match named.or(overrides.environment.config.as_ref()) {
            Some(path) => File::read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => File::read(Path::new(DEFAULT_FILE))?,
            None => File::default(),
        };
        Config::merge(overrides, file)
    }

    fn merge(overrides: Overrides, file: File) -> Result<Config, ConfigError> {
        let environment = overrides.environment;
        let addr = pick(
            (overrides.addr, "--addr"),
            (environment.addr, given::ADDR),
            file.addr,
        )
        .unwrap_or_else(|| Given::new("127.0.0.1:3000".to_owned(), Source::Default("addr")));
        let not_an_address = |_| {
            let addr = &addr.value;
            format!("`{addr}` is not IP:PORT, such as 127.0.0.1:3000")
        };
        let parsed = addr.value.trim().parse().map_err(not_an_address);
        let data_dir = pick(
            (overrides.data_dir, "--data-dir"),
            (environment.data_dir, given::DATA_DIR),
            file.data_dir,
        )
        .map_or_else(|| PathBuf::from("data"), |given| given.value);
        let database_url = pick(
            (overrides.database_url, "--database-url"),
            (environment.database_url, given::DATABASE_URL),
            file.database_url,
        );
        let public_url = pick(
            (overrides.public_url, "--public-url"),
            (environment.public_url, given::PUBLIC_URL),
            file.public_url,
        );
        let admin_password = pick(
            (overrides.admin_password, "admin_password"),
            (environment.admin_password, given::ADMIN_PASSWORD),
            file.admin_password,
        );
        let trust_proxy = overrides.trust_proxy.or(environment.trust_proxy);
        Ok(Config {
            addr: parsed.map_err(|message| addr.wrong(message))?,
            database: database(database_url, &data_dir)?,
            data_dir,
            admin_password,
            public_url: public_url.as_ref().map(origin).transpose()?,
            trust_proxy: trust_proxy.or(file.trust_proxy).unwrap_or(false),
            metrics: file.metrics,
            events: file.events,
            roles: file.roles,
            pipeline: file.pipeline,
            limits: file.limits,
        })
    }
}

/// The strongest value that is not empty.
fn pick<T: Text>(
    flag: (Option<T>, &'static str),
    variable: (Option<T>, &'static str),
    file: Option<Given<T>>,
) -> Option<Given<T>> {
    let (flag, flag_name) = flag;
    let (variable, variable_name) = variable;
    let flag = flag.map(|value| Given::new(value, Source::Flag(flag_name)));
    let variable = variable.map(|value| Given::new(value, Source::Variable(variable_name)));
    let all = [flag, variable, file].into_iter().flatten();
    all.filter_map(|given| {
        let value = given.value.without_line_end()?;
        Some(Given::new(value, given.source))
    })
    .next()
}

/// What may be empty, and then is not there.
trait Text: Sized {
    fn without_line_end(self) -> Option<Self>;
}

impl Text for String {
    fn without_line_end(self) -> Option<String> {
        let text = without_line_end(&self);
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl Text for PathBuf {
    fn without_line_end(self) -> Option<PathBuf> {
        (!self.as_os_str().is_empty()).then_some(self)
    }
}

/// The origin of an address in its normal form, without a slash at the end.
fn origin(given: &Given<String>) -> Result<String, ConfigError> {
    let url = site_url(given.value.trim())
        .map_err(|problem| given.wrong(format!("`{}` {problem}", given.value)))?;
    Ok(url.origin().ascii_serialization())
}

fn database(url: Option<Given<String>>, data_dir: &Path) -> Result<PathBuf, ConfigError> {
    let Some(url) = url else {
        return Ok(data_dir.join("pulseboard.db"));
    };
    match url.value.strip_prefix("sqlite:") {
        Some(path) if !path.trim_start_matches("//").is_empty() => {
            Ok(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
        }
        _ => Err(url.wrong("this version keeps its data in sqlite:PATH only")),
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
            let given = Given::new(url.to_owned(), Source::Flag("--database-url"));
            let path = database(Some(given), Path::new("d")).ok();
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
    fn empty_is_unset_wherever_it_stands() {
        let overrides = Overrides {
            addr: Some(String::new()),
            database_url: Some("\n".into()),
            data_dir: Some(PathBuf::new()),
            admin_password: Some("\n".into()),
            public_url: Some(String::new()),
            ..Overrides::default()
        };
        let file = "addr = ''\npublic_url = ''\nadmin_password = ''\ndata_dir = ''\n\
                    database_url = ''";
        for toml in ["", file] {
            let config = merged(overrides.clone(), toml).expect("holds");
            assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
            assert_eq!(config.database, Path::new("data/pulseboard.db"));
            assert!(config.public_url.is_none() && config.admin_password.is_none());
        }
        // An empty flag leaves what stands below it.
        let toml = "addr = '127.0.0.1:2'\npublic_url = 'HTTPS://P.example:443/'";
        let config = merged(overrides, toml).expect("holds");
        assert_eq!(config.addr.port(), 2);
        assert_eq!(config.public_url.as_deref(), Some("https://p.example"));
    }

    #[test]
    fn an_error_names_what_was_given_once() {
        let flag = |addr: &str| Overrides {
            addr: Some(addr.to_owned()),
            ..Overrides::default()
        };
        let variable = |addr: &str| Overrides {
            environment: Environment {
                addr: Some(addr.to_owned()),
                ..Environment::default()
            },
            ..Overrides::default()
        };
        let check = |overrides: Overrides, expect: &str| {
            let error = merged(overrides, "\naddr = 'x'").expect_err("rejected");
            let error = error.to_string();
            let rest = error
                .strip_prefix(expect)
                .unwrap_or_else(|| panic!("{error}"));
            assert!(!rest.contains("addr") && !rest.contains("ADDR"), "{error}");
        };
        check(flag("x"), "--addr: `x` is not IP:PORT");
        check(variable("y"), "PULSEBOARD_ADDR: `y` is not IP:PORT");
        check(Overrides::default(), "p.toml:2: addr: `x` is not IP:PORT");
        let password = "\n\nadmin_password = 'short'";
        let config = merged(Overrides::default(), password).expect("holds");
        let source = config.admin_password.expect("given").source;
        assert_eq!(source.to_string(), "p.toml:3: admin_password");
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
        check(
            "addr = 'localhost'",
            "p.toml:1: addr: `localhost` is not IP:PORT",
        );
        check("public_url = 'p.example'", "p.toml:1: public_url: ");
        check(
            "public_url = 'https://p.example/board'",
            "p.toml:1: public_url: `https://p.example/board` has a path",
        );
        check(
            "public_url = 'ftp://p.example'",
            "p.toml:1: public_url: `ftp://p.example` begins neither",
        );
        check(
            "public_url = 'https://me@p.example?x'",
            "p.toml:1: public_url: ",
        );
    }
}
