//! What the check asks for.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::SystemTime;

use super::{DIRECTORY, hex, signature};
use crate::name::Name;

/// A request for a canary file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What to do with it.
    pub task: Task,
    /// In which location it lies: its place among the site's, the first being 0.
    pub location: usize,
    /// Its name beneath the location's root; the first component is a [canary's directory](DIRECTORY).
    pub name: Name,
    /// Whether it is sent as an attachment.
    pub attachment: bool,
    /// The name to save it under, where it is not its own.
    pub save_as: Option<String>,
    /// Its media type, where it is not what its extension tells.
    pub media_type: Option<String>,
    /// How it is handed off.
    pub variant: Variant,
    /// How many bytes a further header has, in place of the cookies and policies of a large site. At
    /// most 8192.
    pub padding: usize,
}

const MOST_PADDING: usize = 8192;

/// What to do with a canary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Task {
    /// Send it.
    #[default]
    Send,
    /// Tell how it would be sent.
    Describe,
}

/// How a canary file is handed off. A backend that streams knows only the plain way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    /// As every file.
    #[default]
    Plain,
    /// Without looking whether it is there: for the server's own answer to what is missing, or behind a
    /// symlink that the application would not follow.
    Unchecked,
    /// With a doubled slash behind the internal URL: an alias without its slash finds only this.
    DoubledSlash,
    /// By a path that begins with the canary's directory, beneath no root, where nothing is.
    Outside,
}

/// The words for each in a query.
const TASKS: [(Task, &str); 2] = [(Task::Send, "send"), (Task::Describe, "describe")];
const VARIANTS: [(Variant, &str); 4] = [
    (Variant::Plain, "plain"),
    (Variant::Unchecked, "unchecked"),
    (Variant::DoubledSlash, "doubled-slash"),
    (Variant::Outside, "outside"),
];

impl Ask {
    /// Asks for the file `name` of a location.
    ///
    /// # Panics
    ///
    /// Where `name` is not that of a file in a canary's directory.
    pub fn send(location: usize, name: impl AsRef<[u8]>) -> Self {
        Self {
            task: Task::Send,
            location,
            name: canary_name(name.as_ref()).expect("the name is a canary file's"),
            attachment: false,
            save_as: None,
            media_type: None,
            variant: Variant::Plain,
            padding: 0,
        }
    }

    /// The query that asks for it, signed with the site's secret at this moment. Its values are
    /// hexadecimal where they could be anything: servers on the way write escapes anew.
    pub fn sign(&self, secret: &[u8], at: SystemTime) -> String {
        let mut query = format!(
            "task={}&location={}&name={}&variant={}",
            word(&TASKS, self.task),
            self.location,
            hex::encode(self.name.as_bytes()),
            word(&VARIANTS, self.variant),
        );
        if self.attachment {
            query.push_str("&attachment=1");
        }
        if self.padding > 0 {
            query.push_str(&format!("&padding={}", self.padding));
        }
        for (key, value) in [("save_as", &self.save_as), ("type", &self.media_type)] {
            if let Some(value) = value {
                query.push_str(&format!("&{key}={}", hex::encode(value.as_bytes())));
            }
        }
        signature::sign(&query, secret, at)
    }

    /// Reads a signed query; `None` where anything about it is not as [`Ask::sign`] writes it.
    pub(super) fn verify(query: &str, secret: &[u8], now: SystemTime) -> Option<Self> {
        let query = signature::verify(query, secret, now)?;
        let (mut task, mut location, mut name, mut variant) = (None, None, None, None);
        let (mut attachment, mut save_as, mut media_type, mut padding) = (false, None, None, 0);
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=')?;
            let text = || String::from_utf8(hex::decode(value)?).ok();
            match key {
                "task" => task = Some(meaning(&TASKS, value)?),
                "location" => location = Some(value.parse().ok()?),
                "name" => name = Some(canary_name(&hex::decode(value)?)?),
                "variant" => variant = Some(meaning(&VARIANTS, value)?),
                "attachment" => attachment = value == "1",
                "save_as" => save_as = Some(text()?),
                "type" => media_type = Some(text()?),
                "padding" => padding = value.parse().ok().filter(|&bytes| bytes <= MOST_PADDING)?,
                _ => return None,
            }
        }
        Some(Self {
            task: task?,
            location: location?,
            name: name?,
            attachment,
            save_as,
            media_type,
            variant: variant?,
            padding,
        })
    }
}

/// The name of a file in a canary's directory; no other file is ever sent.
fn canary_name(bytes: &[u8]) -> Option<Name> {
    let name = Name::parse(bytes).ok().filter(|name| name.as_bytes() == bytes)?;
    let (directory, file) = bytes.split_at(bytes.iter().position(|&byte| byte == b'/')?);
    (is_directory(directory) && file.len() > 1).then_some(name)
}

/// Whether a file lies in a canary's directory, wherever that is.
pub(super) fn is_among_canaries(path: &Path) -> bool {
    path.components().any(|component| is_directory(component.as_os_str().as_bytes()))
}

fn is_directory(name: &[u8]) -> bool {
    name.strip_prefix(DIRECTORY.as_bytes()).is_some_and(|digits| {
        digits.len() == 32 && digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn word<T: PartialEq>(words: &[(T, &'static str)], meant: T) -> &'static str {
    words.iter().find(|(meaning, _)| *meaning == meant).map_or("", |(_, word)| word)
}

fn meaning<T: Copy>(words: &[(T, &str)], said: &str) -> Option<T> {
    words.iter().find(|(_, word)| *word == said).map(|(meaning, _)| *meaning)
}
