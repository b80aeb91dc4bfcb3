//! xsendfile-hyper, under its own `serve` and under `axum::serve`.

use std::convert::Infallible;
use std::error::Error;

use axum::Router;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::get;
use http::request::Parts;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use xsendfile_hyper::{Body, Config, Listener, Sendfile, TlsListener};

use crate::Done;
use crate::options::Options;

/// hyper, with nothing between the connection and the download.
#[tokio::main]
pub(crate) async fn serve(options: Options) -> Done {
    let sendfile = sendfile(&options)?;
    let service = service_fn(move |request: Request<Incoming>| {
        let download = sendfile.send(&request, &request.uri().path()[1..]);
        async move {
            let response: Response<Body> = download.await.unwrap_or_else(|error| error.to_response());
            Ok::<_, Infallible>(response)
        }
    });
    let listener = Listener::bind(options.address).await?;
    match options.tls {
        None => xsendfile_hyper::serve(listener, service).await?,
        Some(tls) => xsendfile_hyper::serve(TlsListener::new(listener, tls.config()?), service).await?,
    }
    Ok(())
}

/// An axum application with one route.
#[tokio::main]
pub(crate) async fn axum(options: Options) -> Done {
    let app = Router::new().route("/{*name}", get(download)).with_state(sendfile(&options)?);
    let listener = Listener::bind(options.address).await?;
    match options.tls {
        None => axum::serve(listener, app).await?,
        Some(tls) => xsendfile_hyper::serve(TlsListener::new(listener, tls.config()?), app).await?,
    }
    Ok(())
}

async fn download(sendfile: Sendfile, Path(name): Path<String>, parts: Parts) -> impl IntoResponse {
    sendfile.send(&parts, name).await
}

fn sendfile(options: &Options) -> Result<Sendfile, Box<dyn Error>> {
    Ok(Sendfile::new(Config::builder().backend("simple").root(&options.root).build()?))
}
