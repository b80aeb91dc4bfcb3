//! Between actix-web's HTTP types, those of http 0.2, and the core's, those of http 1.

use actix_web::body::BodySize;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use http::header::CONTENT_LENGTH;

use crate::body::Body;

/// What a download depends on of a request.
pub(crate) fn head(request: &HttpRequest) -> (http::Method, http::HeaderMap) {
    let mut headers = http::HeaderMap::new();
    for name in xsendfile::Request::HEADERS {
        for value in request.headers().get_all(name.as_str()) {
            headers.append(&name, header_value(value));
        }
    }
    (method(request), headers)
}

/// All of a request but its body.
#[cfg(feature = "canary")]
pub(crate) fn parts(request: &HttpRequest) -> http::request::Parts {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = method(request);
    // What one of them alone takes for a URI is no question of the check.
    parts.uri = request.uri().to_string().parse().unwrap_or_default();
    for (name, value) in request.headers() {
        // Over HTTP/2, http 0.2 takes names that are no tokens, such as x"y. Nobody reads those.
        if let Ok(name) = http::HeaderName::from_bytes(name.as_str().as_bytes()) {
            parts.headers.append(name, header_value(value));
        }
    }
    parts
}

fn method(request: &HttpRequest) -> http::Method {
    http::Method::from_bytes(request.method().as_str().as_bytes()).expect("a method is a token in both")
}

fn header_value(value: &HeaderValue) -> http::HeaderValue {
    http::HeaderValue::from_bytes(value.as_bytes()).expect("a value in both")
}

/// A response as actix-web sends it.
pub(crate) fn response(response: http::Response<xsendfile_hyper::Body>) -> HttpResponse<Body> {
    let (head, body) = response.into_parts();
    let status = status(head.status);
    let told = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let size = match told {
        Some(length) => BodySize::Sized(length),
        None if status == StatusCode::NOT_MODIFIED => BodySize::None,
        // A hand-off, which must say that it carries nothing lest the client wait.
        None => BodySize::Sized(0),
    };
    let mut converted = HttpResponse::with_body(status, Body::new(body, size));
    for (name, value) in &head.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).expect("a name in both");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value in both");
        converted.headers_mut().append(name, value);
    }
    converted
}

pub(crate) fn status(status: http::StatusCode) -> StatusCode {
    StatusCode::from_u16(status.as_u16()).expect("a status in both")
}

#[cfg(all(test, feature = "canary"))]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use actix_web::test::TestRequest;

    use super::parts;

    #[test]
    fn a_name_that_only_http_0_2_takes_is_left_out() {
        // As h2 makes the names of a request.
        let name = HeaderName::from_lowercase(b"x\"y").unwrap();
        let request = TestRequest::default()
            .insert_header((name, HeaderValue::from_static("1")))
            .insert_header(("x-z", "2"))
            .to_http_request();
        let headers = parts(&request).headers;
        assert_eq!(headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["x-z"]);
    }
}
