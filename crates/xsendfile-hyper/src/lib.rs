//! Authorised file downloads for hyper, tower and axum, sent by the kernel where it can be.
//!
//! The application decides who may have a file. This crate answers with it: whole, a range or several,
//! with the preconditions evaluated, from beneath a root that no name leaves. Over plain HTTP/1 the
//! kernel sends the file with sendfile(2), under unmodified hyper; over TLS and HTTP/2 it is read into
//! pooled buffers. Or the response hands the file off to nginx, Apache, lighttpd or Caddy in front.
//!
#![cfg_attr(all(feature = "axum", feature = "serve"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "axum", feature = "serve")), doc = "```ignore")]
//! use axum::{Router, extract::{Path, State}, response::IntoResponse, routing::get};
//! use http::request::Parts;
//! use xsendfile_hyper::{Config, Listener, Sendfile, serve};
//!
//! async fn download(State(sendfile): State<Sendfile>, Path(name): Path<String>, parts: Parts) -> impl IntoResponse {
//!     // Here belongs the decision who may have which file.
//!     sendfile.send(&parts, name).attachment().await
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::builder().backend("simple").root("/srv/files").build()?;
//! let app = Router::new().route("/files/{*name}", get(download)).with_state(Sendfile::new(config));
//! serve(Listener::bind("127.0.0.1:8000").await?, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What there is
//!
//! | | feature | |
//! | --- | --- | --- |
//! | [`Sendfile`], [`Download`] | | "send this file to this request" |
//! | [`Body`] | | the body, for any `http_body` server |
//! | [`Io`], [`Listener`] | | connections that let the kernel send |
//! | `serve` | `serve` | an accept loop for hyper and tower services, HTTP/1 and 2 |
//! | `Executor` | `serve` | for an accept loop of your own: ends HTTP/2 streams that nobody reads |
//! | `TlsListener` | `rustls` | TLS for it |
//! | `SendfileLayer` | `tower` | the server half: sends what an inner service names |
//! | `axum` | `axum` | extractor, responses, `axum::serve` |
//! | `canary` | `canary` | a URL for `xsendfile check --url` |
//!
//! [`kernel_send`] says when the kernel sends and how to see it, [`recipes`] how to do the usual things.

#[cfg(feature = "axum")]
pub mod axum;
mod body;
#[cfg(feature = "canary")]
pub mod canary;
mod counters;
mod error;
mod io;
#[cfg(feature = "tower")]
mod layer;
mod opening;
mod sendfile;
#[cfg(feature = "serve")]
mod serve;
mod waiting;

#[doc = include_str!("kernel_send.md")]
pub mod kernel_send {}

#[cfg(all(feature = "axum", feature = "rustls", feature = "tower"))]
#[doc = include_str!("recipes.md")]
pub mod recipes {}

pub use body::Body;
pub use counters::{Counters, counters};
pub use error::Error;
pub use io::listener::{Accept, BoundListener, Listener, Peer};
pub use io::{Io, Socket, WRITE_IDLE};
#[cfg(feature = "tower")]
pub use layer::{Answering, FileOr, SendfileLayer, SendfileService};
pub use sendfile::{Download, Head, Responding, Sendfile};
#[cfg(feature = "serve")]
pub use serve::executor::Executor;
#[cfg(feature = "rustls")]
pub use serve::tls::TlsListener;
#[cfg(feature = "serve")]
pub use serve::{Hyper, IntoService, Serve, Tower, serve};
pub use xsendfile;
pub use xsendfile::{Buffering, Config, Delivery, Disposition};
