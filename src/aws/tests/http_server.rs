//! HTTP server for tests: returns canned replies in order and keeps the requests.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Reply to one request.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) enum CannedReply {
    /// Responds with this status and body.
    Answer(u16, &'static str),
    /// Closes the connection without a response.
    HangUp,
    /// Closes the connection in the middle of the response.
    BreakOff,
    /// Sends an endless response.
    Flood,
    /// Never responds.
    Silence,
}

/// A server that runs as long as the test's runtime. It repeats its last reply.
pub(in crate::aws) struct CannedServer {
    /// Base URL.
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl CannedServer {
    /// Starts a server on a free port of the loopback interface.
    pub(in crate::aws) async fn start(replies: &[CannedReply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, replies) = (Arc::clone(&asked), replies.to_vec());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&log), replies.clone()));
            }
        });
        Self { url, requests: asked }
    }

    /// Returns the requests so far, head and body.
    pub(in crate::aws) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<String>>>, replies: Vec<CannedReply>) {
    while let Some(request) = request(&mut stream).await {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(request);
            log.len() - 1
        };
        let reply = replies.get(number).or(replies.last()).copied().unwrap();
        match reply {
            CannedReply::Answer(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} Canned\r\ncontent-type: text/xml\r\nx-amzn-requestid: r-{number}\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all((head + body).as_bytes()).await.unwrap();
            }
            CannedReply::BreakOff => {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<Half")
                    .await
                    .unwrap();
                return;
            }
            CannedReply::Flood => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                while stream.write_all(&vec![b' '; 65536]).await.is_ok() {}
                return;
            }
            CannedReply::HangUp => return,
            CannedReply::Silence => std::future::pending().await,
        }
    }
}

/// Reads one request with its body; `None` once the client has disconnected.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text.into_owned());
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
