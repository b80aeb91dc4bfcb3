//! Services that join, cut, keep, repeat and mix bodies: every byte that arrives is the right one, and what
//! cannot be sent right ends the connection.

mod support;

use std::io;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use support::http1::Http1;
use support::play::{Piece, Said, Score, Stage};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, WAYS, Way, router};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use xsendfile_hyper::{Listener, counters, serve};

static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| bytes(0..3 * MIB));

/// The counters are the process's.
static ALONE: Mutex<()> = Mutex::const_new(());

const PATIENCE: Duration = Duration::from_secs(60);

const SIZES: [u64; 7] = [1, KIB, 64 * KIB, 64 * KIB + 1, 100 * KIB, 300 * KIB, 3 * MIB];

/// A server, and how to talk to it.
enum House {
    Tcp(Way, Server),
    Unix(std::path::PathBuf, JoinHandle<()>),
}

impl Drop for House {
    fn drop(&mut self) {
        if let Self::Unix(_, task) = self {
            task.abort();
        }
    }
}

/// The servers of every transport, over one site.
struct Street {
    site: Site,
    houses: Vec<(House, Stage)>,
}

impl Street {
    async fn new() -> Self {
        let site = Site::new();
        for size in SIZES {
            site.file(size);
        }
        let mut houses = Vec::new();
        for way in WAYS {
            let stage = Stage::new(site.config("simple"));
            let router = stage.router().merge(router(site.sendfile()));
            houses.push((House::Tcp(way, Server::start_router(way, router, PATIENCE).await), stage));
        }
        for under_axum in [true, false] {
            let stage = Stage::new(site.config("simple"));
            let router = stage.router().merge(router(site.sendfile()));
            let path = site.path(if under_axum { "axum.sock" } else { "serve.sock" });
            let listener = Listener::new(UnixListener::bind(&path).expect("a socket"));
            let task = if under_axum {
                tokio::spawn(async { axum::serve(listener, router).await.expect("a server") })
            } else {
                tokio::spawn(async { serve(listener, router).await.expect("a server") })
            };
            houses.push((House::Unix(path, task), stage));
        }
        Self { site, houses }
    }

    /// Plays `scores` one after the other on one connection as long as it lasts, and gives the number of
    /// downloads that arrived whole.
    async fn play(&self, house: usize, scores: &[Score]) -> Result<u64, String> {
        let (house, stage) = &self.houses[house];
        let played = async {
            match house {
                House::Tcp(Way::H2c | Way::OwnLoopH2c, server) => {
                    play_http2(server.connect().await, stage, scores).await
                }
                House::Tcp(Way::H2, server) => play_http2(server.connect_tls().await, stage, scores).await,
                House::Tcp(Way::Tls, server) => {
                    self.play_http1("1.1", server.connect_tls().await, stage, scores).await
                }
                House::Tcp(Way::Http10, server) => {
                    self.play_http1("1.0", server.connect().await, stage, scores).await
                }
                House::Tcp(_, server) => self.play_http1("1.1", server.connect().await, stage, scores).await,
                House::Unix(path, _) => {
                    let stream = UnixStream::connect(path).await.expect("a connection");
                    self.play_http1("1.1", stream, stage, scores).await
                }
            }
        };
        timeout(PATIENCE, played).await.map_err(|_| "it hangs".to_owned())?
    }

    async fn play_http1<S>(
        &self,
        version: &str,
        stream: S,
        stage: &Stage,
        scores: &[Score],
    ) -> Result<u64, String>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let mut client = Http1::new(stream);
        let mut whole = 0;
        for score in scores {
            stage.set(score);
            client.send("GET", "play/it", version, &[("connection", "keep-alive")]).await;
            let mut read = Vec::new();
            let mut each = |piece: &[u8]| {
                read.extend_from_slice(piece);
                ControlFlow::Continue(())
            };
            let (mut is_last, mut by_closing) = (false, false);
            let ended: io::Result<()> = async {
                let (status, headers) = client.head().await?;
                assert_eq!(status, 200);
                let says = |name: &str, value: &str| headers.get(name).is_some_and(|said| said == value);
                by_closing =
                    !headers.contains_key("content-length") && !headers.contains_key("transfer-encoding");
                is_last = by_closing
                    || says("connection", "close")
                    || version == "1.0" && !says("connection", "keep-alive");
                client.body(&headers, &mut each).await
            }
            .await;
            whole += check(stage, score, score.arrives(), &read, ended.is_ok(), by_closing)?;
            if ended.is_err() || is_last {
                return Ok(whole);
            }
            // What comes next on this connection are responses of their own.
            for size in next(&read) {
                client.send("GET", &self.site.file(size), version, &[("connection", "keep-alive")]).await;
                match client.receive("GET").await {
                    Ok(reply) if reply.body == CONTENT[..size as usize] => whole += 1,
                    Ok(_) => return Err(format!("a wrong response after {score:?}")),
                    Err(error) if score.arrives() => return Err(format!("{error} after {score:?}")),
                    Err(_) => return Ok(whole),
                }
            }
        }
        Ok(whole)
    }
}

