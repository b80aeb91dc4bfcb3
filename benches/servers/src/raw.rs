//! The floor: a head and sendfile(2), in a thread for each connection, and nothing that HTTP asks for
//! beyond that.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rustix::net::{SendFlags, send};

use crate::Done;
use crate::options::Options;

const END: &[u8] = b"\r\n\r\n";

pub(crate) fn sendfile(options: Options) -> Done {
    let root: Arc<Path> = options.root.into();
    let listener = TcpListener::bind(options.address)?;
    loop {
        let (socket, _) = listener.accept()?;
        let root = Arc::clone(&root);
        thread::spawn(move || {
            // How a connection ends is the client's affair.
            let _ = connection(socket, &root);
        });
    }
}

fn connection(mut socket: TcpStream, root: &Path) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match socket.read(&mut buffer)? {
            0 => return Ok(()),
            count => request.extend_from_slice(&buffer[..count]),
        }
        if request.ends_with(END) {
            answer(&mut socket, root, &request)?;
            request.clear();
        }
    }
}

fn answer(socket: &mut TcpStream, root: &Path, request: &[u8]) -> std::io::Result<()> {
    let Some((file, length)) = open(root, request) else {
        return socket.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    };
    let (mut offset, end, status) = match range(request) {
        None => (0, length, "200 OK".to_owned()),
        Some((first, last)) => {
            (first, last + 1, format!("206 Partial Content\r\nContent-Range: bytes {first}-{last}/{length}"))
        }
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", end - offset);
    // Into one packet with the file's beginning. So short a head fits.
    send(&*socket, head.as_bytes(), SendFlags::MORE | SendFlags::NOSIGNAL)?;
    while offset < end {
        let length = (end - offset).min(1 << 30) as usize;
        if rustix::fs::sendfile(socket.as_fd(), &file, Some(&mut offset), length)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

fn open(root: &Path, request: &[u8]) -> Option<(File, u64)> {
    let target = request.split(|byte| *byte == b' ').nth(1)?;
    let file = File::open(root.join(std::str::from_utf8(target).ok()?.trim_start_matches('/'))).ok()?;
    let length = file.metadata().ok()?.len();
    Some((file, length))
}

/// The range that the benchmark asks for: `bytes=FIRST-LAST`, within the file.
fn range(request: &[u8]) -> Option<(u64, u64)> {
    let (_, asked) = std::str::from_utf8(request).ok()?.split_once("\r\nRange: bytes=")?;
    let (first, last) = asked.lines().next()?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}
