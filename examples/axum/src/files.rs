//! The files of the site: a directory for everyone.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Makes some files to look at, where there are none.
pub(crate) fn make_samples(root: &Path) -> io::Result<()> {
    for owner in ["ada", "bob"] {
        let directory = root.join(owner);
        if directory.exists() {
            continue;
        }
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("notes.txt"), format!("These are the notes of {owner}.\n"))?;
        fs::write(directory.join("Übersicht \"2024\" 100%.txt"), "A name with everything in it.\n")?;
        let mut large = File::create(directory.join("large.bin"))?;
        let line: Vec<u8> = (0..=255).collect();
        for _ in 0..(64 << 20) / line.len() / 256 {
            large.write_all(&line.repeat(256))?;
        }
    }
    Ok(())
}

/// The names and lengths of the files of `owner`.
pub(crate) fn of(root: &Path, owner: &str) -> Vec<(String, u64)> {
    let entries = fs::read_dir(root.join(owner)).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.metadata().ok()?.len())))
        .collect();
    files.sort();
    files
}
