//! The kernel sends where it can, and an operator can see it.

mod support;

use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use http::request::Parts;
use support::events::Events;
use support::http1::Http1;
use support::middleware::{HARMLESS, Middleware};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, WAYS, Way, router};
use tokio::net::TcpStream;
use tokio::sync::Mutex as AsyncMutex;
use tracing::Level;
use xsendfile_hyper::{Body, Counters, Listener, Sendfile, counters, serve};

/// The counters are the process's, so one test at a time.
static ALONE: AsyncMutex<()> = AsyncMutex::const_new(());

const FIRST: u64 = 64 * KIB;

/// What the counters gain by one whole download.
async fn gained(way: Way, middleware: Middleware, size: u64) -> Counters {
    gained_from(way, |sendfile| middleware.wrap(router(sendfile)), size).await
}

async fn gained_from(way: Way, router: impl FnOnce(Sendfile) -> Router, size: u64) -> Counters {
    let site = Site::new();
    let name = site.file(size);
    let server = Server::start_router(way, router(site.sendfile()), Duration::from_secs(60)).await;
    let before = counters();
    let reply = server.get(&name, &[("accept-encoding", "gzip")]).await.expect("an answer");
    assert!(reply.decoded() == bytes(0..size), "{way:?}");
    // The body is dropped after its last byte is out.
    let mut gained = minus(counters(), before);
    for _ in 0..100 {
        if gained.kernel_bodies + gained.copied_bodies + gained.small_bodies >= requests(way) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        gained = minus(counters(), before);
    }
    gained
}

fn requests(way: Way) -> u64 {
    if matches!(way, Way::KeptAlive | Way::Pipelined) { 2 } else { 1 }
}

fn minus(mut after: Counters, before: Counters) -> Counters {
    after.kernel_bodies -= before.kernel_bodies;
    after.kernel_calls -= before.kernel_calls;
    after.kernel_bytes -= before.kernel_bytes;
    after.small_bodies -= before.small_bodies;
    after.copied_bodies -= before.copied_bodies;
    after
}

