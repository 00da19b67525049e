//! The signals that end a server.

use std::future::Future;
use std::io;

/// Listens to SIGTERM and SIGINT from now on; the future ends with the first of them. To be
/// called before anybody is told that the server runs: a signal that nobody listens to kills.
pub fn signals() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!("cannot wait for signals: {error}");
        }
    })
}
