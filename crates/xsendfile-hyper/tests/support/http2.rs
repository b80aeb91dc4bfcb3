//! A client of HTTP/2.

use std::io;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::http1::Each;

/// One request by HTTP/2, whose body is shown to `each` until it has seen enough.
pub async fn http2<S>(
    stream: S,
    path: &str,
    headers: &[(&str, &str)],
    each: &mut Each<'_>,
) -> io::Result<(StatusCode, HeaderMap)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(1 << 20)
        .handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let mut request = Request::get(format!("http://test/{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender.send_request(request.body(Empty::new()).expect("a request")).await;
    let (parts, mut body) = response.map_err(io::Error::other)?.into_parts();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(io::Error::other)?;
        if frame.data_ref().is_some_and(|data| each(data).is_break()) {
            break;
        }
    }
    connection.abort();
    Ok((parts.status, parts.headers))
}
