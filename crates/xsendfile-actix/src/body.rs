//! The body of a download as actix-web sends it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

/// actix-web keeps what the client has not taken in a write buffer of each connection, and asks for
/// more while that holds less than 32 KiB. Longer chunks make it grow; the processor time is the same.
const CHUNK: usize = 32 * 1024;

/// The body of a download.
///
/// Where reading fails, or the file has become shorter, it ends with an error; the length has been
/// promised by then, and actix-web closes the connection.
#[derive(Debug)]
pub struct Body {
    body: xsendfile_hyper::Body,
    size: BodySize,
}

impl Body {
    /// A body of `size`, which for HEAD is not what it carries.
    pub(crate) fn new(body: xsendfile_hyper::Body, size: BodySize) -> Self {
        // actix-web copies what it is given, as TLS and HTTP/2 do.
        Self { body: body.copied().max_chunk(CHUNK), size }
    }
}

impl MessageBody for Body {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let frame = http_body::Body::poll_frame(Pin::new(&mut self.body), cx);
        frame.map(|frame| Some(frame?.map(|frame| frame.into_data().unwrap_or_default())))
    }
}
