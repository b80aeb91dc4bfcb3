//! What a client gets of a streamed file, and a server of one that is handed off: RFC 9110 as tables.

mod body;
mod cache_control;
mod hand_off;
mod precondition;
mod range;
mod response;
mod sandbox;

use std::fs::{File, FileTimes};
use std::io::{ErrorKind, Read};
use std::time::{Duration, UNIX_EPOCH};

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use proptest::prelude::*;
use xsendfile::{Config, ConfigBuilder, Delivery, Disposition, Error, Request, Response, Sendfile};

const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const ETAG: &str = "\"ae1b981bc490a01-a\"";

/// A site with `digits.txt`, ten bytes, last modified at [`MODIFIED`].
struct Site {
    root: tempfile::TempDir,
    sendfile: Sendfile,
}

impl Site {
    fn new(backend: &str) -> Self {
        Self::with(backend, |config| config)
    }

    fn with(backend: &str, settings: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> Self {
        let root = tempfile::tempdir().unwrap();
        let config = settings(Config::builder().backend(backend).root(root.path()).url("/private"));
        let site = Self { root, sendfile: Sendfile::new(config.build().unwrap()) };
        site.write("digits.txt", b"0123456789");
        site
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.root.path().join(name);
        std::fs::write(&path, content).unwrap();
        let modified = UNIX_EPOCH + Duration::new(784_111_777, 1);
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_times(FileTimes::new().set_modified(modified))
            .unwrap();
    }

    fn get(&self, headers: &[(&str, &str)]) -> Response {
        self.request(Method::GET, "digits.txt", headers)
    }

    fn request(&self, method: Method, name: &str, headers: &[(&str, &str)]) -> Response {
        self.sendfile.send(Request::new(&method, &map(headers)), name).respond().unwrap()
    }

    /// The same file, as the application says.
    fn deliver(&self, delivery: Delivery, headers: &[(&str, &str)]) -> Result<Response, Error> {
        let request = map(headers);
        self.sendfile.send(Request::new(&Method::GET, &request), "digits.txt").delivery(delivery).respond()
    }
}

fn map(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, text) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), value(text));
    }
    map
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap()
}

fn content(response: &Response) -> Vec<u8> {
    let mut content = Vec::new();
    response.body.reader().read_to_end(&mut content).unwrap();
    content
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.get(name).map(|value| value.to_str().unwrap())
}

fn names(response: &Response) -> Vec<&str> {
    let mut names: Vec<_> = response.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever the client sends, the answer is one of six, its Content-Length is its body's length,
    /// and it never carries more than the file and a bounded head for each range.
    #[test]
    fn every_request_has_an_answer(
        headers in proptest::collection::vec((0..6usize, header_values()), 0..5),
        head in any::<bool>(),
    ) {
        const NAMES: [&str; 6] = ["range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
        let site = Site::new("simple");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                map.append(NAMES[name], value);
            }
        }
        let method = if head { Method::HEAD } else { Method::GET };
        let response = site.sendfile.send(Request::new(&method, &map), "digits.txt").respond().unwrap();
        prop_assert!([200, 206, 304, 412, 416].contains(&response.status.as_u16()));
        let body = content(&response);
        prop_assert_eq!(body.len() as u64, response.body.length());
        if let (Some(length), false) = (header(&response, "content-length"), head) {
            prop_assert_eq!(length, body.len().to_string());
        }
        prop_assert!(body.len() <= 10 + 33 * 160, "{} bytes", body.len());
        prop_assert_eq!(response.status == 304, !response.headers.contains_key("content-length"));
    }
}

fn header_values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "bytes=[0-9]{0,2}-[0-9]{0,2}(,[0-9]{0,2}-[0-9]{0,2}){0,4}".prop_map(String::into_bytes),
        Just(ETAG.as_bytes().to_vec()),
        Just(MODIFIED.as_bytes().to_vec()),
        Just(b"*".to_vec()),
        "(W/)?\"[a-z]{0,3}\"(, \"[a-z]\"){0,3}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..30),
    ]
}
