//! A small site where people log in and download their own files.
//!
//! ```text
//! cargo run -p protected-downloads-axum
//! ```
//!
//! prints an address and two logins. With no further setting the program sends the files itself, by
//! the kernel. `SENDFILE_BACKEND=nginx` with `SENDFILE_URL=/private` (or `xsendfile`, `lighttpd`, …)
//! lets the server in front send them; `SENDFILE_ROOT` is where they lie, `LISTEN` the address.

mod files;
mod pages;
mod session;

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use xsendfile_hyper::{Config, Listener, Sendfile, counters, serve};

use session::{Sessions, User};

#[derive(Clone)]
struct Site {
    sendfile: Sendfile,
    sessions: Sessions,
}

impl FromRef<Site> for Sendfile {
    fn from_ref(site: &Site) -> Self {
        site.sendfile.clone()
    }
}

impl FromRef<Site> for Sessions {
    fn from_ref(site: &Site) -> Self {
        site.sessions.clone()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| "info,xsendfile=debug".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();

    let config = config()?;
    files::make_samples(config.locations().first().root().path())?;
    let backend = config.backend();
    let site = Site { sendfile: Sendfile::new(config), sessions: Sessions::default() };
    let router = Router::new()
        .route("/", get(home))
        .route("/login", get(pages::login).post(session::login))
        .route("/logout", post(session::logout))
        .route("/files/{*name}", get(download))
        .with_state(site);

    let address: SocketAddr = std::env::var("LISTEN").as_deref().unwrap_or("127.0.0.1:8000").parse()?;
    let listener = Listener::bind(address).await?;
    println!("http://{}/  backend {backend}  logins: ada / lovelace, bob / builder", listener.local_addr()?);
    serve(listener, router)
        .with_graceful_shutdown(async { tokio::signal::ctrl_c().await.unwrap_or_default() })
        .await?;
    println!("{:?}", counters());
    Ok(())
}

/// The settings of the environment, with a directory and a backend that need none.
fn config() -> Result<Config, Box<dyn Error>> {
    if std::env::var_os("SENDFILE_ROOT").is_some() && std::env::var_os("SENDFILE_BACKEND").is_some() {
        return Ok(Config::from_env()?);
    }
    let root = match std::env::var_os("SENDFILE_ROOT") {
        Some(root) => root.into(),
        None => std::env::temp_dir().join("protected-downloads"),
    };
    std::fs::create_dir_all(&root)?;
    let mut config = Config::builder().root(root);
    config = config.backend(std::env::var("SENDFILE_BACKEND").unwrap_or_else(|_| "simple".into()));
    if let Ok(url) = std::env::var("SENDFILE_URL") {
        config = config.url(url);
    }
    Ok(config.build()?)
}

async fn home(user: Option<User>, State(sendfile): State<Sendfile>) -> Response {
    match user {
        None => Redirect::to("/login").into_response(),
        Some(user) => {
            let root = sendfile.core().config().locations().first().root().path().to_owned();
            pages::home(&user, &files::of(&root, &user.name)).into_response()
        }
    }
}

/// The decision, and then the file: everyone has a directory of their own.
async fn download(
    user: Option<User>,
    sendfile: Sendfile,
    Path(name): Path<String>,
    parts: Parts,
) -> Response {
    let Some(user) = user else { return Redirect::to("/login").into_response() };
    match name.split_once('/') {
        Some((owner, _)) if owner == user.name && !name.split('/').any(|part| part == "..") => {
            let download = sendfile.send(&parts, &name);
            let download = if parts.uri.query() == Some("save") { download.attachment() } else { download };
            download.await.into_response()
        }
        _ => pages::refused(&user).into_response(),
    }
}
