//! A file of 5 GiB: offsets beyond what 32 bits hold, and whole ones that never fit into memory.

mod support;

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use flate2::write::GzDecoder;
use http::HeaderValue;
use support::middleware::{HARMLESS, Middleware};
use support::selection::{Selection::*, one};
use support::site::{KIB, MIB, Site, is_sparse_at};
use support::way::{Server, Way};

const SIZE: u64 = 5 * 1024 * MIB;
const FOUR: u64 = 4 * 1024 * MIB;

/// How much of the whole file is read, and compared as it comes.
///
/// | middleware | read |
/// | --- | --- |
/// | none | all, by every way that differs behind the head; by the others the beginning |
/// | what collects | nothing: it would hold all in memory, as it does with any body |
/// | compression | the beginning, by [`compressed`] |
/// | every other | the beginning |
///
/// All by all takes a debug build minutes, and offsets are the same code that [`ranges`] asks of
/// every cell, up to the last byte.
fn extent(way: Way, middleware: Middleware) -> u64 {
    match (middleware, way) {
        (Middleware::Collect | Middleware::Compression, _) => 0,
        (Middleware::None, Way::Http11 | Way::Tls | Way::H2c) => SIZE,
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
        let mut each = |piece: &[u8]| {
            checked.see(piece);
            if checked.at < extent || extent == SIZE {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let answer = server.read((&small, &[]), &name, &[], &mut each);
        let (status, headers) =
            tokio::time::timeout(Duration::from_secs(300), answer).await.expect("an end").expect("an answer");
        assert_eq!(status, 200);
        assert_eq!(headers["content-length"], "5368709120", "{way:?} {middleware:?}");
        let read = checked.at;
        println!("{way:?} {middleware:?} {read} bytes");
        assert!(if extent == SIZE { read == SIZE } else { read >= extent }, "{way:?} {middleware:?}");
    }
}

/// hyper gathers hundreds of KiB before it sends, which are hundreds of MiB of zeros: so this file begins
/// with what cannot be compressed.
async fn compressed(way: Way) {
    let site = Site::new();
    let small = site.file(KIB);
    let beginning = noise(4 * MIB);
    let mut file = File::create(site.path("dense.bin")).expect("a file");
    file.write_all(&beginning).expect("its beginning");
    file.set_len(SIZE).expect("a sparse file");
    let server = Server::start(way, Middleware::Compression, site.sendfile()).await;
    let mut plain = GzDecoder::new(Vec::new());
    let mut each = |piece: &[u8]| {
        plain.write_all(piece).expect("gzip");
        if plain.get_ref().len() < MIB as usize { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let answer = server.read((&small, &[]), "dense.bin", &[("accept-encoding", "gzip")], &mut each);
    let (status, headers) =
        tokio::time::timeout(Duration::from_secs(60), answer).await.expect("an end").expect("an answer");
    assert_eq!((status.as_u16(), &headers["content-encoding"]), (200, &HeaderValue::from_static("gzip")));
    let read = plain.get_ref();
    assert!(read.len() >= MIB as usize && beginning.starts_with(read), "{way:?}: {} bytes", read.len());
}

/// Bytes without a pattern (xorshift64).
fn noise(length: u64) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..length / 8).flat_map(|_| next()).collect()
}

/// Compares with the file what comes.
struct Checked {
    at: u64,
    middleware: Middleware,
}

impl Checked {
    fn see(&mut self, piece: &[u8]) {
        let is_right = if self.middleware == Middleware::Xor {
            is_sparse_at(self.at, &self.middleware.undone(piece.to_vec()))
        } else {
            is_sparse_at(self.at, piece)
        };
        assert!(is_right, "a wrong byte at or after {}", self.at);
        self.at += piece.len() as u64;
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

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn five_gibibytes_begin_to_arrive_compressed() {
                compressed(Way::$way).await;
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
