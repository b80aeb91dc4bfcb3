//! The rows. Each says in `source` what it is from. The versions of Debian 12 are measured by every run of
//! `tests/conformance`, which fails where a server does otherwise; what is from anything else says so.

use http::HeaderName;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EXPIRES, LAST_MODIFIED, LOCATION, SET_COOKIE, VARY,
    WWW_AUTHENTICATE, X_FRAME_OPTIONS,
};

use super::rule::{CONTROL, NOT_UTF8, NUMBER_SIGN, PERCENT_SIGN, QUESTION_MARK, SPACE_AT_END};
use super::{Dialect, Escaping, LimitRate, Reference, Survival, Validators};

const X_SENDFILE_HEADER: HeaderName = HeaderName::from_static("x-sendfile");
const X_ACCEL_REDIRECT: HeaderName = HeaderName::from_static("x-accel-redirect");

/// nginx: a URI to an `internal` location, percent-decoded once.
pub static NGINX: Dialect = Dialect {
    name: "nginx",
    source: "nginx 1.22.1",
    header: X_ACCEL_REDIRECT,
    reference: Reference::Uri,
    escaping: Escaping::Percent,
    refuses: &[],
    validators: Validators::Servers,
    // The last three by `add_header` of the configuration.
    survival: Survival::Only(&[
        CONTENT_TYPE,
        CONTENT_DISPOSITION,
        SET_COOKIE,
        CACHE_CONTROL,
        EXPIRES,
        ACCEPT_RANGES,
        CONTENT_SECURITY_POLICY,
        X_FRAME_OPTIONS,
        VARY,
    ]),
    carried: &[],
    limit_rate: Some(LimitRate { header: HeaderName::from_static("x-accel-limit-rate"), unit: 1 }),
    buffering: Some(HeaderName::from_static("x-accel-buffering")),
};

/// Caddy, and FrankenPHP, which is one: a URI beneath the site that its configuration makes of it. Up
/// to 2.6 it is taken as it is, newer ones decode it once, so only what both read alike: names with a
/// percent sign, `?` or `#` are streamed.
pub static CADDY: Dialect = Dialect {
    name: "caddy",
    source: "Caddy 2.6.2; 2.11.7, measured once, by hand; both with `copy_response_headers`",
    header: X_ACCEL_REDIRECT,
    reference: Reference::Uri,
    escaping: Escaping::Raw,
    refuses: &[&CONTROL, &SPACE_AT_END, &PERCENT_SIGN, &QUESTION_MARK, &NUMBER_SIGN],
    validators: Validators::Servers,
    survival: Survival::AllBut(&[ACCEPT_RANGES, CONTENT_LENGTH, ETAG, LAST_MODIFIED]),
    carried: &[],
    limit_rate: None,
    buffering: None,
};

/// Apache mod_wsgi in daemon mode: `Location` with status 200 is redirected internally. The redirected
/// request starts anew, so what the application set travels in the query.
pub static MOD_WSGI: Dialect = Dialect {
    name: "mod_wsgi",
    source: "Apache 2.4.71 with mod_wsgi 4.9.4",
    header: LOCATION,
    reference: Reference::Uri,
    escaping: Escaping::Percent,
    refuses: &[],
    validators: Validators::Servers,
    survival: Survival::Only(&[WWW_AUTHENTICATE]),
    carried: &[
        ("disposition", CONTENT_DISPOSITION),
        ("type", CONTENT_TYPE),
        ("encoding", CONTENT_ENCODING),
        ("cache", CACHE_CONTROL),
        ("expires", EXPIRES),
        ("vary", VARY),
        ("csp", CONTENT_SECURITY_POLICY),
        ("frame", X_FRAME_OPTIONS),
    ],
    limit_rate: None,
    buffering: None,
};

/// Apache mod_xsendfile 0.12: the path's raw bytes. Where the application sends no ETag, every file
/// gets the same one.
pub static MOD_XSENDFILE: Dialect = Dialect {
    name: "mod_xsendfile",
    source: "Apache 2.4.71 with mod_xsendfile 0.12",
    header: X_SENDFILE_HEADER,
    reference: Reference::Path,
    escaping: Escaping::Raw,
    refuses: &[&CONTROL, &SPACE_AT_END],
    validators: Validators::Applications,
    survival: Survival::AllBut(&[CONTENT_LENGTH, CONTENT_ENCODING]),
    carried: &[],
    limit_rate: None,
    buffering: None,
};

/// lighttpd: the path, percent-encoded UTF-8.
pub static LIGHTTPD: Dialect = Dialect {
    name: "lighttpd",
    source: "lighttpd 1.4.69",
    header: X_SENDFILE_HEADER,
    reference: Reference::Path,
    escaping: Escaping::Percent,
    refuses: &[&CONTROL, &NOT_UTF8],
    validators: Validators::Applications,
    survival: Survival::AllBut(&[CONTENT_LENGTH]),
    carried: &[],
    limit_rate: Some(LimitRate {
        header: HeaderName::from_static("x-lighttpd-kbytes-per-second"),
        unit: 1024,
    }),
    buffering: None,
};

/// Any server that takes `X-Sendfile`: only what all of them read alike. mod_xsendfile 0.12 takes
/// the bytes as they are, 1.0 and lighttpd decode them, so no name with a percent sign.
pub static X_SENDFILE: Dialect = Dialect {
    name: "xsendfile",
    source: "mod_xsendfile 0.12 and lighttpd 1.4.69, both",
    header: X_SENDFILE_HEADER,
    reference: Reference::Path,
    escaping: Escaping::Raw,
    refuses: &[&CONTROL, &SPACE_AT_END, &PERCENT_SIGN, &NOT_UTF8],
    validators: Validators::Applications,
    survival: Survival::AllBut(&[CONTENT_LENGTH, CONTENT_ENCODING]),
    carried: &[],
    limit_rate: None,
    buffering: None,
};
