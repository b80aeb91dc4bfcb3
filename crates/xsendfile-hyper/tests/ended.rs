//! Clients that have not sent all, or have nothing more to send, get their whole answer.

mod support;

use std::future::IntoFuture;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use http::request::Parts;
use support::http1::Http1;
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, Way, router};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use xsendfile_hyper::{Listener, serve};

const PATIENCE: Duration = Duration::from_secs(60);

/// Ignores the body of the request.
fn ignoring(site: &Site, size: u64) -> Router {
    let (sendfile, name) = (site.sendfile(), site.file(size));
    Router::new().route("/", post(async move |parts: Parts| sendfile.send(&parts, &name).await))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_arrives_whole_though_the_request_was_not_read() {
    for way in [Way::Http11, Way::UnderAxum, Way::OwnLoop, Way::Tls] {
        let site = Site::new();
        for size in [KIB, 100 * KIB, MIB] {
            let server = Server::start_router(way, ignoring(&site, size), PATIENCE).await;
            for length in [100 * KIB, MIB, 4 * MIB] {
                for _ in 0..3 {
                    let body = match way {
                        Way::Tls => upload(server.connect_tls().await, length).await,
                        _ => upload(server.connect().await, length).await,
                    };
                    assert!(body == bytes(0..size), "{way:?}: {} of {size} for {length}", body.len());
                }
            }
        }
    }
}

/// The body of the answer, as far as it comes, to a client that sends some at a time and is slow to read.
async fn upload(stream: impl AsyncRead + AsyncWrite + Send + 'static, length: u64) -> Vec<u8> {
    let (reading, mut writing) = split(stream);
    let sending = async move {
        let head = format!("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n");
        writing.write_all(head.as_bytes()).await.expect("a connection");
        for _ in 0..length / (50 * KIB) {
            // The server need not take it.
            if writing.write_all(&vec![b'u'; 50 * KIB as usize]).await.is_err() {
                break;
            }
            let _ = writing.flush().await;
            sleep(Duration::from_millis(1)).await;
        }
        sleep(Duration::from_millis(20)).await;
        writing
    };
    let mut client = Http1::new(tokio::io::join(reading, tokio::io::sink()));
    let receiving = async move {
        sleep(Duration::from_millis(50)).await;
        let mut body = Vec::new();
        let mut each = support::http1::collect(&mut body);
        if let Ok((_, headers)) = client.head().await {
            // What came is what is compared.
            let _ = client.body(&headers, &mut each).await;
        }
        drop(each);
        body
    };
    timeout(PATIENCE, async { tokio::join!(sending, receiving) }).await.expect("an end").1
}

/// As `printf … | nc` does.
#[tokio::test]
async fn a_client_that_has_closed_its_side_gets_its_answer() {
    let site = Site::new();
    for (way, size) in [(Way::Http11, KIB), (Way::Http11, 3 * MIB)] {
        let name = site.file(size);
        let sendfile = site.sendfile();
        let slowly = Router::new().route(
            "/{name}",
            get(async move |parts: Parts| {
                sleep(Duration::from_millis(50)).await;
                sendfile.send(&parts, &name).await
            }),
        );
        let server = Server::start_router(way, slowly, PATIENCE).await;
        let mut client = Http1::new(server.connect().await);
        client.send("GET", "it", "1.1", &[]).await;
        client.0.get_mut().shutdown().await.expect("a half-closed connection");
        let reply = timeout(PATIENCE, client.receive("GET")).await.expect("an end").expect("an answer");
        assert!(reply.body == bytes(0..size), "{way:?} {size}");
        // And then the server closes its side too.
        let end = timeout(PATIENCE, client.0.read(&mut [0])).await.expect("an end");
        assert_eq!(end.expect("no reset"), 0);
    }
}

/// Neither one that says nothing, nor one that never stops sending what nobody reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_client_holds_up_the_end_of_a_server() {
    for endless in [false, true] {
        let site = Site::new();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let listener = Listener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let router = router(site.sendfile()).merge(ignoring(&site, KIB));
        let server = serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
        let server = tokio::spawn(server.into_future());
        let mut client = Http1::new(TcpStream::connect(address).await.expect("a connection"));
        client.send("POST", "", "1.1", &[("content-length", "99999999999")]).await;
        client.receive("POST").await.expect("an answer");
        stop.send(()).expect("a server to stop");
        let sending = tokio::spawn(async move {
            let stream = client.0.get_mut();
            while endless && stream.write_all(&[b'u'; 64 * KIB as usize]).await.is_ok() {
                sleep(Duration::from_millis(1)).await;
            }
            if !endless {
                sleep(PATIENCE).await;
            }
        });
        timeout(PATIENCE, server).await.expect("an end").expect("no panic").expect("no error");
        sending.abort();
    }
}
