//! An axum application.

mod support;

use std::convert::Infallible;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use support::events::Events;
use support::http1::{Http1, Reply};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, Way};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tracing::Level;
use xsendfile_hyper::{Body, Delivery, Error, Listener, Peer, Sendfile, counters, serve};

const LIMIT: std::time::Duration = std::time::Duration::from_secs(60);

#[derive(Clone)]
struct Application {
    sendfile: Sendfile,
}

impl FromRef<Application> for Sendfile {
    fn from_ref(application: &Application) -> Self {
        application.sendfile.clone()
    }
}

/// Awaited: what has to wait for the disk does so on a blocking thread.
async fn awaited(
    State(sendfile): State<Sendfile>,
    Path(name): Path<String>,
    parts: Parts,
) -> impl IntoResponse {
    sendfile.send(&parts, name).attachment().await
}

/// With `Sendfile` as an extractor.
async fn described(sendfile: Sendfile, Path(name): Path<String>, parts: Parts) -> impl IntoResponse {
    let private = HeaderValue::from_static("private");
    sendfile
        .send(&parts, name)
        .save_as("Rüben.pdf")
        .media_type("application/pdf")
        .header(CACHE_CONTROL, private)
        .await
}

/// With an application's own error.
async fn asked(
    sendfile: Sendfile,
    Path(name): Path<String>,
    parts: Parts,
) -> Result<Response<Body>, Refusal> {
    sendfile.send(&parts, name).await.map_err(Refusal)
}

struct Refusal(Error);

impl IntoResponse for Refusal {
    fn into_response(self) -> axum::response::Response {
        let status = self.0.status();
        (status, "a page of the application's own").into_response()
    }
}

async fn peer(Peer(address): Peer) -> String {
    address.ip().to_string()
}

fn application(site: &Site, backend: &str) -> Router {
    Router::new()
        .route("/awaited/{*name}", get(awaited))
        .route("/described/{*name}", get(described))
        .route(
            "/asked/{*name}",
            get(async |a: Sendfile, b: Path<String>, c: Parts| {
                asked(a, b, c).await.map(|r| r.map(axum::body::Body::new))
            }),
        )
        .with_state(Application { sendfile: Sendfile::new(site.config(backend)) })
}

async fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut client = Http1::new(server.connect().await);
    client.send(method, path, "1.1", headers).await;
    client.receive(method).await.expect("an answer")
}

