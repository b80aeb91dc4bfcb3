//! What the tests of containment share.

#![allow(unreachable_pub)]

/// Takes openat2(2) away from this thread for good, as a kernel or a container runtime without it.
#[cfg(target_os = "linux")]
pub fn forbid_openat2(says: rustix::io::Errno) {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    const OPENAT2: i64 = 437;

    let arch = std::env::consts::ARCH.try_into().unwrap();
    let rules = [(OPENAT2, vec![])].into();
    let says = SeccompAction::Errno(says.raw_os_error() as u32);
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, says, arch).unwrap();
    apply_filter(&BpfProgram::try_from(filter).unwrap()).unwrap();
}
