//! A server process with a folder of its own.
//!
//! Invariant: the process ends with its handle.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::client::Client;
use crate::outcome::Result;

/// The password of everybody.
pub const PASSWORD: &str = "faults faults";
/// The metric that counts what [`crate::load::Load`] sends.
pub const METRIC: &str = "fault.sent";
/// What a slow machine may take to start or to stop, beside what is promised.
pub const PATIENCE: Duration = Duration::from_secs(30);

const METRICS: &str = "[[metrics]]\nname = 'fault.sent'\nkind = 'counter'\nevent = 'fault.run'\n\
                       [[metrics]]\nname = 'fault.heavy'\nkind = 'counter'\nevent = 'fault.heavy'\n\
                       tags = ['n']\n";

/// Where a server lives, over restarts.
pub struct Home {
    binary: PathBuf,
    folder: TempDir,
    data: PathBuf,
    env: Vec<(&'static str, String)>,
    wrapper: &'static [&'static str],
}

/// A running server.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Home {
    /// With `toml` in the configuration.
    pub fn new(binary: PathBuf, toml: &str) -> Result<Home> {
        let folder = tempfile::tempdir()?;
        std::fs::write(
            folder.path().join("pulseboard.toml"),
            format!("{METRICS}{toml}"),
        )?;
        let site = folder.path().join("site/pkg");
        std::fs::create_dir_all(&site)?;
        std::fs::write(site.join("large.bin"), vec![b'x'; 4 << 20])?;
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data)?;
        Ok(Home {
            binary,
            folder,
            data,
            env: Vec::new(),
            wrapper: &[],
        })
    }

    /// A variable of every server that starts here.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.env.push((name, value.into()));
    }

    /// A command with arguments, which starts every server here.
    pub fn start_through(&mut self, wrapper: &'static [&'static str]) {
        self.wrapper = wrapper;
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn database(&self) -> PathBuf {
        self.data.join("pulseboard.db")
    }

    /// What every server here wrote to its log.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The program with these arguments, on this folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let words = self.wrapper.iter().map(OsStr::new);
        let mut words = words.chain([self.binary.as_os_str()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .args(args)
            .env_clear()
            .env("PULSEBOARD_ADDR", "127.0.0.1:0")
            .env("PULSEBOARD_DATA_DIR", &self.data)
            .env("LEPTOS_SITE_ROOT", self.folder.path().join("site"))
            .envs(self.env.iter().map(|(name, value)| (*name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts a server, and waits until it listens.
    pub async fn start(&self) -> Result<Server> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))?;
        let mut child = self
            .command(&[])
            .env("PULSEBOARD_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let found = timeout(PATIENCE, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, url)) = line.split_once("listens on ") {
                    return Some(url.trim().to_owned());
                }
            }
            None
        });
        match found.await {
            Ok(Some(url)) => Ok(Server { child, url }),
            _ => {
                let log = self.log();
                let last = log.lines().last().unwrap_or("nothing");
                Err(format!("the server does not start: {last}").into())
            }
        }
    }

    /// Starts one, and signs in as its admin.
    pub async fn start_signed_in(&self) -> Result<(Server, Client)> {
        let server = self.start().await?;
        let client = Client::sign_in(&server.url, "admin").await?;
        Ok((server, client))
    }
}

impl Server {
    /// As another process may name it.
    pub fn pid_text(&self) -> Result<String> {
        let id = self.child.id().ok_or("the server has ended")?;
        Ok(id.to_string())
    }

    /// Sends a signal, by its name without SIG.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let sent = std::process::Command::new("kill")
            .args([&format!("-{signal}"), &self.pid_text()?])
            .status()?;
        match sent.success() {
            true => Ok(()),
            false => Err(format!("SIG{signal} cannot be sent").into()),
        }
    }

    /// Lets the server write files up to so many bytes, or as many as it wants. Beyond that a write fails
    /// with EFBIG, which SQLite reports as an I/O error.
    pub fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let set = std::process::Command::new("prlimit")
            .args([
                "--pid",
                &self.pid_text()?,
                &format!("--fsize={limit}:unlimited"),
            ])
            .status()?;
        match set.success() {
            true => Ok(()),
            false => Err("the size of files cannot be limited".into()),
        }
    }

    /// Sends SIGTERM; the status, and how long it took.
    pub async fn terminate(mut self) -> Result<(ExitStatus, Duration)> {
        self.signal("TERM")?;
        let begun = Instant::now();
        let status = timeout(PATIENCE, self.child.wait()).await;
        let status = status.map_err(|_| "it does not end on SIGTERM")??;
        Ok((status, begun.elapsed()))
    }

    /// Sends SIGKILL.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Resident memory in MiB.
    pub fn memory_mib(&self) -> Result<u64> {
        let id = self.child.id().ok_or("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: u64 = line
            .and_then(|rest| rest.split_whitespace().next())
            .ok_or("no memory is known")?
            .parse()?;
        Ok(kib / 1024)
    }
}
