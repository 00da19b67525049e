//! One server at a time on one database.
//!
//! Invariant: whoever keeps state of the database in memory holds the lock; the system lets go of it
//! however the process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct DatabaseLock {
    _file: File,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("the database {} is in use by {holder}", database.display())]
    Held {
        /// The database.
        database: PathBuf,
        /// What the other process wrote about itself.
        holder: String,
    },
    /// The file beside the database cannot be made or locked.
    #[error("cannot lock {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl DatabaseLock {
    /// Locks a database, whether its file is there or not. `purpose` says to others what this process
    /// does with it.
    pub fn take(database: &Path, purpose: &str) -> Result<DatabaseLock, LockError> {
        // Links to one database are one database.
        let database = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut path = database.clone().into_os_string();
        path.push("-lock");
        let path = PathBuf::from(path);
        let io = |source| LockError::Io {
            path: path.clone(),
            source,
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held {
                    database,
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let me = format!("process {} ({purpose})\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(me.as_bytes()))
            .map_err(io)?;
        Ok(DatabaseLock { _file: file })
    }
}

/// Whoever holds the lock may not have written anything yet, or cannot be read.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(300).read_to_string(&mut text));
    match (read, text.trim()) {
        (Ok(_), holder) if !holder.is_empty() => holder.to_owned(),
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_by_whatever_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("p.db");
        std::fs::write(&database, "").expect("writes");
        let first = DatabaseLock::take(&database, "server at 127.0.0.1:1").expect("is free");
        let check = |path: &Path| {
            let held = DatabaseLock::take(path, "x")
                .expect_err("is held")
                .to_string();
            let me = format!("process {} (server at 127.0.0.1:1)", std::process::id());
            assert!(held.ends_with(&format!("is in use by {me}")), "{held}");
        };
        check(&database);
        #[cfg(unix)]
        {
            let link = folder.path().join("link.db");
            std::os::unix::fs::symlink(&database, &link).expect("links");
            check(&link);
        }
        DatabaseLock::take(&folder.path().join("other.db"), "x").expect("is another");
        drop(first);
        DatabaseLock::take(&database, "x").expect("is free again");
    }
}
