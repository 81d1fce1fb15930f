//! A minimal HTTP client for servers on this machine.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::WAIT_TIMEOUT;

/// Sends a GET request; returns the body of a 2xx response.
pub(crate) fn get(base: &str, path: &str) -> String {
    exchange(base, "GET", path, "")
}

/// Sends a POST request; returns the body of a 2xx response.
pub(crate) fn post(base: &str, path: &str, body: &str) -> String {
    exchange(base, "POST", path, body)
}

/// Sends one request to `http://host:port`. Uses HTTP/1.0, so that the end of the connection is
/// the end of the body, without lengths or chunks.
fn exchange(base: &str, method: &str, path: &str, body: &str) -> String {
    let host = base.trim_start_matches("http://").trim_end_matches('/');
    let mut stream =
        TcpStream::connect(host).unwrap_or_else(|error| panic!("{base} can't be reached: {error}"));
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .unwrap_or_else(|error| panic!("{method} {base}{path}: {error}"));
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    assert!(status.starts_with('2'), "{method} {base}{path} was answered with {status}: {body}");
    body.to_owned()
}
