//! actix-web: our response, and actix-files.

use std::path::PathBuf;

use actix_files::NamedFile;
use actix_web::web::{Data, Path, ServiceConfig, get};
use actix_web::{App, HttpRequest, HttpServer, Responder};
use xsendfile_actix::{Config, Sendfile};

use crate::Done;
use crate::options::Options;

pub(crate) fn ours(options: Options) -> Done {
    let config = Config::builder().backend("simple").root(&options.root).build()?;
    let sendfile = Data::new(Sendfile::new(config));
    run(&options, move |app| {
        app.app_data(sendfile.clone()).route("/{name}", get().to(download));
    })
}

async fn download(request: HttpRequest, name: Path<String>, sendfile: Data<Sendfile>) -> impl Responder {
    sendfile.send(&request, name.as_str()).await
}

/// A handler that opens the file by name, as ours does.
pub(crate) fn files(options: Options) -> Done {
    let root = Data::new(options.root.clone());
    run(&options, move |app| {
        app.app_data(root.clone()).route("/{name}", get().to(named_file));
    })
}

async fn named_file(name: Path<String>, root: Data<PathBuf>) -> std::io::Result<NamedFile> {
    NamedFile::open(root.join(name.as_str()))
}

fn run(options: &Options, configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Done {
    // As the others have it: else a client that delays its acknowledgements waits for them.
    let server = HttpServer::new(move || App::new().configure(configure.clone())).tcp_nodelay(true);
    let server = match &options.tls {
        None => server.bind(options.address)?,
        Some(tls) => server.bind_rustls_0_23(options.address, tls.config()?)?,
    };
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}
