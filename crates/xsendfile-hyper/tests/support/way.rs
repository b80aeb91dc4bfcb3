//! Servers, in every way that a file can leave.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsConnector, client::TlsStream};
use xsendfile_hyper::{Executor, Io, Listener, Sendfile, TlsListener, serve};

use super::http1::{Each, Http1, Reply, collect};
use super::http2::http2;
use super::middleware::Middleware;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Http10,
    Http11,
    KeptAlive,
    Pipelined,
    UnderAxum,
    Tls,
    H2c,
    H2,
    /// HTTP/1.1 from an accept loop of the application's own, made of this crate's pieces.
    OwnLoop,
    /// HTTP/2 from the same loop.
    OwnLoopH2c,
    /// `axum::serve` with tokio's listener, which knows nothing of this crate.
    Foreign,
}

pub const WAYS: [Way; 11] = {
    use Way::*;
    [Http10, Http11, KeptAlive, Pipelined, UnderAxum, Tls, H2c, H2, OwnLoop, OwnLoopH2c, Foreign]
};

impl Way {
    /// Whether the kernel can send by it.
    pub fn is_by_kernel(self) -> bool {
        !matches!(self, Self::Tls | Self::H2c | Self::H2 | Self::OwnLoopH2c | Self::Foreign)
    }
}

/// A protected site without protection.
pub fn router(sendfile: Sendfile) -> Router {
    async fn send(
        State(sendfile): State<Sendfile>,
        Path(name): Path<String>,
        parts: Parts,
    ) -> impl IntoResponse {
        sendfile.send(&parts, name).await
    }
    Router::new().route("/{*name}", get(send)).with_state(sendfile)
}

/// A server that runs until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    way: Way,
    tls: Option<Arc<ClientConfig>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(way: Way, middleware: Middleware, sendfile: Sendfile) -> Self {
        Self::start_router(way, middleware.wrap(router(sendfile)), Duration::from_secs(60)).await
    }

    pub async fn start_router(way: Way, router: Router, write_idle: Duration) -> Self {
        let bound = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = bound.local_addr().expect("its address");
        let listener = |bound| Listener::new(bound).write_idle(write_idle);
        let mut tls = None;
        let task = match way {
            Way::UnderAxum => {
                let listener = listener(bound);
                tokio::spawn(async { axum::serve(listener, router).await.expect("a server") })
            }
            Way::Foreign => tokio::spawn(async { axum::serve(bound, router).await.expect("a server") }),
            Way::OwnLoop | Way::OwnLoopH2c => tokio::spawn(own_loop(bound, router, write_idle)),
            Way::Tls | Way::H2 => {
                let (server, client) = certificates(if way == Way::H2 { b"h2" } else { b"http/1.1" });
                tls = Some(Arc::new(client));
                let listener = TlsListener::new(listener(bound), server);
                tokio::spawn(async { serve(listener, router).await.expect("a server") })
            }
            Way::Http10 | Way::Http11 | Way::KeptAlive | Way::Pipelined | Way::H2c => {
                let listener = listener(bound);
                tokio::spawn(async { serve(listener, router).await.expect("a server") })
            }
        };
        Self { address, way, tls, task }
    }

    pub async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        stream
    }

    pub async fn connect_tls(&self) -> TlsStream<TcpStream> {
        let connector = TlsConnector::from(Arc::clone(self.tls.as_ref().expect("a TLS server")));
        let name = ServerName::try_from("localhost").expect("a name");
        connector.connect(name, self.connect().await).await.expect("a handshake")
    }

    /// A GET. On ways of several requests to a connection, the second of two equal ones.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        let mut body = Vec::new();
        let mut each = collect(&mut body);
        let answer = self.read((path, headers), path, headers, &mut each);
        let (status, headers) = tokio::time::timeout(Duration::from_secs(60), answer).await??;
        drop(each);
        Ok(Reply { status, headers, body })
    }

    /// A GET whose body is shown to `each` until it has seen enough. On ways of several requests to a
    /// connection it comes after the one `before`.
    pub async fn read(
        &self,
        before: (&str, &[(&str, &str)]),
        path: &str,
        headers: &[(&str, &str)],
        each: &mut Each<'_>,
    ) -> io::Result<(StatusCode, HeaderMap)> {
        match self.way {
            Way::Tls => read_http1(self.connect_tls().await, self.way, before, path, headers, each).await,
            Way::H2c | Way::OwnLoopH2c => http2(self.connect().await, path, headers, each).await,
            Way::H2 => http2(self.connect_tls().await, path, headers, each).await,
            way => read_http1(self.connect().await, way, before, path, headers, each).await,
        }
    }
}

/// The pieces of this crate as docs/recipes.md puts them together.
async fn own_loop(listener: TcpListener, router: Router, write_idle: Duration) {
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        socket.set_nodelay(true).expect("an option");
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let io = TokioIo::new(Io::new(socket).write_idle(write_idle));
            let builder = Builder::new(Executor::new().write_idle(write_idle));
            // Clients that go away are some of the tests.
            let _ = builder.serve_connection(io, service).await;
        });
    }
}

async fn read_http1(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    way: Way,
    before: (&str, &[(&str, &str)]),
    path: &str,
    headers: &[(&str, &str)],
    each: &mut Each<'_>,
) -> io::Result<(StatusCode, HeaderMap)> {
    let mut client = Http1::new(stream);
    if way == Way::KeptAlive {
        client.get(before.0, before.1).await?;
    }
    if way == Way::Pipelined {
        client.send("GET", before.0, "1.1", before.1).await;
    }
    client.send("GET", path, if way == Way::Http10 { "1.0" } else { "1.1" }, headers).await;
    if way == Way::Pipelined {
        client.receive("GET").await?;
    }
    let (status, headers) = client.head().await?;
    client.body(&headers, each).await?;
    Ok((status, headers))
}

fn certificates(protocol: &[u8]) -> (ServerConfig, ClientConfig) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("its key");
    let chain = vec![made.cert.der().clone()];
    let server =
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("settings");
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    let mut client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = vec![protocol.to_vec()];
    (server, client)
}
