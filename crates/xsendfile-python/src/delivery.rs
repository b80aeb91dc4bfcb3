//! How a file is to be delivered.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyString;

/// How a file is to be delivered, by the arguments of `sendfile`. Belongs to no file.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Delivery {
    pub(crate) inner: xsendfile::Delivery,
    #[pyo3(get)]
    encoding: Option<String>,
    #[pyo3(get)]
    content_length: Option<u64>,
}

#[pymethods]
impl Delivery {
    #[new]
    #[pyo3(signature = (
        attachment = None,
        attachment_filename = None,
        mimetype = None,
        encoding = None,
        content_length = None,
        limit_rate = None,
        buffering = None,
        charset = None,
        expires = None,
        cache_control = None,
        sandbox = None,
        beneath = None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        attachment: Option<&Bound<'_, PyAny>>,
        attachment_filename: Option<&Bound<'_, PyAny>>,
        mimetype: Option<String>,
        encoding: Option<String>,
        content_length: Option<u64>,
        limit_rate: Option<u64>,
        buffering: Option<bool>,
        charset: Option<String>,
        expires: Option<&Bound<'_, PyAny>>,
        cache_control: Option<String>,
        sandbox: Option<Sandbox>,
        beneath: Option<PathBuf>,
    ) -> PyResult<Self> {
        let encoding = encoding.filter(|encoding| !encoding.is_empty());
        let mut inner = xsendfile::Delivery::new();
        if attachment.map_or(Ok(false), PyAnyMethods::is_truthy)? {
            inner = inner.attachment();
        }
        if let Some(name) = attachment_filename {
            inner = if name.is_truthy()? { inner.save_as(text(&name.str()?)?) } else { inner.unnamed() };
        }
        if let Some(media_type) = mimetype.filter(|media_type| !media_type.is_empty()) {
            inner = inner.media_type(media_type);
        }
        if let Some(encoding) = &encoding {
            inner = inner.content_encoding(encoding);
        }
        if let Some(length) = content_length {
            inner = inner.length(length);
        }
        if let Some(rate) = limit_rate {
            inner = inner.limit_rate(rate);
        }
        if let Some(on) = buffering {
            inner = inner.buffering(on.into());
        }
        if let Some(charset) = charset {
            inner = inner.charset(charset);
        }
        if let Some(after) = expires {
            inner = inner.expires(duration(after)?);
        }
        if let Some(value) = cache_control {
            inner = inner.cache_control(value);
        }
        if let Some(sandbox) = sandbox {
            inner = inner.sandbox(sandbox.policy());
        }
        if let Some(directory) = beneath {
            inner = inner.beneath(directory);
        }
        Ok(Self { inner, encoding, content_length })
    }

    /// The same, of this media type.
    fn of_type(&self, mimetype: &str) -> Self {
        self.with(self.inner.clone().media_type(mimetype))
    }

    /// The same, sent from here whatever the backend.
    fn streamed(&self) -> Self {
        self.with(self.inner.clone().streamed())
    }
}

impl Delivery {
    fn with(&self, inner: xsendfile::Delivery) -> Self {
        Self { inner, encoding: self.encoding.clone(), content_length: self.content_length }
    }
}

/// The sandbox of active content: the usual one, none, or a policy.
#[derive(FromPyObject)]
pub(crate) enum Sandbox {
    #[pyo3(transparent, annotation = "bool")]
    Switch(bool),
    #[pyo3(transparent, annotation = "str")]
    Policy(String),
}

impl Sandbox {
    /// As the crate takes it.
    pub(crate) fn policy(self) -> String {
        match self {
            Self::Switch(true) => "sandbox".into(),
            Self::Switch(false) => String::new(),
            Self::Policy(policy) => policy,
        }
    }
}

/// Text as it is; bytes of a file's name that are none, which Python keeps as surrogates, are replaced.
fn text(text: &Bound<'_, PyString>) -> PyResult<String> {
    match text.to_str() {
        Ok(text) => Ok(text.into()),
        Err(_) => Ok(text.extract::<OsString>()?.to_string_lossy().into_owned()),
    }
}

/// A `timedelta`, or a number of seconds.
fn duration(after: &Bound<'_, PyAny>) -> PyResult<Duration> {
    match after.extract::<u64>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => after.extract(),
    }
}
