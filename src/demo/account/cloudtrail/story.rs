//! The events of the demo, parsed from `assets/demo/*-trail.toml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::event::{Client, GLOBAL_REGION, RecordedEvent, Signer, recording_region};
use crate::demo::account::Account;
use crate::demo::account::ids::derived_id;
use crate::demo::account::seed::Age;
use crate::demo::account::time_format::{after, before, iso, parse_age};
use crate::demo::account::types::AccessKey;
use crate::demo::rng::Rng;

/// The story of the demo account.
const DEMO_STORY: &str = include_str!("../../../../assets/demo/acme-prod-trail.toml");
/// The story of each member account with a leaked key.
const MEMBER_STORY: &str = include_str!("../../../../assets/demo/member-trail.toml");
/// The account of [`DEMO_STORY`].
const DEMO_ACCOUNT: &str = "123456789012";
/// The name of the leaked key in the data files.
const LEAKED: &str = "leaked";
/// Start of the name of the user with the leaked key in member accounts.
const MEMBER_USER: &str = "svc-api-";

/// Returns the events of an account, in any order. Ages count from `started`.
pub(super) fn events(account: &Account, started: Timestamp) -> Vec<RecordedEvent> {
    let text = if account.id == DEMO_ACCOUNT {
        DEMO_STORY.to_owned()
    } else if let Some((user, key)) = leaked_key_of_member(account) {
        member_story(user, key, started)
    } else {
        return Vec::new();
    };
    // A test rules out that a story is not valid.
    let story: EventTemplates =
        toml::from_str(&text.replace("{account}", &account.id)).unwrap_or_default();
    EventBuilder::new(account, started, &story).build(&story)
}

fn leaked_key_of_member(account: &Account) -> Option<(&str, &AccessKey)> {
    let user = account.users.values().find(|user| user.name.starts_with(MEMBER_USER))?;
    Some((&user.name, user.keys.first()?))
}

/// Returns the story of a member account: its newest event is the last use of the key.
fn member_story(user: &str, key: &AccessKey, started: Timestamp) -> String {
    let used = key.last_use.as_ref();
    let age = used.map_or(0, |used| started.duration_since(used.at).as_secs());
    let region = used.map_or(GLOBAL_REGION, |used| &used.region);
    MEMBER_STORY
        .replace("{leaked_user}", user)
        .replace("{leaked_key}", &key.id)
        .replace("{last_use}", &format!("{age}s"))
        .replace("{last_region}", region)
}

/// The events of an account as in the data file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventTemplates {
    clients: BTreeMap<String, Client>,
    keys: BTreeMap<String, KeyData>,
    regular: Vec<RegularData>,
    events: Vec<EventData>,
}

/// A key: that of a user, or of a session of a role, a user or a federated user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyData {
    /// The ID. Without one, it is derived from the account and the name in the data file.
    id: Option<String>,
    user: Option<String>,
    /// The name of a federated user, whose session `user` has opened.
    federated: Option<String>,
    role: Option<String>,
    session: Option<String>,
    /// Age of the session.
    issued: Option<Age>,
}

/// Calls that repeat.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegularData {
    key: String,
    from: String,
    call: String,
    region: Option<String>,
    /// Time between the calls, more or less.
    every: String,
    newest: String,
    oldest: String,
    #[serde(default)]
    request: Value,
}

/// One call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventData {
    ago: Age,
    key: String,
    from: String,
    /// Service and operation, as in a policy action.
    call: String,
    region: Option<String>,
    error: Option<String>,
    message: Option<String>,
    #[serde(default)]
    request: Value,
    #[serde(default)]
    response: Value,
}

/// Turns the data of a story into events.
struct EventBuilder<'a> {
    account: Arc<str>,
    started: Timestamp,
    signers: BTreeMap<&'a str, Arc<Signer>>,
    clients: BTreeMap<&'a str, Arc<Client>>,
}

impl<'a> EventBuilder<'a> {
    fn new(account: &Account, started: Timestamp, story: &'a EventTemplates) -> Self {
        let signer = |(name, key): (&'a String, &KeyData)| {
            (name.as_str(), Arc::new(key.signer(name, account, started)))
        };
        let client = |(name, client): (&'a String, &Client)| {
            let client = Client { ip: client.ip.clone(), agent: client.agent.clone() };
            (name.as_str(), Arc::new(client))
        };
        Self {
            account: account.id.as_str().into(),
            started,
            signers: story.keys.iter().map(signer).collect(),
            clients: story.clients.iter().map(client).collect(),
        }
    }

    fn build(&self, story: &EventTemplates) -> Vec<RecordedEvent> {
        let single = story.events.iter().filter_map(|event| self.event(event));
        single.chain(story.regular.iter().flat_map(|calls| self.regular(calls))).collect()
    }

    fn event(&self, data: &EventData) -> Option<RecordedEvent> {
        let time = data.ago.from(self.started);
        let mut event = self.call(&data.call, &data.key, &data.from, data.region.as_ref(), time)?;
        event.request = self.fill(&data.request, time);
        event.response = self.fill(&data.response, time);
        event.error = data.error.clone().map(|code| {
            let message = data.message.clone().unwrap_or_else(|| denial(&event, &data.call));
            (code, message)
        });
        Some(event)
    }