#[tokio::test]
async fn all_but_the_first_chunk_is_sent_by_the_kernel_on_every_way_that_lets_it() {
    let _alone = ALONE.lock().await;
    for way in WAYS.into_iter().filter(|way| way.is_by_kernel()) {
        for middleware in HARMLESS.into_iter().filter(|middleware| middleware.is_transparent()) {
            let gained = gained(way, middleware, 3 * MIB).await;
            let case = format!("{way:?} {middleware:?} {gained:?}");
            assert_eq!(gained.kernel_bodies, requests(way), "{case}");
            assert_eq!(gained.copied_bodies, 0, "{case}");
            assert_eq!(gained.kernel_bytes, requests(way) * (3 * MIB - FIRST), "{case}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_by_the_kernel_where_the_bytes_are_read_on_their_way() {
    let _alone = ALONE.lock().await;
    let other_ways = WAYS.into_iter().filter(|way| !way.is_by_kernel()).map(|way| (way, Middleware::None));
    let read = HARMLESS.into_iter().filter(|middleware| !middleware.is_transparent());
    for (way, middleware) in other_ways.chain(read.map(|middleware| (Way::Http11, middleware))) {
        let gained = gained(way, middleware, MIB).await;
        assert_eq!(gained.kernel_calls, 0, "{way:?} {middleware:?}");
        assert_eq!((gained.kernel_bodies, gained.copied_bodies), (0, 1), "{way:?} {middleware:?}");
    }
}

#[tokio::test]
async fn a_small_file_is_read_and_written_at_once() {
    let _alone = ALONE.lock().await;
    for size in [1, KIB, FIRST] {
        let gained = gained(Way::Http11, Middleware::None, size).await;
        assert_eq!((gained.small_bodies, gained.kernel_calls), (1, 0), "{size}");
    }
}

#[tokio::test]
async fn an_event_says_why_the_kernel_did_not_send() {
    let _alone = ALONE.lock().await;
    let (events, _guard) = Events::listen();
    for (way, middleware, said) in [
        (Way::Http11, Middleware::None, (Some("kernel"), None)),
        (Way::UnderAxum, Middleware::Trace, (Some("kernel"), None)),
        (Way::Http11, Middleware::Compression, (Some("copied"), Some("changed"))),
        (Way::Http11, Middleware::Cut, (Some("copied"), Some("changed"))),
        (Way::Http11, Middleware::Collect, (Some("copied"), Some("changed"))),
        (Way::Http11, Middleware::OtherTask, (Some("copied"), Some("unconnected"))),
        (Way::Tls, Middleware::None, (Some("copied"), Some("encrypted"))),
        (Way::H2c, Middleware::None, (Some("copied"), Some("multiplexed"))),
        (Way::H2, Middleware::None, (Some("copied"), Some("multiplexed"))),
        (Way::OwnLoop, Middleware::None, (Some("kernel"), None)),
        (Way::OwnLoopH2c, Middleware::None, (Some("copied"), Some("multiplexed"))),
        (Way::Foreign, Middleware::None, (Some("copied"), Some("unconnected"))),
    ] {
        gained(way, middleware, MIB).await;
        let (sent, reason) = told(&events);
        assert_eq!((sent.as_deref(), reason.as_deref()), said, "{way:?} {middleware:?}");
    }
    for way in [Way::Http11, Way::UnderAxum, Way::OwnLoop] {
        let gained = gained_from(way, asked, MIB).await;
        assert_eq!((gained.kernel_calls, gained.copied_bodies), (0, 1), "{way:?}");
        let (sent, reason) = told(&events);
        assert_eq!((sent.as_deref(), reason.as_deref()), (Some("copied"), Some("asked")), "{way:?}");
    }
}

/// hyper's way of answering pipelined requests would take whole files into memory.
#[tokio::test]
async fn pipeline_flush_is_not_done() {
    let _alone = ALONE.lock().await;
    let site = Site::new();
    let name = site.file(3 * MIB);
    let listener = Listener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let server = serve(listener, router(site.sendfile())).configure(|hyper| {
        hyper.http1().pipeline_flush(true);
    });
    tokio::spawn(async { server.await.expect("a server") });
    let before = counters();
    let mut client = Http1::new(TcpStream::connect(address).await.expect("a connection"));
    assert!(client.get(&name, &[]).await.expect("an answer").body == bytes(0..3 * MIB));
    assert_eq!(counters().kernel_bytes - before.kernel_bytes, 3 * MIB - FIRST);
}

/// How the one body was sent that was told of, and why so.
fn told(events: &Events) -> (Option<String>, Option<String>) {
    let mut heard = events.take();
    // How the connection of the case before ended may be told as late as now.
    heard.retain(|event| event.target == "xsendfile::body");
    let [event] = &heard[..] else { panic!("{heard:?}") };
    (event.fields.get("sent").cloned(), event.fields.get("reason").cloned())
}

/// As [`router`], but for the application's wish.
fn asked(sendfile: Sendfile) -> Router {
    let send = async move |Path(name): Path<String>, parts: Parts| {
        let response = sendfile.send(&parts, name).await;
        response.map(|response| response.map(Body::copied))
    };
    Router::new().route("/{*name}", get(send))
}

/// What the counters say is what the system saw.
#[tokio::test]
async fn the_counters_agree_with_strace() {
    let _alone = ALONE.lock().await;
    if std::env::var_os("TRACED").is_some() {
        for way in [Way::Http11, Way::UnderAxum] {
            let gained = gained(way, Middleware::Trace, 3 * MIB).await;
            println!("counted {} {}", gained.kernel_calls, gained.kernel_bytes);
        }
        return;
    }
    let log = tempfile::NamedTempFile::new().expect("a file");
    let traced = Command::new("strace")
        .args(["-f", "-e", "trace=sendfile", "-o"])
        .arg(log.path())
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "the_counters_agree_with_strace", "--nocapture"])
        .env("TRACED", "1")
        .output()
        .expect("strace, which this test needs: apt install strace");
    let said = String::from_utf8_lossy(&traced.stdout).into_owned();
    assert!(traced.status.success(), "{said}{}", String::from_utf8_lossy(&traced.stderr));

    let counted =
        said.lines().filter_map(|line| line.split_once("counted ")).fold((0, 0), |sum, (_, pair)| {
            let (calls, bytes) = pair.split_once(' ').expect("two numbers");
            (sum.0 + calls.parse::<u64>().expect("calls"), sum.1 + bytes.parse::<u64>().expect("bytes"))
        });
    // "12 sendfile(9, 10, [65536] => [131072], 65536) = 65536", or resumed on a line of its own.
    let log = std::fs::read_to_string(log.path()).expect("the log");
    let results = log.lines().filter(|line| line.contains("sendfile"));
    let sent: Vec<u64> = results
        .filter_map(|line| line.rsplit_once(" = ")?.1.trim().parse().ok())
        .filter(|sent| *sent > 0)
        .collect();
    assert_eq!(counted, (sent.len() as u64, sent.iter().sum()), "{log}");
    assert_eq!(counted.1, 2 * (3 * MIB - FIRST));
}

/// A file system without sendfile(2), as seccomp makes one of any.
#[tokio::test]
async fn a_file_that_the_kernel_cannot_send_is_copied() {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    const SENDFILE: i64 = if cfg!(target_arch = "aarch64") { 71 } else { 40 };
    const EINVAL: u32 = 22;

    let _alone = ALONE.lock().await;
    let rules = [(SENDFILE, vec![])].into_iter().collect();
    let arch = std::env::consts::ARCH.try_into().expect("an architecture that seccompiler knows");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(EINVAL), arch);
    let program: BpfProgram = filter.expect("a filter").try_into().expect("a program");
    apply_filter(&program).expect("a filter for this thread");

    let (events, _guard) = Events::listen();
    let gained = gained(Way::KeptAlive, Middleware::None, 3 * MIB).await;
    assert_eq!((gained.kernel_bodies, gained.kernel_bytes), (2, 0));
    let heard = events.take();
    let warnings: Vec<_> = heard.iter().filter(|event| event.level == Level::WARN).collect();
    assert_eq!(warnings.len(), 1, "one for the process, not one for each file: {warnings:?}");
}
