//! Every byte arrives as it is in the file: size × selection × way × middleware. `large.rs` has the
//! files that are larger than memory.

mod support;

use std::ops::Range;
use std::sync::LazyLock;

use proptest::prelude::*;
use support::middleware::{HARMLESS, Middleware};
use support::selection::{Selection, Selection::*, selections};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, WAYS, Way};

const SIZES: [u64; 9] = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB - 1, MIB, MIB + 1, 3 * MIB];

async fn check(server: &Server, middleware: Middleware, name: &str, size: u64, selection: &Selection) {
    static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| bytes(0..3 * MIB));
    let range = selection.header();
    let mut headers = vec![("accept-encoding", "gzip")];
    headers.extend(range.as_deref().map(|range| ("range", range)));
    let reply = server.get(name, &headers).await.expect("an answer");
    let content = |range: Range<u64>| CONTENT[range.start as usize..range.end as usize].to_vec();
    selection.check(size, &reply, &middleware.undone(reply.decoded()), content);
}

async fn every_size_and_selection(way: Way) {
    let site = Site::new();
    for middleware in HARMLESS.into_iter().chain([Middleware::Xor]) {
        let server = Server::start(way, middleware, site.sendfile()).await;
        for size in SIZES {
            let name = site.file(size);
            for selection in selections(size) {
                println!("{way:?} {middleware:?} {size} {selection:?}");
                check(&server, middleware, &name, size, &selection).await;
            }
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
    own_loop: OwnLoop,
    own_loop_h2c: OwnLoopH2c,
    foreign: Foreign,
}

/// Through whatever leaves the bytes as they are, and through what changes each of them and can be undone.
const THROUGH: [Middleware; 10] = {
    let mut through = [Middleware::Xor; 10];
    through.split_at_mut(HARMLESS.len()).0.copy_from_slice(&HARMLESS);
    through
};

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
    fn any_ranges_of_any_file_arrive((size, selection) in apart(), way in 0..WAYS.len(), through in 0..THROUGH.len()) {
        let (way, middleware) = (WAYS[way], THROUGH[through]);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            let site = Site::new();
            let name = site.file(size);
            let server = Server::start(way, middleware, site.sendfile()).await;
            check(&server, middleware, &name, size, &selection).await;
        });
    }
}
