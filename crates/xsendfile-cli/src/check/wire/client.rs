//! One request for each connection, over TCP or TLS.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
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
        let socket = self.connect().map_err(|error| Silence::Unreachable(error.to_string()))?;
        let socket = Bounded {
            socket,
            deadline: Instant::now() + self.options.timeout,
            interrupted: &self.interrupted,
        };
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

    fn connect(&self) -> io::Result<TcpStream> {
        let addresses: Vec<_> = match &self.options.connect {
            Some(address) => address.to_socket_addrs()?.collect(),
            None => (self.origin.host.as_str(), self.origin.port).to_socket_addrs()?.collect(),
        };
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for address in addresses {
            match TcpStream::connect_timeout(&address, self.options.timeout) {
                Ok(socket) => {
                    // Short, so that an interruption is noticed.
                    socket.set_read_timeout(Some(Duration::from_millis(200)))?;
                    socket.set_write_timeout(Some(self.options.timeout))?;
                    return Ok(socket);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
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
