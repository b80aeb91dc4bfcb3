//! A mount that hangs stops nobody but its own clients.

#![cfg(target_os = "linux")]

mod support;

use actix_web::{App, HttpRequest, HttpServer, Responder, web};
use support::hanging::{CASES, Hanging, check};
use xsendfile_actix::{Config, Sendfile};

async fn download(
    request: HttpRequest,
    name: web::Path<String>,
    sendfile: web::Data<Sendfile>,
) -> impl Responder {
    sendfile.send(&request, name.into_inner()).await
}

#[test]
fn files_of_the_disk_are_sent_while_others_beneath_their_root_hang() {
    for (hung, clients, is_answered) in CASES {
        println!("{hung}");
        let site = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(site.path().join("mount")).expect("another");
        std::fs::write(site.path().join("local.bin"), vec![1; 1 << 20]).expect("a file");
        let config = Config::builder().backend("simple").root(site.path()).build().expect("settings");
        let sendfile = web::Data::new(Sendfile::new(config));
        let Some(mut hanging) = Hanging::mount(&site.path().join("mount")) else { return };

        let (started, server) = std::sync::mpsc::channel();
        let running = std::thread::spawn(move || {
            let app =
                move || App::new().app_data(sendfile.clone()).route("/{name:.*}", web::get().to(download));
            let server = HttpServer::new(app).workers(2).disable_signals();
            let server = server.bind("127.0.0.1:0").expect("a port");
            let address = server.addrs()[0];
            actix_web::rt::System::new().block_on(async move {
                let server = server.run();
                started.send((address, server.handle())).expect("somebody waits");
                server.await
            })
        });
        let (address, handle) = server.recv().expect("a server");
        let local = ["local.bin".to_owned()];
        check(address, &mut hanging, &format!("mount/{hung}"), &local, (clients, is_answered));
        drop(hanging);
        let stopped = handle.stop(false);
        actix_web::rt::System::new().block_on(stopped);
        running.join().expect("a thread").expect("a server");
    }
}
