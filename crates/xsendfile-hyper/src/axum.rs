//! axum: state and extractor, responses, a listener for `axum::serve`.

use std::convert::Infallible;

use axum::extract::connect_info::Connected;
use axum::extract::rejection::ExtensionRejection;
use axum::extract::{ConnectInfo, Extension, FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use axum::serve::IncomingStream;
use http::request::Parts;

use crate::body::Body;
use crate::error::Error;
use crate::io::Io;
use crate::io::listener::{BoundListener, Listener, Peer};
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
    L: BoundListener + Sync,
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

impl<L> Connected<IncomingStream<'_, Listener<L>>> for Peer<L::Address>
where
    L: BoundListener + Sync,
    L::Address: Clone + Send + Sync + 'static,
{
    fn connect_info(stream: IncomingStream<'_, Listener<L>>) -> Self {
        Self(stream.remote_addr().clone())
    }
}

/// Under [`serve`](crate::serve()), and under `axum::serve` with
/// `into_make_service_with_connect_info::<Peer>()`.
impl<S, A> FromRequestParts<S> for Peer<A>
where
    S: Send + Sync,
    A: Clone + Send + Sync + 'static,
{
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ExtensionRejection> {
        if let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<Self>>() {
            return Ok(peer.clone());
        }
        let Extension(peer) = Extension::<Self>::from_request_parts(parts, state).await?;
        Ok(peer)
    }
}
