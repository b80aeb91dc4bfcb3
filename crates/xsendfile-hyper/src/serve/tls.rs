//! TLS by rustls.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::PATIENCE;
use crate::io::Io;
use crate::io::listener::{Accept, BoundListener, Listener};

/// A listener whose connections are encrypted, for [`serve`](crate::serve()).
///
/// Its files are read into pooled buffers: TLS in user space encrypts what it reads. A client that
/// takes longer than 20 seconds for the handshake, or stops reading, is dropped.
pub struct TlsListener<L = TcpListener> {
    listener: Listener<L>,
    acceptor: TlsAcceptor,
}

impl<L: BoundListener> TlsListener<L> {
    /// Encrypts the connections of `listener`. HTTP/2 is offered where `config.alpn_protocols` is
    /// empty or lists it; the application need not set it.
    pub fn new(listener: Listener<L>, mut config: ServerConfig) -> Self {
        if config.alpn_protocols.is_empty() {
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        }
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// The address it listens on.
    ///
    /// # Errors
    ///
    /// Those of [`Listener::local_addr`].
    pub fn local_addr(&self) -> io::Result<L::Address> {
        self.listener.local_addr()
    }
}

impl<L: fmt::Debug> fmt::Debug for TlsListener<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsListener").field("listener", &self.listener).finish_non_exhaustive()
    }
}

impl<L: BoundListener + Sync> Accept for TlsListener<L>
where
    L::Address: Clone + Sync + 'static,
{
    type Stream = TlsStream<Io<L::Socket>>;
    type Address = L::Address;
    type Handshake = Pin<Box<dyn Future<Output = io::Result<Self::Stream>> + Send>>;

    fn write_idle(&self) -> Duration {
        Accept::write_idle(&self.listener)
    }

    async fn accept(&mut self) -> (Self::Handshake, L::Address) {
        let (io, address) = self.listener.accept().await;
        let handshake = timeout(PATIENCE, self.acceptor.accept(io.encrypted()));
        (Box::pin(async move { handshake.await? }), address)
    }
}
