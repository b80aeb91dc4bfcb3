//! What the application decided, and what reached it: for the check to compare with what the client
//! got.

use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName};

use crate::dialect::is_reserved;
use crate::error::{Error, Reason};
use crate::location::Location;
use crate::response::Response;
use crate::sendfile::Sendfile;

/// What the application decided for a canary file, and what reached it. It crosses the network as JSON.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Statement {
    /// The version of this crate.
    pub version: String,
    /// The application's clock, in seconds since 1970-01-01T00:00:00Z.
    pub time: u64,
    /// The effective user and group of its process.
    pub user: u32,
    /// See [`Statement::user`].
    pub group: u32,
    /// How files leave, by the short name of the backend.
    pub backend: String,
    /// Where files lie.
    pub locations: Vec<StatedLocation>,
    /// The headers of the request that concern a download or where it came from: name and value, in
    /// Latin-1. Other headers may hold what is nobody's business.
    pub received: Vec<(String, String)>,
    /// What would be sent.
    pub decision: Decision,
}

/// A location as the application knows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StatedLocation {
    /// Its root; what is not UTF-8 is replaced.
    pub root: String,
    /// Its internal URL.
    pub url: Option<String>,
}

/// What the application would send.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// No body, and a header for the server in front.
    HandedOff {
        /// The header's name, in lower case.
        header: String,
        /// Its value, in Latin-1.
        value: String,
        /// The status.
        status: u16,
        /// All headers, in Latin-1.
        headers: Vec<(String, String)>,
    },
    /// The body itself.
    Streamed {
        /// Why, where the backend hands files off: what the name has that the server cannot be told.
        rule: Option<String>,
        /// The status.
        status: u16,
        /// All headers, in Latin-1.
        headers: Vec<(String, String)>,
    },
    /// Nothing.
    Refused {
        /// Why there is no file to send; `None` for what says nothing about the file.
        reason: Option<Reason>,
        /// What the log would say.
        message: String,
    },
}

impl Statement {
    pub(super) fn of(
        sendfile: &Sendfile,
        decided: &Result<Response, Error>,
        received: &HeaderMap,
        now: SystemTime,
    ) -> Self {
        let config = sendfile.config();
        let stated = |location: &Location| StatedLocation {
            root: location.root().path().to_string_lossy().into_owned(),
            url: location.url().map(|url| url.as_str().to_owned()),
        };
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            time: now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
            user: rustix::process::geteuid().as_raw(),
            group: rustix::process::getegid().as_raw(),
            backend: config.backend().name().into(),
            locations: config.locations().iter().map(stated).collect(),
            received: texts(received.iter().filter(|(name, _)| concerns_downloads(name))),
            decision: match decided {
                Ok(response) => decision(response),
                Err(error) => refused(error),
            },
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("names and text are JSON")
    }

    /// From JSON.
    ///
    /// # Errors
    ///
    /// Where it is something else.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }
}

fn decision(response: &Response) -> Decision {
    let status = response.status.as_u16();
    let headers = texts(response.headers.iter());
    match &response.hand_off {
        Some(hand_off) => Decision::HandedOff {
            header: hand_off.header().as_str().into(),
            value: text(hand_off.value(&response.headers).as_bytes()),
            status,
            headers,
        },
        None => Decision::Streamed { rule: response.rule.map(|rule| rule.name.into()), status, headers },
    }
}

fn refused(error: &Error) -> Decision {
    let reason = match error {
        Error::NotFound { reason, .. } => Some(*reason),
        _ => None,
    };
    Decision::Refused { reason, message: error.to_string() }
}

fn concerns_downloads(name: &HeaderName) -> bool {
    let text = name.as_str();
    is_reserved(name)
        || ["x-forwarded-", "if-"].iter().any(|start| text.starts_with(start))
        || ["host", "range", "accept-encoding", "via", "forwarded", "x-original-url", "x-rewrite-url"]
            .contains(&text)
}

fn texts<'a>(
    headers: impl Iterator<Item = (&'a HeaderName, &'a http::HeaderValue)>,
) -> Vec<(String, String)> {
    headers.map(|(name, value)| (name.as_str().into(), text(value.as_bytes()))).collect()
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}
