//! Who is signed in to Identity Center: registered clients, device codes, tokens.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::demo::account::time_format::after;
use crate::demo::rng::Rng;
use crate::demo::{DEMO_CLIENT, DEMO_CLIENT_SECRET, DEMO_REFRESH_TOKEN, DEMO_SSO_TOKEN};

/// Lifetime of an access token.
pub(crate) const ACCESS_TOKEN_SECONDS: i64 = 3_600;
/// Lifetime of a device code.
pub(crate) const CODE_SECONDS: i64 = 600;
/// The interval at which a client may ask for the token of a device code.
pub(crate) const POLL_INTERVAL_SECONDS: i64 = 1;

/// The shortest time between two such calls that is not too fast. It is shorter than the
/// interval, because the time that a call takes varies.
const MIN_POLL_GAP: SignedDuration = SignedDuration::from_millis(900);
/// The number of calls after which the demo has approved a device code.
const POLLS_UNTIL_APPROVED: u32 = 2;
/// Lifetime of a client's registration.
const REGISTRATION_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Lifetime of what exists from the start: longer than any run of the demo.
const BUILT_IN_LIFETIME: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);
/// The letters of a user code, as in AWS: no vowels, so that no words appear.
const USER_CODE_LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// A registered client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Its ID.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// End of the registration.
    pub expires: Timestamp,
    /// True if it gets refresh tokens.
    is_refreshable: bool,
}

/// A device code that was not used yet.
#[derive(Debug)]
struct DeviceCode {
    client: String,
    expires: Timestamp,
    polled: Option<Timestamp>,
    polls: u32,
}

/// A code that the browser brings back.
#[derive(Debug)]
struct AuthorizationCode {
    client: String,
    challenge: String,
    redirect_uri: String,
}

/// The tokens of a successful sign-in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// The token for the portal.
    pub access: String,
    /// The token that renews it, if the client may have one.
    pub refresh: Option<String>,
}

/// The reason why there is no token for a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeviceProblem {
    /// There is no such code for this client, or it was used.
    Unknown,
    /// It is not approved yet.
    Pending,
    /// The client asks too often.
    TooFast,
    /// It has expired.
    Expired,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct SignIns {
    clients: HashMap<String, Client>,
    codes: HashMap<String, DeviceCode>,
    authorizations: HashMap<String, AuthorizationCode>,
    /// The end of each access token.
    access: HashMap<String, Timestamp>,
    refresh: HashSet<String>,
    rng: Rng,
}

impl SignIns {
    /// Creates the built-in client and tokens.
    pub(crate) fn new(seed: u64, now: Timestamp) -> Self {
        let expires = after(now, BUILT_IN_LIFETIME);
        let client = Client {
            id: DEMO_CLIENT.to_owned(),
            secret: DEMO_CLIENT_SECRET.to_owned(),
            expires,
            is_refreshable: true,
        };
        Self {
            clients: HashMap::from([(client.id.clone(), client)]),
            codes: HashMap::new(),
            authorizations: HashMap::new(),
            access: HashMap::from([(DEMO_SSO_TOKEN.to_owned(), expires)]),
            refresh: HashSet::from([DEMO_REFRESH_TOKEN.to_owned()]),
            rng: Rng::new(seed.rotate_left(32)),
        }
    }

    /// Returns whether an access token opens the portal.
    pub(crate) fn opens_portal(&self, token: &str, now: Timestamp) -> bool {
        self.access.get(token).is_some_and(|expires| now < *expires)
    }

    /// Ends all access tokens at once, and the refresh tokens too if asked.
    pub(crate) fn expire(&mut self, refresh_too: bool) {
        self.access.clear();
        if refresh_too {
            self.refresh.clear();
        }
    }

    /// Registers a client.
    pub(crate) fn register(&mut self, is_refreshable: bool, now: Timestamp) -> Client {
        let client = Client {
            id: self.random("demo-client"),
            secret: self.random("demo-client-secret"),
            expires: after(now, REGISTRATION_LIFETIME),
            is_refreshable,
        };
        self.clients.insert(client.id.clone(), client.clone());
        client
    }

