//! Many slow clients cost little. A process of its own, for its memory is what is measured.

use actix_web::{App, HttpRequest, HttpServer, Responder, web};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use xsendfile_actix::{Config, Sendfile};

const KIB: u64 = 1024;
const READERS: u64 = 400;
/// How often each reads so much that the server has to send more.
const READS: usize = 3;
const SOME: usize = 256 << 10;

async fn download(request: HttpRequest, sendfile: web::Data<Sendfile>) -> impl Responder {
    sendfile.send(&request, "large").await
}

#[actix_web::test]
async fn slow_readers_cost_less_than_64_kib_each() {
    let site = tempfile::tempdir().expect("a directory");
    let file = std::fs::File::create(site.path().join("large")).expect("a file");
    file.set_len(1 << 30).expect("a sparse file");
    let config = Config::builder().backend("simple").root(site.path()).build().expect("settings");
    let sendfile = web::Data::new(Sendfile::new(config));
    let app = move || App::new().app_data(sendfile.clone()).route("/", web::get().to(download));
    let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());

    // What the first one costs, the process has for good.
    let mut buffer = vec![0; SOME];
    let mut readers = vec![reader(address).await];
    readers[0].read_exact(&mut buffer).await.expect("the first");
    let before = resident();
    for _ in 0..READERS {
        readers.push(reader(address).await);
    }
    let mut each = 0;
    for read in 0..READS {
        for reader in &mut readers {
            reader.read_exact(&mut buffer).await.expect("more of the file");
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        each = each.max(resident().saturating_sub(before) / READERS);
        println!("{each} bytes for each after {read}, client included");
    }
    assert!(each < 64 * KIB, "{each} bytes for each reader");
    assert!(each > KIB, "{each} bytes: nobody waits");
}

/// A client that has asked, and has read one byte.
async fn reader(address: std::net::SocketAddr) -> TcpStream {
    // Little room in the kernel, whose memory is not what is measured and is shared by all.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(32 << 10).expect("an option");
    let mut stream = socket.connect(address).await.expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").await.expect("a request");
    stream.read_u8().await.expect("an answer");
    stream
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("resident memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * KIB
}
