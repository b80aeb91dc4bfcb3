//! Dialects: each server's rules for a hand-off, one row each, used in both directions.
//!
//! What a row says was measured on the server's version that its documentation names.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use http::HeaderName;
use http::header;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::hand_off::HandOff;
use crate::error::Reason;
use crate::location::{Found, Location, Locations};
use crate::name::Name;

/// One server's rules for a hand-off.
#[derive(Debug)]
pub struct Dialect {
    /// The short name of the backend that speaks it.
    pub name: &'static str,
    /// The header that names the file.
    pub header: HeaderName,
    /// What the header's value refers to.
    pub reference: Reference,
    /// How the value is written.
    pub escaping: Escaping,
    /// Names that the server, or the way to it, cannot carry.
    pub refuses: &'static [&'static Rule],
    /// Whose ETag and Last-Modified the client gets.
    pub validators: Validators,
    /// Headers of the application that would be lost, each with the query parameter that carries it.
    pub carried: &'static [(&'static str, HeaderName)],
}

/// What the value of a hand-off header refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A URI beneath the location's internal URL.
    Uri,
    /// A path in the file system.
    Path,
}

/// How the value of a hand-off header is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escaping {
    /// Percent-encoded; the server decodes it once.
    Percent,
    /// As it is.
    Raw,
}

/// Whose validators reach the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validators {
    /// The server's own; the application sends none.
    Servers,
    /// The application's; without them the server would send none or wrong ones.
    Applications,
}

/// A rule by which a dialect refuses to carry a name.
#[derive(Debug)]
pub struct Rule {
    /// What the name has that cannot be carried, for the log.
    pub name: &'static str,
    refuses: fn(&[u8]) -> bool,
}

/// nginx 1.22: a URI to an `internal` location, percent-decoded once.
pub static NGINX: Dialect = Dialect {
    name: "nginx",
    header: HeaderName::from_static("x-accel-redirect"),
    reference: Reference::Uri,
    escaping: Escaping::Percent,
    refuses: &[],
    validators: Validators::Servers,
    carried: &[],
};

/// Apache mod_wsgi 4.9 in daemon mode: `Location` with status 200 is redirected internally. The
/// redirected request starts anew, so what the application set travels in the query.
pub static MOD_WSGI: Dialect = Dialect {
    name: "mod_wsgi",
    header: header::LOCATION,
    reference: Reference::Uri,
    escaping: Escaping::Percent,
    refuses: &[],
    validators: Validators::Servers,
    carried: &[
        ("disposition", header::CONTENT_DISPOSITION),
        ("type", header::CONTENT_TYPE),
        ("encoding", header::CONTENT_ENCODING),
        ("cache", header::CACHE_CONTROL),
        ("expires", header::EXPIRES),
        ("vary", header::VARY),
    ],
};

/// Apache mod_xsendfile 0.12: the path's raw bytes. Where the application sends no ETag, every file
/// gets the same one.
pub static MOD_XSENDFILE: Dialect = Dialect {
    name: "mod_xsendfile",
    header: X_SENDFILE_HEADER,
    reference: Reference::Path,
    escaping: Escaping::Raw,
    refuses: &[&CONTROL, &SPACE_AT_END],
    validators: Validators::Applications,
    carried: &[],
};

/// lighttpd 1.4.69: the path, percent-encoded UTF-8.
pub static LIGHTTPD: Dialect = Dialect {
    name: "lighttpd",
    header: X_SENDFILE_HEADER,
    reference: Reference::Path,
    escaping: Escaping::Percent,
    refuses: &[&CONTROL, &NOT_UTF8],
    validators: Validators::Applications,
    carried: &[],
};

/// Any server that takes `X-Sendfile`: only what all of them read alike. mod_xsendfile 0.12 takes
/// the bytes as they are, 1.0 and lighttpd decode them, so no name with a percent sign.
pub static X_SENDFILE: Dialect = Dialect {
    name: "xsendfile",
    header: X_SENDFILE_HEADER,
    reference: Reference::Path,
    escaping: Escaping::Raw,
    refuses: &[&CONTROL, &SPACE_AT_END, &PERCENT_SIGN, &NOT_UTF8],
    validators: Validators::Applications,
    carried: &[],
};

