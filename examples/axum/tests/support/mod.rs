//! The site and a server in front of it as processes of their own, and a visitor.

#![allow(unreachable_pub, missing_docs, missing_debug_implementations)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xsendfile_cli::Configuration;
use xsendfile_cli::configure::{Listen, Server, Upstream, Whole};
use xsendfile_hyper::Config;

const PATIENCE: Duration = Duration::from_secs(30);

/// The application, with files of its own.
pub struct Site {
    pub port: u16,
    config: Config,
    directory: TempDir,
    _process: Process,
}

impl Site {
    pub fn start(backend: &str, url: Option<&str>) -> Self {
        // Where the servers' user may go.
        let directory = tempfile::tempdir().expect("a directory");
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).expect("its mode");
        // The server's state, which it may write as another user.
        let state = directory.path().join("front");
        fs::create_dir(&state).expect("a directory for the server in front");
        fs::set_permissions(&state, fs::Permissions::from_mode(0o777)).expect("its mode");
        let port = free_port();
        let files = directory.path().join("files");
        fs::create_dir(&files).expect("a directory for the files");
        let mut config = Config::builder().backend(backend).root(&files);
        let mut command = Command::new(env!("CARGO_BIN_EXE_protected-downloads-axum"));
        command.env("SENDFILE_BACKEND", backend).env("SENDFILE_ROOT", files);
        command.env("LISTEN", format!("127.0.0.1:{port}")).env("RUST_LOG", "warn");
        if let Some(url) = url {
            command.env("SENDFILE_URL", url);
            config = config.url(url);
        }
        let config = config.build().expect("settings that fit together");
        Self { port, config, directory, _process: Process::start(command, port) }
    }
}

/// A server in front of a site, on the configuration that `xsendfile config --full` prints.
pub struct Front {
    pub port: u16,
    _process: Process,
}

impl Front {
    pub fn start(site: &Site, server: Server, program: &str, arguments: &[&str]) -> Self {
        let hint = "run `make setup`, or install the packages of examples/axum/README.md";
        assert!(Path::new(program).exists(), "{program} is not installed: {hint}");
        let port = free_port();
        let whole = Whole {
            state_dir: site.directory.path().join("front"),
            user: None,
            group: None,
            apache_modules: "/usr/lib/apache2/modules".into(),
        };
        let text = Configuration::new(server, site.config.locations().clone())
            .upstream(Upstream::Tcp { host: "127.0.0.1".into(), port: site.port })
            .listen(Listen::local(port))
            .whole(whole)
            .render()
            .expect("a configuration");
        let path = site.directory.path().join("front.conf");
        fs::write(&path, text).expect("a configuration");
        let mut command = Command::new(program);
        command.args(arguments).arg(path);
        Self { port, _process: Process::start(command, port) }
    }
}

/// A process that ends with its test.
struct Process(Child);

impl Process {
    fn start(mut command: Command, port: u16) -> Self {
        let mut process = Self(command.spawn().expect("a process"));
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = process.0.try_wait().expect("a process");
            assert!(ended.is_none(), "{command:?} ended: {ended:?}");
            assert!(started.elapsed() < PATIENCE, "{command:?} does not listen");
            sleep(Duration::from_millis(20));
        }
        process
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // nginx, lighttpd and Apache take their workers with them when they are asked to end.
        let pid = self.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(5) {
            if self.0.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a port");
    probe.local_addr().expect("its address").port()
}

/// A visitor, with a connection for each request.
pub struct Client {
    port: u16,
}

pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("text")
    }
}

impl Client {
    pub fn new(port: u16) -> Self {
        Self { port }
    }

    pub fn get(&self, path: &str, headers: &[&str]) -> Reply {
        self.ask(&format!("GET {path}"), headers, "")
    }

    pub fn post(&self, path: &str, form: &str) -> Reply {
        let length = format!("Content-Length: {}", form.len());
        let headers = [&*length, "Content-Type: application/x-www-form-urlencoded"];
        self.ask(&format!("POST {path}"), &headers, form)
    }

    /// The header that says who has logged in.
    pub fn log_in(&self, name: &str, password: &str) -> String {
        let reply = self.post("/login", &format!("name={name}&password={password}"));
        assert_eq!((reply.status, reply.header("location")), (303, "/"));
        let cookie = reply.header("set-cookie");
        assert!(cookie.contains("HttpOnly"), "{cookie}");
        format!("Cookie: {}", cookie.split(';').next().expect("a cookie"))
    }

    fn ask(&self, line: &str, headers: &[&str], body: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("an option");
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let host = format!("Host: 127.0.0.1:{}", self.port);
        write!(stream, "{line} HTTP/1.1\r\n{host}\r\nConnection: close\r\n{headers}\r\n{body}")
            .expect("a request");
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).expect("an answer");
        let end = reply.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let body = reply.split_off(end + 4);
        let head = String::from_utf8(reply).expect("ASCII");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let reply = Reply { status, head, body };
        assert_eq!(reply.header("transfer-encoding"), "", "every answer has a length");
        reply
    }
}
