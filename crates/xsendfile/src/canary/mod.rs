//! The canary: how `xsendfile check` proves that an application and the server in front of it fit.
//!
//! The check puts files into a directory of its own beneath a root, asks the site for them as any
//! client would, and removes them. For that the site has one more URL, which answers only what is
//! signed with the site's secret, and only for such files:
//!
//! * [`Task::Send`]: the file, as the application sends every file;
//! * [`Task::Describe`]: a [`Statement`] of what the application decided and of what reached it.
//!
//! Everything else is [`None`] here and 404 there, as if the URL were nothing at all.
//!
//! ```
//! use std::time::SystemTime;
//! use xsendfile::canary::{self, Answer, Ask};
//! use xsendfile::{Config, Delivery, Request, Sendfile};
//! # use http::{HeaderMap, Method};
//! # let root = tempfile::tempdir()?;
//! # let name = format!("{}/hello.txt", canary::directory_name([7; 16]));
//! # std::fs::create_dir(root.path().join(canary::directory_name([7; 16])))?;
//! # std::fs::write(root.path().join(&name), "hello")?;
//! # let config = Config::builder().backend("nginx").root(root.path()).url("/private").build()?;
//! # let sendfile = Sendfile::new(config);
//! # let (method, headers) = (Method::GET, HeaderMap::new());
//! # let request = Request::new(&method, &headers);
//! // What the check does:
//! let query = Ask::send(0, &name).sign(b"the site's secret", SystemTime::now());
//! // What the application does:
//! let answer = |secret| {
//!     canary::answer(&sendfile, secret, &query, request, Delivery::new(), SystemTime::now())
//! };
//! assert!(matches!(answer(b"the site's secret"), Some(Answer::File(file)) if file.hand_off.is_some()));
//! assert!(answer(b"another secret...").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ask;
mod hex;
mod signature;
mod statement;

use std::time::SystemTime;

use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

pub use ask::{Ask, Task, Variant};
pub use signature::LIFETIME;
pub use statement::{Decision, StatedLocation, Statement};

use crate::body::Body;
use crate::delivery::Delivery;
use crate::error::{Error, Reason};
use crate::hand_off::HandOff;
use crate::location::Location;
use crate::name::Name;
use crate::request::Request;
use crate::response::Response;
use crate::sendfile::Sendfile;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What the directory of canary files is called, before 32 hexadecimal digits.
pub const DIRECTORY: &str = ".xsendfile-canary-";

/// The path of the canary's URL, unless the application puts it elsewhere.
pub const PATH: &str = "/xsendfile-canary";

/// The name of a directory for canary files.
pub fn directory_name(random: [u8; 16]) -> String {
    format!("{DIRECTORY}{}", hex::encode(&random))
}

/// The answer to a signed request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Answer {
    /// The canary file.
    File(Box<Response>),
    /// What was decided, to be sent as JSON.
    Statement(Box<Statement>),
}

impl Answer {
    /// The response that carries it.
    pub fn into_response(self) -> Response {
        match self {
            Self::File(response) => *response,
            Self::Statement(statement) => {
                let json = statement.to_json();
                let mut headers = HeaderMap::new();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                headers.insert(CONTENT_LENGTH, json.len().into());
                headers.insert(CACHE_CONTROL, NO_STORE);
                let body = Body::text(json);
                Response { body, ..Response::without_body(StatusCode::OK, headers) }
            }
        }
    }
}

/// Answers a request with the query `query` (what follows the question mark, as it came), if it is
/// signed with `secret`, is a GET or HEAD, and names a canary file that is there. Tell the client 404 otherwise:
/// 405 would tell that the URL exists.
///
/// `delivery` is how the application has every file delivered, [`Delivery::new`] where nothing is
/// particular about it. Waits for the disk.
pub fn answer(
    sendfile: &Sendfile,
    secret: &[u8],
    query: &str,
    request: Request<'_>,
    delivery: Delivery,
    now: SystemTime,
) -> Option<Answer> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let ask = Ask::verify(query, secret, now)?;
    let location = sendfile.config().locations().iter().nth(ask.location)?;
    let mut decided = respond(sendfile, location, &ask, request, delivery);
    if let (Ok(response), true) = (&mut decided, ask.padding > 0) {
        let padding = HeaderValue::from_bytes(&vec![b'x'; ask.padding]).ok()?;
        response.headers.insert(HeaderName::from_static("x-canary-padding"), padding);
    }
    Some(match ask.task {
        Task::Send => Answer::File(Box::new(decided.ok()?)),
        Task::Describe => {
            Answer::Statement(Box::new(Statement::of(sendfile, &decided, request.headers(), now)))
        }
    })
}

fn respond(
    sendfile: &Sendfile,
    location: &Location,
    ask: &Ask,
    request: Request<'_>,
    mut delivery: Delivery,
) -> Result<Response, Error> {
    let path = location.root().join(&ask.name);
    // Where somebody put a link among the canaries, what it leads to is not the check's to ask for.
    if path.canonicalize().is_ok_and(|real| !ask::is_among_canaries(&real)) {
        return Err(Error::NotFound { path, reason: Reason::Symlink });
    }
    if ask.attachment {
        delivery = delivery.attachment();
    }
    if let Some(name) = &ask.save_as {
        delivery = delivery.save_as(name);
    }
    if let Some(media_type) = &ask.media_type {
        delivery = delivery.media_type(media_type);
    }
    let dialect = sendfile.config().backend().dialect().filter(|_| !delivery.streamed);
    match (ask.variant, dialect) {
        (Variant::Plain, _) | (_, None) => sendfile.send(request, &path).delivery(delivery).respond(),
        (variant, Some(dialect)) => {
            let hand_off = dialect.write(location, &ask.name).ok();
            let hand_off = hand_off.and_then(|hand_off| varied(&hand_off, variant, location, &ask.name));
            hand_off.map(bare).ok_or(Error::NotFound { path, reason: Reason::InvalidName })
        }
    }
}

/// The hand-off as a mistake would have it, or for what is not there.
fn varied(hand_off: &HandOff, variant: Variant, location: &Location, name: &Name) -> Option<HandOff> {
    let wire = hand_off.wire();
    let written = match variant {
        Variant::Plain | Variant::Unchecked => wire.to_vec(),
        // Only the directory, whose name no server can decode into something else.
        Variant::Outside => [b"/", directory(name)].concat(),
        // The root's own path has no prefix to double a slash behind.
        Variant::DoubledSlash => {
            location.url()?;
            let prefix = wire.len() - encoded_length(wire, name)?;
            [&wire[..prefix], b"/", &wire[prefix..]].concat()
        }
    };
    HandOff::from_parts(hand_off.dialect(), written.clone(), written).ok()
}

/// How many bytes at the end of `wire` say `name`. A canary's directory needs no escaping, so its name
/// is found as it is.
fn encoded_length(wire: &[u8], name: &Name) -> Option<usize> {
    let directory = directory(name);
    let start = wire.windows(directory.len()).position(|window| window == directory)?;
    Some(wire.len() - start)
}

/// The canary's directory.
fn directory(name: &Name) -> &[u8] {
    name.as_bytes().split(|&byte| byte == b'/').next().unwrap_or_default()
}

/// A response that says nothing but which file to send, for nobody to keep.
fn bare(hand_off: HandOff) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(hand_off.header().clone(), hand_off.value(&headers));
    Response { hand_off: Some(hand_off), ..Response::without_body(StatusCode::OK, headers) }
}
