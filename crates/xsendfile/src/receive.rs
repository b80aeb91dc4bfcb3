//! The server half: an application has said which file to send.

use http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue};

use crate::dialect::Dialect;
use crate::error::Error;
use crate::extras::Extras;
use crate::lane::Handle;
use crate::representation::{DESCRIPTION, Representation};
use crate::request::Request;
use crate::response::Response;
use crate::root::Lookup;
use crate::sendfile::Sendfile;
use crate::streamed;
use crate::validator::{EntityTag, HttpDate};

impl Sendfile {
    /// Sends the file that an application names, to the request that it answered: `value` is its
    /// hand-off in `dialect`, `headers` are those of its response.
    ///
    /// The application's headers win: its type, its disposition, its validators, by which the
    /// request's preconditions are evaluated. What else describes a body is dropped, since it did not send
    /// this one (Content-Length, Transfer-Encoding, Content-Range, …), and so is the hand-off. Where it says
    /// no Cache-Control, or no Content-Security-Policy for what would run as the site, the file has those
    /// that the settings give to every download.
    ///
    /// # Errors
    ///
    /// As [`Download::respond`](crate::Download::respond), and [`Error::WouldBlock`] where `lookup` does
    /// not wait.
    pub fn receive<'a>(
        &self,
        request: impl Into<Request<'a>>,
        dialect: &Dialect,
        value: &HeaderValue,
        mut headers: HeaderMap,
        lookup: Lookup,
    ) -> Result<Response, Error> {
        let config = self.config();
        let unsaid = Extras::default();
        let said = unsaid.or(&config.extras)?;
        let found = dialect.find(value.as_bytes(), &config.locations, lookup)?;
        let file = found.open(lookup)?;

        let media_type = headers.remove(CONTENT_TYPE);
        let media_type = media_type.unwrap_or_else(|| config.media_types.guess(found.name.base()));
        let content_encoding = headers.remove(CONTENT_ENCODING);
        let disposition = headers.remove(CONTENT_DISPOSITION);
        said.protect(&media_type, disposition.as_ref(), &mut headers);
        let mut representation = Representation::of(file.status, media_type, content_encoding);
        if let Some(etag) = headers.remove(ETAG).as_ref().and_then(EntityTag::parse) {
            representation.etag = etag;
        }
        if let Some(date) = headers.remove(LAST_MODIFIED).and_then(|date| HttpDate::parse(date.as_bytes())) {
            representation.last_modified = Some(date);
        }
        for name in DESCRIPTION.iter().chain([&dialect.header]) {
            headers.remove(name);
        }
        let handle = Handle::new(file.file, file.lane);
        let mut response = streamed::respond(request.into(), handle, representation, disposition, headers);
        response.path = found.path();
        Ok(response)
    }
}
