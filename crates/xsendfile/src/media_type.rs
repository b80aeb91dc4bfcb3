//! The media type of a file, from its name's extension.

use std::collections::HashMap;

use http::HeaderValue;

/// What a file is when nothing tells.
pub(crate) const UNKNOWN: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Extensions that name a compressed file. They win over every other table, which would describe
/// what is inside: an archive is sent as the archive that it is (`Content-Encoding` is never guessed).
/// A type that the settings give to the extension still wins.
const COMPRESSED: &[(&str, &str)] = &[
    ("br", "application/octet-stream"),
    ("bz2", "application/x-bzip2"),
    ("gz", "application/gzip"),
    ("svgz", "application/gzip"),
    ("taz", "application/gzip"),
    ("tbz", "application/x-bzip2"),
    ("tbz2", "application/x-bzip2"),
    ("tgz", "application/gzip"),
    ("txz", "application/x-xz"),
    ("xz", "application/x-xz"),
    ("z", "application/octet-stream"),
    ("zst", "application/zstd"),
];

/// Media types by extension, in lower case and without its dot.
pub(crate) type Table = HashMap<String, HeaderValue>;

/// The tables of media types: what the application says of single extensions, and a table of somebody
/// else's, over a built-in one.
#[derive(Debug, Clone, Default)]
pub(crate) struct MediaTypes {
    pub(crate) said: Table,
    pub(crate) table: Table,
}

/// An extension as tables have it.
pub(crate) fn key(extension: &str) -> String {
    extension.trim_start_matches('.').to_ascii_lowercase()
}

impl MediaTypes {
    /// The media type of a file named `base`; [`UNKNOWN`] where no table has its extension.
    pub(crate) fn guess(&self, base: &[u8]) -> HeaderValue {
        let Some(extension) = extension(base) else { return UNKNOWN };
        if let Some(media_type) = self.said.get(&extension) {
            return media_type.clone();
        }
        if let Some((_, media_type)) = COMPRESSED.iter().find(|(compressed, _)| *compressed == extension) {
            return HeaderValue::from_static(media_type);
        }
        if let Some(media_type) = self.table.get(&extension) {
            return media_type.clone();
        }
        match mime_guess::from_ext(&extension).first_raw() {
            Some(media_type) => HeaderValue::from_static(media_type),
            None => UNKNOWN,
        }
    }
}

/// What follows the last dot, in lower case; `None` for `name`, `.name` and `name.`.
fn extension(base: &[u8]) -> Option<String> {
    let dot = base.iter().rposition(|&byte| byte == b'.')?;
    let hidden = base[..dot].iter().all(|&byte| byte == b'.');
    let extension = std::str::from_utf8(&base[dot + 1..]).ok()?;
    (!hidden && !extension.is_empty()).then(|| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_tells_and_compression_is_never_unwrapped() {
        let table = |pairs: &[(&str, &'static str)]| {
            pairs.iter().map(|(extension, own)| (key(extension), HeaderValue::from_static(own))).collect()
        };
        let types = MediaTypes {
            said: table(&[(".Widget", "application/x-widget"), ("br", "application/x-brotli")]),
            table: table(&[
                ("tgz", "application/x-tar"),
                ("widget", "text/plain"),
                ("gadget", "text/x-gadget"),
            ]),
        };
        for (base, media_type) in [
            ("report.pdf", "application/pdf"),
            ("REPORT.PDF", "application/pdf"),
            ("notes.txt", "text/plain"),
            ("film.mp4", "video/mp4"),
            ("a.widget", "application/x-widget"),
            ("a.GADGET", "text/x-gadget"),
            ("a.js.br", "application/x-brotli"),
            ("archive.tar.gz", "application/gzip"),
            ("archive.tgz", "application/gzip"),
            ("dump.sql.xz", "application/x-xz"),
            ("drawing.svgz", "application/gzip"),
            ("bluh.bluh", "application/octet-stream"),
            ("README", "application/octet-stream"),
            (".txt", "application/octet-stream"),
            ("a.", "application/octet-stream"),
        ] {
            assert_eq!(types.guess(base.as_bytes()), media_type, "{base}");
        }
        assert_eq!(types.guess(b"\xff.txt"), "text/plain");
        assert_eq!(types.guess(b"a.\xff"), UNKNOWN);
    }
}
