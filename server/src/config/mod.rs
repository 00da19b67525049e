//! The configuration: flags over environment over `pulseboard.toml` over defaults.
//!
//! Invariant: a [`Config`] that exists holds, and an error names what was given: the flag, the
//! variable, or file, line and key.

mod file;
mod given;
mod limits;
mod oidc;
mod pipeline;
mod range;
mod site;
mod site_url;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use telemetry::Metric;

pub use given::{Given, Settings, Source, variable, without_line_end};
pub use limits::Limits;
pub use oidc::OidcConfig;
pub use pipeline::PipelineConfig;
pub use range::OutOfRange;
pub use site::TlsFiles;
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
    /// The path below which browsers find everything, as `/pulse`; empty at the root of a site.
    pub base_path: String,
    /// Who may embed pages, as sources of `frame-ancestors`; empty for nobody.
    pub frame_ancestors: Vec<String>,
    /// Certificate and key, when the server itself answers over https.
    pub tls: Option<TlsFiles>,
    /// The folder of provisioned dashboards, if there is one.
    pub dashboards_dir: Option<PathBuf>,
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
    /// Who vouches for people, when somebody does.
    pub oidc: Option<OidcConfig>,
}

/// What flags and environment say, before the file is asked.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Stand over the environment.
    pub flags: Settings,
    /// What the environment says.
    pub environment: Settings,
}

impl Overrides {
    /// The file that flags or environment name.
    pub fn file(&self) -> Option<&PathBuf> {
        self.flags.file.as_ref().or(self.environment.file.as_ref())
    }
}

/// Flags alone.
impl From<Settings> for Overrides {
    fn from(flags: Settings) -> Overrides {
        Overrides {
            flags,
            ..Overrides::default()
        }
    }
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
    pub fn load(overrides: impl Into<Overrides>) -> Result<Config, ConfigError> {
        let overrides = overrides.into();
        let file = match overrides.file() {
            Some(path) => File::read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => File::read(Path::new(DEFAULT_FILE))?,
            None => File::default(),
        };
        Config::merge(overrides, file)
    }

    fn merge(overrides: Overrides, file: File) -> Result<Config, ConfigError> {
        let Overrides { flags, environment } = overrides;
        let addr = pick(
            (flags.addr, "--addr"),
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
            (flags.data_dir, "--data-dir"),
            (environment.data_dir, given::DATA_DIR),
            file.data_dir,
        )
        .map_or_else(|| PathBuf::from("data"), |given| given.value);
        let database_url = pick(
            (flags.database_url, "--database-url"),
            (environment.database_url, given::DATABASE_URL),
            file.database_url,
        );
        let public_url = pick(
            (flags.public_url, "--public-url"),
            (environment.public_url, given::PUBLIC_URL),
            file.public_url,
        );
        let admin_password = pick(
            (flags.admin_password, "admin_password"),
            (environment.admin_password, given::ADMIN_PASSWORD),
            file.admin_password,
        );
        let trust_proxy = flags.trust_proxy.or(environment.trust_proxy);
        let base_path = pick(
            (flags.base_path, "--base-path"),
            (environment.base_path, given::BASE_PATH),
            file.base_path,
        );
        let tls_cert = pick(
            (flags.tls_cert, "--tls-cert"),
            (environment.tls_cert, given::TLS_CERT),
            file.tls_cert,
        );
        let tls_key = pick(
            (flags.tls_key, "--tls-key"),
            (environment.tls_key, given::TLS_KEY),
            file.tls_key,
        );
        let dashboards_dir = pick(
            (flags.dashboards_dir, "--dashboards-dir"),
            (environment.dashboards_dir, given::DASHBOARDS_DIR),
            file.dashboards_dir,
        );
        Ok(Config {
            dashboards_dir: dashboards_dir.map(|given| given.value),
            addr: parsed.map_err(|message| addr.wrong(message))?,
            database: database(database_url, &data_dir)?,
            data_dir,
            admin_password,
            public_url: public_url.as_ref().map(origin).transpose()?,
            trust_proxy: trust_proxy.or(file.trust_proxy).unwrap_or(false),
            base_path: base_path
                .as_ref()
                .map_or_else(|| Ok(String::new()), site::base_path)?,
            frame_ancestors: file.frame_ancestors,
            tls: site::tls(tls_cert, tls_key)?,
            metrics: file.metrics,
            events: file.events,
            roles: file.roles,
            pipeline: file.pipeline,
            limits: file.limits,
            oidc: file.oidc,
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
mod tests;
