//! Listeners, whose connections let the kernel send files.

use std::future::{Future, Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs, UnixListener, UnixStream};

use super::{Io, Socket, WRITE_IDLE};

/// A listener whose connections let the kernel send files: for [`serve`](crate::serve()), for
/// `axum::serve`, and for accept loops of your own.
///
/// Its TCP connections have Nagle's algorithm off.
///
/// A client that stops reading is dropped. One that stops reading a single HTTP/2 stream, and goes on
/// with the others, is noticed by [`serve`](crate::serve()) and by an accept loop with this crate's
/// executor only: under `axum::serve` with its feature `http2` such a stream keeps its file open until the
/// connection ends.
#[derive(Debug)]
pub struct Listener<L = TcpListener> {
    listener: L,
    write_idle: Duration,
}

impl Listener {
    /// Listens on a TCP address.
    ///
    /// # Errors
    ///
    /// Those of [`TcpListener::bind`].
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(TcpListener::bind(address).await?.into())
    }
}

impl<L: BoundListener> Listener<L> {
    /// Listens with a listener that is bound already.
    pub fn new(listener: L) -> Self {
        Self { listener, write_idle: WRITE_IDLE }
    }

    /// How long a client may take nothing before its connection is dropped, or under
    /// [`serve`](crate::serve()) the HTTP/2 stream that it does not read. Default: 60 seconds.
    #[must_use]
    pub fn write_idle(mut self, limit: Duration) -> Self {
        self.write_idle = limit;
        self
    }

    /// The address it listens on.
    ///
    /// # Errors
    ///
    /// Those of the socket's getsockname(2).
    pub fn local_addr(&self) -> io::Result<L::Address> {
        self.listener.address()
    }

    /// Waits for the next connection. A connection that failed while it waited is skipped; where
    /// descriptors or memory have run out, it waits a little and tries again.
    pub async fn accept(&mut self) -> (Io<L::Socket>, L::Address) {
        loop {
            match self.listener.next().await {
                Ok((socket, address)) => return (Io::new(socket).write_idle(self.write_idle), address),
                Err(error) if is_one_connections(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "cannot accept connections, trying again in a second");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

impl<L: BoundListener> From<L> for Listener<L> {
    fn from(listener: L) -> Self {
        Self::new(listener)
    }
}

fn is_one_connections(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// What a [`Listener`] is made of: tokio's [`TcpListener`] or [`UnixListener`].
pub trait BoundListener: Send + sealed::Sealed + 'static {
    /// Its connections.
    type Socket: Socket;
    /// Its addresses.
    type Address: Send;

    #[doc(hidden)]
    fn next(&self) -> impl Future<Output = io::Result<(Self::Socket, Self::Address)>> + Send;

    #[doc(hidden)]
    fn address(&self) -> io::Result<Self::Address>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for tokio::net::TcpListener {}
    impl Sealed for tokio::net::UnixListener {}
}

impl BoundListener for TcpListener {
    type Socket = TcpStream;
    type Address = SocketAddr;

    async fn next(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (socket, address) = self.accept().await?;
        // A connection that is closed already says no; it will be noticed.
        let _ = socket.set_nodelay(true);
        Ok((socket, address))
    }

    fn address(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }
}

impl BoundListener for UnixListener {
    type Socket = UnixStream;
    type Address = tokio::net::unix::SocketAddr;

    async fn next(&self) -> io::Result<(UnixStream, Self::Address)> {
        self.accept().await
    }

    fn address(&self) -> io::Result<Self::Address> {
        self.local_addr()
    }
}

/// Who sent a request. [`serve`](crate::serve()) puts it into the extensions of every request; under
/// `axum::serve` it is the `ConnectInfo<Peer>` of `into_make_service_with_connect_info::<Peer>()`. With
/// the feature `axum` it is an extractor that finds either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer<A = SocketAddr>(pub A);

/// Where [`serve`](crate::serve()) takes connections from.
pub trait Accept: Send + 'static {
    /// A connection that is ready for HTTP.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;
    /// Who is at the other end.
    type Address: Send + Sync + Clone + 'static;
    /// What makes the connection ready, such as a TLS handshake. Runs in the connection's own task.
    type Handshake: Future<Output = io::Result<Self::Stream>> + Send + 'static;

    /// How long a client may take nothing of an HTTP/2 stream before it is reset. Default: 60 seconds.
    fn write_idle(&self) -> Duration {
        WRITE_IDLE
    }

    /// Waits for the next connection.
    fn accept(&mut self) -> impl Future<Output = (Self::Handshake, Self::Address)> + Send;
}

impl<L: BoundListener + Sync> Accept for Listener<L>
where
    L::Address: Clone + Sync + 'static,
{
    type Stream = Io<L::Socket>;
    type Address = L::Address;
    type Handshake = Ready<io::Result<Self::Stream>>;

    fn write_idle(&self) -> Duration {
        self.write_idle
    }

    async fn accept(&mut self) -> (Self::Handshake, L::Address) {
        let (io, address) = Self::accept(self).await;
        (ready(Ok(io)), address)
    }
}
