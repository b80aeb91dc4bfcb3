//! The canary's resource under actix-web.

use std::fs;
use std::time::SystemTime;

use actix_web::App;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use xsendfile::canary::{Ask, Statement, Task};
use xsendfile_actix::canary::{Canary, PATH};
use xsendfile_actix::{Config, Sendfile};

const NAME: &str = ".xsendfile-canary-0123456789abcdef0123456789abcdef/plain.txt";
const SECRET: &[u8] = b"secret";

async fn ask(canary: &Canary, method: Method, query: &str) -> (StatusCode, Option<String>, Vec<u8>) {
    let app = init_service(App::new().service(canary.resource())).await;
    let request = TestRequest::with_uri(&format!("{PATH}?{query}")).method(method);
    let request = request.insert_header(("X-Accel-Mapping", "/a=/b")).to_request();
    let response = call_service(&app, request).await;
    let length = response.headers().get(CONTENT_LENGTH).map(|length| length.to_str().unwrap().to_owned());
    (response.status(), length, read_body(response).await.to_vec())
}

#[actix_web::test]
async fn what_is_signed_is_answered_and_everything_else_is_nothing() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join(NAME);
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "canary").unwrap();
    let config = Config::builder().backend("simple").root(root.path()).build().unwrap();
    let sendfile = Sendfile::new(config);
    let canary = Canary::new(&sendfile, SECRET);
    let signed = |ask: Ask| ask.sign(SECRET, SystemTime::now());

    let send = signed(Ask::send(0, NAME));
    let (status, length, body) = ask(&canary, Method::GET, &send).await;
    assert_eq!(
        (status, length.as_deref(), body.as_slice()),
        (StatusCode::OK, Some("6"), b"canary".as_slice())
    );
    let (status, length, body) = ask(&canary, Method::HEAD, &send).await;
    assert_eq!((status, length.as_deref(), body.as_slice()), (StatusCode::OK, Some("6"), b"".as_slice()));
    for method in [Method::POST, Method::OPTIONS, Method::DELETE] {
        let nothing = (StatusCode::NOT_FOUND, Some("0".into()), Vec::new());
        assert_eq!(ask(&canary, method.clone(), &send).await, nothing, "{method}");
    }

    let describe = signed(Ask { task: Task::Describe, ..Ask::send(0, NAME) });
    let statement = Statement::from_json(&ask(&canary, Method::GET, &describe).await.2).unwrap();
    assert_eq!(statement.backend, "simple");
    assert!(statement.received.contains(&("x-accel-mapping".into(), "/a=/b".into())), "{statement:?}");

    let unsigned = Ask::send(0, NAME).sign(b"another", SystemTime::now());
    let missing = signed(Ask::send(0, NAME.replace("plain", "other")));
    for query in [unsigned.as_str(), "", missing.as_str()] {
        assert_eq!(ask(&canary, Method::GET, query).await.0, StatusCode::NOT_FOUND, "{query}");
    }
    let without_secret = Canary::new(&sendfile, Vec::new());
    let query = Ask::send(0, NAME).sign(b"", SystemTime::now());
    assert_eq!(ask(&without_secret, Method::GET, &query).await.0, StatusCode::NOT_FOUND);
}
