//! Server certificates that TLS refuses: why, and what to do.

use std::error::Error;

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, OtherError};

use crate::aws::errors::causes::find_cause;
use crate::aws::messages;
use crate::model::{escape_hidden, format_utc};

/// Why the server's certificate was refused. Nothing was sent, and a further attempt would fail,
/// too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::aws) enum CertificateRefusal {
    /// No trusted CA has issued it.
    #[error("the server's certificate is not trusted: its issuer is not a trusted CA")]
    UnknownIssuer,
    /// It is the certificate of a CA, as self-signed ones usually are.
    #[error(
        "the server's certificate is not trusted: it is self-signed, or a CA's own certificate"
    )]
    CaCertificate,
    /// It has expired; with its last second, if that is known.
    #[error("the server's certificate expired{}", .0.map(on).unwrap_or_default())]
    Expired(Option<Timestamp>),
    /// It is not valid yet; with its first second, if that is known.
    #[error("the server's certificate is {}", .0.map_or_else(|| "not valid yet".to_owned(), only_from))]
    NotValidYet(Option<Timestamp>),
    /// It is for other names than that of the server called.
    #[error("the server's certificate is for {}, not for {expected}", .presented.join(", "))]
    OtherName {
        /// The name or address of the server called.
        expected: String,
        /// The names and addresses in the certificate.
        presented: Vec<String>,
    },
    /// It has no names. The subject's common name does not count.
    #[error("the server's certificate names no server, since it has no subjectAltName")]
    NoName,
    /// Any other reason, in the words of the TLS library.
    #[error("the server's certificate is not accepted: {0}")]
    Other(String),
}

/// Returns the time for the end of a sentence: ` on 2021-01-01 00:00:00Z`.
fn on(time: Timestamp) -> String {
    format!(" on {}", format_utc(time))
}

/// Returns the end of a sentence: `valid only from 2100-01-01 00:00:00Z`.
fn only_from(time: Timestamp) -> String {
    format!("valid only from {}", format_utc(time))
}

impl CertificateRefusal {
    /// Returns the refusal that caused an error, if one did.
    pub(in crate::aws) fn find(error: Option<&(dyn Error + 'static)>) -> Option<Self> {
        match find_cause::<rustls::Error>(error)? {
            rustls::Error::InvalidCertificate(reason) => Some(Self::from_rustls(reason)),
            _ => None,
        }
    }

    /// Converts an error of the TLS library.
    fn from_rustls(reason: &CertificateError) -> Self {
        match reason {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Expired => Self::Expired(None),
            CertificateError::ExpiredContext { not_after, .. } => {
                Self::Expired(timestamp(*not_after))
            }
            CertificateError::NotValidYet => Self::NotValidYet(None),
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotValidYet(timestamp(*not_before))
            }
            CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
                Self::NoName
            }
            CertificateError::NotValidForNameContext { expected, presented } => Self::OtherName {
                expected: escape_hidden(&expected.to_str()).into_owned(),
                presented: presented.iter().map(|name| plain_name(name)).collect(),
            },
            CertificateError::Other(OtherError(cause)) if is_ca_as_server(cause.as_ref()) => {
                Self::CaCertificate
            }
            other => Self::Other(escape_hidden(&other.to_string()).into_owned()),
        }
    }

    /// Returns a sentence on what to do.
    pub(in crate::aws) fn hint(&self) -> &'static str {
        match self {
            Self::UnknownIssuer | Self::CaCertificate | Self::Other(_) => {
                messages::PASS_CA_CERTIFICATE
            }
            Self::Expired(_) | Self::NotValidYet(_) => messages::CHECK_CERTIFICATE_TIME,
            Self::OtherName { .. } | Self::NoName => messages::CHECK_CERTIFICATE_NAME,
        }
    }
}

/// Converts a time of the TLS library; `None` beyond the year 9999.
fn timestamp(time: UnixTime) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.as_secs()).ok()?).ok()
}

/// Returns the name in `DnsName("example.com")` or `IpAddress(127.0.0.1)`, as webpki writes them.
fn plain_name(name: &str) -> String {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    escape_hidden(inner.unwrap_or(name).trim_matches('"')).into_owned()
}

/// Returns `true` for webpki's error about a CA certificate that a server presents as its own.
pub(in crate::aws) fn is_ca_as_server(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<webpki::Error>() == Some(&webpki::Error::CaUsedAsEndEntity)
}
