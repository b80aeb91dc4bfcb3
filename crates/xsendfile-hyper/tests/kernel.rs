//! The kernel sends where it can, and the counters tell.

mod support;

use support::middleware::Middleware;
use support::site::{MIB, Site, bytes};
use support::way::{Server, Way};
use xsendfile_hyper::counters;

#[tokio::test]
async fn smoke() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    let server = Server::start(Way::Http11, Middleware::None, site.sendfile()).await;
    let reply = server.get(&name, &[]).await.expect("an answer");
    assert!(reply.body == bytes(0..3 * MIB));
    println!("{:?} {:?}", counters(), reply.headers);
}
