//! The canary: answers to the signed questions of `xsendfile check`.

use std::time::SystemTime;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xsendfile::Request;
use xsendfile::canary::Answer;

use crate::delivery::Delivery;
use crate::header::all_from_meta;
use crate::response::Response;
use crate::sendfile::{Sendfile, method_from_text};

/// The file, or the statement as JSON.
#[derive(IntoPyObject)]
pub(crate) enum FileOrJson {
    File(Response),
    Json(String),
}

/// The answer to a signed query; none to everything else.
#[pyfunction]
pub(crate) fn canary(
    py: Python<'_>,
    sendfile: &Sendfile,
    secret: &[u8],
    query: &str,
    method: Option<&str>,
    meta: &Bound<'_, PyDict>,
    delivery: &Bound<'_, Delivery>,
) -> PyResult<Option<FileOrJson>> {
    let method = method_from_text(method);
    let headers = all_from_meta(meta);
    let request = Request::new(&method, &headers);
    let delivery = delivery.get().inner.clone();
    let now = SystemTime::now();
    let answer = py.detach(|| xsendfile::canary::answer(&sendfile.0, secret, query, request, delivery, now));
    Ok(match answer {
        Some(Answer::File(response)) => Some(FileOrJson::File(Response::new(py, *response)?)),
        Some(Answer::Statement(statement)) => Some(FileOrJson::Json(statement.to_json())),
        _ => None,
    })
}
