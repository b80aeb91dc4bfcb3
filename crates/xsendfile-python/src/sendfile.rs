//! The entry point.

use std::ffi::OsString;
use std::path::PathBuf;

use http::Method;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use xsendfile::{ConfigBuilder, Lookup, Request};

use crate::delivery::Delivery;
use crate::error::{NotFound, from_config_error, from_error};
use crate::header::{display_name, from_meta, text_from_value};
use crate::response::Response;
use crate::settings::Settings;

/// Sends files by the settings that it was made with.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Sendfile(pub(crate) xsendfile::Sendfile);

#[pymethods]
impl Sendfile {
    #[new]
    fn new(settings: Settings) -> PyResult<Self> {
        let config = settings.builder().and_then(ConfigBuilder::build).map_err(from_config_error)?;
        Ok(Self(xsendfile::Sendfile::new(config)))
    }

    /// The header that hands files off; none where they are streamed.
    #[getter]
    fn hand_off_header<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.0.config().backend().dialect().map(|dialect| display_name(py, &dialect.header))
    }

    /// Whether the server in front is told a URI, for which it needs `SENDFILE_URL`.
    #[getter]
    fn takes_uri(&self) -> bool {
        self.0.config().backend().takes_uri()
    }

    /// Decides the answer to a request for a file.
    fn respond(
        &self,
        py: Python<'_>,
        method: Option<&str>,
        meta: &Bound<'_, PyDict>,
        filename: &Bound<'_, PyString>,
        delivery: &Bound<'_, Delivery>,
    ) -> PyResult<Response> {
        self.decide(method, meta, filename, delivery, |download| match download.clone().respond_cached() {
            // Most directories are in memory, and then other threads need not even be let in.
            Err(xsendfile::Error::WouldBlock(_)) => py.detach(|| download.respond()),
            response => response,
        })
    }

    /// The same without waiting for the disk, or `WouldBlock`.
    fn respond_cached(
        &self,
        method: Option<&str>,
        meta: &Bound<'_, PyDict>,
        filename: &Bound<'_, PyString>,
        delivery: &Bound<'_, Delivery>,
    ) -> PyResult<Response> {
        self.decide(method, meta, filename, delivery, |download| download.respond_cached())
    }

    /// The same, waiting for the disks of this machine only, or `WouldBlock`.
    fn respond_local(
        &self,
        py: Python<'_>,
        method: Option<&str>,
        meta: &Bound<'_, PyDict>,
        filename: &Bound<'_, PyString>,
        delivery: &Bound<'_, Delivery>,
    ) -> PyResult<Response> {
        self.decide(method, meta, filename, delivery, |download| {
            py.detach(|| download.respond_by(Lookup::Local))
        })
    }

    /// Describes a file for a backend that sends it by code of its own.
    fn describe(
        &self,
        py: Python<'_>,
        filename: &Bound<'_, PyString>,
        delivery: &Bound<'_, Delivery>,
    ) -> PyResult<Description> {
        let filename = path_from_text(filename)?;
        let (method, headers) = Default::default();
        let request = Request::new(&method, &headers);
        let download = self.0.send(request, &filename).delivery(&delivery.get().inner);
        let description = py.detach(|| download.describe()).map_err(from_error)?;
        Ok(Description {
            path: description.path.into(),
            length: description.length,
            media_type: text_from_value(py, &description.media_type).unbind(),
            disposition: text_from_value(py, &description.disposition).unbind(),
            headers: description
                .headers
                .iter()
                .map(|(name, value)| (display_name(py, name).unbind(), text_from_value(py, value).unbind()))
                .collect(),
            unsupported: description.unsupported.iter().map(|extra| extra.name()).collect(),
        })
    }

    /// The path of the file that a hand-off header's value names.
    fn read(&self, value: &str) -> PyResult<OsString> {
        let Some(dialect) = self.0.config().backend().dialect() else {
            return Err(NotFound::new_err("this backend hands nothing off"));
        };
        let bytes: Vec<u8> = value.chars().filter_map(|c| u8::try_from(c).ok()).collect();
        let found = dialect.read(&bytes, self.0.config().locations());
        found.map(|found| found.path().into()).map_err(|reason| NotFound::new_err(reason.to_string()))
    }
}

impl Sendfile {
    fn decide(
        &self,
        method: Option<&str>,
        meta: &Bound<'_, PyDict>,
        filename: &Bound<'_, PyString>,
        delivery: &Bound<'_, Delivery>,
        by: impl FnOnce(xsendfile::Download<'_>) -> Result<xsendfile::Response, xsendfile::Error>,
    ) -> PyResult<Response> {
        let method = method_from_text(method);
        let headers = from_meta(meta)?;
        let filename = path_from_text(filename)?;
        let download = self.0.send(Request::new(&method, &headers), &filename);
        let response = by(download.delivery(&delivery.get().inner));
        Response::new(meta.py(), response.map_err(from_error)?)
    }
}

/// The method of a request. Where there is none, and for one that HTTP does not allow, it is GET.
pub(crate) fn method_from_text(method: Option<&str>) -> Method {
    method.and_then(|method| method.parse().ok()).unwrap_or(Method::GET)
}

/// The path that Python calls `text`.
fn path_from_text(text: &Bound<'_, PyString>) -> PyResult<PathBuf> {
    if let Some(ascii) = text.to_str().ok().filter(|text| text.is_ascii()) {
        return Ok(ascii.into());
    }
    // In the encoding of the file system, in which undecodable bytes stand as surrogates; others stand
    // for nothing.
    text.extract().map_err(|_| NotFound::new_err(format!("{text:?} is not the name of a file")))
}

/// A file as a backend of the application's own needs to know it.
#[pyclass(frozen, get_all, module = "django_sendfile._native")]
pub(crate) struct Description {
    path: OsString,
    length: Option<u64>,
    media_type: Py<PyString>,
    disposition: Py<PyString>,
    headers: Vec<(Py<PyString>, Py<PyString>)>,
    unsupported: Vec<&'static str>,
}