#[tokio::test]
async fn a_download_is_a_response_awaited_or_not() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    let server = Server::start_router(Way::UnderAxum, application(&site, "simple"), LIMIT).await;

    let reply = ask(&server, "GET", &format!("awaited/{name}"), &[]).await;
    assert!(reply.body == bytes(0..3 * MIB));
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"3145728.bin\"");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");

    let reply = ask(&server, "GET", &format!("described/{name}"), &[("range", "bytes=100-199")]).await;
    assert_eq!(reply.status, StatusCode::PARTIAL_CONTENT);
    assert!(reply.body == bytes(100..200));
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert_eq!(reply.header("cache-control"), "private");
    assert!(reply.header("content-disposition").contains("filename*=UTF-8''R%C3%BCben.pdf"));

    let reply = ask(&server, "HEAD", &format!("awaited/{name}"), &[("range", "bytes=100-199")]).await;
    assert_eq!((reply.status, reply.header("content-length")), (StatusCode::OK, "3145728"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_is_a_response_on_a_runtime_of_several_workers() {
    let site = Site::new();
    let name = site.file(KIB);
    let server = Server::start_router(Way::UnderAxum, application(&site, "simple"), LIMIT).await;
    assert!(ask(&server, "GET", &format!("described/{name}"), &[]).await.body == bytes(0..KIB));
    // Never in memory, so on the way that may wait.
    assert_eq!(ask(&server, "GET", "described/missing", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_there_to_be_sent_is_a_404_that_tells_nothing() {
    let site = Site::new();
    std::fs::create_dir(site.path("directory")).expect("a directory");
    std::os::unix::fs::symlink("/etc/passwd", site.path("out")).expect("a symlink");
    let server = Server::start_router(Way::UnderAxum, application(&site, "simple"), LIMIT).await;
    for way in ["awaited", "described"] {
        for name in ["missing", "directory", "out", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"] {
            let reply = ask(&server, "GET", &format!("{way}/{name}"), &[]).await;
            assert_eq!((reply.status, &*reply.body), (StatusCode::NOT_FOUND, &b""[..]), "{name}");
            assert_eq!(reply.header("cache-control"), "no-store", "{name}");
        }
    }
    let reply = ask(&server, "GET", "asked/missing", &[]).await;
    assert_eq!(
        (reply.status, &*reply.body),
        (StatusCode::NOT_FOUND, &b"a page of the application's own"[..])
    );
}

#[tokio::test]
async fn behind_nginx_a_download_is_handed_off() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    let server = Server::start_router(Way::UnderAxum, application(&site, "nginx"), LIMIT).await;
    let reply = ask(&server, "GET", &format!("awaited/{name}"), &[("range", "bytes=0-9")]).await;
    assert_eq!((reply.status, reply.header("x-accel-redirect")), (StatusCode::OK, "/private/3145728.bin"));
    assert_eq!((reply.header("content-length"), &*reply.body), ("0", &b""[..]));
}

#[tokio::test]
async fn the_peer_is_known() {
    let router = Router::new().route("/", get(peer));
    for under_axum in [true, false] {
        let listener = Listener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let router = router.clone();
        if under_axum {
            let service = router.into_make_service_with_connect_info::<Peer>();
            tokio::spawn(async { axum::serve(listener, service).await.expect("a server") });
        } else {
            tokio::spawn(async { serve(listener, router).await.expect("a server") });
        }
        let mut client = Http1::new(TcpStream::connect(address).await.expect("a connection"));
        assert_eq!(client.get("", &[]).await.expect("an answer").body, b"127.0.0.1", "{under_axum}");
    }
}

#[tokio::test]
async fn a_unix_socket_is_served_by_the_kernel_too() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    for under_axum in [true, false] {
        let path = site.path(if under_axum { "axum.sock" } else { "serve.sock" });
        let listener = Listener::new(UnixListener::bind(&path).expect("a socket"));
        let router = application(&site, "simple");
        if under_axum {
            tokio::spawn(async { axum::serve(listener, router).await.expect("a server") });
        } else {
            tokio::spawn(async { serve(listener, router).await.expect("a server") });
        }
        let before = counters().kernel_bytes;
        let mut client = Http1::new(UnixStream::connect(&path).await.expect("a connection"));
        let reply = client.get(&format!("awaited/{name}"), &[]).await.expect("an answer");
        assert!(reply.body == bytes(0..3 * MIB));
        assert!(counters().kernel_bytes > before);
    }
}

#[tokio::test]
async fn a_hyper_service_is_served() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    let sendfile = site.sendfile();
    let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        assert!(request.extensions().get::<Peer>().is_some());
        let download = sendfile.send(&request, request.uri().path().trim_start_matches('/'));
        async move { Ok::<_, Infallible>(download.await.unwrap_or_else(|error| error.to_response())) }
    });
    let listener = Listener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async { serve(listener, service).await.expect("a server") });
    let mut client = Http1::new(TcpStream::connect(address).await.expect("a connection"));
    assert!(client.get(&name, &[]).await.expect("an answer").body == bytes(0..3 * MIB));
    assert_eq!(client.get("missing", &[]).await.expect("an answer").status, StatusCode::NOT_FOUND);
    assert!(counters().kernel_bytes > 0);
}

/// In the task of the request, whose spans say which one it was.
#[tokio::test]
async fn what_happened_is_told_to_the_log_once() {
    let site = Site::new();
    let sendfile = site.sendfile();
    let name = site.file(KIB);
    let request = Request::new(());
    let (events, _guard) = Events::listen();
    for (download, level) in [
        (sendfile.send(&request, "missing"), Level::WARN),
        (sendfile.send(&request, &name).media_type("a\nb"), Level::ERROR),
    ] {
        let error = download.clone().await.expect_err("nothing to send");
        let response = error.into_response();
        let heard = events.take();
        assert_eq!(heard.len(), 1, "{response:?}: {heard:?}");
        assert_eq!(heard[0].level, level, "{response:?}");

        download.respond_blocking().expect_err("nothing to send").to_response();
        assert_eq!(events.take().len(), 1, "{response:?}");
    }
}

#[tokio::test]
async fn a_delivery_made_at_start_serves_every_download() {
    let site = Site::new();
    let (sendfile, name) = (site.sendfile(), site.file(KIB));
    let delivery = Delivery::new().attachment().media_type("application/pdf");
    for save_as in ["first.pdf", "second.pdf"] {
        let download = sendfile.send(&Request::new(()), &name).delivery(&delivery).save_as(save_as);
        let response = download.await.expect("a file");
        let disposition = format!("attachment; filename=\"{save_as}\"");
        assert_eq!(response.headers()["content-disposition"], disposition);
        assert_eq!(response.headers()["content-type"], "application/pdf");
    }
}
