//! Which file stands at a path.
//!
//! Invariant: a file is never opened for it: closing it again would end SQLite's locks on it, which
//! belong to the process.

use std::io;
use std::path::Path;

/// What distinguishes a file from another one at the same path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileIdentity {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
}

impl FileIdentity {
    /// The identity of the file at `path`; where the system has none, that there is one.
    pub fn of(path: &Path) -> io::Result<FileIdentity> {
        let metadata = std::fs::metadata(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Ok(FileIdentity {
                device_and_inode: (metadata.dev(), metadata.ino()),
            })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(FileIdentity {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_at_the_same_path_is_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, copy) = (folder.path().join("a"), folder.path().join("b"));
        assert!(FileIdentity::of(&path).is_err());
        std::fs::write(&path, "x").expect("writes");
        let first = FileIdentity::of(&path).expect("is there");
        std::fs::write(&path, "longer").expect("writes");
        assert_eq!(FileIdentity::of(&path).expect("is there"), first);
        std::fs::copy(&path, &copy).expect("copies");
        std::fs::rename(&copy, &path).expect("moves");
        #[cfg(unix)]
        assert_ne!(FileIdentity::of(&path).expect("is there"), first);
    }
}
