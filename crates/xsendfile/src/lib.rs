//! Authorised file downloads: the application decides who may have a file, something fast sends it.
//!
//! This crate is the decision, without sockets, runtime or framework. A request and a name come in at
//! one end; a head and a plan for the body leave at the other, through one stage after the next:
//!
//! ```text
//! name ──► root ──► representation ──► precondition ──► range ──► backend ──► Response
//!        (opened     (described)        (selection)              streamed │ handed off
//!        beneath)
//! ```
//!
//! * [`Config`] reads the settings, [`Sendfile::send`] is the way in.
//! * A backend that streams gives a [`Body`]: parts of an opened file, whole, range or multipart.
//! * A backend that hands off gives an empty body and the header that tells nginx, Apache or lighttpd
//!   what to send, in its [`Dialect`](backend::dialect::Dialect).
//!
//! Files are opened once, beneath their root by the kernel's word, and everything after comes from that
//! descriptor. A name that leads outside, a missing file, a directory and a FIFO are one answer to the
//! client and different [`Reason`]s in the log.

pub mod backend;
pub mod body;
pub mod config;
pub mod disposition;
pub mod error;
pub mod location;
pub mod media_type;
pub mod multipart;
pub mod name;
pub mod precondition;
pub mod range;
mod receive;
pub mod representation;
pub mod request;
pub mod response;
pub mod root;
pub mod selection;
pub mod sendfile;
mod unique;
pub mod validator;

pub use backend::Backend;
pub use body::{Body, Reader, Segment};
pub use config::Config;
pub use disposition::Disposition;
pub use error::{ConfigError, Error, Reason};
pub use location::{InternalUrl, Location, Locations};
pub use name::Name;
pub use request::Request;
pub use response::Response;
pub use root::{Lookup, OpenedFile, Place, Root, Status, Symlinks};
pub use sendfile::{Download, Sendfile};

/// The examples of the documentation, as tests.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../../README.md")]
    struct Readme;
    #[doc = include_str!("../../../docs/rust.md")]
    struct Guide;
}
