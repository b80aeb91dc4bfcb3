//! An actix-web application.

mod support;

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::middleware::Compress;
use actix_web::test::TestRequest;
use actix_web::{App, HttpRequest, HttpServer, Responder, ResponseError, web};
use support::events::Events;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tracing::Level;
use xsendfile_actix::{Config, Delivery, Sendfile};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

async fn awaited(
    request: HttpRequest,
    sendfile: web::Data<Sendfile>,
    name: web::Path<String>,
) -> impl Responder {
    sendfile.send(&request, name.as_str()).attachment().await
}

async fn described(
    request: HttpRequest,
    sendfile: web::Data<Sendfile>,
    name: web::Path<String>,
) -> impl Responder {
    sendfile.send(&request, name.as_str()).save_as("Rüben.pdf").media_type("application/pdf").await
}

fn site() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// Starts a server for the files of `site`.
fn start(site: &TempDir, backend: &str, compress: bool) -> SocketAddr {
    let config =
        Config::builder().backend(backend).root(site.path()).url("/private").build().expect("settings");
    let sendfile = web::Data::new(Sendfile::new(config));
    let server = HttpServer::new(move || {
        App::new()
            .wrap(actix_web::middleware::Condition::new(compress, Compress::default()))
            .app_data(sendfile.clone())
            .route("/awaited/{name:.*}", web::route().to(awaited))
            .route("/described/{name:.*}", web::route().to(described))
    });
    let server = server.workers(1).bind("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

struct Reply {
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn status(&self) -> &str {
        &self.head[9..12]
    }

    fn header(&self, name: &str) -> &str {
        let named = self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        });
        named.unwrap_or("")
    }
}

async fn ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("{method} /{path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut all = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut all)).await;
    let _ = read.expect("an end");
    let end = all.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(all[..end].to_vec()).expect("ASCII");
    Reply { head, body: all.split_off(end + 4) }
}

