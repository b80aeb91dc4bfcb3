//! A file of 5 GiB: offsets beyond what 32 bits hold, and whole ones that never fit into memory.

mod support;

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
/// | compression | nothing: hyper gathers 400 KiB of it first, which are hundreds of MiB of zeros | nothing |
/// | every other | the beginning | the beginning |
///
/// All by all takes a debug build minutes, and offsets are the same code that [`ranges`] asks of
/// every cell.
fn extent(way: Way, middleware: Middleware) -> u64 {
    match (middleware, way) {
        (Middleware::Collect | Middleware::Compression, _) => 0,
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