async fn play_http2<S>(stream: S, stage: &Stage, scores: &[Score]) -> Result<u64, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut client = support::http2::connect(stream).await.map_err(|error| error.to_string())?;
    let mut whole = 0;
    for score in scores {
        stage.set(score);
        let mut read = Vec::new();
        let mut each = |piece: &[u8]| {
            read.extend_from_slice(piece);
            ControlFlow::Continue(())
        };
        let ended = support::http2::get(&mut client, "play/it", &[], &mut each).await;
        // Nobody cuts a response here that is longer than it says: it is an error.
        let arrives = score.arrives() && !matches!(score.said, Said::Less(_));
        whole += check(stage, score, arrives, &read, ended.is_ok(), false)?;
        if ended.is_err() {
            break;
        }
        for size in next(&read) {
            let mut reply = Vec::new();
            let mut each = support::http1::collect(&mut reply);
            let answer = support::http2::get(&mut client, &format!("{size}.bin"), &[], &mut each).await;
            drop(each);
            answer.map_err(|error| format!("{error} after {score:?}"))?;
            if reply != CONTENT[..size as usize] {
                return Err(format!("a wrong response after {score:?}"));
            }
            whole += 1;
        }
    }
    Ok(whole)
}

/// The sizes of the downloads that come next, most of them short.
fn next(read: &[u8]) -> impl Iterator<Item = u64> {
    let start = read.len();
    (start..start + 8).map(|place| *SIZES.get(place % 64).unwrap_or(&SIZES[place % 5]))
}

/// Whether what was read is what was meant: 1 where all of it is.
fn check(
    stage: &Stage,
    score: &Score,
    arrives: bool,
    read: &[u8],
    ended: bool,
    by_closing: bool,
) -> Result<u64, String> {
    let meant = stage.meant.lock().expect("a meaning");
    let length = meant.said.map_or(meant.bytes.len(), |said| said.min(meant.bytes.len() as u64) as usize);
    if !meant.bytes.starts_with(read) {
        let at = read.iter().zip(&meant.bytes).take_while(|(read, meant)| read == meant).count();
        return Err(format!("a wrong byte at {at} of {} in {score:?}", read.len()));
    }
    let whole = ended && read.len() == length;
    if arrives && !whole {
        return Err(format!("{} bytes of {length} in {score:?}", read.len()));
    }
    // A response without a length that ends by closing may be cut: nobody can tell by HTTP/1.0.
    if ended && !whole && !by_closing {
        return Err(format!("{} bytes of {length} taken for all in {score:?}", read.len()));
    }
    Ok(u64::from(whole))
}

fn size() -> impl Strategy<Value = u64> {
    // Most of them short, so that there can be many.
    prop_oneof![12 => proptest::sample::select(&SIZES[..6]), 1 => Just(SIZES[6])]
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        6 => size().prop_map(Piece::Whole),
        2 => (1..70_000usize).prop_map(Piece::Text),
        1 => size().prop_filter("parts", |size| *size > KIB).prop_map(Piece::Parts),
        1 => (size(), 0..4usize).prop_map(|(size, frames)| Piece::Frames(size, frames)),
        2 => (proptest::sample::select(&SIZES[..]), 0..400 * KIB).prop_map(|(size, bytes)| Piece::Cut(size, bytes)),
        1 => size().prop_map(Piece::Twice),
        1 => (size(), 0..4usize).prop_map(|(size, frames)| Piece::Kept(size, frames)),
        1 => (size(), size()).prop_map(|(one, other)| Piece::ByTurns(one, other)),
    ]
}

fn score() -> impl Strategy<Value = Score> {
    let said = prop_oneof![
        2 => Just(Said::Nothing),
        3 => Just(Said::All),
        1 => (1..200 * KIB).prop_map(Said::Less),
    ];
    (proptest::collection::vec(piece(), 1..5), said).prop_map(|(pieces, said)| Score { pieces, said })
}

