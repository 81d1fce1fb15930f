//! Registration of keyflip as a client of the token service. The AWS CLI and keyflip share the
//! file: its name and its form are those of `SSOTokenFetcher` in
//! <https://github.com/aws/aws-cli/blob/v2/awscli/botocore/utils.py>.

use std::fmt;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use zeroize::{Zeroize as _, Zeroizing};

use crate::aws::sso::cache_file::{file_name, save_fields, text, written_time};
use crate::aws::sso::session::SsoSession;
use crate::aws::time::parse_time;
use crate::model::Secret;

/// Grant of a device authorization (RFC 8628).
pub(super) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Grant of a sign-in in a browser of this machine (RFC 6749).
pub(super) const CODE_GRANT: &str = "authorization_code";

/// Address that the browser comes back to. The service ignores the port of loopback addresses.
const REDIRECT_URI: &str = "http://127.0.0.1/oauth/callback";

/// What a client is registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grant {
    /// Codes that the user approves in any browser.
    DeviceCode,
    /// A sign-in in a browser of this machine.
    AuthorizationCode,
}

impl Grant {
    /// Returns the grants that the client names; `None` for device codes.
    pub(super) fn types(self) -> Option<[&'static str; 2]> {
        (self == Self::AuthorizationCode).then_some([CODE_GRANT, "refresh_token"])
    }

    /// Returns the address that the browser comes back to, without its port.
    pub(super) fn redirect_uri(self) -> Option<&'static str> {
        (self == Self::AuthorizationCode).then_some(REDIRECT_URI)
    }

    /// Returns whether a cached client serves this grant.
    fn is_served_by(self, types: Option<&Value>) -> bool {
        let names = |grant| {
            let list = types.and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|name| name == grant))
        };
        match self {
            Self::DeviceCode => types.is_none() || names(DEVICE_GRANT),
            Self::AuthorizationCode => names(CODE_GRANT),
        }
    }
}

/// Remaining lifetime below which a registration is not used, as in the AWS CLI.
const MIN_LIFETIME: Duration = Duration::from_mins(15);

/// A registered client.
pub(super) struct Registration {
    /// `clientId`.
    pub client_id: String,
    /// `clientSecret`.
    pub client_secret: Secret,
    /// End of the registration, as it is written.
    pub expires_at: String,
    grant: Grant,
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("** hidden **")
    }
}

impl Registration {
    /// Returns a new registration that ends at this time, in seconds since 1970.
    pub(super) fn issued(
        client_id: String,
        client_secret: &str,
        expires_at: i64,
        grant: Grant,
    ) -> Option<Self> {
        let end = Duration::from_secs(u64::try_from(expires_at).ok()?);
        Some(Self {
            client_id,
            client_secret: Secret::new(client_secret),
            expires_at: written_time(SystemTime::UNIX_EPOCH.checked_add(end)?)?,
            grant,
        })
    }

    /// Reads the registration of a session for a grant. Returns `None` if there is none, if it ends
    /// within 15 minutes, if it is of another grant, or if the file cannot be read: then a new one
    /// is made.
    pub(super) async fn read(directory: &Path, session: &SsoSession, grant: Grant) -> Option<Self> {
        Self::read_at(directory, session, grant, SystemTime::now()).await
    }

    async fn read_at(
        directory: &Path,
        session: &SsoSession,
        grant: Grant,
        now: SystemTime,
    ) -> Option<Self> {
        let bytes = tokio::fs::read(path(directory, session)).await.ok().map(Zeroizing::new)?;
        let Ok(Value::Object(mut fields)) = serde_json::from_slice(&bytes) else { return None };
        let registration = Self::from_fields(&fields, grant, now);
        wipe(&mut fields);
        registration
    }

    fn from_fields(fields: &Map<String, Value>, grant: Grant, now: SystemTime) -> Option<Self> {
        let expires_at = text(fields, "expiresAt")?;
        let serves = grant.is_served_by(fields.get("grantTypes"));
        (serves && parse_time(expires_at)? > now + MIN_LIFETIME).then_some(())?;
        Some(Self {
            client_id: text(fields, "clientId")?.to_owned(),
            client_secret: Secret::new(text(fields, "clientSecret")?),
            expires_at: expires_at.to_owned(),
            grant,
        })
    }

    /// Removes the registration of a session.
    ///
    /// # Errors
    /// Returns an error if there is none, or if it cannot be removed.
    pub(super) fn remove(directory: &Path, session: &SsoSession) -> io::Result<()> {
        std::fs::remove_file(path(directory, session))
    }

    /// Saves the registration.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(super) fn save(&self, directory: &Path, session: &SsoSession) -> io::Result<()> {
        let mut fields = Map::new();
        fields.insert("clientId".to_owned(), self.client_id.as_str().into());
        fields.insert("clientSecret".to_owned(), self.client_secret.reveal().into());
        fields.insert("expiresAt".to_owned(), self.expires_at.as_str().into());
        let scopes = session.registration_scopes();
        if !scopes.is_empty() {
            fields.insert("scopes".to_owned(), scopes.into());
        }
        if let Some(types) = self.grant.types() {
            fields.insert("grantTypes".to_owned(), types.into_iter().collect());
        }
        let saved = save_fields(&path(directory, session), &fields);
        wipe(&mut fields);
        saved
    }
}

