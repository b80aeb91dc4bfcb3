//! Static files by others under hyper.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use hyper::body::{Body, Incoming};
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_staticfile::Static;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower_http::services::ServeFile;

use crate::Done;
use crate::options::{Options, Tls};

/// tower-http's file service behind a route of an axum application.
#[tokio::main]
pub(crate) async fn tower_http(options: Options) -> Done {
    let mut app = Router::new();
    for entry in std::fs::read_dir(&options.root)? {
        let entry = entry?;
        let route = format!("/{}", entry.file_name().to_string_lossy());
        app = app.route_service(&route, ServeFile::new(entry.path()));
    }
    let listener = TcpListener::bind(options.address).await?;
    match options.tls {
        None => Ok(axum::serve(nodelay(listener), app).await?),
        Some(_) => accept(listener, options.tls, TowerToHyperService::new(app)).await,
    }
}

#[tokio::main]
pub(crate) async fn hyper_staticfile(options: Options) -> Done {
    let files = Static::new(&options.root);
    let service = service_fn(move |request: Request<Incoming>| files.clone().serve(request));
    accept(TcpListener::bind(options.address).await?, options.tls, service).await
}

/// Nagle's algorithm off, as ours has it.
fn nodelay(listener: TcpListener) -> impl axum::serve::Listener<Io: Unpin, Addr: std::fmt::Debug> {
    use axum::serve::ListenerExt;
    listener.tap_io(|socket| {
        // A connection that is closed already says no; it will be noticed.
        let _ = socket.set_nodelay(true);
    })
}

/// The accept loop of hyper-util's documentation.
async fn accept<S, B>(listener: TcpListener, tls: Option<Tls>, service: S) -> Done
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>, Data: Send> + Send + 'static,
{
    let acceptor = match tls {
        None => None,
        Some(tls) => Some(TlsAcceptor::from(Arc::new(tls.config()?))),
    };
    let builder = Arc::new(Builder::new(TokioExecutor::new()));
    loop {
        let (socket, _) = listener.accept().await?;
        let _ = socket.set_nodelay(true);
        let (acceptor, builder, service) = (acceptor.clone(), Arc::clone(&builder), service.clone());
        tokio::spawn(async move {
            // How a connection ends is the client's affair.
            let _ = match acceptor {
                None => builder.serve_connection(TokioIo::new(socket), service).await,
                Some(acceptor) => match acceptor.accept(socket).await {
                    Ok(stream) => builder.serve_connection(TokioIo::new(stream), service).await,
                    Err(_) => return,
                },
            };
        });
    }
}
