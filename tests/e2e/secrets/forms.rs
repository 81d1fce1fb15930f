//! The forms in which a secret could leak.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Returns the encodings of a secret that could leak.
pub(super) fn forms(secret: &str) -> [String; 4] {
    let spelt: Vec<_> = secret.bytes().map(|byte| byte.to_string()).collect();
    let encoded = secret.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    [secret.to_owned(), encoded, STANDARD.encode(secret), spelt.join(", ")]
}
