//! The canary's route under axum.

use std::fs;
use std::time::SystemTime;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use xsendfile::canary::{Ask, Statement, Task};
use xsendfile_hyper::canary::{Canary, PATH};
use xsendfile_hyper::{Config, Sendfile};

const NAME: &str = ".xsendfile-canary-0123456789abcdef0123456789abcdef/plain.txt";
const SECRET: &[u8] = b"secret";

async fn get(router: &Router, query: &str) -> (StatusCode, Vec<u8>) {
    ask(router, Method::GET, query).await
}

async fn ask(router: &Router, method: Method, query: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::builder().method(method).uri(format!("{PATH}?{query}"));
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

#[tokio::test]
async fn what_is_signed_is_answered_and_everything_else_is_nothing() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join(NAME);
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "canary").unwrap();
    let config = Config::builder().backend("simple").root(root.path()).build().unwrap();
    let sendfile = Sendfile::new(config);
    let router: Router = Canary::new(&sendfile, SECRET).router();

    let signed = |ask: Ask| ask.sign(SECRET, SystemTime::now());
    let (status, body) = get(&router, &signed(Ask::send(0, NAME))).await;
    assert_eq!((status, body.as_slice()), (StatusCode::OK, b"canary".as_slice()));

    let (status, body) = get(&router, &signed(Ask { task: Task::Describe, ..Ask::send(0, NAME) })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(Statement::from_json(&body).unwrap().backend, "simple");

    let nothing = (StatusCode::NOT_FOUND, Vec::new());
    let send = signed(Ask::send(0, NAME));
    assert_eq!(ask(&router, Method::HEAD, &send).await, (StatusCode::OK, Vec::new()));
    for method in [Method::POST, Method::OPTIONS, Method::DELETE] {
        assert_eq!(ask(&router, method.clone(), &send).await, nothing, "{method}");
        assert_eq!(ask(&router, method.clone(), "").await, nothing, "{method}");
    }
    let unsigned = Ask::send(0, NAME).sign(b"another", SystemTime::now());
    assert_eq!(get(&router, &unsigned).await, nothing);
    assert_eq!(get(&router, "").await, nothing);
    let missing = Ask::send(0, NAME.replace("plain", "other"));
    assert_eq!(get(&router, &signed(missing)).await, nothing);

    let without_secret: Router = Canary::new(&sendfile, Vec::new()).router();
    assert_eq!(get(&without_secret, &Ask::send(0, NAME).sign(b"", SystemTime::now())).await, nothing);
}

#[test]
fn a_runtime_that_shuts_down_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let config = Config::builder().backend("simple").root(root.path()).build().unwrap();
    let canary = Canary::new(&Sendfile::new(config), SECRET);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let handle = runtime.handle().clone();
    runtime.shutdown_background();
    let (parts, ()) = Request::get(format!("{PATH}?any")).body(()).unwrap().into_parts();
    let response = handle.block_on(canary.respond(&parts));
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}
