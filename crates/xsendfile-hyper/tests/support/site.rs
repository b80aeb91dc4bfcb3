//! Files whose every byte tells where it stands.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

use tempfile::TempDir;
use xsendfile_hyper::{Config, Sendfile};

pub const KIB: u64 = 1024;
pub const MIB: u64 = 1024 * KIB;

/// A sparse file is zeros but for a mark of this length at every multiple of [`MARKED`].
const MARK: u64 = 16;
const MARKED: u64 = 512 * MIB;

/// A directory of files.
pub struct Site {
    pub root: TempDir,
}

impl Site {
    pub fn new() -> Self {
        Self { root: tempfile::tempdir().expect("a directory for files") }
    }

    pub fn sendfile(&self) -> Sendfile {
        Sendfile::new(self.config("simple"))
    }

    pub fn config(&self, backend: &str) -> Config {
        Config::builder().backend(backend).root(self.root.path()).url("/private").build().expect("settings")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Makes a file of `length` bytes, if it is not there, and gives its name.
    pub fn file(&self, length: u64) -> String {
        let name = format!("{length}.bin");
        if !self.path(&name).exists() {
            std::fs::write(self.path(&name), bytes(0..length)).expect("a file");
        }
        name
    }

    /// Makes a file of `length` bytes that are zeros but for the marks.
    pub fn sparse(&self, length: u64) -> String {
        let name = format!("sparse-{length}.bin");
        if !self.path(&name).exists() {
            let mut file = File::create(self.path(&name)).expect("a file");
            file.set_len(length).expect("a sparse file");
            for at in (0..length.saturating_sub(MARK)).step_by(MARKED as usize) {
                file.seek(SeekFrom::Start(at)).expect("a place in the file");
                file.write_all(&bytes(at..at + MARK)).expect("a mark");
            }
        }
        name
    }
}

/// The bytes at `range` of every [`Site::file`].
pub fn bytes(range: Range<u64>) -> Vec<u8> {
    range.map(byte).collect()
}

/// The bytes at `range` of every [`Site::sparse`].
pub fn sparse_bytes(range: Range<u64>) -> Vec<u8> {
    range.map(|at| if at % MARKED < MARK { byte(at) } else { 0 }).collect()
}

/// Whether `piece` is what stands at `at` in every [`Site::sparse`]; for many gibibytes.
pub fn is_sparse_at(at: u64, piece: &[u8]) -> bool {
    static ZEROS: [u8; 64 * KIB as usize] = [0; 64 * KIB as usize];
    let end = at + piece.len() as u64;
    let marks = (at / MARKED * MARKED..end).step_by(MARKED as usize).map(|mark| (mark, mark + MARK));
    let mut done = at;
    for (start, stop) in marks.chain([(end, end)]) {
        let (start, stop) = (start.clamp(done, end), stop.clamp(done, end));
        let (zeros, mark) = (&piece[(done - at) as usize..(start - at) as usize], start..stop);
        let is_zero = zeros.chunks(ZEROS.len()).all(|zeros| *zeros == ZEROS[..zeros.len()]);
        if !is_zero || piece[(start - at) as usize..(stop - at) as usize] != bytes(mark) {
            return false;
        }
        done = stop;
    }
    true
}

/// Never zero, and different in neighbouring places, pages and megabytes.
fn byte(at: u64) -> u8 {
    let mixed = at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 56) % 255 + 1) as u8
}
