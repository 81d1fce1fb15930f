//! The response of the browser after a sign-in: one HTTP request to 127.0.0.1.

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

/// Page after a sign-in.
const DONE_PAGE: &str = "You can close this page and go back to keyflip.\n";

/// Page after a sign-in that failed.
const FAILED_PAGE: &str = "You are not signed in. Go back to keyflip, which has the reason.\n";

/// Page for a request with another state: any page in the browser can send one.
const FOREIGN_PAGE: &str = "keyflip does not wait for this sign-in.\n";

/// A listener for the response, on 127.0.0.1 only.
pub(super) struct Callback(TcpListener);

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

    /// Waits for the first request to the path that has this state, and returns its code. Other
    /// requests get an error.
    ///
    /// # Errors
    /// Returns an error if the user may not sign in, or if the request has no code.
    pub(super) async fn code(self, state: &Secret) -> Result<Secret, SignInError> {
        loop {
            let Ok((stream, _)) = self.0.accept().await else {
                // Too many open files, which may pass.
                tokio::time::sleep(REQUEST_LIMIT).await;
                continue;
            };
            let served = tokio::time::timeout(REQUEST_LIMIT, serve(stream, state)).await;
            if let Ok(Ok(Some(code))) = served {
                return code;
            }
        }
    }
}

/// Serves one request. Returns the result of one to the path that has this state.
async fn serve(
    mut stream: TcpStream,
    state: &Secret,
) -> io::Result<Option<Result<Secret, SignInError>>> {
    let mut head = Zeroizing::new(Vec::new());
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > MAX_HEAD_BYTES || stream.read_buf(&mut *head).await? == 0 {
            return Ok(None);
        }
    }
    let text = Zeroizing::new(String::from_utf8_lossy(&head).into_owned());
    let target = text.strip_prefix("GET ").and_then(|rest| rest.split(' ').next());
    let query = target.and_then(|target| target.split_once('?')).filter(|(path, _)| *path == PATH);
    let code = query.map(|(_, query)| parse(query, state));
    let (status, body) = match &code {
        None => ("404 Not Found", ""),
        Some(None) => ("400 Bad Request", FOREIGN_PAGE),
        Some(Some(Err(_))) => ("200 OK", FAILED_PAGE),
        Some(Some(Ok(_))) => ("200 OK", DONE_PAGE),
    };
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\ncache-control: \
         no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n{body}"
    );
    // A browser that has gone does not matter.
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.shutdown().await;
    Ok(code.flatten())
}

/// Returns the code in a query, or its error; `None` if its state is another.
fn parse(query: &str, state: &Secret) -> Option<Result<Secret, SignInError>> {
    let field = |wanted: &str| {
        let mut fields = query.split('&').filter_map(|field| field.split_once('='));
        let (_, value) = fields.find(|(name, _)| *name == wanted)?;
        let value = Zeroizing::new(value.replace('+', " "));
        Some(Zeroizing::new(percent_decode_str(&value).decode_utf8_lossy().into_owned()))
    };
    if Secret::new(&field("state")?) != *state {
        return None;
    }
    Some(match (field("code"), field("error")) {
        (_, Some(error)) if **error == *"access_denied" => Err(SignInError::Denied),
        (Some(code), None) => Ok(Secret::new(&code)),
        (_, error) => {
            let error = error.as_ref().map_or("no code", |error| error.as_str());
            let message = format!("the browser came back with {}", escape_hidden(error));
            Err(ServiceError::new(ErrorKind::Other, "Authorize", message).into())
        }
    })
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
    async fn only_the_request_with_the_state_ends_the_sign_in() {
        let callback = Callback::listen().await.unwrap();
        let address = callback.0.local_addr().unwrap();
        assert!(address.ip().is_loopback());
        let asking = async {
            for (target, status) in [
                ("/favicon.ico", "404"),
                ("/oauth/callback?error=access_denied", "400"),
                ("/oauth/callback?code=x&state=other", "400"),
            ] {
                let page = ask(address.port(), &format!("GET {target} HTTP/1.1\r\n\r\n")).await;
                assert!(page.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {page}");
            }
            let target = "GET /oauth/callback?code=a%2Fb&state=s HTTP/1.1\r\nhost: x\r\n\r\n";
            let page = ask(address.port(), target).await;
            assert!(page.starts_with("HTTP/1.1 200") && page.ends_with(DONE_PAGE), "{page}");
        };
        let state = Secret::new("s");
        let (code, ()) = tokio::join!(callback.code(&state), asking);
        assert_eq!(code.unwrap(), Secret::new("a/b"));
    }

    #[test]
    fn an_error_of_the_browser_has_its_sentence() {
        let error = |query| parse(query, &Secret::new("s")).unwrap().err().unwrap().to_string();
        assert!(error("error=access_denied&state=s").starts_with("The sign-in was refused."));
        assert!(error("error=%1b%5Binvalid&state=s").contains("came back with <U+001B>[invalid"));
        assert!(error("state=s").contains("came back with no code"));
    }
}
