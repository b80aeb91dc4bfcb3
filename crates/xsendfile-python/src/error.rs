//! Errors, as Python exceptions.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;

create_exception!(
    django_sendfile._native,
    NotFound,
    PyException,
    "There is no file to send; the client is told 404."
);
create_exception!(django_sendfile._native, ConfigError, PyException, "A setting that cannot work.");

pub(crate) fn from_error(error: xsendfile::Error) -> PyErr {
    match error {
        xsendfile::Error::NotFound { .. } => NotFound::new_err(error.to_string()),
        xsendfile::Error::Io { source, .. } => source.into(),
        _ => PyValueError::new_err(error.to_string()),
    }
}

/// The setting's name, its value, the problem and the advice.
pub(crate) fn from_config_error(error: xsendfile::ConfigError) -> PyErr {
    ConfigError::new_err((error.setting, error.value, error.problem, error.advice))
}
