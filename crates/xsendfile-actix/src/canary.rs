//! The URL that `xsendfile check --url` asks: see [`xsendfile::canary`].
//!
//! ```no_run
//! use actix_web::App;
//! use xsendfile_actix::canary::Canary;
//! use xsendfile_actix::{Config, Sendfile};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let canary = Canary::from_env(&Sendfile::new(Config::from_env()?));
//! // In the closure of `HttpServer::new`:
//! let app = App::new().service(canary.resource());
//! # Ok(())
//! # }
//! ```

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, Resource, web};

use crate::body::Body;
use crate::convert;
use crate::sendfile::Sendfile;

pub use xsendfile_hyper::canary::PATH;

/// Answers the check's signed questions, and everything else with 404.
#[derive(Debug, Clone)]
pub struct Canary(xsendfile_hyper::canary::Canary);

impl Canary {
    /// Answers what is signed with `secret`; with an empty one, nothing.
    pub fn new(sendfile: &Sendfile, secret: impl Into<Arc<[u8]>>) -> Self {
        Self(xsendfile_hyper::canary::Canary::new(&sendfile.0, secret))
    }

    /// With the secret in the environment variable `SENDFILE_SECRET`; where it is unset, nothing is
    /// answered.
    pub fn from_env(sendfile: &Sendfile) -> Self {
        Self(xsendfile_hyper::canary::Canary::from_env(&sendfile.0))
    }

    /// The response to a request for [`PATH`], or where else the application has put it.
    pub async fn respond(&self, request: &HttpRequest) -> HttpResponse<Body> {
        convert::response(self.0.respond(&convert::parts(request)).await)
    }

    /// Its resource, a service for an application.
    pub fn resource(&self) -> Resource {
        let canary = self.clone();
        let answer = move |request: HttpRequest| {
            let canary = canary.clone();
            async move { canary.respond(&request).await }
        };
        web::resource(PATH).route(web::route().to(answer))
    }
}
