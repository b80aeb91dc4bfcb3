//! Clients that hardly read keep little of their files in memory, however they ask.

mod support;

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::middleware::Middleware;
use support::site::{KIB, MIB, Site};
use support::way::{Server, Way};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use xsendfile_hyper::counters;

/// The memory is the process's.
static ALONE: Mutex<()> = Mutex::const_new(());

const PATIENCE: Duration = Duration::from_secs(30);

const BUDGET: u64 = 128 * MIB;

/// With the largest windows there are and 200 streams; the server lets it have half of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_of_http2_keeps_less_than_16_mib() {
    let _alone = ALONE.lock().await;
    for way in [Way::H2c, Way::H2] {
        let site = Site::new();
        let name = site.sparse(64 * MIB);
        let server = Server::start(way, Middleware::None, site.sendfile()).await;
        // What the first one costs, the process has for good.
        for round in 0..2 {
            let before = resident();
            let client = match way {
                Way::H2 => greedy(server.connect_tls().await, &name).await,
                _ => greedy(server.connect().await, &name).await,
            };
            let (held, grown) = (peak(|| counters().buffered_bytes).await, resident().saturating_sub(before));
            println!("{way:?} {round}: {held} bytes in buffers, {grown} more resident");
            assert!(
                held > 2 * MIB,
                "{way:?}: {held} bytes: the client asked for too little to prove a thing"
            );
            assert!(
                held < 16 * MIB && grown < 24 * MIB,
                "{way:?}: {held} bytes in buffers, {grown} resident"
            );
            client.abort();
            returned().await;
        }
    }
}

/// A budget for the whole process, and nobody has to wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_of_http2_share_a_budget() {
    let _alone = ALONE.lock().await;
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .expect("descriptors");
    let site = Site::new();
    let (name, small) = (site.sparse(64 * MIB), site.file(MIB));
    let server = Server::start(Way::H2c, Middleware::None, site.sendfile()).await;
    let before = resident();
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(greedy(server.connect().await, &name).await);
    }
    let (held, grown) = (peak(|| counters().buffered_bytes).await, resident() - before);
    println!("{held} bytes in buffers, {grown} more resident");
    assert!(held > BUDGET / 2 && held <= BUDGET, "{held} bytes in buffers");
    assert!(grown < 2 * BUDGET, "{grown} bytes resident");

    let reply = server.get(&small, &[]).await.expect("a download beside them");
    assert!(reply.body == support::site::bytes(0..MIB));

    clients.iter().for_each(JoinHandle::abort);
    returned().await;
    let left = resident().saturating_sub(before);
    println!("{left} more resident afterwards");
    assert!(left < BUDGET / 2, "{left} bytes are not given back to the system");
}

/// Over TLS and in chunked coding, where the kernel cannot send.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_of_a_copied_body_keeps_less_than_256_kib() {
    const READERS: u64 = 100;
    let _alone = ALONE.lock().await;
    for (way, middleware) in [(Way::Tls, Middleware::None), (Way::Http11, Middleware::Unsized)] {
        let site = Site::new();
        let name = site.sparse(64 * MIB);
        let server = Server::start(way, middleware, site.sendfile()).await;
        let mut clients = vec![slow(&server, way, &name).await];
        let before = resident();
        for _ in 0..READERS {
            clients.push(slow(&server, way, &name).await);
        }
        let held = peak(|| counters().buffered_bytes).await / (READERS + 1);
        let grown = resident().saturating_sub(before) / READERS;
        println!("{way:?}: {held} bytes in buffers for each, {grown} resident, client included");
        assert!(held <= 128 * KIB && grown < 256 * KIB, "{way:?}: {held} bytes in buffers, {grown} resident");
        clients.iter().for_each(JoinHandle::abort);
        returned().await;
    }
}

/// A client that asks for a file, and reads a kilobyte.
async fn slow(server: &Server, way: Way, name: &str) -> JoinHandle<()> {
    async fn begin(
        mut stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        name: &str,
    ) -> JoinHandle<()> {
        let request = format!("GET /{name} HTTP/1.1\r\nHost: test\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request");
        stream.flush().await.expect("a request");
        stream.read_exact(&mut [0; KIB as usize]).await.expect("a beginning");
        tokio::spawn(async move {
            sleep(Duration::from_secs(600)).await;
            drop(stream);
        })
    }
    match way {
        Way::Tls => begin(server.connect_tls().await, name).await,
        _ => begin(server.connect().await, name).await,
    }
}

/// A client of HTTP/2 by hand: a window of 2³¹−1 bytes for each of 200 streams, and some kilobytes a second.
async fn greedy(
    mut stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    name: &str,
) -> JoinHandle<()> {
    const MOST: u32 = (1 << 31) - 1;
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    };
    let mut said = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_UPDATE of the connection, and 200 requests.
    said.extend(frame(4, 0, 0, &[&[0, 4], &MOST.to_be_bytes()[..]].concat()));
    said.extend(frame(8, 0, 0, &(MOST - 65_535).to_be_bytes()));
    let path = format!("/{name}");
    for request in 0..200 {
        // :method GET, :scheme http, :path and :authority as they are.
        let length = |text: &str| u8::try_from(text.len()).expect("a short text");
        let fields = [&[0x82, 0x86, 0x04, length(&path)], path.as_bytes(), &[0x01, 4], b"test"].concat();
        said.extend(frame(1, 0x05, 2 * request + 1, &fields));
    }
    stream.write_all(&said).await.expect("requests");
    stream.flush().await.expect("requests");
    tokio::spawn(async move {
        while stream.read_exact(&mut [0; KIB as usize]).await.is_ok() {
            sleep(Duration::from_millis(500)).await;
        }
    })
}

/// The highest of some seconds.
async fn peak(value: impl Fn() -> u64) -> u64 {
    let mut peak = 0;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(2) {
        peak = peak.max(value());
        sleep(Duration::from_millis(20)).await;
    }
    peak
}

/// Waits until no buffer is in use any more.
async fn returned() {
    let gone = async {
        while counters().buffered_bytes > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, gone).await.expect("buffers of nobody");
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("resident memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * KIB
}
