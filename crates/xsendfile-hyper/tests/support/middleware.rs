//! What may stand between a body and its connection.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, Full, Limited};
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::timeout::{ResponseBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::TraceLayer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Middleware {
    None,
    Trace,
    Timeout,
    Limit,
    Compression,
    /// Changes every byte, but not their number.
    Xor,
    /// Cuts every chunk into small ones.
    Cut,
    /// Cuts long chunks into shorter ones, so only placeholders.
    CutLong,
    /// Takes all, and sends it again in one.
    Collect,
    /// Carries every frame over from another task.
    OtherTask,
    /// Says nothing of the length, so that HTTP/1.1 codes it chunked.
    Unsized,
    /// Leaves the first chunk as it is, and changes the others.
    XorLater,
    /// Leaves the first chunk as it is, and copies the others.
    CopyLater,
    /// Leaves the first chunk as it is, and swaps each two others.
    SwapLater,
}

use Middleware::*;

/// What must not change a byte of what arrives.
pub const HARMLESS: [Middleware; 9] =
    [None, Trace, Timeout, Limit, Compression, Cut, CutLong, Collect, OtherTask];

/// What changes bytes behind the proof's back.
pub const TREACHEROUS: [Middleware; 3] = [XorLater, CopyLater, SwapLater];

impl Middleware {
    /// Whether the kernel sends through it.
    pub fn is_transparent(self) -> bool {
        matches!(self, None | Trace | Timeout | Limit | CutLong)
    }

    /// What was in the file, of what arrived.
    pub fn undone(self, body: Vec<u8>) -> Vec<u8> {
        if self == Xor { xor(&body.into()).to_vec() } else { body }
    }

    pub fn wrap(self, router: Router) -> Router {
        match self {
            None => router,
            Trace => router.layer(TraceLayer::new_for_http()),
            Timeout => router
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)))
                .layer(ResponseBodyTimeoutLayer::new(Duration::from_secs(60))),
            Limit => router
                .layer(RequestBodyLimitLayer::new(1 << 20))
                .layer(MapResponseBodyLayer::new(|body: Body| Limited::new(body, 1 << 40))),
            Compression => router.layer(CompressionLayer::new()),
            Collect => router.layer(axum::middleware::map_response(collect)),
            OtherTask => router.layer(MapResponseBodyLayer::new(other_task)),
            Unsized => router
                .layer(MapResponseBodyLayer::new(|inner: Body| Body::from_stream(inner.into_data_stream())))
                .layer(axum::middleware::map_response(async |mut response: Response| {
                    response.headers_mut().remove(http::header::CONTENT_LENGTH);
                    response
                })),
            Xor => mapped(router, |_, chunk| vec![xor(&chunk)]),
            Cut => mapped(router, |_, chunk| cut(chunk, 7777)),
            CutLong => mapped(router, |_, chunk| cut(chunk, 300_000)),
            XorLater => mapped(router, |place, chunk| vec![if place == 0 { chunk } else { xor(&chunk) }]),
            CopyLater => mapped(router, |place, chunk| {
                vec![if place == 0 { chunk } else { Bytes::copy_from_slice(&chunk) }]
            }),
            SwapLater => router.layer(MapResponseBodyLayer::new(|inner: Body| Swapping {
                inner,
                place: 0,
                held: Option::None,
            })),
        }
    }
}

pub fn xor(chunk: &Bytes) -> Bytes {
    chunk.iter().map(|byte| byte ^ 0x55).collect::<BytesMut>().freeze()
}

fn cut(mut chunk: Bytes, length: usize) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while chunk.len() > length {
        pieces.push(chunk.split_to(length));
    }
    pieces.push(chunk);
    pieces
}

async fn collect(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(all) => Response::from_parts(parts, Body::new(Full::new(all.to_bytes()))),
        Err(_) => Response::builder().status(500).body(Body::empty()).expect("a response"),
    }
}

fn other_task(mut body: Body) -> Body {
    let size = http_body::Body::size_hint(&body);
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(frame) = body.frame().await {
            if sender.send(frame).await.is_err() {
                return;
            }
        }
    });
    Body::new(Received { receiver, size })
}

struct Received {
    receiver: tokio::sync::mpsc::Receiver<Result<Frame<Bytes>, axum::Error>>,
    size: SizeHint,
}

impl http_body::Body for Received {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.receiver.poll_recv(cx)
    }

    fn size_hint(&self) -> SizeHint {
        self.size
    }
}

fn mapped(router: Router, map: fn(usize, Bytes) -> Vec<Bytes>) -> Router {
    router.layer(MapResponseBodyLayer::new(move |inner: Body| Mapped {
        inner,
        map,
        place: 0,
        ready: Vec::new(),
    }))
}

struct Mapped {
    inner: Body,
    map: fn(usize, Bytes) -> Vec<Bytes>,
    place: usize,
    ready: Vec<Bytes>,
}

impl http_body::Body for Mapped {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.ready.is_empty() {
            let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else { return Poll::Pending };
            let Some(frame) = frame else { return Poll::Ready(Option::None) };
            let chunk = match frame.map(Frame::into_data) {
                Ok(Ok(chunk)) => chunk,
                Ok(Err(other)) => return Poll::Ready(Some(Ok(other))),
                Err(error) => return Poll::Ready(Some(Err(error))),
            };
            self.ready = (self.map)(self.place, chunk);
            self.place += 1;
        }
        let chunk = self.ready.remove(0);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        http_body::Body::size_hint(&self.inner)
    }
}

struct Swapping {
    inner: Body,
    place: usize,
    held: Option<Bytes>,
}

impl http_body::Body for Swapping {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else { return Poll::Pending };
            let chunk = match frame.map(|frame| frame.map(|frame| frame.into_data().expect("data"))) {
                Option::None => return Poll::Ready(self.held.take().map(|chunk| Ok(Frame::data(chunk)))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(chunk)) => chunk,
            };
            self.place += 1;
            match self.held.take() {
                _ if self.place == 1 => return Poll::Ready(Some(Ok(Frame::data(chunk)))),
                Option::None => self.held = Some(chunk),
                Some(held) => {
                    // The later one now, the earlier one next.
                    self.held = Some(held);
                    return Poll::Ready(Some(Ok(Frame::data(chunk))));
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        http_body::Body::size_hint(&self.inner)
    }
}
