//! Response bodies, complete and faulty.

use std::fmt;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;

use super::fault_injector::FaultAfter;

/// Padding of an oversized response, sent repeatedly.
const PADDING_CHUNK: &[u8; 65_536] = &[b' '; 65_536];

/// A body that is not XML: the page of a captive portal.
const JUNK_PAGE: &str = "<!DOCTYPE html><html><body><h1>Sign in to the network</h1><br></body>";

/// A response body.
pub(crate) type Body = UnsyncBoxBody<Bytes, ConnectionDropped>;

/// Ends the connection without a (complete) response.
#[derive(Debug)]
pub(crate) struct ConnectionDropped;

impl fmt::Display for ConnectionDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the demo endpoint dropped the connection because of a configured fault")
    }
}

impl std::error::Error for ConnectionDropped {}

/// Returns a complete body.
pub(crate) fn complete(text: String) -> Body {
    Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync()
}

/// Returns the body with a fault.
pub(crate) fn faulty(how: &FaultAfter, text: String) -> Body {
    match how {
        FaultAfter::Truncate => complete(half(text)),
        FaultAfter::Junk => complete(JUNK_PAGE.to_owned()),
        FaultAfter::Cut => {
            let chunks = [Ok(Frame::data(Bytes::from(half(text)))), Err(ConnectionDropped)];
            StreamBody::new(stream::iter(chunks)).boxed_unsync()
        }
        FaultAfter::Huge(bytes) => padded(&text, *bytes),
        // The handler returns before it gets here.
        FaultAfter::Refuse(_) | FaultAfter::Reset | FaultAfter::Hang => complete(text),
    }
}

fn half(mut text: String) -> String {
    let middle = text.floor_char_boundary(text.len() / 2);
    text.truncate(middle);
    text
}

/// Returns the text with `bytes` blanks before its last tag, which XML allows. They
/// are generated while they are sent.
fn padded(text: &str, bytes: u64) -> Body {
    let (head, tail) = text
        .rsplit_once("</")
        .map_or((text, String::new()), |(head, tail)| (head, format!("</{tail}")));
    let blocks = bytes.div_ceil(PADDING_CHUNK.len() as u64);
    let padding = (0..blocks).map(|_| Bytes::from_static(PADDING_CHUNK));
    let chunks =
        std::iter::once(Bytes::from(head.to_owned())).chain(padding).chain([Bytes::from(tail)]);
    StreamBody::new(stream::iter(chunks.map(|chunk| Ok(Frame::data(chunk))))).boxed_unsync()
}
