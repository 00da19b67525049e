//! Which mounts to report, and as what.
//!
//! Invariant: one entry a device, however often it is mounted, so that nothing is counted twice.

use std::path::{Path, PathBuf};

/// A mount as the system lists it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mount {
    pub(super) device: String,
    pub(super) point: PathBuf,
    pub(super) total: u64,
}

/// The places in `mounts` to report. Every device counts at its shortest mount point, but at the
/// one that holds `data_dir` when there is one; file systems without a device of their own,
/// such as a container's overlay, only when they hold it.
pub(super) fn select(mounts: &[Mount], data_dir: &Path) -> Vec<usize> {
    let depth = |&i: &usize| mounts[i].point.components().count();
    let mut places: Vec<usize> = (0..mounts.len()).filter(|&i| mounts[i].total > 0).collect();
    let holds_data = places
        .iter()
        .copied()
        .filter(|&i| data_dir.starts_with(&mounts[i].point))
        .max_by_key(depth);
    places.retain(|&i| Some(i) == holds_data || is_device(&mounts[i].device));
    places.sort_by_key(|i| (Some(*i) != holds_data, depth(i)));
    let mut selected: Vec<usize> = Vec::new();
    for i in places {
        if !selected
            .iter()
            .any(|&s| mounts[s].device == mounts[i].device)
        {
            selected.push(i);
        }
    }
    selected
}

/// Elsewhere than on Linux the system lists disks only.
fn is_device(name: &str) -> bool {
    !cfg!(target_os = "linux") || name.starts_with("/dev/")
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn one_entry_a_device() {
        let check = |mounts: &[(&str, &str, u64)], data_dir: &str, points: &[&str]| {
            let mounts: Vec<Mount> = mounts
                .iter()
                .map(|&(device, point, total)| Mount {
                    device: device.to_owned(),
                    point: point.into(),
                    total,
                })
                .collect();
            let found: Vec<_> = select(&mounts, Path::new(data_dir))
                .into_iter()
                .map(|i| mounts[i].point.to_str().expect("as given above"))
                .collect();
            assert_eq!(found, points, "{mounts:?} for {data_dir}");
        };
        let (a, b) = ("/dev/vda1", "/dev/vdb");
        check(&[], "/data", &[]);
        check(&[(a, "/", 9)], "/data", &["/"]);
        check(&[(a, "/", 9), (b, "/data", 9)], "/data/x", &["/data", "/"]);
        check(
            &[(a, "/", 9), (b, "/data", 9)],
            "/database",
            &["/", "/data"],
        );
        check(&[(a, "/mnt/a/b", 9), (a, "/mnt", 9)], "/", &["/mnt"]);
        check(
            &[(a, "/", 9), (a, "/srv/data", 9)],
            "/srv/data",
            &["/srv/data"],
        );
        // A container: its root has no device, its files from outside are bind mounts.
        let container = [
            ("overlay", "/", 9),
            (a, "/etc/hosts", 9),
            ("tmpfs", "/tmp/x", 9),
        ];
        check(&container, "/data", &["/", "/etc/hosts"]);
        check(&[("none", "/", 0), (a, "/mnt", 9)], "/data", &["/mnt"]);
    }
}