fn wipe(fields: &mut Map<String, Value>) {
    for value in fields.values_mut() {
        if let Value::String(text) = value {
            text.zeroize();
        }
    }
}

/// Returns the path of the registration for a session.
fn path(directory: &Path, session: &SsoSession) -> PathBuf {
    directory.join(file_name(&cache_key(session)))
}

/// Returns what botocore takes the file's name from, as Python's `json.dumps(…, sort_keys=True)`
/// writes it.
fn cache_key(session: &SsoSession) -> String {
    let scopes: Vec<_> = session.registration_scopes().iter().map(|scope| quoted(scope)).collect();
    let scopes =
        if scopes.is_empty() { "null".to_owned() } else { format!("[{}]", scopes.join(", ")) };
    format!(
        "{{\"region\": {}, \"scopes\": {scopes}, \"session_name\": {}, \"startUrl\": {}, \"tool\": \
         \"botocore\"}}",
        quoted(&session.region),
        session.name.as_deref().map_or_else(|| "null".to_owned(), quoted),
        quoted(&session.start_url)
    )
}

/// Returns a text as Python writes it in JSON: in ASCII, other characters as UTF-16.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            ' '..='~' => quoted.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(quoted, "\\u{unit:04x}");
                }
            }
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::aws::config_files::from_texts;
    use crate::aws::connect_options::Environment;

    fn session(config: &str) -> SsoSession {
        let environment = Environment::Given(Arc::new([].into()));
        SsoSession::of_profile(&from_texts(config, ""), "a", &environment).unwrap()
    }

    #[test]
    fn the_file_has_the_name_that_botocore_gives_it() {
        let of_session = "[profile a]\nsso_session = my-sso\n[sso-session my-sso]\nsso_region = \
            us-east-1\nsso_start_url = https://d-1.awsapps.com/start\n";
        let key = cache_key(&session(of_session));
        assert_eq!(
            key,
            r#"{"region": "us-east-1", "scopes": ["sso:account:access"], "session_name": "my-sso", "startUrl": "https://d-1.awsapps.com/start", "tool": "botocore"}"#
        );
        let scopes = format!("{of_session}sso_registration_scopes = b:x , a:y\n");
        assert!(cache_key(&session(&scopes)).contains(r#""scopes": ["b:x", "a:y"], "#));
        let old = "[profile a]\nsso_region = us-east-1\nsso_start_url = https://d-1.awsapps.com/é\u{7f}𝕊\"\n";
        assert_eq!(
            cache_key(&session(old)),
            r#"{"region": "us-east-1", "scopes": null, "session_name": null, "startUrl": "https://d-1.awsapps.com/\u00e9\u007f\ud835\udd4a\"", "tool": "botocore"}"#
        );
    }

    #[tokio::test]
    async fn a_registration_serves_until_shortly_before_its_end_and_only_for_its_grant() {
        let directory = tempfile::tempdir().unwrap();
        let session =
            session("[profile a]\nsso_region = us-east-1\nsso_start_url = https://x.example\n");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_921_464);
        let read = async |now| {
            Registration::read_at(directory.path(), &session, Grant::DeviceCode, now).await
        };
        assert!(read(now).await.is_none());
        let issued =
            Registration::issued("c".into(), "s", 1_795_921_464 + 3_600, Grant::DeviceCode);
        let issued = issued.unwrap();
        issued.save(directory.path(), &session).unwrap();
        let file = path(directory.path(), &session);
        let written = std::fs::read_to_string(&file).unwrap();
        assert_eq!(
            written,
            r#"{"clientId":"c","clientSecret":"s","expiresAt":"2026-11-29T04:04:24Z"}"#
        );
        assert_eq!(read(now).await.unwrap().client_secret, Secret::new("s"));
        assert!(read(now + Duration::from_mins(45)).await.is_none(), "it ends soon");
        for (grants, serves) in [
            (json!(["authorization_code", "refresh_token"]), false),
            (json!(["refresh_token", DEVICE_GRANT]), true),
            (json!("authorization_code"), false),
        ] {
            let text = format!("{},\"grantTypes\":{grants}}}", written.trim_end_matches('}'));
            std::fs::write(&file, text).unwrap();
            assert_eq!(read(now).await.is_some(), serves, "{grants}");
        }
        let grant = Grant::AuthorizationCode;
        let of_browser = Registration::issued("b".into(), "s", 1_795_921_464 + 3_600, grant);
        of_browser.unwrap().save(directory.path(), &session).unwrap();
        assert!(read(now).await.is_none(), "it is of another grant");
        let same = Registration::read_at(directory.path(), &session, grant, now).await;
        assert_eq!(same.unwrap().client_id, "b");
        for broken in ["", "[]", "{\"clientId\": 1}", &written.replace("2026", "soon")] {
            std::fs::write(&file, broken).unwrap();
            assert!(read(now).await.is_none(), "{broken}");
        }
    }
}
