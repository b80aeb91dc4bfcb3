//! The way in: "send this file to this request".

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Config;
use crate::dialect::{Rule, SYMLINK};
use crate::disposition::Disposition;
use crate::error::Error;
use crate::hand_off::{self, HandOff, Known};
use crate::location::Found;
use crate::representation::Representation;
use crate::request::Request;
use crate::response::Response;
use crate::root::{FileStatus, Lookup, Place};
use crate::streamed;

/// Sends files by the backend and from the roots of its [`Config`]. Cheap to clone.
///
/// ```
/// use http::{HeaderMap, Method};
/// use xsendfile::{Config, Request, Sendfile};
///
/// # let root = tempfile::tempdir()?;
/// # std::fs::write(root.path().join("report.pdf"), "%PDF")?;
/// # let root = root.path();
/// let config = Config::builder().backend("nginx").root(root).url("/private").build()?;
/// let sendfile = Sendfile::new(config);
///
/// let (method, headers) = (Method::GET, HeaderMap::new());
/// let response = sendfile.send(Request::new(&method, &headers), "report.pdf").attachment().respond()?;
/// assert_eq!(response.headers["x-accel-redirect"], "/private/report.pdf");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sendfile(Arc<Config>);

impl Sendfile {
    /// Sends files by these settings.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(config))
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0
    }

    /// Begins to send the file `filename` to `request`: a path relative to the first root, or an
    /// absolute one beneath any. Whether the client may have it has been decided before.
    ///
    /// Nothing is opened until [`Download::respond`].
    pub fn send<'a, F>(&'a self, request: impl Into<Request<'a>>, filename: &'a F) -> Download<'a>
    where
        F: AsRef<Path> + ?Sized,
    {
        Download {
            config: &self.0,
            request: request.into(),
            filename: filename.as_ref(),
            disposition: Disposition::default(),
            save_as: SaveAs::Base,
            media_type: None,
            content_encoding: None,
            length: None,
            headers: HeaderMap::new(),
        }
    }
}

/// A file on its way to a request. Says how it is to be sent; [`Download::respond`] sends it.
#[derive(Debug)]
#[must_use = "nothing is sent before `respond`"]
pub struct Download<'a> {
    config: &'a Config,
    request: Request<'a>,
    filename: &'a Path,
    disposition: Disposition,
    save_as: SaveAs<'a>,
    media_type: Option<Cow<'a, str>>,
    content_encoding: Option<Cow<'a, str>>,
    length: Option<u64>,
    headers: HeaderMap,
}

/// The name that Content-Disposition gives.
#[derive(Debug)]
enum SaveAs<'a> {
    Base,
    Nothing,
    Name(Cow<'a, str>),
}

/// How the file leaves: by the server in front, with what was seen of it, or from here, with the rule
/// that keeps it from being handed off.
enum Leaving {
    HandedOff(HandOff, Option<FileStatus>),
    Streamed(Option<&'static Rule>),
}

impl<'a> Download<'a> {
    /// Lets the client save the file instead of showing it.
    pub fn attachment(self) -> Self {
        self.disposition(Disposition::Attachment)
    }

    /// Whether the client shows the file or saves it. Default: shows it.
    pub fn disposition(mut self, disposition: Disposition) -> Self {
        self.disposition = disposition;
        self
    }

    /// The name to save the file under. Default: the last component of its path.
    pub fn save_as(mut self, filename: impl Into<Cow<'a, str>>) -> Self {
        self.save_as = SaveAs::Name(filename.into());
        self
    }

    /// Gives the client no name to save the file under.
    pub fn unnamed(mut self) -> Self {
        self.save_as = SaveAs::Nothing;
        self
    }

