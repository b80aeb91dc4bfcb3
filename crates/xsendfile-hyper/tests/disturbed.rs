//! What happens to a download while something else happens to its file, its way or its client.

mod support;

use std::convert::Infallible;
use std::fs::File;
use std::future::{IntoFuture, ready};
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use support::http1::Http1;
use support::middleware::{Middleware, TREACHEROUS};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, Way, router};
use tokio::io::AsyncReadExt;
use tokio::time::{sleep, timeout};
use tower::{Layer, ServiceExt, service_fn};
use xsendfile_hyper::{Body, SendfileLayer, counters};

const PATIENCE: Duration = Duration::from_secs(30);

/// Reads what comes until the connection ends.
async fn rest(client: &mut Http1<impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>) -> Vec<u8> {
    let mut body = Vec::new();
    // A connection that is broken may also end with a reset.
    let _ = timeout(PATIENCE, client.0.read_to_end(&mut body)).await.expect("an end");
    body
}

#[tokio::test]
async fn a_file_that_is_truncated_while_it_is_sent_ends_the_connection() {
    for middleware in [Middleware::None, Middleware::Cut] {
        let site = Site::new();
        let name = site.sparse(64 * MIB);
        let server = Server::start(Way::Http11, middleware, site.sendfile()).await;
        let mut client = Http1::new(server.connect().await);
        client.send("GET", &name, "1.1", &[]).await;
        let (status, headers) = client.head().await.expect("a head");
        assert_eq!(status, 200);
        assert_eq!(headers["content-length"], "67108864");
        let mut begun = vec![0; KIB as usize];
        client.0.read_exact(&mut begun).await.expect("the beginning");

        let file = File::options().write(true).open(site.path(&name)).expect("the file");
        file.set_len(MIB).expect("a shorter file");
        let read = begun.len() + rest(&mut client).await.len();
        assert!(read < 64 << 20, "{middleware:?}: {read} bytes of a file that had not as many");
    }
}

/// What has been read cannot change any more. Where the kernel sends, its pages are the file's: docs/kernel-send.md.
#[tokio::test]
async fn a_file_that_is_truncated_in_place_sends_no_zeros_where_it_is_copied() {
    for copied in [false, true] {
        let site = Site::new();
        let (sendfile, name) = (site.sendfile(), site.file(2 * MIB));
        let path = site.path(&name);
        let router = axum::Router::new().route(
            "/it",
            axum::routing::get(async move |parts: http::request::Parts| {
                let response = sendfile.send(&parts, &name).await?;
                let body = |body: Body| axum::body::Body::new(if copied { body.copied() } else { body });
                Ok::<_, xsendfile_hyper::Error>(response.map(body))
            }),
        );
        let server = Server::start_router(Way::Http11, router, PATIENCE).await;
        let mut client = Http1::new(server.connect().await);
        client.send("GET", "it", "1.1", &[("connection", "close")]).await;
        sleep(Duration::from_millis(300)).await;
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(1_000_000))
            .expect("a shorter file");
        client.head().await.expect("a head");
        let read = rest(&mut client).await;
        let zeros = read.iter().filter(|byte| **byte == 0).count();
        println!("copied {copied}: {} bytes, {zeros} zeros", read.len());
        assert!(!copied || read == bytes(0..read.len() as u64), "{zeros} zeros");
    }
}

#[tokio::test]
async fn a_truncated_file_fails_over_tls_and_http2_too() {
    for way in [Way::Tls, Way::H2c, Way::H2] {
        let site = Site::new();
        let name = site.sparse(8 * MIB);
        let sendfile = site.sendfile();
        let path = site.path(&name);
        // Truncated between the answer and the first byte.
        let router = axum::Router::new().route(
            "/{*name}",
            axum::routing::get(async move |parts: http::request::Parts| {
                let response = sendfile.send(&parts, parts.uri.path().trim_start_matches('/')).await;
                File::options()
                    .write(true)
                    .open(&path)
                    .and_then(|file| file.set_len(MIB))
                    .expect("a shorter file");
                response
            }),
        );
        let server = Server::start_router(way, router, PATIENCE).await;
        server.get(&name, &[]).await.expect_err("a broken download");
    }
}

#[tokio::test]
async fn a_file_that_is_replaced_by_another_is_sent_to_its_end() {
    for way in [Way::Http11, Way::UnderAxum] {
        let site = Site::new();
        let name = site.file(16 * MIB);
        let server = Server::start(way, Middleware::None, site.sendfile()).await;
        let mut client = Http1::new(server.connect().await);
        client.send("GET", &name, "1.1", &[("connection", "close")]).await;
        client.head().await.expect("a head");
        std::fs::write(site.path("new"), vec![b'!'; 20 << 20]).expect("another file");
        std::fs::rename(site.path("new"), site.path(&name)).expect("a replacement");
        assert!(rest(&mut client).await == bytes(0..16 * MIB), "{way:?}");
    }
}

#[tokio::test]
async fn a_layer_that_changes_later_chunks_breaks_the_connection_and_never_the_content() {
    let site = Site::new();
    let name = site.file(6 * MIB);
    for middleware in TREACHEROUS {
        let before = counters().broken_bindings;
        let server = Server::start(Way::Http11, middleware, site.sendfile()).await;
        let mut client = Http1::new(server.connect().await);
        client.send("GET", &name, "1.1", &[]).await;
        client.head().await.expect("a head");
        let read = rest(&mut client).await;
        assert!(read == bytes(0..read.len() as u64), "{middleware:?}: a wrong byte");
        assert!(read.len() < 6 << 20, "{middleware:?}: all of it");
        assert!(counters().broken_bindings > before, "{middleware:?}");
    }
}

