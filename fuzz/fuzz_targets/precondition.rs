//! Preconditions of any bytes: one of six answers, whose Content-Length is its body's.
#![no_main]

use std::sync::LazyLock;

use http::header::{
    CONTENT_LENGTH, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use http::{HeaderMap, HeaderValue, Method};
use libfuzzer_sys::fuzz_target;
use xsendfile::{Config, Request, Sendfile};

static SENDFILE: LazyLock<Sendfile> = LazyLock::new(|| {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz_targets");
    Sendfile::new(Config::builder().backend("simple").root(root).build().expect("the root exists"))
});

fuzz_target!(|values: [Option<&[u8]>; 6]| {
    let names = [RANGE, IF_RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE];
    let mut headers = HeaderMap::new();
    for (name, value) in names.into_iter().zip(values) {
        if let Some(value) = value.and_then(|value| HeaderValue::from_bytes(value).ok()) {
            headers.insert(name, value);
        }
    }
    let response =
        SENDFILE.send(Request::new(&Method::GET, &headers), "range.rs").respond().expect("it is there");
    assert!([200, 206, 304, 412, 416].contains(&response.status.as_u16()));
    let declared =
        response.headers.get(CONTENT_LENGTH).map(|length| length.to_str().unwrap().parse().unwrap());
    assert_eq!(declared.unwrap_or(0u64), response.body.length());
});
