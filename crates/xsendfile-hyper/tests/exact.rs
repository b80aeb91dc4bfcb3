//! Every byte arrives as it is in the file: size × selection × way × middleware.

mod support;

use std::ops::Range;
use std::sync::LazyLock;

use http::StatusCode;
use proptest::prelude::*;
use support::client::Reply;
use support::middleware::{HARMLESS, Middleware, xor};
use support::site::{KIB, MIB, Site, bytes, sparse_bytes};
use support::way::{Server, WAYS, Way};

const SIZES: [u64; 9] = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB - 1, MIB, MIB + 1, 3 * MIB];

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selection {
    Whole,
    Ranges(Vec<Range<u64>>),
    Suffix(u64),
}

use Selection::*;

fn selections(size: u64) -> Vec<Selection> {
    let mut selections = vec![Whole];
    if size > 0 {
        selections.push(Suffix(1));
        selections.push(Suffix(size.div_ceil(2)));
    }
    if size >= 10 {
        let third = size / 3;
        selections.push(one(0..third));
        selections.push(one(third..2 * third));
        selections.push(one(2 * third..size));
        selections.push(Ranges(vec![0..third - 1, third + 1..2 * third, 2 * third + 1..size]));
        selections.push(Ranges(vec![size - 2..size, 0..size - 3]));
    }
    selections
}

fn one(range: Range<u64>) -> Selection {
    Ranges(std::iter::once(range).collect())
}

impl Selection {
    fn header(&self) -> Option<String> {
        match self {
            Whole => None,
            Suffix(count) => Some(format!("bytes=-{count}")),
            Ranges(ranges) => {
                let set: Vec<_> =
                    ranges.iter().map(|range| format!("{}-{}", range.start, range.end - 1)).collect();
                Some(format!("bytes={}", set.join(",")))
            }
        }
    }

    /// Checks that `reply` is just what was asked for of a file of `size` bytes.
    fn check(&self, size: u64, reply: &Reply, body: &[u8], content: impl Fn(Range<u64>) -> Vec<u8>) {
        let ranges = match self {
            Whole => {
                assert_eq!(reply.status, StatusCode::OK);
                assert!(body == content(0..size), "the whole file");
                return;
            }
            Suffix(count) => vec![size - count..size],
            Ranges(ranges) => ranges.clone(),
        };
        assert_eq!(reply.status, StatusCode::PARTIAL_CONTENT);
        if let [range] = &ranges[..] {
            assert_eq!(
                reply.header("content-range"),
                format!("bytes {}-{}/{size}", range.start, range.end - 1)
            );
            assert!(body == content(range.clone()), "the range {range:?}");
            return;
        }
        let boundary = reply.header("content-type").strip_prefix("multipart/byteranges; boundary=");
        let boundary = boundary.expect("a boundary");
        let mut rest = body;
        for (place, range) in ranges.iter().enumerate() {
            let head = format!(
                "{}--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {}-{}/{size}\r\n\r\n",
                if place == 0 { "" } else { "\r\n" },
                range.start,
                range.end - 1
            );
            rest = rest.strip_prefix(head.as_bytes()).expect("the head of a part");
            let (part, after) = rest.split_at((range.end - range.start) as usize);
            assert!(part == content(range.clone()), "the part {range:?}");
            rest = after;
        }
        assert_eq!(rest, format!("\r\n--{boundary}--\r\n").as_bytes());
    }
}

async fn check(server: &Server, middleware: Middleware, name: &str, size: u64, selection: &Selection) {
    let range = selection.header();
    let mut headers = vec![("accept-encoding", "gzip")];
    headers.extend(range.as_deref().map(|range| ("range", range)));
    let reply = server.get(name, &headers).await.expect("an answer");
    let body = reply.decoded();
    let body = if middleware == Middleware::Xor { xor(&body.into()).to_vec() } else { body };
    static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| bytes(0..3 * MIB));
    if name.starts_with("sparse") {
        selection.check(size, &reply, &body, sparse_bytes);
    } else {
        selection
            .check(size, &reply, &body, |range| CONTENT[range.start as usize..range.end as usize].to_vec());
    }
}

/// Compression is dear in a debug build: it gets a sample.
fn is_affordable(middleware: Middleware, size: u64, selection: &Selection) -> bool {
    middleware != Middleware::Compression || size <= 64 * KIB + 1 || (size == MIB + 1 && *selection == Whole)
}

async fn every_size_and_selection(way: Way) {
    let site = Site::new();
    for middleware in HARMLESS.into_iter().chain([Middleware::Xor]) {
        let server = Server::start(way, middleware, site.sendfile()).await;
        for size in SIZES {
            let name = site.file(size);
            for selection in selections(size) {
                if is_affordable(middleware, size, &selection) {
                    println!("{way:?} {middleware:?} {size} {selection:?}");
                    check(&server, middleware, &name, size, &selection).await;
                }
            }
        }
    }
}

async fn beyond_four_gibibytes(way: Way) {
    const SIZE: u64 = 5 * 1024 * MIB;
    const FOUR: u64 = 4 * 1024 * MIB;
    let site = Site::new();
    let name = site.sparse(SIZE);
    for middleware in [Middleware::None, Middleware::Trace, Middleware::CutLong] {
        let server = Server::start(way, middleware, site.sendfile()).await;
        for selection in [
            one(0..100 * KIB),
            one(FOUR - 100 * KIB..FOUR + 100 * KIB),
            Suffix(200 * KIB),
            Ranges(vec![SIZE - KIB..SIZE, 512 * MIB - 1..512 * MIB + 100 * KIB, FOUR - 1..FOUR + 16]),
        ] {
            println!("{way:?} {middleware:?} {selection:?}");
            check(&server, middleware, &name, SIZE, &selection).await;
        }
    }
}

macro_rules! ways {
    ($($name:ident: $way:ident,)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn every_size_and_selection_arrives_through_every_middleware() {
                every_size_and_selection(Way::$way).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn offsets_beyond_four_gibibytes_arrive() {
                beyond_four_gibibytes(Way::$way).await;
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

/// Ranges that do not touch, so that nothing is joined.
fn apart() -> impl Strategy<Value = (u64, Selection)> {
    let cuts = proptest::collection::btree_set(0..2 * MIB, 2..12);
    (cuts, 0..3 * MIB, any::<bool>()).prop_map(|(cuts, size, shuffle)| {
        let cuts: Vec<u64> = cuts.into_iter().filter(|cut| *cut < size).collect();
        let mut ranges: Vec<Range<u64>> = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
        ranges.retain(|range| range.start < range.end);
        if shuffle {
            ranges.reverse();
        }
        let apart =
            ranges.windows(2).all(|pair| pair[0].end != pair[1].start && pair[1].end != pair[0].start);
        (size, if ranges.is_empty() || !apart { Whole } else { Ranges(ranges) })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_ranges_of_any_file_arrive((size, selection) in apart(), way in 0..WAYS.len(), through in 0..HARMLESS.len()) {
        let (way, middleware) = (WAYS[way], HARMLESS[through]);
        let middleware = if middleware == Middleware::Compression { Middleware::Cut } else { middleware };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            let site = Site::new();
            let name = site.file(size);
            let server = Server::start(way, middleware, site.sendfile()).await;
            check(&server, middleware, &name, size, &selection).await;
        });
    }
}
