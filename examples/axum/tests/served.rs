//! The site as a visitor sees it, alone and behind each of the servers of the README, on the
//! configurations that `xsendfile config` prints.

mod support;

use support::{Client, Front, Site};
use xsendfile_cli::configure::Server;

#[test]
fn alone() {
    let site = Site::start("simple", None);
    walk_through(&Client::new(site.port));
}

#[test]
fn behind_nginx() {
    let site = Site::start("nginx", Some("/private"));
    let front = Front::start(&site, Server::Nginx, "/usr/sbin/nginx", &["-g", "daemon off;", "-c"]);
    let client = Client::new(front.port);
    walk_through(&client);
    let session = client.log_in("ada", "lovelace");
    for path in ["/private/ada/notes.txt", "//private/ada/notes.txt", "/%70rivate/ada/notes.txt"] {
        assert_eq!(client.get(path, &[&session]).status, 404, "{path}");
    }
}

#[test]
fn behind_lighttpd() {
    let site = Site::start("lighttpd", None);
    let front = Front::start(&site, Server::Lighttpd, "/usr/sbin/lighttpd", &["-D", "-f"]);
    walk_through(&Client::new(front.port));
}

#[test]
fn behind_mod_xsendfile() {
    let site = Site::start("xsendfile", None);
    let front = Front::start(&site, Server::ModXsendfile, "/usr/sbin/apache2", &["-D", "FOREGROUND", "-f"]);
    walk_through(&Client::new(front.port));
}

#[test]
fn behind_caddy() {
    let site = Site::start("caddy", Some("/private"));
    let arguments = ["run", "--adapter", "caddyfile", "--config"];
    let front = Front::start(&site, Server::Caddy, "/usr/bin/caddy", &arguments);
    walk_through(&Client::new(front.port));
}

fn walk_through(client: &Client) {
    let reply = client.get("/", &[]);
    assert_eq!((reply.status, reply.header("location")), (303, "/login"));
    assert_eq!(client.post("/login", "name=ada&password=wrong").status, 403);
    let session = client.log_in("ada", "lovelace");
    let session = session.as_str();
    let home = client.get("/", &[session]).text();
    let id = |name: &str| {
        let (before, _) = home.split_once(&format!(">{name}</a>")).expect("a document of ada's");
        before.rsplit_once("/documents/").expect("its address").1.to_owned()
    };

    // Whole, shown.
    let notes = format!("/documents/{}", id("notes.txt"));
    let reply = client.get(&notes, &[session]);
    assert_eq!((reply.status, reply.text()), (200, "These are the notes of ada.\n".into()));
    assert_eq!(reply.header("content-disposition"), "inline; filename=\"notes.txt\"");
    assert!(reply.header("content-type").starts_with("text/plain"), "{}", reply.header("content-type"));
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    assert_eq!(reply.all("x-content-type-options"), ["nosniff"]);
    // A hand-off is not for visitors.
    for name in ["x-accel-redirect", "x-sendfile"] {
        assert_eq!(reply.header(name), "", "{name}");
    }
    // Saved, where the visitor wants or where it would run.
    let disposition = |path: &str| client.get(path, &[session]).header("content-disposition").to_owned();
    assert_eq!(disposition(&format!("{notes}?save")), "attachment; filename=\"notes.txt\"");
    let page = format!("/documents/{}", id("page.html"));
    assert_eq!(disposition(&page), "attachment; filename=\"page.html\"");
    // A name with everything in it.
    let named = format!("/documents/{}", id("Übersicht &quot;2024&quot; 100%.txt"));
    let reply = client.get(&named, &[session]);
    assert_eq!((reply.status, reply.text()), (200, "A name with everything in it.\n".into()));
    let disposition = reply.header("content-disposition");
    assert!(
        disposition.contains("filename*=UTF-8''%C3%9Cbersicht%20%222024%22%20100%25.txt"),
        "{disposition}"
    );

    // A part of a large one, then all of it.
    let large = format!("/documents/{}", id("large.bin"));
    let reply = client.get(&large, &[session, "Range: bytes=67108000-67108009"]);
    assert_eq!((reply.status, reply.header("content-range")), (206, "bytes 67108000-67108009/67108864"));
    let expected: Vec<u8> = (67_108_000..67_108_010).map(|at| at as u8).collect();
    assert_eq!(reply.body, expected);
    let body = client.get(&large, &[session]).body;
    assert_eq!(body.len(), 64 << 20);
    assert!(body.iter().enumerate().all(|(at, byte)| *byte == at as u8));
    // Unchanged since.
    let modified = format!("If-Modified-Since: {}", client.get(&notes, &[session]).header("last-modified"));
    assert_eq!(client.get(&notes, &[session, &modified]).status, 304);

    // Somebody else's, one that never was, and no login.
    let other = client.log_in("bob", "builder");
    let missing = client.get("/documents/99", &[&other]);
    let theirs = client.get(&notes, &[&other]);
    assert_eq!((theirs.status, theirs.text()), (404, missing.text()));
    assert_eq!(client.get("/ada/notes.txt", &[session]).status, 404);
    assert_eq!(client.get(&notes, &[]).header("location"), "/login");
    // None of that is kept: the next one who asks may have another answer.
    for refused in [theirs, missing, client.get(&notes, &[]), client.get("/", &[session])] {
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    // What a client says of files is not believed.
    for lie in ["X-Accel-Redirect: /private/ada/notes.txt", "X-Sendfile: /etc/passwd"] {
        assert_eq!(client.get("/documents/99", &[&other, lie]).status, 404, "{lie}");
    }
}
