//! Extras: what some servers can be told of a download beyond the file.

use std::fmt;

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::backend::Backend;
use crate::cache_control::{self, CacheControl};
use crate::error::{ConfigError, Error};
use crate::once::Once;
use crate::sandbox;

/// What some servers can be told of a download beyond the file, and others cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extra {
    /// [`Delivery::limit_rate`](crate::Delivery::limit_rate).
    LimitRate,
    /// [`Delivery::buffering`](crate::Delivery::buffering).
    Buffering,
}

/// Whether nginx buffers what is streamed through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(from = "bool"))]
pub enum Buffering {
    /// It does.
    On,
    /// It passes on at the client's pace.
    Off,
}

impl From<bool> for Buffering {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

/// The extras of a download, or of all by the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    /// Bytes in a second, 0 for no limit.
    pub(crate) limit_rate: Option<u64>,
    pub(crate) buffering: Option<Buffering>,
    pub(crate) charset: Option<String>,
    /// Seconds.
    pub(crate) expires: Option<u64>,
    pub(crate) cache_control: Option<String>,
    /// Content-Security-Policy of active content.
    pub(crate) sandbox: Option<String>,
}

impl Extra {
    /// Its name as an argument.
    pub fn name(self) -> &'static str {
        match self {
            Self::LimitRate => "limit_rate",
            Self::Buffering => "buffering",
        }
    }

    /// Whether it changes anything for files that leave by `backend`.
    pub fn is_supported_by(self, backend: Backend) -> bool {
        match (self, backend.dialect()) {
            (Self::LimitRate, dialect) => dialect.is_some_and(|dialect| dialect.limit_rate.is_some()),
            (Self::Buffering, dialect) => dialect.is_none_or(|dialect| dialect.buffering.is_some()),
        }
    }

    /// The setting that says it for every download.
    fn setting(self) -> &'static str {
        match self {
            Self::LimitRate => "SENDFILE_LIMIT_RATE",
            Self::Buffering => "SENDFILE_BUFFERING",
        }
    }

    /// Tells the operator, once for each backend, that it changes nothing there.
    fn report(self, backend: Backend) {
        static REPORTED: Once = Once::new();
        if REPORTED.is_first(backend.name(), self.name()) {
            tracing::warn!(
                backend = backend.name(),
                extra = self.name(),
                "{self} changes nothing: the backend {backend} does not support it"
            );
        }
    }
}

impl fmt::Display for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Extras {
    /// Whether every file that leaves by `backend` can have these.
    pub(crate) fn check(&self, backend: Backend) -> Result<(), ConfigError> {
        for extra in self.given() {
            if !extra.is_supported_by(backend) {
                return Err(ConfigError::new(
                    extra.setting(),
                    self.value(extra),
                    format!("the backend {backend} does not support it"),
                    format!("remove it, or write a backend that does: {}", backends_that_support(extra)),
                ));
            }
        }
        let wrong = |setting, value: &Option<String>, problem: &str, advice: &str| {
            let value = value.as_ref().map(|value| format!("{value:?}")).unwrap_or_default();
            Err(ConfigError::new(setting, value, problem, advice))
        };
        if let Some(charset) = &self.charset
            && (charset.is_empty() || !charset.bytes().all(is_token))
        {
            let problem = "it is not the name of a charset";
            return wrong("SENDFILE_CHARSET", &self.charset, problem, "write one such as \"utf-8\"");
        }
        if let Err(problem) =
            self.cache_control().and_then(|said| said.map_or(Ok(None), CacheControl::to_header))
        {
            let (problem, advice) = match problem {
                BOTH => ("SENDFILE_EXPIRES says the same header", "write one of the two"),
                problem => (problem, "write one such as \"private, max-age=60\""),
            };
            return wrong("SENDFILE_CACHE_CONTROL", &self.cache_control, problem, advice);
        }
        if let Err(problem) = sandbox::policy(self.sandbox.as_deref().unwrap_or_default()) {
            let advice = "write True, False, or a policy such as \"sandbox allow-scripts\"";
            return wrong("SENDFILE_SANDBOX", &self.sandbox, problem, advice);
        }
        Ok(())
    }

    /// Those of a download, and for the rest those of the settings.
    pub(crate) fn or<'a>(&'a self, settings: &'a Self) -> Result<Said<'a>, Error> {
        let invalid = |header, value: &Option<String>, problem| Error::InvalidHeader {
            header,
            value: value.clone().unwrap_or_default(),
            problem,
        };
        let own =
            self.cache_control().map_err(|problem| invalid(CACHE_CONTROL, &self.cache_control, problem))?;
        let cache_control = match own.or_else(|| settings.cache_control().unwrap_or_default()) {
            Some(said) => said.to_header(),
            None => Ok(Some(cache_control::DEFAULT)),
        };
        let sandbox = self.sandbox.as_deref().or(settings.sandbox.as_deref());
        let sandbox = sandbox::policy(sandbox.unwrap_or(sandbox::DEFAULT));
        Ok(Said {
            limit_rate: self.limit_rate.or(settings.limit_rate),
            buffering: self.buffering.or(settings.buffering),
            charset: self.charset.as_deref().or(settings.charset.as_deref()),
            cache_control: cache_control
                .map_err(|problem| invalid(CACHE_CONTROL, &self.cache_control, problem))?,
            sandbox: sandbox.map_err(|problem| invalid(CONTENT_SECURITY_POLICY, &self.sandbox, problem))?,
        })
    }