    /// Content-Type. Default: what the name's extension tells.
    pub fn media_type(mut self, media_type: impl Into<Cow<'a, str>>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Content-Encoding: how the file's bytes are encoded on disk. Default: not at all.
    pub fn content_encoding(mut self, encoding: impl Into<Cow<'a, str>>) -> Self {
        self.content_encoding = Some(encoding.into());
        self
    }

    /// Sends only the first `length` bytes, as of a file that is still being written. Default: all
    /// that it has when it is opened. A file that is handed off is sent as it is.
    pub fn length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// A header of the application, such as Cache-Control, which a 304 repeats and some hand-offs have
    /// to carry.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Opens the file and decides the answer.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is no such file beneath the roots, and the other [`Error`]s
    /// where the caller or the system is at fault. [`Error::status`] is what to tell the client.
    pub fn respond(self) -> Result<Response, Error> {
        self.respond_by(Lookup::Blocking)
    }

    /// [`Download::respond`], without ever waiting for the disk: for an event loop that asks a thread
    /// only where it must.
    ///
    /// # Errors
    ///
    /// [`Error::WouldBlock`] for whatever is not an answer at once, a missing file too; then ask
    /// [`Download::respond`] where waiting is allowed.
    pub fn respond_cached(self) -> Result<Response, Error> {
        self.respond_by(Lookup::Cached)
    }

    fn respond_by(self, lookup: Lookup) -> Result<Response, Error> {
        let found = self.config.locations.resolve(self.filename)?;
        let leaving = self.leaving(&found, lookup)?;
        let media_type = self.header_value(&CONTENT_TYPE, self.media_type.as_deref())?;
        let media_type = media_type.unwrap_or_else(|| self.config.media_types.guess(found.name.base()));
        let content_encoding =
            self.header_value(&http::header::CONTENT_ENCODING, self.content_encoding.as_deref())?;
        let disposition = self.disposition.to_header(self.save_name(&found).as_deref());

        let mut response = match leaving {
            Leaving::HandedOff(hand_off, status) => {
                let known = match status {
                    Some(status) => {
                        Known::Seen(Box::new(Representation::of(status, media_type, content_encoding)))
                    }
                    None => Known::Unseen { media_type, content_encoding },
                };
                hand_off::respond(hand_off, known, disposition, self.headers)
            }
            Leaving::Streamed(refused) => {
                let mut file = found.open(lookup)?;
                if let Some(declared) = self.length {
                    let actual = std::mem::replace(&mut file.status.length, declared);
                    if declared > actual {
                        return Err(Error::LengthBeyondFile { path: found.path(), declared, actual });
                    }
                }
                let representation = Representation::of(file.status, media_type, content_encoding);
                let response = streamed::respond(
                    self.request,
                    file.file,
                    representation,
                    Some(disposition),
                    self.headers,
                );
                Response { refused, ..response }
            }
        };
        response.path = found.path();
        Ok(response)
    }

    /// Describes the file for a backend of the application's own, which then sends it.
    ///
    /// # Errors
    ///
    /// As [`Download::respond`].
    pub fn describe(self) -> Result<Description, Error> {
        let found = self.config.locations.resolve(self.filename)?;
        let media_type = self.header_value(&CONTENT_TYPE, self.media_type.as_deref())?;
        let length =
            if self.config.check_file_exists { Some(found.look(Lookup::Blocking)?.0.length) } else { None };
        Ok(Description {
            path: found.path(),
            length: self.length.or(length),
            media_type: media_type.unwrap_or_else(|| self.config.media_types.guess(found.name.base())),
            disposition: self.disposition.to_header(self.save_name(&found).as_deref()),
        })
    }

    /// Whether the file is handed off, which it is only where the dialect can say its name.
    fn leaving(&self, found: &Found<'_>, lookup: Lookup) -> Result<Leaving, Error> {
        let Some(dialect) = self.config.backend.dialect() else { return Ok(Leaving::Streamed(None)) };
        let (status, place) = match self.config.check_file_exists {
            true => found.look(lookup).map(|(status, place)| (Some(status), place))?,
            false => (None, Place::Straight),
        };
        let written = match &place {
            Place::Straight => dialect.write(found.location, &found.name),
            Place::Resolved(name) => dialect.write(found.location, name),
            Place::Unknown => Err(&SYMLINK),
        };
        match written {
            Ok(hand_off) => Ok(Leaving::HandedOff(hand_off, status)),
            Err(rule) => {
                rule.report(dialect);
                Ok(Leaving::Streamed(Some(rule)))
            }
        }
    }

    fn save_name(&self, found: &Found<'_>) -> Option<Cow<'_, str>> {
        match &self.save_as {
            SaveAs::Nothing => None,
            SaveAs::Name(name) => Some(Cow::from(&**name)),
            SaveAs::Base => {
                let name = String::from_utf8_lossy(found.name.base());
                Some(name.replace(char::REPLACEMENT_CHARACTER, "_").into())
            }
        }
    }

    fn header_value(&self, header: &HeaderName, value: Option<&str>) -> Result<Option<HeaderValue>, Error> {
        let Some(value) = value else { return Ok(None) };
        match HeaderValue::from_str(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Error::InvalidHeader { header: header.clone(), value: value.into() }),
        }
    }
}

/// A file as a backend of the application's own needs to know it.
#[derive(Debug, Clone)]
pub struct Description {
    /// Its absolute path.
    pub path: PathBuf,
    /// Its length in bytes: what the caller declared, or what it had when it was looked at; `None`
    /// where the settings say not to look.
    pub length: Option<u64>,
    /// Content-Type.
    pub media_type: HeaderValue,
    /// Content-Disposition.
    pub disposition: HeaderValue,
}
