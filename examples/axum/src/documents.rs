//! Who may have which file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::session::User;

/// Media that a browser shows without running it. Everything else is saved: an HTML or SVG file shown
/// from this site would run its scripts as whoever looks at it.
const SHOWN: [&str; 7] = ["txt", "pdf", "png", "jpg", "webp", "mp4", "webm"];

/// A file that somebody owns.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) id: usize,
    pub(crate) owner: String,
    /// What its owner calls it.
    pub(crate) name: String,
    /// Where it lies, relative to the root. No client ever sees or says this.
    pub(crate) path: PathBuf,
    pub(crate) length: u64,
}

impl Document {
    pub(crate) fn is_shown(&self) -> bool {
        let extension = self.path.extension().unwrap_or_default();
        SHOWN.iter().any(|shown| extension.eq_ignore_ascii_case(shown))
    }
}

/// All documents. A site of its own would have a table of them in its database.
#[derive(Debug, Clone)]
pub(crate) struct Documents(Arc<[Document]>);

impl Documents {
    /// What lies in the directories beneath `root`, each of which belongs to whom it is named after.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut documents = Vec::new();
        for owner in ["ada", "bob"] {
            let mut entries: Vec<_> = fs::read_dir(root.join(owner))?.collect::<io::Result<_>>()?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                documents.push(Document {
                    id: documents.len() + 1,
                    owner: owner.to_owned(),
                    name: entry.file_name().to_string_lossy().into_owned(),
                    path: Path::new(owner).join(entry.file_name()),
                    length: entry.metadata()?.len(),
                });
            }
        }
        Ok(Self(documents.into()))
    }

    /// Those that `user` may see.
    pub(crate) fn visible_to(&self, user: &User) -> impl Iterator<Item = &Document> {
        self.0.iter().filter(|document| document.owner == user.name)
    }
}

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
        fs::write(directory.join("page.html"), "<script>document.title = document.cookie</script>\n")?;
        let mut large = File::create(directory.join("large.bin"))?;
        let block: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
        for _ in 0..64 {
            large.write_all(&block)?;
        }
    }
    Ok(())
}
