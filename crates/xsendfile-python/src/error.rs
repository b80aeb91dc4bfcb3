//! Errors, as Python exceptions.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::lane::Lane;

create_exception!(
    django_sendfile._native,
    NotFound,
    PyException,
    "There is no file to send; the client is told 404."
);
create_exception!(
    django_sendfile._native,
    WouldBlock,
    PyException,
    "The disk would have to be waited for, and the caller said not to; the argument is where to."
);
create_exception!(django_sendfile._native, ConfigError, PyException, "A setting that cannot work.");

pub(crate) fn from_error(error: xsendfile::Error) -> PyErr {
    match error {
        xsendfile::Error::NotFound { .. } => NotFound::new_err(error.to_string()),
        xsendfile::Error::WouldBlock(lane) => WouldBlock::new_err((Lane::of(lane),)),
        // Python makes the subclass that belongs to the number, and shows the path.
        xsendfile::Error::Io { operation, path, source } => match source.raw_os_error() {
            Some(number) => {
                PyOSError::new_err((number, format!("cannot {operation}"), path.into_os_string()))
            }
            None => source.into(),
        },
        _ => PyValueError::new_err(error.to_string()),
    }
}

/// The setting's name, its value, the problem and the advice, and whether a directory is missing.
pub(crate) fn from_config_error(error: xsendfile::ConfigError) -> PyErr {
    ConfigError::new_err((error.setting, error.value, error.problem, error.advice, error.is_missing))
}
