//! The sandbox: what a browser would run, if it were the site's own page, runs as nobody's.

use http::HeaderValue;

use crate::cache_control::header;

/// No scripts, no forms, and an origin that is no site's.
pub(crate) const DEFAULT: &str = "sandbox";

/// Media types that browsers show as a page in which scripts run, beside all that end in `+xml`: XHTML,
/// SVG, MathML. Not PDF, which no browser shows in a sandbox.
const ACTIVE: [&str; 4] = ["text/html", "text/xml", "application/xml", "text/xsl"];

/// What stands for yes and for no.
pub(crate) fn switched(is_on: bool) -> &'static str {
    if is_on { DEFAULT } else { "" }
}

/// Reads `true`, `false` or a policy.
#[cfg(feature = "serde")]
pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(written: D) -> Result<Option<String>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged, expecting = "true, false or a policy")]
    enum Written {
        Switch(bool),
        Policy(String),
    }
    let written: Option<Written> = serde::Deserialize::deserialize(written)?;
    Ok(written.map(|written| match written {
        Written::Switch(is_on) => switched(is_on).into(),
        Written::Policy(policy) => policy,
    }))
}

/// Content-Security-Policy of what somebody wrote, none of an empty one; or what is wrong with it.
pub(crate) fn policy(text: &str) -> Result<Option<HeaderValue>, &'static str> {
    let policy = header(text)?;
    let mut directives = text.split([';', ',']).filter_map(|directive| directive.split_whitespace().next());
    if policy.is_some() && !directives.any(|name| name.eq_ignore_ascii_case("sandbox")) {
        // A browser would ignore a lone "allow-scripts".
        return Err("it has no directive sandbox");
    }
    Ok(policy)
}

/// Whether a browser would run scripts in a file of this type and disposition.
pub(crate) fn is_needed(media_type: &HeaderValue, disposition: Option<&HeaderValue>) -> bool {
    let is_saved = disposition.is_some_and(|disposition| {
        let kind = disposition.as_bytes().split(|&byte| byte == b';').next().unwrap_or_default();
        kind.trim_ascii().eq_ignore_ascii_case(b"attachment")
    });
    !is_saved && is_active(media_type)
}

/// Whether browsers show this type as a page. Of several types they take the last that they can read.
fn is_active(media_type: &HeaderValue) -> bool {
    let text = String::from_utf8_lossy(media_type.as_bytes()).to_ascii_lowercase();
    text.split(',').any(|one| {
        let essence = one.trim_start().split([';', '(', ' ', '\t']).next().unwrap_or_default();
        ACTIVE.contains(&essence) || essence.ends_with("+xml")
    })
}
