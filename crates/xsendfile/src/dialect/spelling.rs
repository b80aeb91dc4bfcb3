//! How a dialect spells a file, and reads it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::rule::{CONTROL, LONGEST, Rule, TOO_LONG};
use super::{Dialect, Escaping, Reference};
use crate::error::{Error, Reason};
use crate::hand_off::HandOff;
use crate::location::{Found, Location, Locations};
use crate::name::Name;
use crate::root::Lookup;

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
        if let Some(names) = self.refuses.iter().find(|names| (names.includes)(&target)) {
            return Err(&names.rule);
        }
        let wire = self.escape(&target).into_owned();
        if wire.len() > LONGEST {
            return Err(&TOO_LONG);
        }
        let readable = if published.is_some() { wire.clone() } else { target };
        HandOff::from_parts(self, wire, readable).map_err(|_| &CONTROL.rule)
    }

    /// Finds the file that the header value `value` names, by its text alone.
    ///
    /// # Errors
    ///
    /// [`Reason::Outside`] where it is beneath no location, [`Reason::InvalidName`] where it is no
    /// file's name.
    pub fn read<'a>(&self, value: &[u8], locations: &'a Locations) -> Result<Found<'a>, Reason> {
        let target = self.unescape(value);
        self.published(&target, locations).or_else(|reason| {
            let found = locations.by_text(Path::new(OsStr::from_bytes(&target)))?;
            let (location, rest) = found.ok_or(reason)?;
            self.told_by_path(Found::named(location, rest)?, reason)
        })
    }

    /// Finds the file that the header value `value` names, by whatever spelling leads there now.
    ///
    /// # Errors
    ///
    /// As [`Locations::resolve`].
    pub(crate) fn find<'a>(
        &self,
        value: &[u8],
        locations: &'a Locations,
        lookup: Lookup,
    ) -> Result<Found<'a>, Error> {
        let target = self.unescape(value);
        let path = Path::new(OsStr::from_bytes(&target));
        let refused = |reason| Error::NotFound { path: path.into(), reason };
        match self.published(&target, locations) {
            Ok(found) => Ok(found),
            Err(reason) => {
                let found = locations.beneath(path, lookup)?;
                self.told_by_path(found, reason).map_err(refused)
            }
        }
    }

    /// What a URI leads to, unless it is a path.
    fn published<'a>(&self, target: &[u8], locations: &'a Locations) -> Result<Found<'a>, Reason> {
        match self.reference {
            Reference::Path => Err(Reason::Outside),
            Reference::Uri => locations.published(target),
        }
    }

    /// Only a location without an internal URL is told by its path.
    fn told_by_path<'a>(&self, found: Found<'a>, reason: Reason) -> Result<Found<'a>, Reason> {
        match self.reference {
            Reference::Uri if found.location.url().is_some() => Err(reason),
            _ => Ok(found),
        }
    }

    fn unescape<'a>(&self, value: &'a [u8]) -> Cow<'a, [u8]> {
        let value = match self.reference {
            Reference::Uri => value.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default(),
            Reference::Path => value,
        };
        match self.escaping {
            Escaping::Percent => Cow::from(percent_decode(value)),
            Escaping::Raw => Cow::from(value),
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
pub(crate) fn encode(bytes: &[u8]) -> Vec<u8> {
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encode(bytes, RESERVED).to_string().into_bytes()
}
