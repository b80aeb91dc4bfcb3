//! A file system that hangs, and what must go on meanwhile.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use xsendfile::Lane;

/// How long each of its files is.
const LENGTH: usize = 300_000;

/// How long whatever must not wait may take: nobody waits so long for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// `harness/hanging.py`, mounted until this is dropped.
pub struct Hanging {
    program: Child,
    orders: Option<ChildStdin>,
    says: BufReader<ChildStdout>,
}

impl Hanging {
    /// `None`, loudly, where nothing can be mounted.
    pub fn mount(directory: &Path) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../harness/hanging.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(directory).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.spawn().expect("python3");
        let says = BufReader::new(program.stdout.take().expect("a pipe"));
        let mut hanging = Self { orders: program.stdin.take(), program, says };
        if hanging.says() != "mounted\n" {
            assert!(
                std::env::var_os("CI").is_none(),
                "FUSE cannot be mounted here, and in CI nothing is skipped"
            );
            println!("SKIPPED: FUSE cannot be mounted here");
            return None;
        }
        Some(hanging)
    }

    fn says(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("text");
        line
    }

    fn release(&mut self) {
        self.orders.as_mut().expect("it runs").write_all(b"release\n").expect("it reads");
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.program.wait();
    }
}

/// What hangs, how many clients ask for it, and whether their answers come all the same: as many as there are
/// threads to close.
pub const CASES: [(&str, usize, bool); 4] =
    [("open.bin", 600, false), ("stat.bin", 40, false), ("read.bin", 40, false), ("close.bin", 10, true)];

/// Asks for `hung`, a file of the mount, many times, and sees that `local`, files of the disk that nobody has
/// read yet, are sent before any of those. Then everybody has the file.
pub fn check(address: SocketAddr, hanging: &mut Hanging, hung: &str, local: &[String], case: (usize, bool)) {
    let (clients, is_answered) = case;
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("descriptors");

    let mut waiting: Vec<_> = (0..clients).map(|_| ask(address, hung)).collect();
    if is_answered {
        waiting.drain(..).for_each(|client| assert_eq!(answer(client), LENGTH, "{hung}"));
    }
    assert_eq!(hanging.says(), "hangs\n");
    for _ in 0..2 {
        for name in local {
            assert!(answer(ask(address, name)) > 0, "{name} while {hung} hangs");
        }
    }
    for client in &mut waiting {
        client.set_nonblocking(true).expect("an option");
        let mut body = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = client.read(&mut buffer) {
            body.extend_from_slice(&buffer[..count]);
        }
        assert!(body.len() < LENGTH, "{hung} does not hang");
        client.set_nonblocking(false).expect("an option");
        // A head that came before its body is no head of what follows.
        if !body.is_empty() {
            *client = ask(address, hung);
        }
    }
    hanging.release();
    // Where too many wait for the mount, the rest is told at once to come again.
    let answers: Vec<_> = waiting.into_iter().map(whole).collect();
    let (sent, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| is_sent(answer));
    assert!(sent.iter().all(|answer| body(answer) == LENGTH), "{hung}");
    assert!(refused.iter().all(|answer| answer.starts_with(b"HTTP/1.1 503 ")), "{hung}");
    let most = Lane::THREADS + Lane::WAITING;
    assert_eq!(refused.is_empty(), is_answered || clients <= most, "{hung}: {} refused", refused.len());
    assert!(refused.is_empty() || sent.len() >= Lane::WAITING, "{hung}: {} sent", sent.len());
}

fn ask(address: SocketAddr, name: &str) -> TcpStream {
    let mut client = TcpStream::connect(address).expect("a connection");
    client.set_read_timeout(Some(PATIENCE)).expect("an option");
    let request = format!("GET /{name} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).expect("a request");
    client
}

/// The length of the body of a file that is sent.
fn answer(client: TcpStream) -> usize {
    let answer = whole(client);
    assert!(is_sent(&answer), "{}", String::from_utf8_lossy(&answer[..answer.len().min(200)]));
    body(&answer)
}

fn whole(mut client: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).expect("an answer, soon");
    answer
}

fn is_sent(answer: &[u8]) -> bool {
    answer.starts_with(b"HTTP/1.1 200 ")
}

fn body(answer: &[u8]) -> usize {
    answer.len() - (answer.windows(4).position(|end| end == b"\r\n\r\n").expect("a head") + 4)
}
