//! What the crate answers: a head, and a body or a hand-off.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use http::HeaderMap;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use xsendfile::Backend;

use crate::body::Body;
use crate::header::{display_name, names, text_from_value, value_from_text};

/// The answer to a request for a file.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Response {
    #[pyo3(get)]
    status: u16,
    /// By lower-case name: the name as people write it, and the value; the hand-off's as people read it.
    #[pyo3(get)]
    headers: Py<PyDict>,
    #[pyo3(get)]
    body: Option<Py<Body>>,
    #[pyo3(get)]
    hand_off: Option<Py<HandOff>>,
    #[pyo3(get)]
    path: OsString,
    #[pyo3(get)]
    rule: Option<&'static str>,
    /// What was asked for and this backend does not support.
    #[pyo3(get)]
    unsupported: Option<Vec<&'static str>>,
}

impl Response {
    pub(crate) fn new(py: Python<'_>, response: xsendfile::Response) -> PyResult<Self> {
        let headers = PyDict::new(py);
        let hand_off = response.hand_off.as_ref();
        for (name, value) in &response.headers {
            let (key, name_to_read) = names(py, name);
            let value = match hand_off.filter(|hand_off| hand_off.header() == name) {
                Some(hand_off) => OsStr::from_bytes(hand_off.readable()).into_pyobject(py)?,
                None => text_from_value(py, value),
            };
            headers.set_item(key, (name_to_read, value))?;
        }
        let body = (!response.body.segments().is_empty())
            .then(|| Py::new(py, Body::new(response.body)))
            .transpose()?;
        let hand_off = response.hand_off.map(|hand_off| Py::new(py, HandOff(hand_off))).transpose()?;
        let rule = response.rule.map(|rule| rule.name);
        let unsupported = response.unsupported.iter().map(|extra| extra.name()).collect::<Vec<_>>();
        Ok(Self {
            status: response.status.as_u16(),
            headers: headers.unbind(),
            body,
            hand_off,
            path: response.path.into(),
            rule,
            unsupported: Some(unsupported).filter(|unsupported| !unsupported.is_empty()),
        })
    }
}

/// Which file the server in front is to send.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct HandOff(xsendfile::HandOff);

#[pymethods]
impl HandOff {
    /// A copy of what was pickled.
    #[new]
    fn new(dialect: &str, wire: &[u8], readable: &[u8]) -> PyResult<Self> {
        let backend: Option<Backend> = dialect.parse().ok();
        let Some(dialect) = backend.and_then(Backend::dialect) else {
            return Err(PyValueError::new_err(format!("{dialect:?} is no dialect")));
        };
        let hand_off = xsendfile::HandOff::from_parts(dialect, wire.to_vec(), readable.to_vec());
        hand_off.map(Self).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn __getnewargs__(&self) -> (&'static str, &[u8], &[u8]) {
        (self.0.dialect().name, self.0.wire(), self.0.readable())
    }

    /// The backend that reads it.
    #[getter]
    fn backend(&self) -> &'static str {
        self.0.dialect().name
    }

    /// The header's name.
    #[getter]
    fn header<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        display_name(py, self.0.header())
    }

    /// The header's value as people read it.
    #[getter]
    fn readable(&self) -> &OsStr {
        OsStr::from_bytes(self.0.readable())
    }

    /// The application's headers that have to be carried in the value.
    #[getter]
    fn carries<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        self.0.dialect().carried.iter().map(|(_, name)| display_name(py, name)).collect()
    }

    /// The header's value as the server reads it, for a response with these headers.
    fn value<'py>(&self, py: Python<'py>, headers: Vec<(String, String)>) -> Bound<'py, PyString> {
        let header = |(name, value): &(String, String)| Some((name.parse().ok()?, value_from_text(value)?));
        let headers: HeaderMap = headers.iter().filter_map(header).collect();
        text_from_value(py, &self.0.value(&headers))
    }
}
