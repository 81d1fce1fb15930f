//! The answer of the browser: one HTTP request to 127.0.0.1.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use zeroize::Zeroizing;

use crate::aws::SignInError;
use crate::model::{ErrorKind, Secret, ServiceError, escape_hidden};

/// Path that the browser comes back to.
const PATH: &str = "/oauth/callback";

/// Longest head of a request.
const MAX_HEAD_BYTES: usize = 16_384;

/// Limit for one request, so that an idle connection does not block the next.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);

/// Page for the browser.
const PAGE: &str = "You can close this page and go back to keyflip.\n";

/// A listener for the answer, on 127.0.0.1 only.
pub(super) struct Callback(TcpListener);

/// Code and state of an answer.
pub(super) struct Answer {
    /// Code to exchange for the token.
    pub code: Secret,
    /// State, which must be that of the request.
    pub state: Secret,
}

impl Callback {
    /// Listens on a free port.
    ///
    /// # Errors
    /// Returns an error if there is none.
    pub(super) async fn listen() -> io::Result<Self> {
        Ok(Self(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?))
    }

    /// Returns the port.
    ///
    /// # Errors
    /// Returns the error of the operating system.
    pub(super) fn port(&self) -> io::Result<u16> {
        Ok(self.0.local_addr()?.port())
    }

    /// Waits for the first request to the path. Other requests, such as for an icon, get an error.
    ///
    /// # Errors
    /// Returns an error if the answer says that the user may not sign in, or has no code.
    pub(super) async fn answer(self) -> Result<Answer, SignInError> {
        loop {
            let Ok((stream, _)) = self.0.accept().await else {
                // Too many open files, which may pass.
                tokio::time::sleep(REQUEST_LIMIT).await;
                continue;
            };
            let served = tokio::time::timeout(REQUEST_LIMIT, serve(stream)).await;
            if let Ok(Ok(Some(query))) = served {
                return parse(&query);
            }
        }
    }
}

/// Serves one request. Returns the query of a request to the path.
async fn serve(mut stream: TcpStream) -> io::Result<Option<Zeroizing<String>>> {
    let mut head = Zeroizing::new(Vec::new());
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > MAX_HEAD_BYTES || stream.read_buf(&mut *head).await? == 0 {
            return Ok(None);
        }
    }
    let text = Zeroizing::new(String::from_utf8_lossy(&head).into_owned());
    let target = text.strip_prefix("GET ").and_then(|rest| rest.split(' ').next());
    let query = target.and_then(|target| target.split_once('?')).filter(|(path, _)| *path == PATH);
    let (status, body) = if query.is_some() { ("200 OK", PAGE) } else { ("404 Not Found", "") };
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\ncache-control: \
         no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(query.map(|(_, query)| Zeroizing::new(query.to_owned())))
}

/// Returns code and state of a query.
fn parse(query: &str) -> Result<Answer, SignInError> {
    let field = |wanted: &str| {
        let mut fields = query.split('&').filter_map(|field| field.split_once('='));
        let (_, value) = fields.find(|(name, _)| *name == wanted)?;
        let value = Zeroizing::new(value.replace('+', " "));
        Some(Zeroizing::new(percent_decode_str(&value).decode_utf8_lossy().into_owned()))
    };
    match (field("code"), field("error")) {
        (_, Some(error)) if **error == *"access_denied" => Err(SignInError::Denied),
        (Some(code), None) => Ok(Answer {
            code: Secret::new(&code),
            state: Secret::new(&field("state").unwrap_or_default()),
        }),
        (_, error) => {
            let error = error.as_ref().map_or("no code", |error| error.as_str());
            let message = format!("the browser came back with {}", escape_hidden(error));
            Err(ServiceError::new(ErrorKind::Other, "Authorize", message).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(port: u16, text: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        reply
    }

    #[tokio::test]
    async fn the_first_request_to_the_path_is_the_answer() {
        let callback = Callback::listen().await.unwrap();
        let address = callback.0.local_addr().unwrap();
        assert!(address.ip().is_loopback());
        let asking = async {
            let icon = ask(address.port(), "GET /favicon.ico HTTP/1.1\r\n\r\n").await;
            assert!(icon.starts_with("HTTP/1.1 404"), "{icon}");
            let target = "GET /oauth/callback?code=a%2Fb&state=s HTTP/1.1\r\nhost: x\r\n\r\n";
            let page = ask(address.port(), target).await;
            assert!(page.starts_with("HTTP/1.1 200") && page.ends_with(PAGE), "{page}");
        };
        let (answer, ()) = tokio::join!(callback.answer(), asking);
        let answer = answer.unwrap();
        assert_eq!((answer.code, answer.state), (Secret::new("a/b"), Secret::new("s")));
    }

    #[test]
    fn an_error_in_the_answer_has_its_sentence() {
        let error = |query| parse(query).err().unwrap().to_string();
        assert!(error("error=access_denied&state=s").starts_with("The sign-in was refused."));
        assert!(error("error=%1b%5Binvalid").contains("came back with <U+001B>[invalid"));
        assert!(error("state=s").contains("came back with no code"));
    }
}
