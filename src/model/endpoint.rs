//! Endpoints, and normalized URLs to compare them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthStr as _;

use super::{EscapedText, UnexpectedText};

/// Endpoint that the calls go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "EscapedText", into = "String")]
pub(crate) enum Endpoint {
    /// AWS's own endpoint for the partition.
    Aws,
    /// A custom endpoint with this URL, shown as `NOT AWS <url>`.
    Custom(Arc<str>),
    /// That of `--demo`, with its URL, shown as `DEMO`: another one at each start.
    Demo(Arc<str>),
}

/// Endpoints of IAM and STS, those of AWS first. An account number means the same account only at
/// the same ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ServiceEndpoints {
    iam: Endpoint,
    sts: Endpoint,
    partition: &'static str,
}

impl ServiceEndpoints {
    /// The endpoints of IAM and STS, and the partition of the Region, such as `aws`. They are equal
    /// to others however their URLs are spelled.
    pub(crate) fn new(iam: &Endpoint, sts: &Endpoint, partition: &'static str) -> Self {
        Self { iam: iam.comparable(), sts: sts.comparable(), partition }
    }

    /// Returns whether both are AWS's.
    pub(crate) fn are_aws(&self) -> bool {
        (&self.iam, &self.sts) == (&Endpoint::Aws, &Endpoint::Aws)
    }
}

/// Mark of a custom endpoint.
const NOT_AWS: &str = "NOT AWS";

/// Mark of the endpoint of `--demo`.
const DEMO: &str = "DEMO";

/// `aws`, or the mark and the URL.
impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        match endpoint {
            Endpoint::Aws => "aws".to_owned(),
            Endpoint::Custom(url) => format!("{NOT_AWS} {url}"),
            Endpoint::Demo(url) => format!("{DEMO} {url}"),
        }
    }
}

impl TryFrom<EscapedText> for Endpoint {
    type Error = UnexpectedText;

    fn try_from(text: EscapedText) -> Result<Self, UnexpectedText> {
        let url_after = |mark| text.strip_prefix(mark)?.strip_prefix(' ');
        match (url_after(NOT_AWS), url_after(DEMO)) {
            (Some(url), _) => Ok(Self::Custom(url.into())),
            (None, Some(url)) => Ok(Self::Demo(url.into())),
            (None, None) if &*text == "aws" => Ok(Self::Aws),
            (None, None) => Err(UnexpectedText("“aws”, “NOT AWS <url>” or “DEMO <url>”")),
        }
    }
}

impl Endpoint {
    /// Returns whether both are the same endpoint, however their URLs are spelled: a journal may
    /// have URLs that were not normalized.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self.url(), other.url()) {
            (None, None) => true,
            (Some(one), Some(other)) => {
                one == other || comparable_url(one) == comparable_url(other)
            }
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    /// Returns the value that is equal for endpoints that are [the same](Self::is_same).
    fn comparable(&self) -> Self {
        self.url().map_or(Self::Aws, |url| Self::Custom(comparable_url(url).into()))
    }

    /// Returns the URL of an endpoint that is not AWS's.
    pub(crate) fn url(&self) -> Option<&Arc<str>> {
        match self {
            Self::Aws => None,
            Self::Custom(url) | Self::Demo(url) => Some(url),
        }
    }

    /// Returns `NOT AWS` for a custom endpoint, and `DEMO` for that of `--demo`.
    pub(crate) fn mark(&self) -> Option<&'static str> {
        match self {
            Self::Aws => None,
            Self::Custom(_) => Some(NOT_AWS),
            Self::Demo(_) => Some(DEMO),
        }
    }

    /// Returns `NOT AWS <url>` for a custom endpoint, and `DEMO` for that of `--demo`, whose URL is
    /// of no use.
    pub(crate) fn label(&self) -> Option<String> {
        match self {
            Self::Custom(url) => Some(format!("{NOT_AWS} {url}")),
            Self::Aws | Self::Demo(_) => self.mark().map(str::to_owned),
        }
    }

    /// Returns [`Self::label`] in at most that many columns. Without room for the URL, it has the
    /// host and port alone, and of those the end, which tells more than the beginning. The mark is
    /// never cut.
    pub(crate) fn label_within(&self, columns: usize) -> Option<String> {
        let label = self.label()?;
        let Self::Custom(url) = self else { return Some(label) };
        if label.width() <= columns {
            return Some(label);
        }
        let host = url.split_once("://").map_or(&**url, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        let room = columns.saturating_sub(NOT_AWS.len() + 1);
        if host.width() <= room {
            return Some(format!("{NOT_AWS} {host}"));
        }
        let ends = host.char_indices().skip(1).map(|(start, _)| &host[start..]);
        let end = ends.into_iter().find(|end| end.width() < room);
        Some(end.map_or_else(|| NOT_AWS.to_owned(), |end| format!("{NOT_AWS} …{end}")))
    }

    /// Returns whether it is that of `--demo`.
    pub(crate) fn is_demo(&self) -> bool {
        matches!(self, Self::Demo(_))
    }
}

