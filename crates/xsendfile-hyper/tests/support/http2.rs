//! A client of HTTP/2.

use std::io;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::http1::Each;

/// A connection, which lasts as long as what this gives.
pub async fn connect<S>(stream: S) -> io::Result<SendRequest<Empty<Bytes>>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = Builder::new(TokioExecutor::new())
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(1 << 20)
        .handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(connection);
    Ok(sender)
}

/// One request by HTTP/2, whose body is shown to `each` until it has seen enough.
pub async fn get(
    client: &mut SendRequest<Empty<Bytes>>,
    path: &str,
    headers: &[(&str, &str)],
    each: &mut Each<'_>,
) -> io::Result<(StatusCode, HeaderMap)> {
    let mut request = Request::get(format!("http://test/{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = client.send_request(request.body(Empty::new()).expect("a request")).await;
    let (parts, mut body) = response.map_err(io::Error::other)?.into_parts();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(io::Error::other)?;
        if frame.data_ref().is_some_and(|data| each(data).is_break()) {
            break;
        }
    }
    Ok((parts.status, parts.headers))
}

/// One request on a connection of its own.
pub async fn http2<S>(
    stream: S,
    path: &str,
    headers: &[(&str, &str)],
    each: &mut Each<'_>,
) -> io::Result<(StatusCode, HeaderMap)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    get(&mut connect(stream).await?, path, headers, each).await
}
