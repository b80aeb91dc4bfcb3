//! The faults of others, through axum and hyper.

mod support;

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::any;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use support::faults::OF_THE_APPLICATION;
use support::site::Site;
use support::stand::Stand;
use support::way::{Server, Way};
use xsendfile_hyper::Sendfile;

async fn start() -> Stand {
    let Site { root: files } = Site::new();
    let config = xsendfile_hyper::Config::builder().backend("simple").root(files.path());
    let sendfile = Sendfile::new(config.build().expect("settings"));
    let router = Router::new().route("/{*name}", any(send)).with_state(sendfile);
    let server = Server::start_router(Way::Http11, router, Duration::from_secs(60)).await;
    let address = server.address;
    // Runs until the test's runtime ends.
    std::mem::forget(server);
    Stand { address, files }
}

async fn send(sendfile: Sendfile, Path(name): Path<String>, parts: Parts) -> impl IntoResponse {
    let mut download = sendfile.send(&parts, name);
    for (name, value) in OF_THE_APPLICATION {
        download = download.header(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    download.await
}

faults!(tokio::test, start);