    /// Returns whether a client is registered with this secret.
    pub(crate) fn knows_client(&self, id: &str, secret: &str, now: Timestamp) -> bool {
        self.clients.get(id).is_some_and(|client| client.secret == secret && now < client.expires)
    }

    /// Starts a device authorization; returns the device code and the user code.
    pub(crate) fn start_device(&mut self, client: &str, now: Timestamp) -> (String, String) {
        let device_code = self.random("demo-device");
        let mut letters = || {
            let index = usize::try_from(self.rng.below(USER_CODE_LETTERS.len() as u64));
            char::from(USER_CODE_LETTERS[index.unwrap_or(0)])
        };
        let first: String = (0..4).map(|_| letters()).collect();
        let second: String = (0..4).map(|_| letters()).collect();
        let code = DeviceCode {
            client: client.to_owned(),
            expires: after(now, SignedDuration::from_secs(CODE_SECONDS)),
            polled: None,
            polls: 0,
        };
        self.codes.insert(device_code.clone(), code);
        (device_code, format!("{first}-{second}"))
    }

    /// Asks for the tokens of a device code. The demo approves each code after
    /// [`POLLS_UNTIL_APPROVED`] calls. A code works once.
    ///
    /// # Errors
    /// Returns the reason if there are none.
    pub(crate) fn poll(
        &mut self,
        client: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<Tokens, DeviceProblem> {
        let device = self.codes.get_mut(code).filter(|device| device.client == client);
        let device = device.ok_or(DeviceProblem::Unknown)?;
        if now >= device.expires {
            return Err(DeviceProblem::Expired);
        }
        let former = device.polled.replace(now);
        if former.is_some_and(|former| now < after(former, MIN_POLL_GAP)) {
            return Err(DeviceProblem::TooFast);
        }
        device.polls += 1;
        if device.polls <= POLLS_UNTIL_APPROVED {
            return Err(DeviceProblem::Pending);
        }
        self.codes.remove(code);
        let is_refreshable = self.clients.get(client).is_some_and(|client| client.is_refreshable);
        let refresh = is_refreshable.then(|| self.random("demo-refresh"));
        self.refresh.extend(refresh.clone());
        Ok(Tokens { access: self.issue(now), refresh })
    }

    /// Authorizes a client for a challenge. Returns the code for it, or `None` if the client is not
    /// known.
    pub(crate) fn authorize(
        &mut self,
        client: &str,
        challenge: &str,
        redirect_uri: &str,
    ) -> Option<String> {
        self.clients.get(client)?;
        let code = self.random("demo-authorization");
        let [client, challenge, redirect_uri] =
            [client, challenge, redirect_uri].map(str::to_owned);
        let authorization = AuthorizationCode { client, challenge, redirect_uri };
        self.authorizations.insert(code.clone(), authorization);
        Some(code)
    }

    /// Exchanges a code for tokens. It works once, and only with the verifier of its challenge and
    /// the same address.
    pub(crate) fn redeem(
        &mut self,
        client: &str,
        code: &str,
        (verifier, redirect_uri): (&str, &str),
        now: Timestamp,
    ) -> Option<Tokens> {
        let authorization = self.authorizations.remove(code)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let is_valid = authorization.client == client
            && authorization.challenge == challenge
            && authorization.redirect_uri == redirect_uri;
        is_valid.then(|| {
            let refresh = self.random("demo-refresh");
            self.refresh.insert(refresh.clone());
            Tokens { access: self.issue(now), refresh: Some(refresh) }
        })
    }

    /// Renews an access token. The refresh token stays the same. Returns `None` if it is not
    /// valid.
    pub(crate) fn refresh(&mut self, token: &str, now: Timestamp) -> Option<Tokens> {
        let refresh = self.refresh.get(token).cloned()?;
        Some(Tokens { access: self.issue(now), refresh: Some(refresh) })
    }

    /// Issues an access token.
    fn issue(&mut self, now: Timestamp) -> String {
        let token = self.random("demo-access");
        let expires = after(now, SignedDuration::from_secs(ACCESS_TOKEN_SECONDS));
        self.access.insert(token.clone(), expires);
        token
    }

    fn random(&mut self, start: &str) -> String {
        format!("{start}-{:016x}{:016x}", self.rng.next(), self.rng.next())
    }
}
