//! Connections that do not behave.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// What became of connections.
#[derive(Default)]
pub struct Ends {
    /// Closed by the server.
    pub closed: usize,
    /// Open when the time was over.
    pub open: usize,
}

/// Opens `count` connections that send `bytes` again and again and never read, and waits until the
/// server closes them, for as long as `within`.
pub async fn never_read(address: &str, count: usize, bytes: &[u8], within: Duration) -> Ends {
    let mut all = JoinSet::new();
    for _ in 0..count {
        let (address, bytes) = (address.to_owned(), bytes.to_vec());
        all.spawn(timeout(within, async move {
            let Ok(mut stream) = TcpStream::connect(address).await else {
                return;
            };
            while stream.write_all(&bytes).await.is_ok() {}
        }));
    }
    ends(all).await
}

/// Opens `count` connections that send `bytes` once, and waits until the server closes them.
pub async fn half(address: &str, count: usize, bytes: &[u8], within: Duration) -> Ends {
    let mut all = JoinSet::new();
    for _ in 0..count {
        let (address, bytes) = (address.to_owned(), bytes.to_vec());
        all.spawn(timeout(within, async move {
            let Ok(mut stream) = TcpStream::connect(address).await else {
                return;
            };
            if stream.write_all(&bytes).await.is_err() {
                return;
            }
            let mut answer = [0; 1024];
            while matches!(stream.read(&mut answer).await, Ok(read) if read > 0) {}
        }));
    }
    ends(all).await
}

async fn ends(mut all: JoinSet<Result<(), tokio::time::error::Elapsed>>) -> Ends {
    let mut ends = Ends::default();
    while let Some(ended) = all.join_next().await {
        match ended {
            Ok(Ok(())) => ends.closed += 1,
            _ => ends.open += 1,
        }
    }
    ends
}
