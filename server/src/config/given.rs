//! Values with the place where they were given, which messages name.
//!
//! Invariant: an empty value is no value, wherever it stands, and the end of a line after a value,
//! which files and shells add, is not a part of it.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::ConfigError;

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// A key of the file.
    File {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The key.
        key: &'static str,
    },
    /// Nowhere.
    Default(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(name) | Source::Variable(name) | Source::Default(name) => {
                f.write_str(name)
            }
            Source::File { path, line, key } => write!(f, "{}:{line}: {key}", path.display()),
        }
    }
}

/// A value, and where it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Where it was given.
    pub source: Source,
}

impl<T> Given<T> {
    pub(super) fn new(value: T, source: Source) -> Given<T> {
        Given { value, source }
    }

    /// That it is wrong.
    pub(super) fn wrong(&self, message: impl Into<String>) -> ConfigError {
        let message = message.into();
        match &self.source {
            Source::File { path, line, key } => ConfigError::File {
                path: path.clone(),
                line: *line,
                key: (*key).to_owned(),
                message,
            },
            other => ConfigError::Value {
                key: other.to_string(),
                message,
            },
        }
    }
}

/// What flags say, or what the environment says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Another file than [`DEFAULT_FILE`](super::DEFAULT_FILE); it has to be there.
    pub file: Option<PathBuf>,
    /// `addr`.
    pub addr: Option<String>,
    /// `data_dir`.
    pub data_dir: Option<PathBuf>,
    /// `database_url`.
    pub database_url: Option<String>,
    /// `admin_password`; no flag, which other users of the machine could read.
    pub admin_password: Option<String>,
    /// `public_url`.
    pub public_url: Option<String>,
    /// `trust_proxy`.
    pub trust_proxy: Option<bool>,
    /// `base_path`.
    pub base_path: Option<String>,
    /// `tls_cert`.
    pub tls_cert: Option<PathBuf>,
    /// `tls_key`.
    pub tls_key: Option<PathBuf>,
    /// `dashboards_dir`.
    pub dashboards_dir: Option<PathBuf>,
}

/// Names of variables.
pub(super) const CONFIG: &str = "PULSEBOARD_CONFIG";
pub(super) const ADDR: &str = "PULSEBOARD_ADDR";
pub(super) const DATA_DIR: &str = "PULSEBOARD_DATA_DIR";
pub(super) const DATABASE_URL: &str = "PULSEBOARD_DATABASE_URL";
pub(super) const ADMIN_PASSWORD: &str = "PULSEBOARD_ADMIN_PASSWORD";
pub(super) const PUBLIC_URL: &str = "PULSEBOARD_PUBLIC_URL";
pub(super) const TRUST_PROXY: &str = "PULSEBOARD_TRUST_PROXY";
pub(super) const BASE_PATH: &str = "PULSEBOARD_BASE_PATH";
pub(super) const TLS_CERT: &str = "PULSEBOARD_TLS_CERT";
pub(super) const TLS_KEY: &str = "PULSEBOARD_TLS_KEY";
pub(super) const DASHBOARDS_DIR: &str = "PULSEBOARD_DASHBOARDS_DIR";

impl Settings {
    /// From the variables of the process.
    ///
    /// # Errors
    /// A variable that is no text, or no truth where one is asked for.
    pub fn of_process() -> Result<Settings, ConfigError> {
        Settings::read(|name| std::env::var_os(name))
    }

    /// From these variables.
    ///
    /// # Errors
    /// As for [`Settings::of_process`].
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Settings, ConfigError> {
        let text = |name| variable(name, lookup(name));
        let trimmed = |name| {
            let text = text(name)?.map(|text| text.trim().to_owned());
            Ok::<_, ConfigError>(text.filter(|text| !text.is_empty()))
        };
        // A path need not be text.
        let path = |name| {
            let value = lookup(name)?;
            let path = match value.to_str() {
                Some(text) => PathBuf::from(without_line_end(text)),
                None => PathBuf::from(value),
            };
            Some(path).filter(|path| !path.as_os_str().is_empty())
        };
        let trust_proxy = match trimmed(TRUST_PROXY)? {
            Some(text) => Some(truth(&text).ok_or_else(|| {
                Given::new((), Source::Variable(TRUST_PROXY))
                    .wrong(format!("`{text}` is neither true nor false"))
            })?),
            None => None,
        };
        Ok(Settings {
            file: path(CONFIG),
            addr: trimmed(ADDR)?,
            data_dir: path(DATA_DIR),
            database_url: trimmed(DATABASE_URL)?,
            admin_password: text(ADMIN_PASSWORD)?,
            public_url: trimmed(PUBLIC_URL)?,
            trust_proxy,
            base_path: trimmed(BASE_PATH)?,
            tls_cert: path(TLS_CERT),
            tls_key: path(TLS_KEY),
            dashboards_dir: path(DASHBOARDS_DIR),
        })
    }
}

/// The text of a variable; `None` when it is not set, or empty.
///
/// # Errors
/// When it is no text.
pub fn variable(
    name: &'static str,
    value: Option<OsString>,
) -> Result<Option<String>, ConfigError> {
    let Some(value) = value else {
        return Ok(None);
    };
    let text = value
        .into_string()
        .map_err(|_| Given::new((), Source::Variable(name)).wrong("is no text: it is not UTF-8"))?;
    let text = without_line_end(&text);
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Without the ends of lines after it, which belong to the file that it stood in.
pub fn without_line_end(text: &str) -> &str {
    text.trim_end_matches(['\r', '\n'])
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Settings, ConfigError> {
        Settings::read(|asked| (asked == name).then(|| value.into()))
    }

    #[test]
    fn variables_are_read_as_people_fill_them() {
        let get = |name, value| read(name, value).expect("holds");
        assert_eq!(get(PUBLIC_URL, "").public_url, None);
        assert_eq!(get(PUBLIC_URL, " \n").public_url, None);
        let url = get(PUBLIC_URL, " https://p.example\n").public_url;
        assert_eq!(url.as_deref(), Some("https://p.example"));
        let password = |value| get(ADMIN_PASSWORD, value).admin_password;
        assert_eq!(
            password("correct horse\r\n").as_deref(),
            Some("correct horse")
        );
        // Spaces may be meant.
        assert_eq!(password(" horse ").as_deref(), Some(" horse "));
        assert_eq!(password("\n"), None);
        let folder = get(DATA_DIR, "/data\n").data_dir;
        assert_eq!(folder, Some("/data".into()));
        assert_eq!(get(DATA_DIR, "").data_dir, None);
        assert_eq!(get(CONFIG, "").file, None);
        for (value, want) in [
            ("", None),
            ("1", Some(true)),
            ("True", Some(true)),
            ("off\n", Some(false)),
        ] {
            assert_eq!(get(TRUST_PROXY, value).trust_proxy, want, "{value:?}");
        }
        let error = read(TRUST_PROXY, "maybe")
            .expect_err("rejected")
            .to_string();
        assert_eq!(
            error,
            "PULSEBOARD_TRUST_PROXY: `maybe` is neither true nor false"
        );
    }
}
