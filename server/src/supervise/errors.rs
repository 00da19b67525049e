//! Why a server does not start, or ends by itself: what happened, and what to do.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::access::{SecretError, TransportError, UserError};
use crate::config::Source;
use crate::contract;
use crate::http::TlsError;
use crate::metrics::CatalogError;
use crate::pipeline::PipelineError;
use crate::storage::{LockError, StorageError};

/// Why a server does not start: what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The socket.
    #[error("cannot listen on {addr}: {source}; {}", advice(source))]
    Bind {
        /// Where.
        addr: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The certificate.
    #[error("{0}; mend the files that `tls_cert` and `tls_key` name")]
    Tls(#[from] TlsError),
    /// The data folder.
    #[error(
        "cannot write to the data folder {}: {source}; choose another with --data-dir or \
         PULSEBOARD_DATA_DIR", path.display()
    )]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another server runs on the same data.
    #[error("{0}; end it first, or choose another folder with --data-dir or PULSEBOARD_DATA_DIR")]
    InUse(#[from] LockError),
    /// What asks the provider of sign-in.
    #[error("the provider of sign-in cannot be asked: {0}; see `[oidc]` in the configuration")]
    Oidc(#[from] TransportError),
    /// The database.
    #[error(
        "{0}; choose another folder with --data-dir or PULSEBOARD_DATA_DIR, or restore a backup"
    )]
    Storage(#[from] StorageError),
    /// The metric list.
    #[error("{0}; mend it in [[metrics]] of the configuration")]
    Metrics(#[from] CatalogError),
    /// A contract.
    #[error("{0}; mend it, or take it out of `events` in the configuration")]
    Contract(#[from] contract::ReadError),
    /// Aggregation, stream and history.
    #[error("the pipeline does not start: {0}")]
    Pipeline(#[from] PipelineError),
    /// The first admin.
    #[error("{given}: cannot make user `admin`: {error}")]
    Admin {
        /// Where the password was given.
        given: Source,
        /// Why not.
        error: UserError,
    },
    /// Its identity among other instances.
    #[error("cannot read which instance this is: {0}")]
    Instance(SecretError),
    /// The one-time link.
    #[error("cannot make the link for the first admin: {0}")]
    Link(SecretError),
}

/// Why a server ends without being told to.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The flush loop ended, and why.
    #[error(
        "the flush loop ended: {0}; nothing would be recorded any more, so the server ended as well: \
         start it again, and report what its log says"
    )]
    FlushLoop(String),
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "end the program that listens there, or choose another with --addr or PULSEBOARD_ADDR"
        }
        _ => "choose another address with --addr or PULSEBOARD_ADDR",
    }
}