/// Returns the URL in the spelling that is called, shown and recorded: scheme and host in lower
/// case, without the scheme's default port and without a trailing slash. It is equivalent to the
/// given one (<https://www.rfc-editor.org/rfc/rfc3986#section-6>).
pub(crate) fn normalize_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let authority = authority.strip_suffix(port).unwrap_or(&authority);
    format!("{scheme}://{authority}{}", path.strip_suffix('/').unwrap_or(path))
}

/// Returns the URL for comparison: normalized, without the dot of an absolute host name, and with
/// `127.0.0.1` for every name of the loopback address.
fn comparable_url(url: &str) -> String {
    let url = normalize_url(url);
    let Some((scheme, rest)) = url.split_once("://") else { return url };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // The colons of an IPv6 address are within brackets.
    let port = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
    let (host, port) = authority.split_at(port.unwrap_or(authority.len()));
    let host = match host.strip_suffix('.').unwrap_or(host) {
        "localhost" | "[::1]" => "127.0.0.1",
        host => host,
    };
    format!("{scheme}://{host}{port}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_normalized() {
        for (spelling, url) in [
            ("http://127.0.0.1:4566/", "http://127.0.0.1:4566"),
            ("HTTP://Example.ORG:80/", "http://example.org"),
            ("https://example.org:443", "https://example.org"),
            ("https://example.org:80/Path/", "https://example.org:80/Path"),
            ("http://[FE80::1]:443", "http://[fe80::1]:443"),
            ("http://[::1]:80/", "http://[::1]"),
            ("http://x:8080", "http://x:8080"),
            ("not a URL/", "not a URL/"),
        ] {
            assert_eq!(normalize_url(spelling), url);
            assert_eq!(normalize_url(url), url, "once more changes nothing");
        }
    }

    #[test]
    fn an_endpoint_is_read_as_it_is_written() {
        let url = "http://127.0.0.1:4566";
        for (endpoint, text, label) in [
            (Endpoint::Aws, "aws".to_owned(), None),
            (
                Endpoint::Custom(url.into()),
                format!("NOT AWS {url}"),
                Some(format!("NOT AWS {url}")),
            ),
            (Endpoint::Demo(url.into()), format!("DEMO {url}"), Some("DEMO".to_owned())),
        ] {
            assert_eq!(endpoint.label(), label);
            let json = serde_json::to_string(&endpoint).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Endpoint>(&json).unwrap(), endpoint);
        }
        for text in ["", "AWS", "DEMO", "NOT AWShttp://x", "http://127.0.0.1:4566"] {
            assert!(serde_json::from_str::<Endpoint>(&format!("\"{text}\"")).is_err(), "{text}");
        }
    }

    #[test]
    fn a_label_is_cut_to_a_number_of_columns() {
        let endpoint = Endpoint::Custom("http://漏洩.example:4566/path".into());
        for (columns, label) in [
            (40, "NOT AWS http://漏洩.example:4566/path"),
            (30, "NOT AWS 漏洩.example:4566"),
            (24, "NOT AWS …洩.example:4566"),
            (23, "NOT AWS ….example:4566"),
            (10, "NOT AWS …6"),
            (9, "NOT AWS"),
            (0, "NOT AWS"),
        ] {
            assert_eq!(endpoint.label_within(columns).unwrap(), label, "{columns}");
        }
    }

    #[test]
    fn endpoints_of_services_are_equal_if_each_is_the_same() {
        let url = "http://127.0.0.1:4566";
        let of = |endpoint: &Endpoint| ServiceEndpoints::new(endpoint, endpoint, "aws");
        let demo = Endpoint::Demo(url.into());
        for other in [Endpoint::Custom(url.into()), Endpoint::Custom(format!("{url}/").into())] {
            assert!(demo.is_same(&other) && of(&demo) == of(&other), "{other:?}");
        }
        assert!(of(&demo) != of(&Endpoint::Aws) && of(&Endpoint::Aws).are_aws());
    }

    #[test]
    fn only_spellings_of_one_endpoint_are_equal() {
        let at = |url: &str| Endpoint::Custom(url.into());
        for (one, other) in [
            ("http://127.0.0.1:4566/", "http://127.0.0.1:4566"),
            ("http://LOCALHOST:4566", "http://127.0.0.1:4566/"),
            ("http://[::1]:80/", "http://localhost"),
            ("https://iam.example.org.:443/", "https://IAM.example.org"),
        ] {
            assert!(at(one).is_same(&at(other)) && at(other).is_same(&at(one)), "{one} {other}");
        }
        for (one, other) in [
            ("http://127.0.0.1:4566", "http://127.0.0.1:4567"),
            ("http://127.0.0.1", "https://127.0.0.1"),
            ("http://127.0.0.1:1/a", "http://127.0.0.1:1/b"),
            ("http://127.0.0.1:1/a", "http://127.0.0.1:1/A"),
            ("http://localhost.example.org", "http://127.0.0.1"),
            ("http://[::1:80]", "http://[::1]:80"),
        ] {
            assert!(!at(one).is_same(&at(other)), "{one} {other}");
        }
        assert!(Endpoint::Aws.is_same(&Endpoint::Aws));
        assert!(!Endpoint::Aws.is_same(&at("https://iam.amazonaws.com")));
    }
}
