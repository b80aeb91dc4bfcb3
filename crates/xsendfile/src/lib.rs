//! Authorised file downloads: the application decides who may have a file, something fast sends it.
//!
//! This crate is the decision, without sockets, runtime or framework. A request and a name come in at
//! one end; a head and a plan for the body leave at the other, through one stage after the next:
//!
//! ```text
//! name ──► location ──► root ──► backend ─┬─► handed off ────────────────────────────────┬─► Response
//!                     (beneath)           └─► streamed: preconditions ─► ranges ─► body ─┘
//! ```
//!
//! * [`Config`] reads the settings, [`Sendfile::send`] is the entry point.
//! * A backend that streams gives a [`Body`]: parts of an opened file, whole, range or multipart.
//! * A backend that hands off gives an empty body and the header that tells nginx, Apache, lighttpd or Caddy
//!   what to send, in its [`Dialect`].
//!
//! Files are opened once, beneath their root by the kernel's word, and everything after comes from that
//! descriptor. A name that leads outside, a missing file, a directory and a FIFO are one answer to the
//! client and different [`Reason`]s in the log.

mod backend;
mod body;
mod cache_control;
#[cfg(feature = "canary")]
pub mod canary;
mod config;
mod delivery;
pub mod dialect;
mod disposition;
mod error;
mod extras;
mod hand_off;
mod lane;
mod location;
mod media_type;
mod multipart;
mod name;
mod once;
mod precondition;
// Public for the fuzz target only.
#[doc(hidden)]
pub mod range;
mod receive;
mod representation;
mod request;
mod response;
mod root;
mod sandbox;
mod selection;
mod sendfile;
mod streamed;
mod token;
mod validator;

pub use backend::Backend;
pub use body::{Body, Reader, Segment};
pub use config::{Config, ConfigBuilder};
pub use delivery::Delivery;
pub use dialect::Dialect;
pub use disposition::Disposition;
pub use error::{ConfigError, Error, Reason};
pub use extras::{Buffering, Extra};
pub use hand_off::HandOff;
pub use lane::Lane;
pub use location::{Found, InternalUrl, Location, Locations};
pub use name::Name;
pub use request::Request;
pub use response::Response;
pub use root::{FileStatus, Lookup, Modified, OpenedFile, Place, Root, Symlinks};
pub use sendfile::{Description, Download, Sendfile};

/// The examples of the documentation, as tests.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../../README.md")]
    struct Readme;
    #[doc = include_str!("../../../docs/rust.md")]
    struct Guide;
}
