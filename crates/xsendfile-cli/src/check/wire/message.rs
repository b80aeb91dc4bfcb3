//! A request as it is written, a reply as it is read.

use std::fmt;

use super::Origin;

/// A request: exactly this target, and these headers besides Host and Connection.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Whether Host is sent, as HTTP/1.1 demands; a server in front refuses a request without it
    /// itself, and so tells its name.
    pub(crate) host: bool,
}

impl Outgoing {
    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), headers: Vec::new(), host: true }
    }

    pub(crate) fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(super) fn to_bytes(&self, origin: &Origin, always: &[(String, String)]) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        if self.host {
            text += &format!("Host: {}\r\n", origin.authority);
        }
        for (name, value) in always.iter().chain(&self.headers) {
            text += &format!("{name}: {value}\r\n");
        }
        if self.method == "POST" {
            text += "Content-Length: 0\r\n";
        }
        text += "User-Agent: xsendfile-check\r\nConnection: close\r\n\r\n";
        text.into_bytes()
    }
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// 0 for one that never came.
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Out of its framing.
    pub(crate) body: Vec<u8>,
    /// What is wrong with its framing: a length that was not kept, a body after HEAD.
    pub(crate) misframed: Option<String>,
    /// Why it never came.
    pub(crate) silence: Option<Silence>,
}

impl Reply {
    /// One that never came.
    pub(crate) fn none(silence: Silence) -> Self {
        Self { status: 0, headers: Vec::new(), body: Vec::new(), misframed: None, silence: Some(silence) }
    }

    /// The first value of a header, in Latin-1.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| latin1(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(header, _)| header == name)
    }

    /// Its body as text, for looking for words in it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// In a few words: `404, 153 bytes`.
    pub(crate) fn summary(&self) -> String {
        match (&self.silence, &self.misframed) {
            (Some(silence), _) => silence.to_string(),
            (None, Some(problem)) => format!("{}, {problem}", self.status),
            (None, None) => format!("{}, {} bytes", self.status, self.body.len()),
        }
    }
}

/// Why no reply came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Silence {
    /// Nobody takes the connection.
    Unreachable(String),
    /// The server's certificate is not believed.
    Unbelieved(String),
    /// What came is no reply, or nothing came.
    NoReply(String),
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(problem) => write!(f, "cannot connect: {problem}"),
            Self::Unbelieved(problem) | Self::NoReply(problem) => f.write_str(problem),
        }
    }
}

/// Reads a whole reply to `method` from what came until the connection ended; `timed_out` tells that
/// it did not end.
pub(super) fn read(method: &str, received: &[u8], timed_out: bool) -> Result<Reply, String> {
    let mut rest = received;
    loop {
        let mut fields = [httparse::EMPTY_HEADER; 128];
        let mut parsed = httparse::Response::new(&mut fields);
        let length = match parsed.parse(rest) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if rest.is_empty() => return Err("nothing came back".into()),
            Ok(httparse::Status::Partial) => return Err("only half a head came back".into()),
            Err(error) => return Err(format!("what came back is not HTTP/1.1 ({error})")),
        };
        let status = parsed.code.unwrap_or_default();
        rest = &rest[length..];
        // 100 and 103 go before the reply.
        if (100..200).contains(&status) {
            continue;
        }
        let headers: Vec<(String, Vec<u8>)> = parsed
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), header.value.to_vec()))
            .collect();
        let mut reply = Reply { status, headers, body: Vec::new(), misframed: None, silence: None };
        (reply.body, reply.misframed) = body(method, &reply, rest, timed_out);
        return Ok(reply);
    }
}

fn body(method: &str, reply: &Reply, rest: &[u8], timed_out: bool) -> (Vec<u8>, Option<String>) {
    if method == "HEAD" || matches!(reply.status, 204 | 304) {
        let surplus = (!rest.is_empty()).then(|| format!("{} bytes of body where none may be", rest.len()));
        return (Vec::new(), surplus);
    }
    if reply.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return unchunk(rest);
    }
    let declared = reply.header("content-length").and_then(|length| length.parse::<usize>().ok());
    let problem = match declared {
        Some(declared) if declared != rest.len() => {
            Some(format!("{} bytes where Content-Length says {declared}", rest.len()))
        }
        None if timed_out => Some("a body that does not end".into()),
        _ => None,
    };
    (rest.to_vec(), problem)
}

fn unchunk(mut rest: &[u8]) -> (Vec<u8>, Option<String>) {
    let mut body = Vec::new();
    loop {
        match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete((_, 0))) => return (body, None),
            Ok(httparse::Status::Complete((start, size))) => {
                let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
                let Some(chunk) = end.and_then(|end| rest.get(start..end)) else {
                    return (body, Some("a chunk that ends too early".into()));
                };
                body.extend_from_slice(chunk);
                rest = rest[start + chunk.len()..].strip_prefix(b"\r\n").unwrap_or_default();
            }
            _ => return (body, Some("chunks that do not end".into())),
        }
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_taken_out_of_their_framing() {
        for (method, received, body, misframed) in [
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", None),
            ("GET", "HTTP/1.1 200 OK\r\n\r\nto the end", "to the end", None),
            ("GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "x", None),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
                "abc",
                None,
            ),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
                "ab",
                Some("chunks that do not end"),
            ),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
                "",
                Some("a chunk that ends too early"),
            ),
            (
                "GET",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
                "ok",
                Some("2 bytes where Content-Length says 9"),
            ),
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "", None),
            (
                "HEAD",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "",
                Some("2 bytes of body where none may be"),
            ),
        ] {
            let reply = read(method, received.as_bytes(), false).unwrap();
            assert_eq!(
                (reply.text().as_str(), reply.misframed.as_deref()),
                (body, misframed),
                "{received:?}"
            );
        }
        for received in ["", "HTTP/1.1 200 OK\r\nContent-", "SSH-2.0-x\r\n\r\n"] {
            assert!(read("GET", received.as_bytes(), false).is_err(), "{received:?}");
        }
    }
}
