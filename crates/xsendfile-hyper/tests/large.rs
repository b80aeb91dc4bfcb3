//! A file of 5 GiB: offsets beyond what 32 bits hold, and whole ones that never fit into memory.

mod support;

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use support::middleware::{HARMLESS, Middleware};
use support::selection::{Selection::*, one};
use support::site::{KIB, MIB, Site, is_sparse_at};
use support::way::{Server, Way};

const SIZE: u64 = 5 * 1024 * MIB;
const FOUR: u64 = 4 * 1024 * MIB;

/// How much of the whole file is read, and compared as it comes.
///
/// | middleware | HTTP/1.1, TLS | the other ways |
/// | --- | --- | --- |
/// | none | all | the beginning |
/// | what collects | nothing: it would hold all in memory, as it does with any body | nothing |
/// | every other | the beginning | the beginning |
///
/// All by all takes a debug build minutes, and offsets are the same code that [`ranges`] asks of
/// every cell.
fn extent(way: Way, middleware: Middleware) -> u64 {
    match (middleware, way) {
        (Middleware::Collect, _) => 0,
        (Middleware::None, Way::Http11 | Way::Tls) => SIZE,
        _ => 4 * MIB,
    }
}

async fn ranges(way: Way) {
    let site = Site::new();
    let name = site.sparse(SIZE);
    for middleware in HARMLESS.into_iter().chain([Middleware::Xor]) {
        let server = Server::start(way, middleware, site.sendfile()).await;
        for selection in [
            one(0..100 * KIB),
            one(FOUR - 100 * KIB..FOUR + 100 * KIB),
            one(SIZE - 100 * KIB..SIZE),
            Suffix(200 * KIB),
            Ranges(vec![SIZE - KIB..SIZE, 512 * MIB - 1..512 * MIB + 100 * KIB, FOUR - 1..FOUR + 16]),
        ] {
            println!("{way:?} {middleware:?} {selection:?}");
            let range = selection.header().expect("a range");
            let headers = [("accept-encoding", "gzip"), ("range", &*range)];
            let reply = server.get(&name, &headers).await.expect("an answer");
            selection.check(SIZE, &reply, &middleware.undone(reply.decoded()), support::site::sparse_bytes);
        }
    }
}

async fn whole(way: Way) {
    let site = Site::new();
    let (small, name) = (site.file(KIB), site.sparse(SIZE));
    for middleware in HARMLESS.into_iter().chain([Middleware::Xor]) {
        let extent = extent(way, middleware);
        if extent == 0 {
            continue;
        }
        let server = Server::start(way, middleware, site.sendfile()).await;
        let mut checked = Checked { at: 0, middleware };
        let mut decoder = flate2::write::GzDecoder::new(Checked { at: 0, middleware });
        let is_compressed = middleware == Middleware::Compression;
        let mut each = |piece: &[u8]| {
            let at = if is_compressed {
                decoder.write_all(piece).expect("gzip of the file");
                decoder.get_ref().at
            } else {
                checked.write_all(piece).expect("the bytes of the file");
                checked.at
            };
            if at < extent || extent == SIZE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let headers = [("accept-encoding", "gzip")];
        let started = std::time::Instant::now();
        let answer = server.read((&small, &[]), &name, &headers, &mut each);
        let (status, headers) =
            tokio::time::timeout(Duration::from_secs(300), answer).await.expect("an end").expect("an answer");
        assert_eq!(status, 200);
        let length = headers.get("content-length").map(|length| length.to_str().expect("digits").to_owned());
        assert_eq!(length, (!is_compressed).then(|| SIZE.to_string()), "{way:?} {middleware:?}");
        let read = if is_compressed { decoder.get_ref().at } else { checked.at };
        println!("{way:?} {middleware:?} {read} bytes in {:?}", started.elapsed());
        assert!(if extent == SIZE { read == SIZE } else { read >= extent }, "{way:?} {middleware:?}");
    }
}

/// Compares what is written to it with the file.
struct Checked {
    at: u64,
    middleware: Middleware,
}

impl Write for Checked {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let is_right = if self.middleware == Middleware::Xor {
            is_sparse_at(self.at, &self.middleware.undone(piece.to_vec()))
        } else {
            is_sparse_at(self.at, piece)
        };
        if !is_right {
            return Err(io::Error::other(format!("a wrong byte at or after {}", self.at)));
        }
        self.at += piece.len() as u64;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

macro_rules! ways {
    ($($name:ident: $way:ident,)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn offsets_beyond_four_gibibytes_arrive() {
                ranges(Way::$way).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn five_gibibytes_arrive() {
                whole(Way::$way).await;
            }
        }
    )*};
}

ways! {
    http_1_0: Http10,
    http_1_1: Http11,
    kept_alive: KeptAlive,
    pipelined: Pipelined,
    under_axum: UnderAxum,
    tls: Tls,
    h2c: H2c,
    h2: H2,
}
