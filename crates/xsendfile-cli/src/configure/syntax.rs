//! How each server's configuration writes a value, so that it reads back as it was.

use super::server::Server;

/// Why a value cannot be written.
pub(super) type Unsayable = &'static str;

impl Server {
    /// The value as one word of the configuration.
    pub(super) fn quote(self, value: &str) -> Result<String, Unsayable> {
        if value.contains(char::is_control) {
            return Err("it holds a control character");
        }
        match self {
            Self::Nginx => nginx(value),
            Self::ModXsendfile | Self::ModWsgi => apache(value),
            Self::Lighttpd => lighttpd(value),
            Self::Caddy => caddy(value),
        }
    }
}

fn nginx(value: &str) -> Result<String, Unsayable> {
    if value.contains('$') {
        // In quotes too, and there is no way to escape it.
        return Err("nginx reads $ as the start of a variable");
    }
    Ok(if is_plain(value) { value.into() } else { escaped(value, &['\\', '"']) })
}

fn apache(value: &str) -> Result<String, Unsayable> {
    if value.contains("${") {
        return Err("Apache reads ${ as the start of a variable");
    }
    Ok(if is_plain(value) { value.into() } else { escaped(value, &['\\', '"']) })
}

fn lighttpd(value: &str) -> Result<String, Unsayable> {
    // A backslash is itself, but for one before a quote.
    if value.ends_with('\\') {
        return Err("lighttpd cannot be told a backslash at the end");
    }
    Ok(escaped(value, &['"']))
}

fn caddy(value: &str) -> Result<String, Unsayable> {
    if value.contains(['{', '}']) {
        return Err("Caddy reads braces as a placeholder");
    }
    if is_plain(value) {
        return Ok(value.into());
    }
    match (value.contains('`'), value.contains('\\')) {
        (false, _) => Ok(format!("`{value}`")),
        (true, false) => Ok(escaped(value, &['"'])),
        (true, true) => Err("Caddy cannot be told both a backtick and a backslash"),
    }
}

/// Whether no server sees anything but a word in it.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "/._:@%+,=-*^~|[]".contains(c))
}

fn escaped(value: &str, special: &[char]) -> String {
    let mut word = String::from("\"");
    for c in value.chars() {
        if special.contains(&c) {
            word.push('\\');
        }
        word.push(c);
    }
    word.push('"');
    word
}
