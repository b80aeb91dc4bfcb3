//! The URL that `xsendfile check --url` asks: see [`xsendfile::canary`].
//!
#![cfg_attr(feature = "axum", doc = "```no_run")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::Router;
//! use xsendfile_hyper::canary::Canary;
//! use xsendfile_hyper::{Config, Sendfile};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sendfile = Sendfile::new(Config::from_env()?);
//! let app: Router = Router::new().merge(Canary::from_env(&sendfile).router());
//! # Ok(())
//! # }
//! ```

use std::sync::Arc;
use std::time::SystemTime;

use http::request::Parts;
use http::{Response, StatusCode};
use xsendfile::canary;
use xsendfile::{Delivery, Lane, Request};

use crate::body::Body;
use crate::error::{Error, refusal};
use crate::opening::Opening;
use crate::sendfile::{Head, Sendfile};

pub use xsendfile::canary::PATH;

/// Answers the check's signed questions, and everything else with 404.
#[derive(Clone)]
pub struct Canary {
    sendfile: Sendfile,
    secret: Arc<[u8]>,
}

impl Canary {
    /// Answers what is signed with `secret`; with an empty one, nothing.
    pub fn new(sendfile: &Sendfile, secret: impl Into<Arc<[u8]>>) -> Self {
        Self { sendfile: sendfile.clone(), secret: secret.into() }
    }

    /// With the secret in the environment variable `SENDFILE_SECRET`; where it is unset, nothing is
    /// answered.
    pub fn from_env(sendfile: &Sendfile) -> Self {
        let secret = std::env::var_os("SENDFILE_SECRET").unwrap_or_default();
        Self::new(sendfile, secret.into_encoded_bytes())
    }

    /// The response to a request for [`PATH`], or where else the application has put it.
    pub async fn respond(&self, request: &Parts) -> Response<Body> {
        let Some(query) = request.uri.query().map(str::to_owned) else { return not_found() };
        let (sendfile, secret) = (self.sendfile.core().clone(), Arc::clone(&self.secret));
        let (method, headers) = (request.method.clone(), request.headers.clone());
        let opening = Opening::new(request.uri.path().into(), &Lane::local(), move |_| {
            let request = Request::new(&method, &headers);
            Ok(canary::answer(&sendfile, &secret, &query, request, Delivery::new(), SystemTime::now()))
        });
        match opening.await {
            Ok(Some(answer)) => Head::from(request).keep().answer(answer.into_response()),
            Ok(None) => not_found(),
            Err(error) => Error::logged(error).to_response(),
        }
    }

    /// Its route, to be merged into an application's.
    #[cfg(feature = "axum")]
    pub fn router<S>(&self) -> axum::Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let canary = self.clone();
        let answer = move |parts: Parts| {
            let canary = canary.clone();
            async move { canary.respond(&parts).await.map(axum::body::Body::new) }
        };
        axum::Router::new().route(PATH, axum::routing::any(answer))
    }
}

impl std::fmt::Debug for Canary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not its secret.
        f.debug_struct("Canary").field("sendfile", &self.sendfile).finish_non_exhaustive()
    }
}

fn not_found() -> Response<Body> {
    refusal(StatusCode::NOT_FOUND)
}