/// One scenario of each kind, on every transport.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joined_bodies_arrive_and_one_that_ends_early_leaves_the_next_response_alone() {
    use Piece::{Cut, Frames, Parts, Text, Whole};
    let (short, long) = (300 * KIB, 3 * MIB);
    let _alone = ALONE.lock().await;
    let street = Street::new().await;
    for pieces in [
        vec![Whole(short), Whole(short)],
        vec![Whole(long), Whole(short), Whole(long)],
        vec![Text(512), Whole(short), Text(512), Parts(long), Text(512)],
        vec![Whole(long), Cut(long, MIB)],
        // Within the first chunk, at its end, within what the kernel sends, and between two parts of that.
        vec![Cut(long, 1)],
        vec![Cut(long, 64 * KIB)],
        vec![Cut(long, 64 * KIB + 1)],
        vec![Cut(long, 64 * KIB + MIB)],
        vec![Cut(short, short - 1)],
        // Cut without a word of it, and more of another.
        vec![Frames(long, 2), Whole(short)],
    ] {
        for said in [Said::All, Said::Nothing] {
            let score = Score { pieces: pieces.clone(), said };
            for house in 0..street.houses.len() {
                street.play(house, &[score.clone(), score.clone()]).await.expect("no wrong byte");
            }
        }
    }
}

/// The connection is as good as new.
#[tokio::test]
async fn the_kernel_sends_the_response_after_one_that_ended_early() {
    let _alone = ALONE.lock().await;
    let street = Street::new().await;
    for (house, stage) in &street.houses {
        let House::Tcp(way @ (Way::Http11 | Way::UnderAxum | Way::OwnLoop), server) = house else { continue };
        for bytes in [1, 64 * KIB, 64 * KIB + 1, MIB] {
            stage.set(&Score { pieces: vec![Piece::Cut(3 * MIB, bytes)], said: Said::All });
            let mut client = Http1::new(server.connect().await);
            assert_eq!(client.get("play/it", &[]).await.expect("the beginning").body.len() as u64, bytes);
            let before = counters();
            client.get(&street.site.file(3 * MIB), &[]).await.expect("the next");
            let sent = counters().kernel_bytes - before.kernel_bytes;
            assert_eq!(sent, 3 * MIB - 64 * KIB, "{way:?} after {bytes} bytes");
        }
    }
}

#[test]
fn whatever_is_joined_cut_kept_or_mixed_no_wrong_byte_arrives() {
    let _alone = ALONE.blocking_lock();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let street = runtime.block_on(Street::new());
    let before = counters();
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let case = (0..street.houses.len(), proptest::collection::vec(score(), 1..4));
    TestRunner::new(config)
        .run(&case, |(house, scores)| {
            runtime.block_on(street.play(house, &scores)).map_err(TestCaseError::fail)?;
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let kernel = counters().kernel_bodies - before.kernel_bodies;
    assert!(kernel > 50, "{kernel} bodies by the kernel: this says little of its way");
    drop(street);
}

/// The same on every transport at once, until so many downloads were right to the byte: a few here, a million in
/// `make proof`.
#[test]
fn so_many_downloads_arrive_byte_for_byte() {
    let asked =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |said| said.parse().expect("a number"));
    let (wanted, seed) = (asked("DOWNLOADS", 2_000), asked("SEED", 1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let street = runtime.block_on(Street::new());
    let (before, started) = (counters(), Instant::now());
    let (right, broken) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for house in 0..street.houses.len() {
            let (street, runtime, right, broken) = (&street, &runtime, &right, &broken);
            scope.spawn(move || {
                let rng_seed = RngSeed::Fixed(seed + house as u64);
                let mut runner = TestRunner::new(Config { rng_seed, ..Config::default() });
                let scores = proptest::collection::vec(score(), 1..4);
                while right.load(Ordering::Relaxed) < wanted {
                    let scores = scores.new_tree(&mut runner).expect("scores").current();
                    match runtime.block_on(street.play(house, &scores)) {
                        Ok(whole) => {
                            right.fetch_add(whole, Ordering::Relaxed);
                            broken.fetch_add(u64::from(whole == 0), Ordering::Relaxed);
                        }
                        // Ends the others too.
                        Err(error) => {
                            right.store(u64::MAX / 2, Ordering::Relaxed);
                            panic!("{error}");
                        }
                    }
                }
            });
        }
    });
    let after = counters();
    println!(
        "{right:?} downloads right to the byte and none wrong in {:?}, seed {seed}; {} bodies and {} GiB by the kernel; \
         {broken:?} connections ended before a download was whole",
        started.elapsed(),
        after.kernel_bodies - before.kernel_bodies,
        (after.kernel_bytes - before.kernel_bytes) >> 30,
    );
}
