//! A small disk in memory, over a folder.
//!
//! Invariant: it is unmounted with its handle.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::outcome::Result;

/// The disk.
pub struct Tmpfs {
    folder: PathBuf,
}

impl Tmpfs {
    /// Mounts one; an error says why this machine does not allow it.
    pub fn mount(folder: &Path, mib: u32) -> Result<Tmpfs> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"])
            .arg(folder)
            .stdin(Stdio::null())
            .output()?;
        if !mounted.status.success() {
            let said = String::from_utf8_lossy(&mounted.stderr);
            return Err(format!("cannot mount: {}", said.trim()).into());
        }
        let folder = folder.to_owned();
        Ok(Tmpfs { folder })
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }

    /// Takes all that is left, until the disk is full.
    pub fn fill(&self) -> Result<()> {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(self.filler())?;
        for size in [64 * 1024, 4 * 1024, 1] {
            let block = vec![0; size];
            while file.write_all(&block).is_ok() {}
        }
        Ok(())
    }

    /// Gives it back.
    pub fn free(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.filler())?)
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // Lazily: a server that is being killed may have files open.
        let unmounted = Command::new("umount").arg("-l").arg(&self.folder).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("cannot unmount {}", self.folder.display());
        }
    }
}
