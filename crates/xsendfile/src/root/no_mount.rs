//! Where mounts are not told apart.

use std::path::Path;

use rustix::fd::OwnedFd;

use crate::lane::Lane;

pub(super) fn known(_: &OwnedFd) -> Option<Lane> {
    Some(Lane::local())
}

pub(super) fn learn(_: &OwnedFd, _: &Path) -> Lane {
    Lane::local()
}

pub(super) fn of(_: &OwnedFd, _: &Path) -> Lane {
    Lane::local()
}

pub(super) fn at(_: &Path) -> Lane {
    Lane::local()
}
