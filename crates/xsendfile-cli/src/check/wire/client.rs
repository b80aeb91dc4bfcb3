//! One request for each connection, over TCP or TLS.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::message;
use super::{Origin, Outgoing, Reply, Silence, tls};

/// More than any canary has; a site that answers with more answers with something else.
const LARGEST: usize = 8 << 20;

/// How the site is reached.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Headers of every request, such as Authorization.
    pub(crate) headers: Vec<(String, String)>,
    /// Where to connect instead of the URL's host and port.
    pub(crate) connect: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) insecure: bool,
    pub(crate) timeout: Duration,
}

/// A client of one site.
#[derive(Debug)]
pub(crate) struct Client {
    origin: Origin,
    options: Options,
    tls: Option<Arc<ClientConfig>>,
    interrupted: Arc<AtomicBool>,
}

/// The check was told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interrupted;

impl Client {
    /// A client of the site at `origin`.
    ///
    /// # Errors
    ///
    /// Where certificates cannot be read.
    pub(crate) fn new(
        origin: Origin,
        options: Options,
        interrupted: Arc<AtomicBool>,
    ) -> Result<Self, String> {
        let tls =
            origin.tls.then(|| tls::config(options.ca_file.as_deref(), options.insecure)).transpose()?;
        Ok(Self { origin, options, tls, interrupted })
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Sends a request and reads its reply, [`Reply::none`] where none comes.
    pub(crate) fn send(&self, request: &Outgoing) -> Result<Reply, Interrupted> {
        let reply = self.exchange(request).unwrap_or_else(Reply::none);
        if self.interrupted.load(Ordering::Relaxed) { Err(Interrupted) } else { Ok(reply) }
    }

    fn exchange(&self, request: &Outgoing) -> Result<Reply, Silence> {
        let deadline = Instant::now() + self.options.timeout;
        let socket = self.connect(deadline).map_err(|error| Silence::Unreachable(error.to_string()))?;
        let socket = Bounded { socket, deadline, interrupted: &self.interrupted };
        let bytes = request.to_bytes(&self.origin, &self.options.headers);
        let (received, timed_out) = match &self.tls {
            None => self.converse(socket.deadline, socket, &bytes),
            Some(config) => ServerName::try_from(self.origin.host.clone())
                .map_err(io::Error::other)
                .and_then(|name| ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other))
                .and_then(|tls| self.converse(socket.deadline, StreamOwned::new(tls, socket), &bytes)),
        }
        .map_err(|error| silence(&error))?;
        message::read(request.method, &received, timed_out).map_err(Silence::NoReply)
    }

    fn connect(&self, deadline: Instant) -> io::Result<TcpStream> {
        let addresses: Vec<_> = match &self.options.connect {
            Some(address) => address.to_socket_addrs()?.collect(),
            None => (self.origin.host.as_str(), self.origin.port).to_socket_addrs()?.collect(),
        };
        let socket = first_that_connects(&addresses, deadline, &self.interrupted)?;
        // Short, so that an interruption is noticed.
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        socket.set_write_timeout(Some(self.options.timeout))?;
        Ok(socket)
    }

    /// Writes the request and reads to the end; tells whether the end did not come in time.
    fn converse(
        &self,
        deadline: Instant,
        mut stream: impl Read + Write,
        request: &[u8],
    ) -> io::Result<(Vec<u8>, bool)> {
        let mut sent = 0;
        let mut received = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            // A TLS handshake reads in the middle of writing, so writing may have to wait too.
            let moved = if sent < request.len() {
                stream.write(&request[sent..]).inspect(|count| sent += count)
            } else {
                let read = stream.flush().and_then(|()| stream.read(&mut buffer));
                read.inspect(|&count| received.extend_from_slice(&buffer[..count]))
            };
            match moved {
                Ok(0) if sent == request.len() => return Ok((received, false)),
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(_) if received.len() > LARGEST => return Ok((received, true)),
                Ok(_) => {}
                Err(error) if waits(&error) => {}
                // A server that refuses may close before it has read all; its reply counts. TLS
                // without close_notify ends in the same way.
                Err(_) if !received.is_empty() => return Ok((received, false)),
                Err(error) if sent == request.len() => return Err(error),
                Err(_) if sent > 0 => sent = request.len(),
                Err(error) => return Err(error),
            }
            if self.interrupted.load(Ordering::Relaxed) || Instant::now() > deadline {
                return match received.is_empty() {
                    true => Err(io::Error::new(io::ErrorKind::TimedOut, "nothing came back in time")),
                    false => Ok((received, true)),
                };
            }
        }
    }
}

/// A connection to the first of these that takes one. Each gets its share of the time that is left, so that one
/// that swallows packets leaves some for the next, and many together no more than there is.
fn first_that_connects(
    addresses: &[SocketAddr],
    deadline: Instant,
    interrupted: &AtomicBool,
) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for (address, untried) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || interrupted.load(Ordering::Relaxed) {
            break;
        }
        let share = left / u32::try_from(untried).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A socket that ends with its time, or where the check is told to end. TLS reads and writes it many
/// times over before it says anything: a server that drips byte by byte would hold the check for ever.
struct Bounded<'a> {
    socket: TcpStream,
    deadline: Instant,
    interrupted: &'a AtomicBool,
}

impl Bounded<'_> {
    fn still(&self) -> io::Result<&TcpStream> {
        match self.interrupted.load(Ordering::Relaxed) || Instant::now() > self.deadline {
            true => Err(io::ErrorKind::TimedOut.into()),
            false => Ok(&self.socket),
        }
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.still()?.read(buffer)
    }
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.still()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.still()?.flush()
    }
}

fn silence(error: &io::Error) -> Silence {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(_)) => Silence::Unbelieved(error.to_string()),
        _ => Silence::NoReply(error.to_string()),
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A listener that nobody reaches any more, with what fills it.
    fn full() -> (TcpListener, Vec<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
        let waiting = std::iter::from_fn(connect).collect();
        (listener, waiting)
    }

    #[test]
    fn many_addresses_have_the_time_of_one() {
        let (full, _waiting) = full();
        let (silent, open) = (full.local_addr().unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let timeout = Duration::from_millis(600);
        let still = AtomicBool::new(false);
        let tried = |addresses: &[SocketAddr]| {
            let start = Instant::now();
            (first_that_connects(addresses, start + timeout, &still).is_ok(), start.elapsed())
        };
        let (connected, took) = tried(&[silent; 20]);
        assert!(!connected && took < timeout * 2, "{took:?}");
        let (connected, took) = tried(&[silent, open.local_addr().unwrap()]);
        assert!(connected && took < timeout, "{took:?}");
    }

    #[test]
    fn an_interruption_ends_the_attempts() {
        let (full, _waiting) = full();
        let interrupted = AtomicBool::new(false);
        let start = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(100));
                interrupted.store(true, Ordering::Relaxed);
            });
            let addresses = [full.local_addr().unwrap(); 100];
            first_that_connects(&addresses, start + Duration::from_secs(20), &interrupted).unwrap_err();
        });
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