    /// What of these says Cache-Control; or what is wrong if two do.
    fn cache_control(&self) -> Result<Option<CacheControl<'_>>, &'static str> {
        match (&self.cache_control, self.expires) {
            (Some(_), Some(_)) => Err(BOTH),
            (Some(value), None) => Ok(Some(CacheControl::Value(value))),
            (None, Some(seconds)) => Ok(Some(CacheControl::Expires(seconds))),
            (None, None) => Ok(None),
        }
    }

    /// Those that a download asks for in vain. Each is reported.
    pub(crate) fn unsupported(&self, backend: Backend) -> Vec<Extra> {
        let unsupported: Vec<_> = self.given().filter(|extra| !extra.is_supported_by(backend)).collect();
        unsupported.iter().for_each(|extra| extra.report(backend));
        unsupported
    }

    fn given(&self) -> impl Iterator<Item = Extra> {
        let given = [
            // No limit is what there is where none can be said.
            self.limit_rate.filter(|rate| *rate > 0).map(|_| Extra::LimitRate),
            self.buffering.map(|_| Extra::Buffering),
        ];
        given.into_iter().flatten()
    }

    fn value(&self, extra: Extra) -> String {
        let value = match extra {
            Extra::LimitRate => self.limit_rate.map(|rate| rate.to_string()),
            Extra::Buffering => self.buffering.map(|buffering| (buffering == Buffering::On).to_string()),
        };
        value.unwrap_or_default()
    }
}

/// The extras of one response.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    limit_rate: Option<u64>,
    buffering: Option<Buffering>,
    charset: Option<&'a str>,
    cache_control: Option<HeaderValue>,
    sandbox: Option<HeaderValue>,
}

impl Said<'_> {
    /// Writes what the client is told of a file of this type and disposition, but for what the application
    /// says itself.
    pub(crate) fn protect(
        &self,
        media_type: &HeaderValue,
        disposition: Option<&HeaderValue>,
        headers: &mut HeaderMap,
    ) {
        if let Some(value) = &self.cache_control {
            headers.entry(CACHE_CONTROL).or_insert_with(|| value.clone());
        }
        let policy = self.sandbox.as_ref().filter(|_| sandbox::is_needed(media_type, disposition));
        if let Some(policy) = policy {
            headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| policy.clone());
        }
    }

    /// Writes the headers that the server of `backend` reads. A streamed body passes that server too, and
    /// it keeps the same rate.
    pub(crate) fn instruct(&self, backend: Backend, is_streamed: bool, headers: &mut HeaderMap) {
        let dialect = backend.dialect();
        if let (Some(rate), Some(said)) = (self.limit_rate, dialect.and_then(|d| d.limit_rate.as_ref())) {
            headers.insert(said.header.clone(), rate.div_ceil(said.unit).into());
        }
        let buffering = match dialect {
            None => Some(&X_ACCEL_BUFFERING),
            Some(dialect) => dialect.buffering.as_ref(),
        };
        if let (Some(value), Some(header), true) = (self.buffering, buffering, is_streamed) {
            let value = if value == Buffering::On { "yes" } else { "no" };
            headers.insert(header.clone(), HeaderValue::from_static(value));
        }
    }

    /// The media type with the charset, where it can have one and says none.
    pub(crate) fn media_type(&self, media_type: HeaderValue) -> Result<HeaderValue, Error> {
        let Some(charset) = self.charset.filter(|charset| !charset.is_empty()) else { return Ok(media_type) };
        let text = media_type.to_str().unwrap_or_default().to_ascii_lowercase();
        if !text.starts_with("text/") || text.contains("charset=") {
            return Ok(media_type);
        }
        let invalid = || Error::InvalidHeader {
            header: CONTENT_TYPE,
            value: charset.into(),
            problem: "it is not the name of a charset",
        };
        // A comma would begin another media type, a semicolon another parameter.
        if !charset.bytes().all(is_token) {
            return Err(invalid());
        }
        let value = [media_type.as_bytes(), b"; charset=", charset.as_bytes()].concat();
        HeaderValue::from_maybe_shared(bytes::Bytes::from(value)).map_err(|_| invalid())
    }
}

/// What is wrong where two say one header.
const BOTH: &str = "both cache_control and expires are given, and say the same header";

const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

fn backends_that_support(extra: Extra) -> String {
    let names: Vec<_> = Backend::all()
        .iter()
        .filter(|backend| extra.is_supported_by(**backend))
        .map(|backend| backend.name())
        .collect();
    names.join(", ")
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
