//! Authorised file downloads for hyper, tower and axum, sent by the kernel where it can be.

#[cfg(feature = "axum")]
pub mod axum;
pub mod body;
pub mod counters;
pub mod error;
pub mod io;
#[cfg(feature = "tower")]
pub mod layer;
pub mod listener;
mod pool;
mod read;
pub mod sendfile;
#[cfg(feature = "serve")]
pub mod serve;
mod ticket;
#[cfg(feature = "rustls")]
mod tls;
mod way;
pub mod way_out {
    //! How a body finds out whether the kernel may send it.
}

pub use body::Body;
pub use counters::{Copied, Counters, counters};
pub use error::Error;
pub use io::Io;
#[cfg(feature = "tower")]
pub use layer::Layer;
pub use listener::Listener;
pub use sendfile::{Download, Sendfile};
#[cfg(feature = "serve")]
pub use serve::{Peer, Serve, serve};
#[cfg(feature = "rustls")]
pub use tls::TlsListener;
pub use xsendfile::{Config, Disposition};