/// A checksum reads without changing: it has to say so.
#[tokio::test]
async fn a_body_that_is_copied_can_be_read_on_its_way() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    let sendfile = site.sendfile();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let router = axum::Router::new().route(
        "/{*name}",
        axum::routing::get(async move |parts: http::request::Parts| {
            let response = sendfile.send(&parts, parts.uri.path().trim_start_matches('/')).await?;
            let read = move |frame: http_body::Frame<bytes::Bytes>| {
                let _ = sender.send(frame.data_ref().expect("data").clone());
                frame
            };
            let response = response.map(|body| http_body_util::BodyExt::map_frame(body.copied(), read));
            Ok::<_, xsendfile_hyper::Error>(response.map(axum::body::Body::new))
        }),
    );
    let server = Server::start_router(Way::Http11, router, PATIENCE).await;
    let reply = server.get(&name, &[]).await.expect("an answer");
    let mut seen = Vec::new();
    while let Ok(chunk) = receiver.try_recv() {
        seen.extend_from_slice(&chunk);
    }
    assert!(reply.body == bytes(0..3 * MIB) && seen == reply.body);
}

#[tokio::test]
async fn a_client_that_stops_reading_is_dropped() {
    const LIMIT: Duration = Duration::from_millis(400);
    // Far less than the default, and more than a busy machine takes to look at a clock.
    const SOON: Duration = Duration::from_secs(5);
    let site = Site::new();
    let name = site.sparse(256 * MIB);
    for way in [Way::Http11, Way::UnderAxum, Way::OwnLoop, Way::Tls] {
        let before = counters().idle_drops;
        let server = Server::start_router(way, router(site.sendfile()), LIMIT).await;
        let started = Instant::now();
        // Kept open, not read.
        let (plain, encrypted);
        if way == Way::Tls {
            let mut client = Http1::new(server.connect_tls().await);
            client.send("GET", &name, "1.1", &[]).await;
            encrypted = Some(client);
            plain = None;
        } else {
            let mut client = Http1::new(server.connect().await);
            client.send("GET", &name, "1.1", &[]).await;
            plain = Some(client);
            encrypted = None;
        }
        while counters().idle_drops == before {
            assert!(started.elapsed() < SOON, "{way:?}: still there");
            sleep(Duration::from_millis(20)).await;
        }
        assert!(started.elapsed() >= LIMIT, "{way:?}: too early");
        if let Some(mut client) = plain {
            assert!(rest(&mut client).await.len() < 256 << 20);
        }
        drop(encrypted);
    }
}

#[tokio::test]
async fn a_client_that_reads_slowly_is_not_dropped() {
    let site = Site::new();
    let name = site.sparse(24 * MIB);
    let server = Server::start_router(Way::Http11, router(site.sendfile()), Duration::from_millis(300)).await;
    let mut client = Http1::new(server.connect().await);
    client.send("GET", &name, "1.1", &[("connection", "close")]).await;
    client.head().await.expect("a head");
    // For ten times the limit, never enough for the socket to call itself writable.
    let mut read = 0;
    for _ in 0..30 {
        let mut some = vec![0; 128 << 10];
        client.0.read_exact(&mut some).await.expect("what is there");
        read += some.len();
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(read + rest(&mut client).await.len(), 24 << 20);
}

#[tokio::test]
async fn a_graceful_shutdown_lets_a_download_finish() {
    let site = Site::new();
    let name = site.file(16 * MIB);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let listener = xsendfile_hyper::Listener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let server = xsendfile_hyper::serve(listener, router(site.sendfile()))
        .with_graceful_shutdown(async { drop(stopped.await) });
    let server = tokio::spawn(server.into_future());
    let mut client = Http1::new(tokio::net::TcpStream::connect(address).await.expect("a connection"));
    client.send("GET", &name, "1.1", &[]).await;
    client.head().await.expect("a head");
    stop.send(()).expect("a server to stop");
    sleep(Duration::from_millis(50)).await;
    tokio::net::TcpStream::connect(address).await.expect_err("no more connections");
    assert!(rest(&mut client).await == bytes(0..16 * MIB));
    timeout(PATIENCE, server).await.expect("an end").expect("no panic").expect("no error");
}

/// What could not be opened any more is an answer to the client, not a panic.
#[test]
fn a_runtime_that_shuts_down_is_an_error() {
    let site = Site::new();
    let sendfile = site.sendfile();
    let missing = site.path("missing").display().to_string();
    let named = service_fn(move |_: Request<()>| {
        let named = Response::builder().header("x-sendfile", &missing).body(String::new());
        ready(Ok::<_, Infallible>(named.expect("a response")))
    });
    let layered = SendfileLayer::new(site.config("xsendfile")).layer(named);

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let handle = runtime.handle().clone();
    runtime.shutdown_background();
    handle.block_on(async {
        let error = sendfile.send(&Request::new(()), "missing").await.expect_err("no runtime");
        assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(matches!(error.inner(), xsendfile::Error::Io { .. }), "{error}");
        let response = layered.oneshot(Request::new(())).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    });
}
