//! Encoded words in the headers of mails: `=?utf-8?Q?Key_AKIA?=`.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quoted_printable::ParseMode;
use regex_lite::{Captures, Regex};

/// An encoded word: <https://www.rfc-editor.org/rfc/rfc2047#section-2>.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"=\?[A-Za-z0-9_*-]{1,40}\?(?P<how>[QqBb])\?(?P<text>[^?\s]*)\?=").ok()
});

/// White space between two encoded words, which is no part of the text.
static GAP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<end>\?=)\s+(?P<start>=\?)").ok());

/// Returns the text with its encoded words decoded.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let (Some(word), Some(gap)) = (&*WORD, &*GAP) else { return Cow::Borrowed(text) };
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let joined = gap.replace_all(text, "$end$start");
    Cow::Owned(word.replace_all(&joined, plain_text).into_owned())
}

/// Returns the text of an encoded word.
fn plain_text(captures: &Captures<'_>) -> String {
    let group = |name| captures.name(name).map_or("", |group| group.as_str());
    let bytes = if group("how").eq_ignore_ascii_case("b") {
        STANDARD.decode(group("text")).unwrap_or_default()
    } else {
        let spaced = group("text").replace('_', " ");
        quoted_printable::decode(spaced, ParseMode::Robust).unwrap_or_default()
    };
    String::from_utf8_lossy(&bytes).into_owned()
}
