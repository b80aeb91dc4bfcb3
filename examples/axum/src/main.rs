//! A small site where people log in and download their own files.
//!
//! ```text
//! cargo run -p protected-downloads-axum
//! ```
//!
//! The README says how to run it behind a server that sends the files.

mod documents;
mod pages;
mod session;

use std::env;
use std::error::Error;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use xsendfile_hyper::{Config, Listener, Sendfile, serve};

use documents::Documents;
use session::{Sessions, User};

#[derive(Clone, FromRef)]
struct Site {
    sendfile: Sendfile,
    documents: Documents,
    sessions: Sessions,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = env::var("RUST_LOG").unwrap_or_else(|_| "info,xsendfile=debug".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();

    let config = config()?;
    let backend = config.backend();
    let root = config.locations().first().root().path();
    documents::make_samples(root)?;
    let documents = Documents::read(root)?;
    let site = Site { sendfile: Sendfile::new(config), documents, sessions: Sessions::default() };
    let router = Router::new()
        .route("/", get(home))
        .route("/login", get(pages::login).post(session::login))
        .route("/logout", post(session::logout))
        .route("/documents/{id}", get(download))
        .fallback(async || pages::not_found())
        .layer(map_response(not_kept))
        .with_state(site);

    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8000".into());
    let listener = Listener::bind(address).await?;
    println!("http://{}/  backend {backend}  logins: ada / lovelace, bob / builder", listener.local_addr()?);
    serve(listener, router)
        .with_graceful_shutdown(async { tokio::signal::ctrl_c().await.unwrap_or_default() })
        .await?;
    Ok(())
}

/// From the environment, with a backend and a directory that need no setting.
fn config() -> Result<Config, Box<dyn Error>> {
    let root = match env::var_os("SENDFILE_ROOT") {
        Some(root) => root.into(),
        None => env::temp_dir().join("protected-downloads"),
    };
    std::fs::create_dir_all(&root)?;
    let backend = env::var("SENDFILE_BACKEND").unwrap_or_else(|_| "simple".into());
    let mut config = Config::builder().backend(backend).root(root);
    if let Ok(url) = env::var("SENDFILE_URL") {
        config = config.url(url);
    }
    Ok(config.build()?)
}

/// Pages and redirects are for who asked, now. Files say themselves that a browser may keep them but has to
/// ask each time; where nothing has changed the answer is a 304.
async fn not_kept(mut response: Response) -> Response {
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn home(user: Option<User>, State(documents): State<Documents>) -> Response {
    match user {
        None => Redirect::to("/login").into_response(),
        Some(user) => pages::home(&user, documents.visible_to(&user)).into_response(),
    }
}

/// The decision, and then the file.
async fn download(
    user: Option<User>,
    State(documents): State<Documents>,
    sendfile: Sendfile,
    Path(id): Path<usize>,
    parts: Parts,
) -> Response {
    let Some(user) = user else { return Redirect::to("/login").into_response() };
    // Somebody else's document is answered as one that never was: anything else would tell.
    let Some(document) = documents.visible_to(&user).find(|document| document.id == id) else {
        return pages::not_found().into_response();
    };
    let mut download = sendfile.send(&parts, &document.path).save_as(&document.name);
    if parts.uri.query() == Some("save") || !document.is_shown() {
        download = download.attachment();
    }
    match download.await {
        Ok(response) => response.into_response(),
        Err(error) if error.status() == StatusCode::NOT_FOUND => pages::not_found().into_response(),
        Err(error) => error.into_response(),
    }
}
