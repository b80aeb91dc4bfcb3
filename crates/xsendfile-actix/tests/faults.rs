//! The faults of others, through actix-web.

mod support;

use actix_web::{App, HttpRequest, HttpServer, Responder, web};
use http::{HeaderName, HeaderValue};
use support::faults::OF_THE_APPLICATION;
use support::stand::Stand;
use xsendfile_actix::{Config, Sendfile};

async fn start() -> Stand {
    let files = tempfile::tempdir().expect("a directory");
    let config = Config::builder().backend("simple").root(files.path()).build().expect("settings");
    let sendfile = web::Data::new(Sendfile::new(config));
    let app = move || App::new().app_data(sendfile.clone()).route("/{name:.*}", web::route().to(send));
    let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    Stand { address, files }
}

async fn send(
    request: HttpRequest,
    sendfile: web::Data<Sendfile>,
    name: web::Path<String>,
) -> impl Responder {
    let mut download = sendfile.send(&request, name.as_str());
    for (name, value) in OF_THE_APPLICATION {
        download = download.header(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    download.await
}

faults!(actix_web::test, start);
