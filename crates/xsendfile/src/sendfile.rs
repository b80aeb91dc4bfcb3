//! The entry point: "send this file to this request".

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

use crate::config::Config;
use crate::delivery::Delivery;
use crate::delivery_setters;
use crate::dialect::{ENCODING, Rule, SYMLINK};
use crate::error::Error;
use crate::extras::Extra;
use crate::hand_off::{self, HandOff, Known};
use crate::lane::Handle;
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

impl From<Config> for Sendfile {
    fn from(config: Config) -> Self {
        Self::new(config)
    }
}

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
            delivery: Cow::Owned(Delivery::new()),
        }
    }
}

/// A file on its way to a request. Says how it is to be sent; [`Download::respond`] sends it.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `respond`"]
pub struct Download<'a> {
    config: &'a Config,
    request: Request<'a>,
    filename: &'a Path,
    delivery: Cow<'a, Delivery>,
}

/// How the file leaves: by the server in front, with what was seen of it, or from here, with the rule
/// that keeps it from being handed off.
enum Leaving {
    HandedOff(HandOff, Option<FileStatus>),
    Streamed(Option<&'static Rule>),
}

impl<'a> Download<'a> {
    delivery_setters!();

    /// How the file is to be delivered, in place of what was said before.
    pub fn delivery(self, delivery: impl Into<Cow<'a, Delivery>>) -> Self {
        Self { delivery: delivery.into(), ..self }
    }

    fn map_delivery(self, change: impl FnOnce(Delivery) -> Delivery) -> Self {
        Self { delivery: Cow::Owned(change(self.delivery.into_owned())), ..self }
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
    /// [`Download::respond_by`] [as the lane says](crate::Lane::lookup), where it says.
    pub fn respond_cached(self) -> Result<Response, Error> {
        self.respond_by(Lookup::Cached)
    }

    /// [`Download::respond`], waiting for what `lookup` allows to.
    ///
    /// # Errors
    ///
    /// As [`Download::respond`], and [`Error::WouldBlock`].
    pub fn respond_by(self, lookup: Lookup) -> Result<Response, Error> {
        let backend = self.config.backend;
        let said = self.delivery.extras.or(&self.config.extras)?;
        let found = self.found(lookup)?;
        let leaving = self.leaving(&found, lookup)?;
        let content_encoding =
            Delivery::header_value(&CONTENT_ENCODING, self.delivery.content_encoding.as_deref())?;
        let media_type = said.media_type(self.content_type(&found)?)?;
        let disposition = self.delivery.content_disposition(found.name.base());
        let mut headers = self.headers();
        let is_streamed = matches!(leaving, Leaving::Streamed(_));
        said.instruct(backend, is_streamed, &mut headers);
        said.protect(&media_type, Some(&disposition), &mut headers);

        let mut response = match leaving {
            Leaving::HandedOff(hand_off, status) => {
                let known = match status {
                    Some(status) => {
                        Known::Seen(Box::new(Representation::of(status, media_type, content_encoding)))
                    }
                    None => Known::Unseen { media_type, content_encoding },
                };
                hand_off::respond(hand_off, known, disposition, headers)
            }
            Leaving::Streamed(rule) => {
                let mut file = found.open(lookup)?;
                if let Some(declared) = self.delivery.length {
                    let actual = std::mem::replace(&mut file.status.length, declared);
                    if declared > actual {
                        return Err(Error::LengthBeyondFile { path: found.path(), declared, actual });
                    }
                }
                let representation = Representation::of(file.status, media_type, content_encoding);
                let response = streamed::respond(
                    self.request,
                    Handle::new(file.file, file.lane),
                    representation,
                    Some(disposition),
                    headers,
                );
                Response { rule, ..response }
            }
        };
        response.path = found.path();
        response.unsupported = self.delivery.extras.unsupported(backend);
        Ok(response)
    }

    /// Describes the file for a backend of the application's own, which then sends it.
    ///
    /// # Errors
    ///
    /// As [`Download::respond`], but for a declared length: it is taken at its word, since the file is not
    /// opened here and may grow until it is.
    pub fn describe(self) -> Result<Description, Error> {
        let said = self.delivery.extras.or(&self.config.extras)?;
        let found = self.found(Lookup::Blocking)?;
        let media_type = said.media_type(self.content_type(&found)?)?;
        let disposition = self.delivery.content_disposition(found.name.base());
        let looked = if self.looks() { Some(found.look(Lookup::Blocking)?) } else { None };
        let length = looked.as_ref().map(|(status, _)| status.length);
        // Who looks for itself may be led elsewhere meanwhile, but not by the links that there were.
        let path = match looked {
            Some((_, Place::Resolved(name))) if self.delivery.beneath.is_some() => {
                found.location.root().join(&name)
            }
            Some((_, Place::Unknown)) if self.delivery.beneath.is_some() => return Err(found.outside()),
            _ => found.path(),
        };
        let mut headers = self.headers();
        said.instruct(self.config.backend, true, &mut headers);
        said.protect(&media_type, Some(&disposition), &mut headers);
        Ok(Description {
            path,
            length: self.delivery.length.or(length),
            media_type,
            disposition,
            headers,
            unsupported: self.delivery.extras.unsupported(self.config.backend),
        })
    }

    /// The file that is meant, and beneath what it must lie.
    fn found(&self, lookup: Lookup) -> Result<Found<'_>, Error> {
        let locations = &self.config.locations;
        let found = locations.resolve(self.filename, lookup)?;
        match &self.delivery.beneath {
            Some(directory) => found.within(locations.resolve(directory, lookup)?),
            None => Ok(found),
        }
    }

    /// Whether the file is looked at: what must lie beneath a directory is, whatever the settings say.
    fn looks(&self) -> bool {
        self.config.check_file_exists || self.delivery.beneath.is_some()
    }

    /// The application's headers, with room for ours.
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(16);
        headers.extend(self.delivery.headers.clone());
        headers
    }

    fn content_type(&self, found: &Found<'_>) -> Result<HeaderValue, Error> {
        let media_type = Delivery::header_value(&CONTENT_TYPE, self.delivery.media_type.as_deref())?;
        Ok(media_type.unwrap_or_else(|| self.config.media_types.guess(found.name.base())))
    }

    /// Whether the file is handed off, which it is only where the dialect can say its name.
    fn leaving(&self, found: &Found<'_>, lookup: Lookup) -> Result<Leaving, Error> {
        let dialect = self.config.backend.dialect().filter(|_| !self.delivery.streamed);
        let Some(dialect) = dialect else { return Ok(Leaving::Streamed(None)) };
        let (status, place) = match self.looks() {
            true => found.look(lookup).map(|(status, place)| (Some(status), place))?,
            false => (None, Place::Straight),
        };
        let loses_encoding = self.delivery.content_encoding.is_some() && !dialect.keeps(&CONTENT_ENCODING);
        let written = match &place {
            _ if loses_encoding => Err(&ENCODING),
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
}

/// A file as a backend of the application's own needs to know it.
#[derive(Debug, Clone)]
#[non_exhaustive]
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
    /// Headers that the application gave, those that say its extras, and what protects the file:
    /// Cache-Control, and Content-Security-Policy for what would run as the site.
    pub headers: HeaderMap,
    /// What the caller asked for and the backend does not support.
    pub unsupported: Vec<Extra>,
}