impl Rule {
    /// Tells the operator once for each rule that files are streamed because of it.
    pub(crate) fn report(&'static self, dialect: &Dialect) {
        static REPORTED: Mutex<Vec<(&str, &str)>> = Mutex::new(Vec::new());
        let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
        if !reported.contains(&(dialect.name, self.name)) {
            reported.push((dialect.name, self.name));
            tracing::warn!(
                backend = dialect.name,
                rule = self.name,
                "{} cannot be told this name ({}); such files are streamed",
                dialect.name,
                self.name,
            );
        }
    }
}

const X_SENDFILE_HEADER: HeaderName = HeaderName::from_static("x-sendfile");

/// Every server has a limit on headers, the lowest of them nginx's 4 KiB for all of a response, which
/// a long name may fill twice: here, and in Content-Disposition.
const LONGEST: usize = 2048;

pub(crate) static SYMLINK: Rule = Rule { name: "symlink that does not stand still", refuses: |_| false };
static TOO_LONG: Rule = Rule { name: "longer than 2048 bytes", refuses: |value| value.len() > LONGEST };

// lighttpd would send another file: it reads every control character as an underscore.
static CONTROL: Rule =
    Rule { name: "control character", refuses: |path| path.iter().any(u8::is_ascii_control) };
// Old application servers take off what is a space in Latin-1, as the last byte of many letters is.
static SPACE_AT_END: Rule =
    Rule { name: "space at the end", refuses: |path| matches!(path.last(), Some(0x20 | 0x85 | 0xa0)) };
static PERCENT_SIGN: Rule = Rule { name: "percent sign", refuses: |path| path.contains(&b'%') };
static NOT_UTF8: Rule = Rule { name: "not UTF-8", refuses: |path| std::str::from_utf8(path).is_err() };

impl Dialect {
    /// Says where the file `name` of `location` is, in this dialect.
    ///
    /// A URI without an internal URL to start from is the path itself.
    ///
    /// # Errors
    ///
    /// The [`Rule`] by which the name cannot be carried.
    pub fn write(&'static self, location: &Location, name: &Name) -> Result<HandOff, &'static Rule> {
        let published = location.url().filter(|_| self.reference == Reference::Uri);
        let target = match published {
            Some(url) => [url.as_str().as_bytes(), b"/", name.as_bytes()].concat(),
            None => location.root().join(name).into_os_string().into_encoded_bytes(),
        };
        if let Some(rule) = self.refuses.iter().find(|rule| (rule.refuses)(&target)) {
            return Err(rule);
        }
        let wire = self.escape(&target).into_owned();
        if (TOO_LONG.refuses)(&wire) {
            return Err(&TOO_LONG);
        }
        let readable = if published.is_some() { wire.clone() } else { target };
        HandOff::from_parts(self, wire, readable).map_err(|_| &CONTROL)
    }

    /// Finds the file that the header value `value` names.
    ///
    /// # Errors
    ///
    /// [`Reason::Outside`] where it is beneath no location, [`Reason::InvalidName`] where it is no
    /// file's name.
    pub fn read<'a>(&self, value: &[u8], locations: &'a Locations) -> Result<Found<'a>, Reason> {
        let value = match self.reference {
            Reference::Uri => value.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default(),
            Reference::Path => value,
        };
        let target = match self.escaping {
            Escaping::Percent => Cow::from(percent_decode(value)),
            Escaping::Raw => Cow::from(value),
        };
        let path = || locations.beneath(Path::new(OsStr::from_bytes(&target)));
        match self.reference {
            // Only a location without an internal URL is told by its path.
            Reference::Uri => locations
                .published(&target)
                .or_else(|reason| path().ok().filter(|found| found.location.url().is_none()).ok_or(reason)),
            Reference::Path => path(),
        }
    }

    fn escape<'a>(&self, target: &'a [u8]) -> Cow<'a, [u8]> {
        match self.escaping {
            Escaping::Percent => encode(target).into(),
            Escaping::Raw => target.into(),
        }
    }
}

/// Percent-encodes all but unreserved characters (RFC 3986 §2.3) and the slash.
pub(super) fn encode(bytes: &[u8]) -> Vec<u8> {
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encode(bytes, RESERVED).to_string().into_bytes()
}
