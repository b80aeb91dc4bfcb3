//! Which mount a descriptor is on, and whether that may hang.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, StatxFlags, fstatfs, statx};

use crate::lane::Lane;

/// The lane of the mount that `descriptor` is on, where that is known. Asks no file system.
pub(super) fn known(descriptor: &OwnedFd) -> Option<Lane> {
    let mount = Mount::of(descriptor)?;
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let (lane, since) = known.as_ref()?.get(&mount)?;
    (mount.is_unique() || since.elapsed() < KEPT).then(|| lane.clone())
}

/// The lane of the mount that `descriptor` is on, which `path` leads to. May wait for its file system, to
/// ask which one it is.
pub(super) fn learn(descriptor: &OwnedFd, path: &Path) -> Lane {
    if let Some(lane) = known(descriptor) {
        return lane;
    }
    let is_local = fstatfs(descriptor).is_ok_and(|told| LOCAL.contains(&(told.f_type as u32)));
    let lane = if is_local { Lane::local() } else { of(descriptor, path) };
    if let Some(mount) = Mount::of(descriptor) {
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        // Mounts come and go.
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(mount, (lane.clone(), Instant::now()));
    }
    lane
}

/// The lane to wait in for what is not known of the mount of `descriptor`.
pub(super) fn of(descriptor: &OwnedFd, path: &Path) -> Lane {
    let id = told(descriptor, StatxFlags::MNT_ID).map(|told| told.0);
    let mounts = mounts();
    match mounts.iter().find(|(mount, _)| Some(*mount) == id) {
        Some((_, point)) => Lane::of_mount(point),
        None => at(path),
    }
}

/// The lane to wait in for what `path` leads to, by its text.
pub(super) fn at(path: &Path) -> Lane {
    let points = mounts().into_iter().map(|(_, point)| point).filter(|point| path.starts_with(point));
    let innermost = points.max_by_key(|point| point.as_os_str().len());
    Lane::of_mount(&innermost.unwrap_or_else(|| "/".into()))
}

/// What is known, by mount.
static KNOWN: RwLock<Option<HashMap<Mount, (Lane, Instant)>>> = RwLock::new(None);
const MOST: usize = 1024;

/// How long something is known of a mount whose number may be given to another one.
const KEPT: Duration = Duration::from_secs(1);

/// What tells mounts apart. Before Linux 6.8 their numbers are used again, and so are those of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Mount {
    id: u64,
    device: Option<(u32, u32)>,
}

impl Mount {
    fn of(descriptor: &OwnedFd) -> Option<Self> {
        if let Some((id, _)) = told(descriptor, UNIQUE) {
            return Some(Self { id, device: None });
        }
        let (id, device) = told(descriptor, StatxFlags::MNT_ID)?;
        Some(Self { id, device: Some(device) })
    }

    fn is_unique(&self) -> bool {
        self.device.is_none()
    }
}

/// `STATX_MNT_ID_UNIQUE`.
const UNIQUE: StatxFlags = StatxFlags::from_bits_retain(0x4000);

/// The mount's number, of this kind, and the device's. Asks no file system.
fn told(descriptor: &OwnedFd, kind: StatxFlags) -> Option<(u64, (u32, u32))> {
    let told = statx(descriptor, "", AtFlags::EMPTY_PATH | AtFlags::STATX_DONT_SYNC, kind).ok()?;
    let is_told = told.stx_mask & kind.bits() != 0;
    is_told.then_some((told.stx_mnt_id, (told.stx_dev_major, told.stx_dev_minor)))
}

/// Number and path of every mount.
fn mounts() -> Vec<(u64, PathBuf)> {
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let lines = table.split(|&byte| byte == b'\n');
    let mount = |line: &[u8]| {
        let mut fields = line.split(|&byte| byte == b' ');
        let id = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
        Some((id, unescape(fields.nth(3)?)))
    };
    lines.filter_map(mount).collect()
}

/// Blanks and the like stand there as `\040`, in octal.
fn unescape(field: &[u8]) -> PathBuf {
    let mut path = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code.filter(|_| byte == b'\\') {
            Some(code) => {
                path.push(code);
                rest = &after[3..];
            }
            None => {
                path.push(byte);
                rest = after;
            }
        }
    }
    OsString::from_vec(path).into()
}

/// The file systems that keep everything on this machine, as statfs(2) numbers them.
const LOCAL: &[u32] = &[
    0x0000_ef53, // ext2, ext3, ext4
    0x5846_5342, // xfs
    0x9123_683e, // btrfs
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
    0x794c_7630, // overlayfs, which says nothing of what is beneath
    0x2fc1_2fc1, // zfs
    0xf2f5_2010, // f2fs
    0xca45_1a4e, // bcachefs
    0x7371_7368, // squashfs
    0xe0f5_e1e2, // erofs
    0x0000_9660, // iso9660
    0x1501_3346, // udf
    0x0000_4d44, // vfat
    0x2011_bab0, // exfat
    0x7366_746e, // ntfs3
    0x3153_464a, // jfs
    0x0000_3434, // nilfs2
];

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn the_mount_of_the_longest_path_has_the_file() {
        assert_eq!(format!("{:?}", at(Path::new("/proc/self/status"))), "Lane(\"/proc\")");
        assert_eq!(format!("{:?}", at(Path::new("/process"))), "Lane(\"/\")");
        let [escaped, plain] = [&br"/a\040b\134c\0"[..], b"/\xff"].map(unescape);
        assert_eq!(
            (escaped.as_os_str().as_bytes(), plain.as_os_str().as_bytes()),
            (&br"/a b\c\0"[..], &b"/\xff"[..])
        );
    }

    #[test]
    fn a_disk_is_known_after_the_first_look_and_a_pseudo_file_system_is_foreign() {
        let open =
            |path: &Path| rustix::fs::open(path, super::super::DIRECTORY, rustix::fs::Mode::empty()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let disk = open(directory.path());
        assert!(learn(&disk, directory.path()).is_local());
        assert!(known(&disk).is_some_and(|lane| lane.is_local()));
        assert_eq!(
            format!("{:?}", learn(&open(Path::new("/proc/self")), Path::new("/proc/self"))),
            "Lane(\"/proc\")"
        );
    }
}
