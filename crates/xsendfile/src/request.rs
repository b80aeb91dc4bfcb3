//! The part of a request that a download depends on.

use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// The method and the headers of a request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    method: &'a Method,
    headers: &'a HeaderMap,
}

impl<'a> Request<'a> {
    /// The headers that a download depends on: Range and the preconditions (RFC 9110 §13, §14).
    pub const HEADERS: [HeaderName; 6] =
        [RANGE, IF_RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE];

    /// A request with this method and these headers, of which [`Request::HEADERS`] are read.
    pub fn new(method: &'a Method, headers: &'a HeaderMap) -> Self {
        Self { method, headers }
    }

    #[cfg(feature = "canary")]
    pub(crate) fn method(self) -> &'a Method {
        self.method
    }

    #[cfg(feature = "canary")]
    pub(crate) fn headers(self) -> &'a HeaderMap {
        self.headers
    }

    pub(crate) fn is_head(self) -> bool {
        self.method == Method::HEAD
    }

    /// Whether preconditions are evaluated: other methods than these get the whole file.
    pub(crate) fn is_conditional(self) -> bool {
        self.method == Method::GET || self.is_head()
    }

    /// Whether a range may be selected (RFC 9110 §14.2: for GET only).
    pub(crate) fn is_ranged(self) -> bool {
        self.method == Method::GET
    }

    /// The one value of a header that is not a list; `None` also where it comes twice.
    pub(crate) fn single(self, name: &HeaderName) -> Option<&'a HeaderValue> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next();
        if values.next().is_some() { None } else { first }
    }

    /// All lines of a header that is a list.
    pub(crate) fn all(self, name: &HeaderName) -> Option<impl Iterator<Item = &'a HeaderValue> + use<'a>> {
        self.headers.contains_key(name).then(|| self.headers.get_all(name).iter())
    }
}

impl<'a> From<&'a http::request::Parts> for Request<'a> {
    fn from(parts: &'a http::request::Parts) -> Self {
        Self::new(&parts.method, &parts.headers)
    }
}

impl<'a, B> From<&'a http::Request<B>> for Request<'a> {
    fn from(request: &'a http::Request<B>) -> Self {
        Self::new(request.method(), request.headers())
    }
}
