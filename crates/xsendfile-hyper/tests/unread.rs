//! A client of HTTP/2 that reads some streams of its connection and leaves others unread.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, Way, router};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use xsendfile_hyper::counters;

const LIMIT: Duration = Duration::from_millis(500);
/// Far less than the default, and more than a busy machine takes to look at a clock.
const SOON: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_stream_that_nobody_reads_is_reset_and_the_others_go_on() {
    for way in [Way::H2c, Way::H2, Way::OwnLoopH2c] {
        let site = Site::new();
        let (small, unread, slow) = (site.file(KIB), site.sparse(64 * MIB), site.file(MIB));
        let server = Server::start_router(way, router(site.sendfile()), LIMIT).await;
        let mut client = match way {
            Way::H2 => connect(server.connect_tls().await).await,
            _ => connect(server.connect().await).await,
        };
        let before = counters().idle_drops;

        let stalled = get(&mut client, &unread).await;
        assert!(is_open(&site.path(&unread)), "{way:?}: the file of a stream that has begun");
        // Takes many times the limit, with a chunk in each.
        let mut slowly = get(&mut client, &slow).await.into_body();
        let reading = tokio::spawn(async move {
            let mut read = Vec::new();
            while let Some(frame) = slowly.frame().await {
                read.extend_from_slice(&frame.expect("a stream that is read").into_data().expect("data"));
                sleep(LIMIT / 20).await;
            }
            read
        });
        let started = Instant::now();
        while counters().idle_drops == before {
            assert!(started.elapsed() < SOON, "{way:?}: still there");
            let reply = get(&mut client, &small).await.into_body().collect().await.expect("a small file");
            assert!(reply.to_bytes() == bytes(0..KIB));
            sleep(LIMIT / 10).await;
        }
        assert!(started.elapsed() >= LIMIT / 2, "{way:?}: too early");
        timeout(PATIENCE, closed(&site.path(&unread))).await.expect("a closed file");

        // The client learns of it, and nothing else of the connection has suffered.
        let error = stalled.into_body().collect().await.expect_err("a stream that was reset");
        assert!(!error.is_timeout() && format!("{error:?}").contains("CANCEL"), "{way:?}: {error:?}");
        assert!(timeout(PATIENCE, reading).await.expect("an end").expect("no panic") == bytes(0..MIB));
        assert_eq!(counters().idle_drops, before + 1, "{way:?}");
    }
}

/// Each stream may have 64 KiB on their way, the connection far more.
async fn connect<S>(stream: S) -> SendRequest<Empty<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (client, connection) = Builder::new(TokioExecutor::new())
        .initial_stream_window_size(64 * KIB as u32)
        .initial_connection_window_size(4 * MIB as u32)
        .handshake(TokioIo::new(stream))
        .await
        .expect("HTTP/2");
    tokio::spawn(connection);
    client
}

async fn get(client: &mut SendRequest<Empty<Bytes>>, name: &str) -> Response<Incoming> {
    let request = Request::get(format!("http://test/{name}")).body(Empty::new()).expect("a request");
    let response = timeout(PATIENCE, client.send_request(request)).await.expect("no wait");
    let response = response.expect("an answer");
    assert_eq!(response.status(), 200);
    response
}

async fn closed(path: &Path) {
    while is_open(path) {
        sleep(LIMIT / 50).await;
    }
}

/// Whether this process, which is server and client, has the file open.
fn is_open(path: &Path) -> bool {
    let open = std::fs::read_dir("/proc/self/fd").expect("Linux");
    open.flatten().any(|link| std::fs::read_link(link.path()).is_ok_and(|target| target == path))
}
