//! Authorised file downloads for actix-web.
//!
//! The application decides who may have a file; this crate answers with it: whole, a range or several,
//! with the preconditions evaluated, from beneath a root that no name leaves, or by a hand-off to
//! nginx, Apache, lighttpd or Caddy in front.
//!
//! ```no_run
//! use actix_web::{App, HttpRequest, HttpServer, Responder, web};
//! use xsendfile_actix::{Config, Sendfile};
//!
//! async fn download(request: HttpRequest, sendfile: web::Data<Sendfile>) -> impl Responder {
//!     // Here belongs the decision who may have which file.
//!     sendfile.send(&request, "report.pdf").attachment().await
//! }
//!
//! #[actix_web::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let config = Config::builder().backend("simple").root("/srv/files").build()?;
//!     let sendfile = web::Data::new(Sendfile::new(config));
//!     let server = HttpServer::new(move || {
//!         App::new().app_data(sendfile.clone()).route("/report", web::get().to(download))
//!     });
//!     Ok(server.bind("127.0.0.1:8000")?.run().await?)
//! }
//! ```
//!
//! # What it costs
//!
//! actix-web copies every body into its own write buffer, so the kernel cannot send files by itself
//! here, as it does under [`xsendfile_hyper`]. Files are read 32 KiB at a time, never whole, and on a
//! blocking thread only where they are not in memory. A client that reads slowly costs about 40 KiB.
//!
//! # Pipelining
//!
//! actix-http 3.20 decodes the requests of a pipeline ahead, and gives an answer that waits the form that the
//! request decoded last asks for, whatever the handler. Of `GET`, `GET` and `HEAD` in one packet the second
//! answer has a length and no body, and the client takes the third head for content; `HEAD`, `HEAD`, `GET`
//! closes the connection without an answer. Bodies of `GET` requests alone are whole. Browsers, curl and nginx
//! do not pipeline.

mod body;
#[cfg(feature = "canary")]
pub mod canary;
mod convert;
mod sendfile;

pub use body::Body;
/// [`Download::header`] takes headers of http 1; actix-web has those of 0.2.
pub use http;
pub use sendfile::{Download, Error, Responding, Sendfile};
pub use xsendfile;
pub use xsendfile_hyper::{Buffering, Config, Delivery, Disposition};
