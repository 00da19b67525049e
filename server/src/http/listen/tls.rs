//! TLS with the certificate and key of two files, which are read again when they change.
//!
//! Invariant: a certificate that cannot be used never replaces one that can; connections that are open
//! keep the one that they began with.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::config::TlsFiles;

/// Between two looks at the files.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Longest file in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// The one protocol that the server answers in.
const HTTP: &[u8] = b"http/1.1";

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds no PEM of what is looked for.
    #[error("{}: {problem}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is missing or broken.
        problem: String,
    },
    /// Certificate and key do not fit each other, or are of a kind that is not supported.
    #[error("{} and {} cannot be used: {source}", cert.display(), key.display())]
    Unusable {
        /// The certificate.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
}

/// What the two files hold.
#[derive(Clone, PartialEq, Eq)]
struct Contents {
    cert: Vec<u8>,
    key: Vec<u8>,
}

/// The certificate of now.
pub struct Tls {
    files: TlsFiles,
    /// What the files held at the start.
    first: Contents,
    current: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A certificate that cannot be used.
    pub fn load(files: TlsFiles) -> Result<Tls, TlsError> {
        let first = read(&files)?;
        let current = ArcSwap::from(server_config(&files, &first)?);
        Ok(Tls {
            files,
            first,
            current,
        })
    }

    /// For one connection.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.load_full())
    }

    /// Takes over what the files hold whenever that changed and can be used. Never ends.
    pub async fn follow(self: Arc<Tls>) {
        let mut seen = Seen::default();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let tls = self.clone();
            let looked = tokio::task::spawn_blocking(move || {
                tls.look(&mut seen);
                seen
            });
            seen = match looked.await {
                Ok(seen) => seen,
                Err(ended) => {
                    tracing::error!("the look at the certificate ended: {ended}");
                    Seen::default()
                }
            };
        }
    }

    /// One look at the files. Contents are compared, since a renewed file may have the time and the
    /// length of the one before; the two are written one after the other, so a pair that does not fit is
    /// reported only when it stays.
    fn look(&self, seen: &mut Seen) {
        let found = match read(&self.files) {
            Ok(found) => found,
            Err(error) => return seen.report(&error),
        };
        if found == *seen.used.as_ref().unwrap_or(&self.first) {
            (seen.rejected, seen.reported) = (None, false);
            return;
        }
        match server_config(&self.files, &found) {
            Ok(config) => {
                self.current.store(config);
                tracing::info!("{} was read again", self.files.cert.display());
                *seen = Seen {
                    used: Some(found),
                    ..Seen::default()
                };
            }
            Err(error) => {
                if seen.rejected.replace(found.clone()) == Some(found) {
                    seen.report(&error);
                }
            }
        }
    }
}

/// What the looks before saw.
#[derive(Default)]
struct Seen {
    /// What is used, once that is not [`Tls::first`].
    used: Option<Contents>,
    /// What the last look could not use.
    rejected: Option<Contents>,
    /// Whether that was reported.
    reported: bool,
}

impl Seen {
    /// Once, until the files can be used again.
    fn report(&mut self, error: &TlsError) {
        if !std::mem::replace(&mut self.reported, true) {
            tracing::warn!("{error}; the certificate of before stays");
        }
    }
}

fn read(files: &TlsFiles) -> Result<Contents, TlsError> {
    let read = |path: &PathBuf| {
        let failed = |source| TlsError::Read {
            path: path.clone(),
            source,
        };
        if std::fs::metadata(path).map_err(failed)?.len() > MAX_FILE_BYTES {
            return Err(TlsError::Pem {
                path: path.clone(),
                problem: format!("has more than {MAX_FILE_BYTES} bytes"),
            });
        }
        std::fs::read(path).map_err(failed)
    };
    Ok(Contents {
        cert: read(&files.cert)?,
        key: read(&files.key)?,
    })
}

/// What is wrong with a file, without any of what is in it.
fn problem(path: &Path, error: &pem::Error) -> TlsError {
    let problem = match error {
        pem::Error::NoItemsFound => "holds no PEM of this kind",
        _ => "is no PEM",
    };
    TlsError::Pem {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}

fn server_config(files: &TlsFiles, contents: &Contents) -> Result<Arc<ServerConfig>, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&contents.cert).collect();
    let chain = chain.map_err(|error| problem(&files.cert, &error))?;
    if chain.is_empty() {
        return Err(problem(&files.cert, &pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_slice(&contents.key);
    let key = key.map_err(|error| problem(&files.key, &error))?;
    let unusable = |source| TlsError::Unusable {
        cert: files.cert.clone(),
        key: files.key.clone(),
        source,
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, cert: &str, key: &str) {
        fs::write(folder.join("cert.pem"), cert).expect("writes");
        fs::write(folder.join("key.pem"), key).expect("writes");
    }

    fn pair() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).expect("made");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn what_cannot_be_used_replaces_nothing_and_is_reported_when_it_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let (cert, key) = pair();
        write(path, &cert, &key);
        let tls = Tls::load(TlsFiles {
            cert: path.join("cert.pem"),
            key: path.join("key.pem"),
        });
        let tls = tls.expect("loads");
        let mut seen = Seen::default();
        let mut check = |changes: bool, reported: bool, what: &str| {
            let before = tls.current.load_full();
            tls.look(&mut seen);
            let changed = !Arc::ptr_eq(&before, &tls.current.load_full());
            assert_eq!((changed, seen.reported), (changes, reported), "{what}");
        };
        check(false, false, "the same");
        let (renewed, its_key) = pair();
        write(path, &renewed, &key);
        check(false, false, "half of a renewal");
        write(path, &renewed, &its_key);
        check(true, false, "all of it");
        check(false, false, "the same again");
        write(path, "nothing", "nothing");
        check(false, false, "what is no PEM");
        check(false, true, "what is no PEM, still");
        fs::remove_file(path.join("key.pem")).expect("removes");
        check(false, true, "no key");
        write(path, &renewed, &its_key);
        check(false, false, "what is used already");
        fs::remove_file(path.join("cert.pem")).expect("removes");
        check(false, true, "no certificate");
        write(path, &cert, &key);
        check(true, false, "the first again");
    }
}