fn bytes(range: Range<u64>) -> Vec<u8> {
    range.map(|at| (at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
}

fn file(site: &TempDir, size: u64) -> String {
    let name = format!("{size}.bin");
    std::fs::write(site.path().join(&name), bytes(0..size)).expect("a file");
    name
}

#[actix_web::test]
async fn every_size_and_selection_arrives() {
    let site = site();
    let address = start(&site, "simple", false);
    for size in [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB - 1, MIB, MIB + 1, 3 * MIB] {
        let name = file(&site, size);
        for way in ["awaited", "described"] {
            let reply = ask(address, "GET", &format!("{way}/{name}"), &[]).await;
            assert_eq!((reply.status(), reply.header("content-length")), ("200", &*size.to_string()));
            assert!(reply.body == bytes(0..size), "{size}");
        }
        if size < 10 {
            continue;
        }
        for range in [0..size / 3, size / 3..2 * size / 3, size - 1..size] {
            let header = format!("bytes={}-{}", range.start, range.end - 1);
            let reply = ask(address, "GET", &format!("awaited/{name}"), &[("range", &header)]).await;
            let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            assert_eq!((reply.status(), reply.header("content-range")), ("206", &*content_range));
            assert!(reply.body == bytes(range), "{size} {header}");
        }
        let reply = ask(address, "GET", &format!("awaited/{name}"), &[("range", "bytes=-3,0-1")]).await;
        let boundary = reply.header("content-type").strip_prefix("multipart/byteranges; boundary=");
        let boundary = boundary.expect("a boundary");
        let head = |range: &str| {
            format!(
                "--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {range}/{size}\r\n\r\n"
            )
        };
        let expected = [
            head(&format!("{}-{}", size - 3, size - 1)).as_bytes(),
            &bytes(size - 3..size),
            b"\r\n",
            head("0-1").as_bytes(),
            &bytes(0..2),
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        assert!(reply.body == expected, "{size}");
    }
}

#[actix_web::test]
async fn offsets_beyond_four_gibibytes_arrive() {
    let site = site();
    let file = std::fs::File::create(site.path().join("sparse")).expect("a file");
    file.set_len(5 << 30).expect("a sparse file");
    std::os::unix::fs::FileExt::write_all_at(&file, b"here", (4 << 30) + 7).expect("a mark");
    let address = start(&site, "simple", false);
    let reply = ask(address, "GET", "awaited/sparse", &[("range", "bytes=4294967302-4294967307")]).await;
    assert_eq!((reply.status(), &*reply.body), ("206", &b"\0here\0"[..]));
}

#[actix_web::test]
async fn compression_reads_what_is_in_the_file() {
    let site = site();
    std::fs::write(site.path().join("a.txt"), bytes(0..300 * KIB)).expect("a file");
    let address = start(&site, "simple", true);
    let reply = ask(address, "GET", "awaited/a.txt", &[("accept-encoding", "gzip")]).await;
    assert_eq!(reply.header("content-encoding"), "gzip");
    let mut chunked = &reply.body[..];
    let mut compressed = Vec::new();
    while let Some(end) = chunked.windows(2).position(|window| window == b"\r\n") {
        let length =
            std::str::from_utf8(&chunked[..end]).ok().and_then(|hex| usize::from_str_radix(hex, 16).ok());
        let length = length.expect("the length of a chunk");
        compressed.extend_from_slice(&chunked[end + 2..end + 2 + length]);
        chunked = &chunked[end + length + 4..];
    }
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*compressed), &mut plain).expect("gzip");
    assert!(plain == bytes(0..300 * KIB));
}

#[actix_web::test]
async fn a_download_says_what_the_application_said() {
    let site = site();
    let name = file(&site, 100);
    let address = start(&site, "simple", false);
    let reply = ask(address, "GET", &format!("described/{name}"), &[]).await;
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert!(reply.header("content-disposition").contains("filename*=UTF-8''R%C3%BCben.pdf"));
}

#[actix_web::test]
async fn what_is_not_there_to_be_sent_is_a_404_that_tells_nothing() {
    let site = site();
    std::fs::create_dir(site.path().join("directory")).expect("a directory");
    std::os::unix::fs::symlink("/etc/passwd", site.path().join("out")).expect("a symlink");
    let address = start(&site, "simple", false);
    for way in ["awaited", "described"] {
        for name in ["missing", "directory", "out", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"] {
            let reply = ask(address, "GET", &format!("{way}/{name}"), &[]).await;
            assert_eq!((reply.status(), &*reply.body), ("404", &b""[..]), "{name}");
            assert_eq!(reply.header("cache-control"), "no-store", "{name}");
        }
    }
}

#[actix_web::test]
async fn what_happened_is_told_to_the_log_once() {
    let site = site();
    let name = file(&site, 100);
    let config = Config::builder().backend("simple").root(site.path()).build().expect("settings");
    let sendfile = Sendfile::new(config);
    let request = TestRequest::default().to_http_request();
    let (events, _guard) = Events::listen();
    for (download, level, status) in [
        (sendfile.send(&request, "missing"), Level::WARN, StatusCode::NOT_FOUND),
        (sendfile.send(&request, &name).media_type("a\nb"), Level::ERROR, StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let error = download.await.expect_err("nothing to send");
        assert_eq!((error.status(), error.error_response().status()), (status, status));
        let heard = events.take();
        assert_eq!(heard.len(), 1, "{error}: {heard:?}");
        assert_eq!(heard[0].level, level, "{error}");
    }
}

#[actix_web::test]
async fn a_delivery_made_at_start_serves_every_download() {
    let site = site();
    let name = file(&site, 100);
    let config = Config::builder().backend("simple").root(site.path()).build().expect("settings");
    let sendfile = Sendfile::new(config);
    let request = TestRequest::default().to_http_request();
    let delivery = Delivery::new().attachment().media_type("application/pdf");
    for save_as in ["first.pdf", "second.pdf"] {
        let download = sendfile.send(&request, &name).delivery(&delivery).save_as(save_as);
        let response = download.await.expect("a file");
        let disposition = format!("attachment; filename=\"{save_as}\"");
        assert_eq!(response.headers().get("content-disposition").expect("a name"), disposition.as_str());
        assert_eq!(response.headers().get("content-type").expect("a type"), "application/pdf");
    }
}

#[actix_web::test]
async fn behind_nginx_a_download_is_handed_off() {
    let site = site();
    let name = file(&site, MIB);
    let address = start(&site, "nginx", false);
    let reply = ask(address, "GET", &format!("awaited/{name}"), &[("range", "bytes=0-9")]).await;
    assert_eq!((reply.status(), reply.header("x-accel-redirect")), ("200", "/private/1048576.bin"));
    assert_eq!((reply.header("content-length"), &*reply.body), ("0", &b""[..]));
}

#[actix_web::test]
async fn a_truncated_file_ends_the_connection() {
    let site = site();
    std::fs::File::create(site.path().join("a")).and_then(|file| file.set_len(64 << 20)).expect("a file");
    let address = start(&site, "simple", false);
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(b"GET /awaited/a HTTP/1.1\r\nHost: test\r\n\r\n").await.expect("a request");
    let mut begun = vec![0; 1024];
    stream.read_exact(&mut begun).await.expect("the beginning");
    std::fs::File::options()
        .write(true)
        .open(site.path().join("a"))
        .and_then(|file| file.set_len(1024))
        .expect("a shorter file");
    let mut rest = Vec::new();
    let _ =
        tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await.expect("an end");
    assert!(rest.len() < 64 << 20);
}
