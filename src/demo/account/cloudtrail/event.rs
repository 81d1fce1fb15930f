//! An event of the event history, and its JSON.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::demo::account::time_format::iso;
use crate::demo::rng::Rng;

/// The services whose events are in one Region, wherever they are called from.
const GLOBAL_SERVICES: [&str; 5] = ["iam", "signin", "cloudfront", "route53", "organizations"];
/// The Region of their events.
pub(super) const GLOBAL_REGION: &str = "us-east-1";

/// Beginnings of the names of operations that only read.
const READING_NAMES: [&str; 7] =
    ["Get", "List", "Describe", "Lookup", "Decrypt", "AssumeRole", "InvokeModel"];
/// Operations that do more than read, in spite of their names.
const WRITING_NAMES: [&str; 3] = ["GetFederationToken", "GetSessionToken", "GetSigninToken"];

/// Parameters that name a resource, and its type.
const RESOURCE_PARAMS: [(&str, &str); 7] = [
    ("userName", "AWS::IAM::User"),
    ("roleName", "AWS::IAM::Role"),
    ("roleArn", "AWS::IAM::Role"),
    ("policyArn", "AWS::IAM::Policy"),
    ("functionName", "AWS::Lambda::Function"),
    ("bucketName", "AWS::S3::Bucket"),
    ("name", "AWS::CloudTrail::Trail"),
];

/// The event history of an account.
#[derive(Debug)]
pub(crate) struct Trail {
    /// Newest first.
    pub events: Vec<RecordedEvent>,
    /// Number of generated events, and whether there are hostile ones.
    pub additional: (usize, bool),
}

/// Changes what LookupEvents returns of an event.
pub(crate) type Alteration = fn(&mut Value);

/// The signer of calls.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// The access key ID.
    pub key: String,
    /// The user name, or the name of the session.
    pub username: String,
    /// True for the leaked key of the account.
    pub is_leaked: bool,
    /// `userIdentity` of its events.
    pub identity: Value,
}

/// The machine and the program that calls come from.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub ip: String,
    pub agent: String,
}

/// A recorded call.
#[derive(Clone, Debug)]
pub(crate) struct RecordedEvent {
    pub id: String,
    /// Time in whole seconds.
    pub time: Timestamp,
    pub account: Arc<str>,
    pub signer: Arc<Signer>,
    pub client: Arc<Client>,
    /// The service, as in its host name.
    pub service: String,
    pub name: String,
    /// The Region whose event history has the event.
    pub region: String,
    /// Code and message of the error, if the call was refused.
    pub error: Option<(String, String)>,
    pub request: Value,
    pub response: Value,
    /// What the reply has instead, for tests.
    pub alteration: Option<Alteration>,
}

/// Returns the Region that records an event of a call to a service in `region`.
pub(super) fn recording_region<'a>(service: &str, region: &'a str) -> &'a str {
    if GLOBAL_SERVICES.contains(&service) { GLOBAL_REGION } else { region }
}

impl RecordedEvent {
    /// Returns the host name of the service.
    pub(super) fn source(&self) -> String {
        format!("{}.amazonaws.com", self.service)
    }

    /// Returns whether the operation only reads.
    pub(super) fn is_read_only(&self) -> bool {
        let name = self.name.as_str();
        READING_NAMES.iter().any(|start| name.starts_with(start)) && !WRITING_NAMES.contains(&name)
    }

    /// Returns the type and the name of each resource that the call was about.
    pub(super) fn resources(&self) -> Vec<(&'static str, String)> {
        let param = |(param, kind): &(&str, &'static str)| {
            let applies = *param != "name" || self.service == "cloudtrail";
            let name = self.request[*param].as_str().filter(|_| applies)?;
            Some((*kind, name.to_owned()))
        };
        let issued = self.response["accessKey"]["accessKeyId"].as_str();
        let issued = issued.map(|key| ("AWS::IAM::AccessKey", key.to_owned()));
        RESOURCE_PARAMS.iter().filter_map(param).chain(issued).collect()
    }

    /// Returns the event as in the reply of LookupEvents.
    pub(super) fn json(&self) -> Value {
        let resource = |(kind, name)| json!({ "ResourceType": kind, "ResourceName": name });
        let resources: Value = self.resources().into_iter().map(resource).collect();
        let mut event = json!({
            "EventId": self.id,
            "EventName": self.name,
            "ReadOnly": self.is_read_only().to_string(),
            "AccessKeyId": self.signer.key,
            "EventTime": self.time.as_second(),
            "EventSource": self.source(),
            "Username": self.signer.username,
            "Resources": resources,
            "CloudTrailEvent": self.record().to_string(),
        });
        if let Some(alter) = self.alteration {
            alter(&mut event);
        }
        event
    }

    /// Returns the record of the event, as in CloudTrail's log files.
    fn record(&self) -> Value {
        let host = match self.service.as_str() {
            "iam" | "signin" => self.source(),
            service => format!("{service}.{}.amazonaws.com", self.region),
        };
        let sign_in = self.service == "signin";
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": self.signer.identity,
            "eventTime": iso(self.time),
            "eventSource": self.source(),
            "eventName": self.name,
            "awsRegion": self.region,
            "sourceIPAddress": self.client.ip,
            "userAgent": self.client.agent,
            "requestParameters": self.request,
            "responseElements": self.response,
            "requestID": Rng::from_text(&format!("request of {}", self.id)).request_id(),
            "eventID": self.id,
            "readOnly": self.is_read_only(),
            "eventType": if sign_in { "AwsConsoleSignIn" } else { "AwsApiCall" },
            "managementEvent": true,
            "recipientAccountId": &*self.account,
            "eventCategory": "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": host,
            },
        });
        if let Some((code, message)) = &self.error {
            record["errorCode"] = code.as_str().into();
            record["errorMessage"] = message.as_str().into();
        }
        record
    }
}
