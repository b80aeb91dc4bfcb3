//! A client that connects and asks for nothing is dropped, whatever it has begun to say.

use std::convert::Infallible;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use xsendfile_hyper::{Listener, serve};

const LIMIT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_client_that_asks_for_nothing_is_dropped() {
    let listener = Listener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(Response::new("answered".to_owned()))
    });
    tokio::spawn(async move { serve(listener, service).first_request(LIMIT).await });

    for said in ["", "PRI * HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HT"] {
        let mut client = TcpStream::connect(address).await.expect("a connection");
        client.write_all(said.as_bytes()).await.expect("room");
        let ended = timeout(LIMIT * 20, client.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "{said:?} keeps the connection open");
    }

    // Whoever has asked once may be silent for longer.
    let mut client = TcpStream::connect(address).await.expect("a connection");
    for _ in 0..2 {
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("room");
        let mut answer = [0; 4096];
        let read = timeout(LIMIT * 20, client.read(&mut answer)).await.expect("an answer").expect("bytes");
        assert!(answer[..read].ends_with(b"answered"));
        tokio::time::sleep(LIMIT * 2).await;
    }
}
