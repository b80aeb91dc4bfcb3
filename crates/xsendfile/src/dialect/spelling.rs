//! How a dialect spells a file, and reads it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::rule::{CONTROL, LONGEST, Rule, TOO_LONG};
use super::{Dialect, Escaping, Reference};
use crate::error::Reason;
use crate::hand_off::HandOff;
use crate::location::{Found, Location, Locations};
use crate::name::Name;

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
pub(crate) fn encode(bytes: &[u8]) -> Vec<u8> {
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encode(bytes, RESERVED).to_string().into_bytes()
}
