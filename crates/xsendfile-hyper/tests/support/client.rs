//! Clients that show every byte they get.

use std::io;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use hyper_util::rt::{TokioExecutor, TokioIo};

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The body with the coding undone that a layer may have put on it.
    pub fn decoded(&self) -> Vec<u8> {
        if self.header("content-encoding") != "gzip" {
            return self.body.clone();
        }
        let mut plain = Vec::new();
        io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*self.body), &mut plain).expect("gzip");
        plain
    }
}

/// A connection that speaks HTTP/1 by hand.
pub struct Http1<S>(pub BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Http1<S> {
    pub fn new(stream: S) -> Self {
        Self(BufReader::with_capacity(1 << 18, stream))
    }

    pub async fn send(&mut self, method: &str, path: &str, version: &str, headers: &[(&str, &str)]) {
        let mut request = format!("{method} /{path} HTTP/{version}\r\nHost: test\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        let stream = self.0.get_mut();
        stream.write_all((request + "\r\n").as_bytes()).await.expect("a connection to write to");
        // TLS may keep back what it was given.
        stream.flush().await.expect("a connection to write to");
    }

    pub async fn head(&mut self) -> io::Result<(StatusCode, HeaderMap)> {
        let code = self.line().await?;
        let code = code.split(' ').nth(1).ok_or(io::ErrorKind::InvalidData)?;
        let status = code.parse().map_err(io::Error::other)?;
        let mut headers = HeaderMap::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(": ") else { return Ok((status, headers)) };
            let name: http::HeaderName = name.parse().map_err(io::Error::other)?;
            headers.append(name, value.parse().map_err(io::Error::other)?);
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().into()),
        }
    }

    pub async fn receive(&mut self, method: &str) -> io::Result<Reply> {
        let (status, headers) = self.head().await?;
        let mut body = Vec::new();
        let bodiless = method == "HEAD" || status == StatusCode::NOT_MODIFIED;
        if bodiless {
        } else if let Some(length) = headers.get("content-length") {
            body.resize(length.to_str().expect("digits").parse().expect("a length"), 0);
            self.0.read_exact(&mut body).await?;
        } else if headers.contains_key("transfer-encoding") {
            loop {
                let line = self.line().await?;
                let length = usize::from_str_radix(&line, 16).map_err(io::Error::other)?;
                let from = body.len();
                body.resize(from + length + 2, 0);
                self.0.read_exact(&mut body[from..]).await?;
                body.truncate(from + length);
                if length == 0 {
                    break;
                }
            }
        } else {
            self.0.read_to_end(&mut body).await?;
        }
        Ok(Reply { status, headers, body })
    }

    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        self.send("GET", path, "1.1", headers).await;
        self.receive("GET").await
    }
}

/// One request by HTTP/2.
pub async fn http2<S>(stream: S, path: &str, headers: &[(&str, &str)]) -> io::Result<Reply>
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
    let (parts, body) = response.map_err(io::Error::other)?.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes().to_vec();
    connection.abort();
    Ok(Reply { status: parts.status, headers: parts.headers, body })
}
