//! A server of which nothing is known but HTTP/1, and its files.

use std::fs::{File, FileTimes};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::http1::{Http1, Reply};

/// A server that sends the file `files/NAME` to any method of `/NAME`.
pub struct Stand {
    pub address: SocketAddr,
    pub files: TempDir,
}

impl Stand {
    pub async fn get(&self, name: &str, headers: &[(&str, &str)]) -> Reply {
        self.ask("GET", name, headers).await
    }

    pub async fn ask(&self, method: &str, name: &str, headers: &[(&str, &str)]) -> Reply {
        let answer = async {
            let mut client = Http1::new(TcpStream::connect(self.address).await.expect("a connection"));
            client.send(method, name, "1.1", headers).await;
            client.receive(method).await.expect("an answer")
        };
        tokio::time::timeout(Duration::from_secs(30), answer).await.expect("no wait")
    }

    /// Makes the file that most of the cases are about, last modified long ago.
    pub fn hundred(&self) -> String {
        self.file("100.bin", &content(0..100), UNIX_EPOCH + Duration::new(784_111_777, 123_456_789))
    }

    pub fn file(&self, name: &str, content: &[u8], modified: SystemTime) -> String {
        let path = self.files.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("it");
        std::fs::write(&path, content).expect("a file");
        let file = File::options().write(true).open(path).expect("the file");
        file.set_times(FileTimes::new().set_modified(modified)).expect("its time");
        name.to_owned()
    }
}

pub fn content(range: std::ops::Range<u8>) -> Vec<u8> {
    range.map(|at| at + 1).collect()
}

/// Notes what happens to a file.
pub struct Watch(OwnedFd);

impl Watch {
    pub fn of(file: &Path) -> Self {
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).expect("a watch");
        let seen = WatchFlags::OPEN | WatchFlags::ACCESS | WatchFlags::CLOSE_NOWRITE;
        inotify::add_watch(&watch, file, seen).expect("a file to watch");
        Self(watch)
    }

    /// Whether the file was read until it was closed as often as it was opened.
    pub fn was_read(&self) -> bool {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&self.0, &mut buffer);
        let (mut opened, mut closed, mut is_read) = (0, 0, false);
        let started = Instant::now();
        while opened == 0 || closed < opened {
            match events.next().map(|event| event.events()) {
                Ok(seen) => {
                    opened += u32::from(seen.contains(ReadFlags::OPEN));
                    closed += u32::from(seen.contains(ReadFlags::CLOSE_NOWRITE));
                    is_read |= seen.contains(ReadFlags::ACCESS);
                }
                Err(Errno::AGAIN) => {
                    assert!(started.elapsed() < Duration::from_secs(30), "{opened} opened, {closed} closed");
                    std::thread::yield_now();
                }
                Err(error) => panic!("{error}"),
            }
        }
        is_read
    }
}
