//! `xsendfile check` with the settings of the environment.

use std::io::Write;
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::Duration;

#[test]
fn without_a_secret_the_site_is_not_asked() {
    let output = Command::new(env!("CARGO_BIN_EXE_xsendfile"))
        .args(["check", "--json", "--url", "http://127.0.0.1:9/"])
        .env_clear()
        .envs([("SENDFILE_BACKEND", "simple"), ("SENDFILE_ROOT", env!("CARGO_TARGET_TMPDIR"))])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let causes: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter_map(|finding| finding.get("cause")).collect();
    assert_eq!(causes.len(), 1, "{report:#}");
    assert_eq!(causes[0]["id"], "secret-unset");
    assert!(causes[0]["change"].as_str().unwrap().starts_with("SENDFILE_SECRET"));
}

#[test]
fn a_server_that_drips_its_handshake_does_not_hold_the_check() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let left = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        // A record of 16 KiB, whose end would come in half an hour.
        let record = [&[22, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc, 3, 3][..], &[0; 16 << 10]].concat();
        record.iter().position(|byte| {
            thread::sleep(Duration::from_millis(100));
            client.write_all(&[*byte]).is_err()
        })
    });
    let output = Command::new(env!("CARGO_BIN_EXE_xsendfile"))
        .args(["check", "--timeout", "1", "--insecure", "--url", &url])
        .env_clear()
        .envs([("SENDFILE_BACKEND", "simple"), ("SENDFILE_SECRET", "secret")])
        .env("SENDFILE_ROOT", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(left.join().unwrap().is_some(), "it heard the whole record");
}
