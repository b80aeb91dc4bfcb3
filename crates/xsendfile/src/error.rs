//! What can go wrong: an [`Error`] while answering a request, a [`ConfigError`] at start.

use std::fmt;
use std::io;
use std::path::PathBuf;

use http::{HeaderName, StatusCode};

use crate::lane::Lane;

/// Why a file is not sent.
///
/// Only [`Error::status`] is for the client. The message names the path and belongs in the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no file to send under this name. The client is told 404, whatever the reason.
    #[error("{path:?} is not sent: {reason}")]
    NotFound {
        /// The file that was asked for, as the application named it.
        path: PathBuf,
        /// Why, for the log.
        reason: Reason,
    },

    /// A header value that the caller gave cannot stand in an HTTP message.
    #[error("{value:?} cannot be the value of {header}: {problem}")]
    InvalidHeader {
        /// The header.
        header: HeaderName,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },

    /// The caller declared more bytes than the file has.
    #[error("{path:?} has {actual} bytes, fewer than the {declared} that were declared")]
    LengthBeyondFile {
        /// The file.
        path: PathBuf,
        /// The length that the caller declared, in bytes.
        declared: u64,
        /// The length that the file has, in bytes.
        actual: u64,
    },

    /// The disk would have to be asked, and the caller said not to wait, or not for what may hang:
    /// [`Download::respond_cached`](crate::Download::respond_cached), [`Lookup::Cached`](crate::Lookup::Cached),
    /// [`Lookup::Local`](crate::Lookup::Local). Ask again [as the lane says](Lane::lookup), where it says.
    #[error("the disk would have to be asked")]
    WouldBlock(Lane),

    /// The system failed in a way that says nothing about the file, such as too many open files, or a
    /// lease that another program has on it.
    #[error("cannot {operation} {path:?}: {source}")]
    Io {
        /// What was tried, an infinitive: "open", "read".
        operation: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// What whoever opens files says instead of waiting where too many wait already: see
    /// [`Lane::is_full`](crate::Lane::is_full).
    pub fn full(path: PathBuf) -> Self {
        let source = io::Error::new(io::ErrorKind::ResourceBusy, "too many wait for its file system already");
        Self::Io { operation: "open", path, source }
    }

    /// The status that the client is told: 404 for a file that is not there to be sent, 503 where too many wait
    /// for its file system already, else 500.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::ResourceBusy => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Why there is [no file to send](Error::NotFound).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(
    feature = "canary",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Reason {
    /// The name is empty, is the root itself, holds a NUL, or ends in a slash.
    #[error("it is not the name of a file")]
    InvalidName,
    /// The name leads out of every root, by being absolute elsewhere or over a symlink; or it goes up, by
    /// `..`, if only to another directory of its root.
    #[error(
        "it lies outside every root, goes up by \"..\", or leaves its root over a symlink (SENDFILE_SYMLINKS)"
    )]
    Outside,
    /// Nothing is there, or a name on the way is too long to exist.
    #[error("it does not exist")]
    Missing,
    /// A directory, FIFO, socket or device.
    #[error("it is not a regular file")]
    NotRegular,
    /// A symlink is on the way, and the policy follows none or the links run in a circle.
    #[error("a symlink on the way is not followed")]
    Symlink,
    /// This process may not read it.
    #[error("this process may not read it")]
    PermissionDenied,
}

/// A setting that cannot work, found before the first request.
///
/// It is shown in the same words by `Debug`, since that is what a program prints whose `main` returns it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} = {value}: {problem}; {advice}")]
#[non_exhaustive]
pub struct ConfigError {
    /// The setting's name, such as `SENDFILE_ROOT`.
    pub setting: &'static str,
    /// Its value as it was given; `unset` where there is none.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub advice: String,
    /// Whether all that is wrong is that a directory is not there, or not there yet.
    pub is_missing: bool,
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ConfigError {
    /// About the setting of this name and value: what is wrong, and what to write instead.
    pub fn new(
        setting: &'static str,
        value: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let (value, problem, advice) = (value.into(), problem.into(), advice.into());
        Self { setting, value, problem, advice, is_missing: false }
    }
}
