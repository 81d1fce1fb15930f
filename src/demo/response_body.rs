//! Bodies of answers, whole and spoilt.

use std::fmt;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;

use super::fault_injector::FaultAfter;

/// Padding of a huge answer, sent over and over.
const PADDING_CHUNK: &[u8; 65_536] = &[b' '; 65_536];

/// Not an answer of AWS's, but what a captive portal might say.
const JUNK_PAGE: &str = "<!DOCTYPE html><html><body><h1>Sign in to the network</h1><br></body>";

/// The body of an answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, ConnectionDropped>;

/// The connection ends here, without (the rest of) an answer.
#[derive(Debug)]
pub(crate) struct ConnectionDropped;

impl fmt::Display for ConnectionDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the demo endpoint dropped the connection, as it was told to")
    }
}

impl std::error::Error for ConnectionDropped {}

/// A body as it should be.
pub(crate) fn complete(text: String) -> Body {
    Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync()
}

/// A body that is spoilt on its way.
pub(crate) fn faulty(how: &FaultAfter, text: String) -> Body {
    match how {
        FaultAfter::Truncate => complete(half(text)),
        FaultAfter::Junk => complete(JUNK_PAGE.to_owned()),
        FaultAfter::Cut => {
            let chunks = [Ok(Frame::data(Bytes::from(half(text)))), Err(ConnectionDropped)];
            StreamBody::new(stream::iter(chunks)).boxed_unsync()
        }
        FaultAfter::Huge(bytes) => padded(&text, *bytes),
        // These never come to have a body.
        FaultAfter::Refuse(_) | FaultAfter::Reset | FaultAfter::Hang => complete(text),
    }
}

fn half(mut text: String) -> String {
    let middle = text.floor_char_boundary(text.len() / 2);
    text.truncate(middle);
    text
}

/// The answer with so many blanks before its end, which XML allows, made as
/// they are sent.
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
