//! A client of HTTP/1 that shows every byte it gets.

use std::io;
use std::ops::ControlFlow;

use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

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

/// Sees a piece of a body, and says whether to go on.
pub type Each<'a> = dyn FnMut(&[u8]) -> ControlFlow<()> + Send + 'a;

/// Takes all into `body`.
pub fn collect(body: &mut Vec<u8>) -> impl FnMut(&[u8]) -> ControlFlow<()> + Send {
    |piece| {
        body.extend_from_slice(piece);
        ControlFlow::Continue(())
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
        if method != "HEAD" && status != StatusCode::NOT_MODIFIED {
            self.body(&headers, &mut collect(&mut body)).await?;
        }
        Ok(Reply { status, headers, body })
    }

    /// Reads the body behind `headers` until its end, or until `each` has seen enough.
    pub async fn body(&mut self, headers: &HeaderMap, each: &mut Each<'_>) -> io::Result<()> {
        if let Some(length) = headers.get("content-length") {
            let length = length.to_str().expect("digits").parse().expect("a length");
            let _enough = self.piece(length, each).await?;
        } else if headers.contains_key("transfer-encoding") {
            loop {
                let length = u64::from_str_radix(&self.line().await?, 16).map_err(io::Error::other)?;
                if self.piece(length, each).await?.is_break() {
                    break;
                }
                self.line().await?;
                if length == 0 {
                    break;
                }
            }
        } else {
            while self.some(u64::MAX, each).await?.is_some_and(|(_, flow)| flow.is_continue()) {}
        }
        Ok(())
    }

    async fn piece(&mut self, mut length: u64, each: &mut Each<'_>) -> io::Result<ControlFlow<()>> {
        while length > 0 {
            let (count, flow) = self.some(length, each).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if flow.is_break() {
                return Ok(flow);
            }
            length -= count;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Shows what is there, at most `most` bytes; `None` at the end of the connection.
    async fn some(&mut self, most: u64, each: &mut Each<'_>) -> io::Result<Option<(u64, ControlFlow<()>)>> {
        let there = self.0.fill_buf().await?;
        if there.is_empty() {
            return Ok(None);
        }
        let count = there.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let flow = each(&there[..count]);
        self.0.consume(count);
        Ok(Some((count as u64, flow)))
    }

    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        self.send("GET", path, "1.1", headers).await;
        self.receive("GET").await
    }
}
