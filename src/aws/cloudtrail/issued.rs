//! Credentials in the reply to a call.

use jiff::Timestamp;
use serde_json::Value;

use crate::aws::cloudtrail::fields::{at, clipped, field, string};
use crate::aws::time::parse_time;
use crate::model::{IssuedCredentials, KeyId};

/// Numbers above this are milliseconds since 1970, not seconds: it is the year 5138 in seconds.
const MAX_SECONDS: i64 = 100_000_000_000;

/// Returns the credentials in the reply to CreateAccessKey, AssumeRole, GetFederationToken,
/// GetSessionToken and the like. CloudTrail omits the secret key.
pub(super) fn issued_credentials(reply: &Value) -> Option<IssuedCredentials> {
    session(reply).or_else(|| long_term_key(reply))
}

fn session(reply: &Value) -> Option<IssuedCredentials> {
    let credentials = field(reply, "credentials")?;
    let owner = ["assumedRoleUser", "federatedUser"]
        .iter()
        .find_map(|user| at(reply, &[user, "arn"]).and_then(string).and_then(clipped));
    let expires = field(credentials, "expiration").and_then(expiration);
    Some(IssuedCredentials { key: key_id(credentials)?, expires, owner })
}

fn long_term_key(reply: &Value) -> Option<IssuedCredentials> {
    let key = field(reply, "accessKey")?;
    let owner = field(key, "userName").and_then(string).and_then(clipped);
    Some(IssuedCredentials { key: key_id(key)?, expires: None, owner })
}

fn key_id(credentials: &Value) -> Option<KeyId> {
    KeyId::parse(string(field(credentials, "accessKeyId")?)?.trim()).ok()
}

/// Parses the end of a session: `Nov 29, 2026, 5:12:05 PM` in UTC, as Java writes it, the form of
/// RFC 3339, or the seconds or milliseconds since 1970.
fn expiration(value: &Value) -> Option<Timestamp> {
    if let Some(number) = value.as_f64() {
        return since_1970(number);
    }
    let text = string(value)?.trim();
    if let Ok(number) = text.parse() {
        return since_1970(number);
    }
    let time = parse_time(text).or_else(|| parse_time(&format!("{text} UTC")))?;
    Timestamp::try_from(time).ok().and_then(|time| Timestamp::from_second(time.as_second()).ok())
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, and no session is that long")]
fn since_1970(number: f64) -> Option<Timestamp> {
    let seconds = match number.trunc() as i64 {
        milliseconds if milliseconds > MAX_SECONDS => milliseconds / 1000,
        seconds => seconds,
    };
    (seconds > 0).then(|| Timestamp::from_second(seconds).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_end_of_a_session_is_read_in_all_forms() {
        let expected = Some("2026-11-29T17:12:05Z".parse().unwrap());
        for value in [
            json!("Nov 29, 2026, 5:12:05 PM"),
            json!("Nov 29, 2026, 5:12:05\u{202f}PM"),
            json!("Nov 29, 2026 5:12:05 PM"),
            json!("2026-11-29T17:12:05Z"),
            json!("2026-11-29T17:12:05.250Z"),
            json!("2026-11-29T18:12:05+01:00"),
            json!(1_795_972_325),
            json!(1_795_972_325.0),
            json!(1_795_972_325_000_u64),
            json!("1795972325"),
        ] {
            assert_eq!(expiration(&value), expected, "{value}");
        }
        for value in [
            json!("soon"),
            json!(""),
            json!(null),
            json!(-1),
            json!(0),
            json!(1e300),
            json!(u64::MAX),
            json!("NaN"),
            json!("inf"),
            json!({}),
        ] {
            assert_eq!(expiration(&value), None, "{value}");
        }
    }

    #[test]
    fn credentials_are_found_in_every_kind_of_reply() {
        let (key, session) = ("AKIARZPUZDIKFYHOWX26", "ASIARZPUZDIKFYHOWX26");
        let role = "arn:aws:sts::123456789012:assumed-role/Deploy/x";
        for (reply, id, owner) in [
            (
                json!({"credentials": {"accessKeyId": session}, "assumedRoleUser": {"arn": role}}),
                session,
                Some(role),
            ),
            (
                json!({"credentials": {"accessKeyId": session}, "federatedUser": {"arn": "f"}}),
                session,
                Some("f"),
            ),
            (json!({"credentials": {"accessKeyId": session}}), session, None),
            (json!({"Credentials": {"AccessKeyId": session}}), session, None),
            (json!({"accessKey": {"accessKeyId": key, "userName": "ann"}}), key, Some("ann")),
        ] {
            let issued = issued_credentials(&reply).unwrap();
            assert_eq!(issued.key.as_str(), id, "{reply}");
            assert_eq!(issued.owner.as_deref(), owner, "{reply}");
        }
        for reply in [
            json!(null),
            json!({}),
            json!({"credentials": {"accessKeyId": "short"}}),
            json!({"accessKey": "x"}),
        ] {
            assert_eq!(issued_credentials(&reply), None, "{reply}");
        }
    }
}