    /// Returns repeated calls: the newest at its time, the others at irregular distances.
    fn regular(&self, data: &RegularData) -> Vec<RecordedEvent> {
        let age = |text: &str| parse_age(text).unwrap_or_default();
        let (every, oldest) = (age(&data.every), age(&data.oldest));
        let mut rng = Rng::from_text(&format!("{} {} {}", data.key, data.call, data.every));
        let mut events = Vec::new();
        let mut ago = age(&data.newest);
        while ago <= oldest && !every.is_zero() {
            let time = before(self.started, ago);
            let event = self.call(&data.call, &data.key, &data.from, data.region.as_ref(), time);
            events.extend(
                event.map(|event| RecordedEvent { request: data.request.clone(), ..event }),
            );
            let seconds = every.as_secs();
            let extra = rng.below(u64::try_from(seconds / 5).unwrap_or_default());
            ago += SignedDuration::from_secs(seconds * 9 / 10 + i64::try_from(extra).unwrap_or(0));
        }
        events
    }

    /// Returns a successful call without parameters. `None` if the story does not have the
    /// key or the client.
    fn call(
        &self,
        call: &str,
        key: &str,
        from: &str,
        region: Option<&String>,
        time: Timestamp,
    ) -> Option<RecordedEvent> {
        let (service, name) = call.split_once(':')?;
        let region = region.map_or(GLOBAL_REGION, String::as_str);
        let signer = Arc::clone(self.signers.get(key)?);
        let ago = self.started.duration_since(time).as_secs();
        let seed = format!("{} {} {call} {region} {ago}", self.account, signer.key);
        Some(RecordedEvent {
            id: Rng::from_text(&seed).request_id(),
            time: Timestamp::from_second(time.as_second()).unwrap_or(time),
            account: Arc::clone(&self.account),
            client: Arc::clone(self.clients.get(from)?),
            signer,
            service: service.to_owned(),
            name: name.to_owned(),
            region: recording_region(service, region).to_owned(),
            error: None,
            request: Value::Null,
            response: Value::Null,
            alteration: None,
        })
    }

    /// Replaces `{key NAME}`, `{time}`, `{time + 12h}` and `{iso + 12h}` in texts: by the ID of
    /// a key, and by times from that of the event on, as STS and as other services write them.
    fn fill(&self, value: &Value, time: Timestamp) -> Value {
        match value {
            Value::Object(fields) => {
                let filled =
                    |(name, value): (&String, &Value)| (name.clone(), self.fill(value, time));
                fields.iter().map(filled).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.fill(item, time)).collect(),
            Value::String(text) => {
                let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                inner
                    .and_then(|inner| self.placeholder(inner, time))
                    .unwrap_or_else(|| value.clone())
            }
            other => other.clone(),
        }
    }

    fn placeholder(&self, text: &str, time: Timestamp) -> Option<Value> {
        if let Some(name) = text.strip_prefix("key ") {
            return Some(self.signers.get(name)?.key.clone().into());
        }
        let (format, later) = text.split_once(" + ").unwrap_or((text, "0s"));
        let time = after(time, parse_age(later)?);
        match format {
            "time" => Some(time.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string().into()),
            "iso" => Some(iso(time).into()),
            _ => None,
        }
    }
}

/// Returns IAM's message for a call that is not allowed.
fn denial(event: &RecordedEvent, action: &str) -> String {
    let arn = event.signer.identity["arn"].as_str().unwrap_or_default();
    format!(
        "User: {arn} is not authorized to perform: {action} on resource: * because no identity-based policy allows the \
         {action} action"
    )
}

impl KeyData {
    fn signer(&self, name: &str, account: &Account, started: Timestamp) -> Signer {
        let key = self.id.clone().unwrap_or_else(|| derived_id("ASIA", &account.id, name));
        let id = &account.id;
        let user = self.user.as_deref().unwrap_or_default();
        let mut identity = match (&self.role, &self.federated) {
            (Some(role), _) => {
                let session = self.session.as_deref().unwrap_or_default();
                json!({
                    "type": "AssumedRole",
                    "principalId": format!("{}:{session}", derived_id("AROA", id, role)),
                    "arn": format!("arn:aws:sts::{id}:assumed-role/{role}/{session}"),
                })
            }
            (None, Some(federated)) => json!({
                "type": "FederatedUser",
                "principalId": format!("{id}:{federated}"),
                "arn": format!("arn:aws:sts::{id}:federated-user/{federated}"),
            }),
            (None, None) => of_user(account, user),
        };
        identity["accountId"] = id.as_str().into();
        identity["accessKeyId"] = key.as_str().into();
        if let Some(issued) = &self.issued {
            let attributes =
                json!({ "creationDate": iso(issued.from(started)), "mfaAuthenticated": "false" });
            identity["sessionContext"] = json!({ "attributes": attributes });
            if let Some(issuer) = self.issuer(account) {
                identity["sessionContext"]["sessionIssuer"] = issuer;
            }
        }
        let username = self.session.as_ref().or(self.federated.as_ref());
        let username = username.map_or(user, String::as_str).to_owned();
        Signer { key, username, is_leaked: name == LEAKED, identity }
    }

    /// Returns the role or user that a session comes from; `None` for GetSessionToken.
    fn issuer(&self, account: &Account) -> Option<Value> {
        let id = &account.id;
        let mut issuer = match (&self.role, &self.federated, &self.user) {
            (Some(name), _, _) => {
                let role = account.roles.iter().find(|role| role.name == *name)?;
                json!({
                    "type": "Role",
                    "principalId": role.id,
                    "arn": role.arn(id),
                    "userName": name,
                })
            }
            (None, Some(_), Some(user)) => of_user(account, user),
            _ => return None,
        };
        issuer["accountId"] = id.as_str().into();
        Some(issuer)
    }
}

/// Returns the identity of a user.
fn of_user(account: &Account, name: &str) -> Value {
    let user = account.user(name);
    let arn = user.map(|user| user.arn(&account.id));
    json!({
        "type": "IAMUser",
        "principalId": derived_id("AIDA", &account.id, name),
        "arn": arn.unwrap_or_else(|| format!("arn:aws:iam::{}:user/{name}", account.id)),
        "userName": name,
    })
}
