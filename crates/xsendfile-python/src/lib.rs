//! The border between the `xsendfile` crate and the Python package `django_sendfile`.
//!
//! Every type that crosses is defined here. Nothing is decided here: arguments are translated, the
//! crate is asked, and its answer is translated back. What Python sees is described in
//! `python/django_sendfile/_native.pyi`.

mod body;
mod canary;
mod command;
mod delivery;
mod error;
mod header;
mod lane;
mod response;
mod sendfile;
mod settings;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::body::Body;
    #[pymodule_export]
    use crate::canary::canary;
    #[pymodule_export]
    use crate::command::{disk_problems, run_command};
    #[pymodule_export]
    use crate::delivery::Delivery;
    #[pymodule_export]
    use crate::error::{ConfigError, NotFound, WouldBlock};
    #[pymodule_export]
    use crate::lane::Lane;
    #[pymodule_export]
    use crate::response::{HandOff, Response};
    #[pymodule_export]
    use crate::sendfile::{Description, Sendfile};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
