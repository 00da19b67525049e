//! What would stop the server from starting, found before minutes of building rather than after.
//! The server checks all of this again; here each fault is one line that says what to do.

use std::net::{TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};

use anyhow::bail;

/// Where the server will listen and write.
#[derive(Debug, PartialEq, Eq)]
pub struct Settings {
    /// Host and port.
    pub addr: String,
    /// The folder of the embedded database, relative to the workspace's root.
    pub data_dir: PathBuf,
}

impl Settings {
    /// As the server reads them: its arguments over the environment over `pulseboard.toml` over
    /// defaults. Lines it cannot understand are left for the server to complain about.
    pub fn read(args: &[String], env: impl Fn(&str) -> Option<String>, file: &str) -> Self {
        let value = |flag: &str, variable: &str, key: &str, default: &str| {
            from_args(args, flag)
                .filter(|value| !value.is_empty())
                .or_else(|| env(variable).map(|value| value.trim().to_string()))
                .filter(|value| !value.is_empty())
                .or_else(|| from_file(file, key).filter(|value| !value.is_empty()))
                .unwrap_or_else(|| default.to_string())
        };
        Self {
            addr: value("--addr", "PULSEBOARD_ADDR", "addr", "127.0.0.1:3000"),
            data_dir: value("--data-dir", "PULSEBOARD_DATA_DIR", "data_dir", "./data").into(),
        }
    }
}

/// Whether these arguments start the server, and not one of its other commands.
pub fn serves(args: &[String]) -> bool {
    args.first()
        .is_none_or(|first| first == "serve" || first.starts_with('-'))
}

/// Tries to listen, and lets go again.
///
/// # Errors
/// When the address cannot be understood, is not this machine's, or is taken.
pub fn address_is_free(addr: &str) -> anyhow::Result<()> {
    let Ok(addresses) = addr.to_socket_addrs() else {
        bail!("`{addr}` is not an address: set PULSEBOARD_ADDR to host:port, as in 127.0.0.1:3000");
    };
    let addresses: Vec<_> = addresses.collect();
    match TcpListener::bind(addresses.as_slice()) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "{addr} is taken by another program: stop that one, or choose another port with \
             PULSEBOARD_ADDR=127.0.0.1:3100"
        ),
        Err(error) => bail!("cannot listen on {addr} ({error}): choose another PULSEBOARD_ADDR"),
    }
}

/// Creates the folder and a file in it, and removes the file again.
///
/// # Errors
/// When either cannot be done.
pub fn folder_is_writable(folder: &Path) -> anyhow::Result<()> {
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    if let Err(error) = written {
        bail!(
            "the data folder {} cannot be written ({error}): make it writable, or choose another \
             with PULSEBOARD_DATA_DIR",
            folder.display()
        );
    }
    Ok(())
}

/// The value of `--flag value` or `--flag=value`; the last one counts.
fn from_args(args: &[String], flag: &str) -> Option<String> {
    let mut found = None;
    for (at, arg) in args.iter().enumerate() {
        if arg == flag {
            found = args.get(at + 1).cloned();
        } else if let Some(value) = arg
            .strip_prefix(flag)
            .and_then(|rest| rest.strip_prefix('='))
        {
            found = Some(value.to_string());
        }
    }
    found
}

/// The value of `key = "value"` above the first section of a TOML file.
fn from_file(file: &str, key: &str) -> Option<String> {
    file.lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| {
            let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
            let quoted = value.trim_start();
            let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            Some(quoted[1..].split_once(quote)?.0.to_string())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_from_the_strongest_source() {
        fn check(args: &str, env: Option<&str>, file: &str, addr: &str) {
            let args: Vec<String> = args.split_whitespace().map(Into::into).collect();
            let env = |name: &str| {
                env.filter(|_| name == "PULSEBOARD_ADDR")
                    .map(ToString::to_string)
            };
            let found = Settings::read(&args, env, file);
            assert_eq!(found.addr, addr, "{args:?} {file:?}");
            assert_eq!(found.data_dir, Path::new("./data"));
        }
        let file = "# addr = \"x:0\"\naddr = \"a:1\" # why\n[s]\naddr = \"s:9\"";
        check("", None, "", "127.0.0.1:3000");
        check("", None, file, "a:1");
        check("", Some(""), file, "a:1");
        check("", Some("b:2"), file, "b:2");
        check("", Some("b:2\n"), file, "b:2");
        check("", Some(" \n"), file, "a:1");
        check("--addr=", Some("b:2"), file, "b:2");
        check("", None, "addr = ''", "127.0.0.1:3000");
        check("--addr c:3", Some("b:2"), file, "c:3");
        check("serve --addr=c:3", Some("b:2"), file, "c:3");
        check("--addr c:3 --addr=d:4", None, file, "d:4");
        check("--addr", None, file, "a:1");
        check("--address c:3", None, "", "127.0.0.1:3000");
        check("", None, "[s]\naddr = \"s:9\"", "127.0.0.1:3000");
        check("", None, "address = \"s:9\"", "127.0.0.1:3000");
        check("", None, "addr = 9", "127.0.0.1:3000");
        check("", None, "addr = ", "127.0.0.1:3000");
        check("", None, "addr = \"", "127.0.0.1:3000");
        check("", None, "addr='q:5'", "q:5");
    }

    #[test]
    fn only_the_server_itself_needs_port_and_folder() {
        fn check(args: &[&str], expect: bool) {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            assert_eq!(serves(&args), expect, "{args:?}");
        }
        check(&[], true);
        check(&["serve"], true);
        check(&["--addr", "127.0.0.1:0"], true);
        check(&["check"], false);
        check(&["user", "add"], false);
    }

    #[test]
    fn a_taken_port_is_told_from_a_free_one() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let addr = taken.local_addr().expect("it is bound").to_string();
        let error = address_is_free(&addr).expect_err("the port is taken");
        assert!(error.to_string().contains("is taken"), "{error}");
        drop(taken);
        assert!(address_is_free(&addr).is_ok());
        for wrong in ["", "3000", "127.0.0.1:", "127.0.0.1:70000", "nonsense"] {
            assert!(address_is_free(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_in_place_of_the_folder_is_refused() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(folder_is_writable(&file).is_err());
        assert!(folder_is_writable(&file.join("below")).is_err());
    }
}
