//! Where to wait for a file that may hang.

use pyo3::prelude::*;

/// A few threads that wait for one mount.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Lane(xsendfile::Lane);

impl Lane {
    /// `None` for the disks of this machine, which may be waited for anywhere.
    pub(crate) fn of(lane: xsendfile::Lane) -> Option<Self> {
        (!lane.is_local()).then_some(Self(lane))
    }
}

#[pymethods]
impl Lane {
    /// Whether too many wait already for anybody else to begin.
    fn is_full(&self) -> bool {
        self.0.is_full()
    }

    /// Calls `job` in one of the threads, after those that came before.
    fn run(&self, job: Py<PyAny>) {
        self.0.run(move || {
            // Nobody is left to be told where the interpreter ends.
            Python::try_attach(move |py| {
                if let Err(error) = job.call0(py) {
                    error.write_unraisable(py, None);
                }
            });
        });
    }
}
