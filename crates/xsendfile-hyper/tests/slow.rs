//! Many slow clients cost little, and a cold file does not make the hot ones wait.

mod support;

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};

use rustix::fs::{Advice, fadvise};
use rustix::net::{RecvFlags, recv};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::http1::Http1;
use support::middleware::Middleware;
use support::selection::Selection::Ranges;
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, Way, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use xsendfile_hyper::counters;

/// The counters are the process's, and so are its memory and its processors.
static ALONE: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_readers_cost_less_than_64_kib_each() {
    const READERS: u64 = 1000;
    let _alone = ALONE.lock().await;
    // Two sockets and a file for each.
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .expect("descriptors");

    let site = Site::new();
    let name = site.sparse(1024 * MIB);
    let server = Server::start(Way::UnderAxum, Middleware::None, site.sendfile()).await;
    // What the first one costs, the process has for good.
    let mut readers = vec![slow_reader(&server, &name).await];
    let before = resident();
    for _ in 0..READERS {
        readers.push(slow_reader(&server, &name).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let each = (resident() - before) / READERS;
    println!("{each} bytes for each, client included");
    assert!(each < 64 * KIB, "{each} bytes for each reader");
    assert!(counters().kernel_bytes > 0);
}

/// Reads a kilobyte, and then no more.
async fn slow_reader(server: &Server, name: &str) -> TcpStream {
    let mut client = server.connect().await;
    let request = format!("GET /{name} HTTP/1.1\r\nHost: test\r\n\r\n");
    client.write_all(request.as_bytes()).await.expect("a request");
    let mut some = [0; KIB as usize];
    client.read_exact(&mut some).await.expect("a beginning");
    client
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("resident memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * KIB
}

/// Parts that lie far apart, so that the kernel does not read ahead by itself.
#[tokio::test]
async fn what_is_not_in_memory_is_read_on_a_blocking_thread() {
    const PARTS: u64 = 24;
    let _alone = ALONE.lock().await;
    let site = Site::new();
    on_disk(&site, 128 * MIB);
    let part = |part| part * 5 * MIB + 77..part * 5 * MIB + 200 * KIB;
    let selection = Ranges((0..PARTS).map(part).collect());
    let header = selection.header().expect("ranges");
    for way in [Way::Http11, Way::UnderAxum, Way::Tls, Way::H2c, Way::H2, Way::Foreign] {
        cool(&site);
        let server = Server::start(way, Middleware::None, site.sendfile()).await;
        let before = counters();
        let reply = server.get("cold.bin", &[("range", &header)]).await.expect("an answer");
        let cold = counters().cold_reads - before.cold_reads;
        let waited = "parts were waited for where waiting is allowed";
        assert!(cold >= PARTS / 2, "{way:?}: {cold} of {PARTS} {waited}");
        assert_eq!(counters().kernel_bytes > before.kernel_bytes, way.is_by_kernel(), "{way:?}");
        let content = |part: Range<u64>| bytes(part.start % MIB..part.start % MIB + part.end - part.start);
        selection.check(128 * MIB, &reply, &reply.body, content);
    }
}

/// Makes a file that is not sparse: the same megabyte again and again.
fn on_disk(site: &Site, length: u64) {
    let mut file = File::create(site.path("cold.bin")).expect("a file");
    let block = bytes(0..MIB);
    for _ in 0..length / MIB {
        file.write_all(&block).expect("space for a large file");
    }
    file.sync_all().expect("the disk");
}

/// Takes the file out of the page cache.
fn cool(site: &Site) {
    let file = File::open(site.path("cold.bin")).expect("the file");
    fadvise(&file, 0, None, Advice::DontNeed).expect("a cold file");
}

/// What it will not take is not read again and again, however soon it leaves the page cache.
#[tokio::test]
async fn a_client_that_stops_reading_a_cold_file_is_dropped() {
    const LIMIT: Duration = Duration::from_secs(1);
    const PATIENCE: Duration = Duration::from_secs(10);
    let _alone = ALONE.lock().await;
    let site = Site::new();
    on_disk(&site, 64 * MIB);
    let server = Server::start_router(Way::Http11, router(site.sendfile()), LIMIT).await;
    let _client = slow_reader(&server, "cold.bin").await;
    // Until its socket is full.
    tokio::time::sleep(LIMIT / 4).await;

    let (before, started) = (counters(), Instant::now());
    while counters().idle_drops == before.idle_drops {
        assert!(started.elapsed() < PATIENCE, "still there");
        cool(&site);
        tokio::time::sleep(LIMIT / 50).await;
    }
    assert!(started.elapsed() >= LIMIT / 2, "too early");
    // Once before each last try: the first may find a little room.
    let limits = started.elapsed().as_millis() / LIMIT.as_millis() + 1;
    let cold = counters().cold_reads - before.cold_reads;
    assert!(u128::from(cold) <= limits, "read {cold} times for nobody, in {limits} limits");
}

/// At most twice the median latency: a ratio within one run, so that the machine's speed is not what
/// is tested; what else the machine does at that moment may spoil a try, so most of seven have to be good.
///
/// What is read, not sent by the kernel, never gets so far behind the kernel's own reading ahead; that it
/// does not wait on the worker either is the test above.
#[test]
fn a_cold_file_does_not_make_hot_ones_wait() {
    const COLD: u64 = 1024 * MIB;
    const MOST: usize = 4;
    let _alone = ALONE.blocking_lock();
    let site = Site::new();
    on_disk(&site, COLD);
    let server = start_with_one_worker(&site);
    let mut hot = Hot::new(&site, &server);
    let (mut good, mut bad) = (0, Vec::new());
    while good < MOST {
        let alone = hot.median(|count| count < 1000);
        cool(&site);
        let before = counters();
        let address = server.address;
        let download = std::thread::spawn(move || discard(address, "cold.bin"));
        let beside = hot.median(|_| !download.is_finished());
        assert!(download.join().expect("a download") > COLD);
        let (cold, sent) =
            (counters().cold_reads - before.cold_reads, counters().kernel_bytes - before.kernel_bytes);
        // Not only the first chunk's, which the body reads.
        assert!(cold > COLD / (64 * MIB), "{cold} reads: the file was not cold");
        assert!(sent > COLD / 2, "by the kernel");
        println!("hot alone {alone:?}, beside a cold download {beside:?}, {cold} cold reads");
        if beside <= 2 * alone {
            good += 1;
        } else {
            bad.push((alone, beside));
        }
        assert!(bad.len() < MOST, "a cold download more than doubles the latency of hot ones: {bad:?}");
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// One worker: whatever blocks it, blocks all.
fn start_with_one_worker(site: &Site) -> Server {
    let (server, started) = std::sync::mpsc::channel();
    let sendfile = site.sendfile();
    std::thread::spawn(move || {
        runtime().block_on(async {
            server.send(Server::start(Way::UnderAxum, Middleware::None, sendfile).await).expect("a test");
            std::future::pending::<()>().await;
        });
    });
    started.recv().expect("a server")
}

/// A client that asks for a small file in memory, again and again.
struct Hot {
    runtime: Runtime,
    client: Http1<TcpStream>,
    name: String,
}

impl Hot {
    fn new(site: &Site, server: &Server) -> Self {
        let runtime = runtime();
        let client = Http1::new(runtime.block_on(server.connect()));
        let mut hot = Self { runtime, client, name: site.file(KIB) };
        hot.median(|count| count < 100);
        hot
    }

    /// The median latency of requests, one after another, as long as `goes_on` says of their number.
    fn median(&mut self, goes_on: impl Fn(usize) -> bool) -> Duration {
        let mut took = Vec::new();
        self.runtime.block_on(async {
            while goes_on(took.len()) {
                let started = Instant::now();
                self.client.get(&self.name, &[]).await.expect("an answer");
                took.push(started.elapsed());
            }
        });
        took.sort();
        took[took.len() / 2]
    }
}

/// Downloads without a look at the bytes, and without copying them: the server's work is what counts.
fn discard(address: SocketAddr, name: &str) -> u64 {
    let mut client = std::net::TcpStream::connect(address).expect("a connection");
    let request = format!("GET /{name} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).expect("a request");
    let mut unread = vec![0; MIB as usize];
    let mut read = 0;
    loop {
        match recv(&client, &mut unread[..], RecvFlags::TRUNC).expect("bytes").1 {
            0 => return read,
            count => read += count as u64,
        }
    }
}
