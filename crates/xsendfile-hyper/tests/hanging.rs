//! A mount that hangs stops nobody but its own clients.

#![cfg(target_os = "linux")]

mod support;

use std::fs::{File, create_dir};
use std::path::Path;

use rustix::fs::{Advice, fadvise};
use support::hanging::{CASES, Hanging, check};
use support::middleware::Middleware;
use support::way::{Server, Way};
use xsendfile_hyper::{Config, Sendfile};

/// Files of the disk, not in memory.
fn local(root: &Path) -> Vec<String> {
    let names: Vec<_> = (0..8).map(|place| format!("local-{place}.bin")).collect();
    for name in &names {
        std::fs::write(root.join(name), vec![1; 1 << 20]).expect("a file");
        let file = File::open(root.join(name)).expect("the file");
        file.sync_all().expect("it on the disk");
        fadvise(&file, 0, None, Advice::DontNeed).expect("it forgotten");
    }
    names
}

fn two_workers() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn check_case(way: Way, (hung, clients, is_answered): (&str, usize, bool)) {
    let site = tempfile::tempdir().expect("a directory");
    create_dir(site.path().join("mount")).expect("another");
    let config = || Config::builder().backend("simple").root(site.path());
    // One that was known before something was mounted in it.
    let sendfile = Sendfile::new(config().build().expect("settings"));
    let names = local(site.path());
    // Dropped last: it waits for its workers.
    let runtime = two_workers();
    let Some(mut hanging) = Hanging::mount(&site.path().join("mount")) else { return };
    let server = runtime.block_on(Server::start(way, Middleware::None, sendfile));
    check(server.address, &mut hanging, &format!("mount/{hung}"), &names, (clients, is_answered));
    drop(hanging);
    runtime.shutdown_background();
}

#[test]
fn files_of_the_disk_are_sent_while_others_beneath_their_root_hang() {
    for case in CASES {
        println!("{case:?}");
        check_case(Way::UnderAxum, case);
    }
}

#[test]
fn files_of_one_root_are_sent_while_another_root_hangs() {
    for (hung, clients, is_answered) in CASES {
        let (site, mount) = (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("two"));
        let names = local(site.path());
        let runtime = two_workers();
        let Some(mut hanging) = Hanging::mount(mount.path()) else { return };
        let config = |root: &Path| Config::builder().backend("simple").root(root).build().expect("settings");
        let [of_mount, of_disk] = [mount.path(), site.path()].map(|root| Sendfile::new(config(root)));
        let router = axum::Router::new()
            .nest("/mount", support::way::router(of_mount))
            .merge(support::way::router(of_disk));
        let started = Server::start_router(Way::Http11, router, std::time::Duration::from_secs(60));
        let server = runtime.block_on(started);
        check(server.address, &mut hanging, &format!("mount/{hung}"), &names, (clients, is_answered));
        drop(hanging);
        runtime.shutdown_background();
    }
}
