//! axum: state and extractor, responses, a listener for `axum::serve`.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::connect_info::Connected;
use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use axum::serve::IncomingStream;
use http::request::Parts;

use crate::body::Body;
use crate::error::Error;
use crate::io::Io;
use crate::listener::{Incoming, Listener};
use crate::sendfile::Sendfile;

/// From the application's state: from `Sendfile` itself, or from any state that it can be taken from.
impl<S> FromRequestParts<S> for Sendfile
where
    Self: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::from_ref(state))
    }
}

impl IntoResponse for Body {
    fn into_response(self) -> Response {
        axum::body::Body::new(self).into_response()
    }
}

/// The status that the client is told, and an empty body.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.to_response().map(axum::body::Body::new)
    }
}

/// For `axum::serve`, whose connections then let the kernel send files.
impl<L> axum::serve::Listener for Listener<L>
where
    L: Incoming + Sync,
{
    type Io = Io<L::Socket>;
    type Addr = L::Address;

    async fn accept(&mut self) -> (Self::Io, L::Address) {
        Self::accept(self).await
    }

    fn local_addr(&self) -> std::io::Result<L::Address> {
        Self::local_addr(self)
    }
}

/// Who sent a request, for axum's `ConnectInfo<Peer>` behind
/// `into_make_service_with_connect_info::<Peer>()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Listener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        Self(*stream.remote_addr())
    }
}
