//! `xsendfile check` with the settings of the environment.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use xsendfile_cli::Settings;
use xsendfile_cli::settings::Published;

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

/// A site whose clock is wrong, or which only says so, would else be given signatures for later.
#[test]
fn nothing_is_signed_for_a_time_that_the_site_names() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (asked, signed) = mpsc::channel();
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = BufReader::new(client.unwrap());
            let mut line = String::new();
            client.read_line(&mut line).unwrap();
            if let Some((_, at)) = line.split_once("&at=") {
                asked.send(at.split('&').next().unwrap().parse::<u64>().unwrap()).unwrap();
            }
            while line.trim() != "" {
                line.clear();
                client.read_line(&mut line).unwrap();
            }
            let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3600));
            let reply = format!("HTTP/1.1 404 Not Found\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n");
            client.get_mut().write_all(reply.as_bytes()).unwrap();
        }
    });
    let output = Command::new(env!("CARGO_BIN_EXE_xsendfile"))
        .args(["check", "--json", "--timeout", "5", "--url", &url])
        .env_clear()
        .envs([("SENDFILE_BACKEND", "simple"), ("SENDFILE_SECRET", "secret")])
        .env("SENDFILE_ROOT", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let last = report["findings"].as_array().unwrap().last().unwrap();
    assert_eq!(last["cause"]["id"], "clocks-differ", "{report:#}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let signed: Vec<_> = signed.try_iter().collect();
    assert!(!signed.is_empty() && signed.iter().all(|at| *at <= now), "{signed:?}, and it is {now}");
}

/// Which setting it is, what its value is, and what to write instead.
#[test]
fn what_is_published_is_named_with_its_value_and_a_remedy() {
    let top = std::env::temp_dir().canonicalize().unwrap();
    let top = top.join(format!("xsendfile-disk-{}", std::process::id()));
    std::fs::create_dir_all(top.join("files")).unwrap();
    std::os::unix::fs::symlink(".", top.join("link")).unwrap();
    let published = |url: &str, path: &str| Published::new(Some(url.into()), Some(top.join(path)));
    #[rustfmt::skip]
    let cases = [
        (None, None, &[][..]),
        (Some("media"), Some("static"), &[]),
        (Some("files"), None, &[
            "/top/files: MEDIA_URL = \"/media/\" says that anybody may fetch what lies in MEDIA_ROOT, and so the protected files in \"/top/files\", without asking the application (MEDIA_ROOT = \"/top/files\" holds the root)",
            "MEDIA_URL = \"\" if no file in MEDIA_ROOT is for everybody; otherwise SENDFILE_ROOT = \"/top/files-private\", or another directory outside \"/top/files\"",
        ]),
        (None, Some("link/files"), &[
            "/top/files: STATIC_URL = \"/static/\" says that anybody may fetch what lies in STATIC_ROOT, and so the protected files in \"/top/files\", without asking the application (STATIC_ROOT = \"/top/link/files\" holds the root)",
            "STATIC_ROOT = \"/top/link/files-static\", or another directory that does not hold \"/top/files\"",
        ]),
    ];
    for (media, static_files, expected) in cases {
        let mut settings = Settings::default();
        settings.sendfile = Ok(xsendfile::Config::builder().backend("simple").root(top.join("files")));
        settings.media = media.map(|path| published("/media/", path)).unwrap_or_default();
        settings.static_files = static_files.map(|path| published("/static/", path)).unwrap_or_default();
        let problems = xsendfile_cli::disk_problems(&settings).into_iter();
        let problems = problems.filter(|(cause, ..)| *cause == "published");
        let said: Vec<_> = problems.flat_map(|(_, problem, advice)| [problem, advice]).collect();
        let said: Vec<_> = said.iter().map(|text| text.replace(top.to_str().unwrap(), "/top")).collect();
        assert_eq!(said, expected);
    }
    std::fs::remove_dir_all(top).unwrap();
}

/// As the server would match them, whichever way a setting spells them.
#[test]
fn urls_that_lie_one_beneath_the_other_are_named_with_both_settings() {
    for (backend, static_url, media_url, expected) in [
        ("nginx", "/private/", "", Some("STATIC_URL = \"/private/\" and SENDFILE_URL = \"/private\"")),
        ("nginx", "/%70rivate//static/", "", Some("STATIC_URL = \"/%70rivate//static/\"")),
        ("caddy", "/static/", "/PRIVATE/", Some("MEDIA_URL = \"/PRIVATE/\"")),
        ("nginx", "/static/", "/", None),
        ("nginx", "//cdn.example/private/", "https://cdn.example/private/", None),
        ("nginx", "/private-static/", "/priv/", None),
        // It is told paths.
        ("xsendfile", "/private/", "/private/", None),
    ] {
        let mut settings = Settings::default();
        let root = env!("CARGO_TARGET_TMPDIR");
        settings.sendfile = Ok(xsendfile::Config::builder().backend(backend).root(root).url("/private"));
        settings.static_files = Published::new(Some(static_url.into()), None);
        settings.media = Published::new(Some(media_url.into()), None);
        let problems = xsendfile_cli::disk_problems(&settings).into_iter();
        let said: Vec<_> = problems.filter(|(cause, ..)| *cause == "urls-overlap").collect();
        assert_eq!(said.len(), usize::from(expected.is_some()), "{static_url} {media_url}: {said:?}");
        for (_, problem, advice) in &said {
            assert!(problem.contains(expected.unwrap()), "{problem}");
            assert!(advice.contains("\"/private-files\""), "{advice}");
        }
    }
}

#[test]
fn a_root_that_holds_the_application_is_named() {
    let root = env!("CARGO_TARGET_TMPDIR");
    for (private, expected) in [(format!("{root}/settings.py"), 1), (format!("{root}-settings.py"), 0)] {
        let mut settings = Settings::default();
        settings.sendfile = Ok(xsendfile::Config::builder().backend("simple").root(root));
        settings.private = vec![("the settings".into(), private.clone().into())];
        let problems = xsendfile_cli::disk_problems(&settings).into_iter();
        let said: Vec<_> = problems.filter(|(cause, ..)| *cause == "not-for-sending").collect();
        assert_eq!(said.len(), expected, "{said:?}");
        assert!(said.iter().all(|(_, problem, _)| problem.contains(&private)), "{said:?}");
    }
}
