//! Signed queries: only who knows the site's secret can ask, and only for a minute.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::hex;

/// How far the clocks of the one who asks and the one who answers may differ.
pub const LIFETIME: Duration = Duration::from_secs(60);

/// A secret is used for other things too; what is signed here is of no use for those.
const CONTEXT: &[u8] = b"xsendfile canary 1";

/// `query` with its moment and signature at the end.
pub(super) fn sign(query: &str, secret: &[u8], at: SystemTime) -> String {
    let signed = format!("{query}&at={}", seconds(at));
    let signature = mac(secret, &signed).finalize().into_bytes();
    format!("{signed}&signature={}", hex::encode(&signature))
}

/// What was signed, without its moment, if it was signed with `secret` within a [`LIFETIME`] of `now`.
pub(super) fn verify<'a>(query: &'a str, secret: &[u8], now: SystemTime) -> Option<&'a str> {
    // Whoever has no secret must not let everybody sign with none.
    if secret.is_empty() {
        return None;
    }
    let (signed, signature) = query.rsplit_once("&signature=")?;
    mac(secret, signed).verify_slice(&hex::decode(signature)?).ok()?;
    let (query, at) = signed.rsplit_once("&at=")?;
    (seconds(now).abs_diff(at.parse().ok()?) <= LIFETIME.as_secs()).then_some(query)
}

fn mac(secret: &[u8], message: &str) -> Hmac<Sha256> {
    let key = keyed(secret, CONTEXT).finalize().into_bytes();
    keyed(&key, message.as_bytes())
}

fn keyed(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

fn seconds(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
