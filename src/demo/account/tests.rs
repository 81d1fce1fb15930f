//! Tests of the replies of the accounts.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::external_changes::ExternalChangeError;
use super::validation::Params;
use super::*;
use crate::demo::{DEMO_MFA_CODE, OPERATOR_KEY, STAGING_KEY, STAGING_ROOT_KEY};

const BILLING: &str = "svc-billing-0042";
const BILLING_KEY: &str = "AKIARZPUZDIKFYHOWX26";
const MFA_SERIAL: &str = "arn:aws:iam::123456789012:mfa/operator";

/// The demo accounts at a fixed time, with a signer.
struct Scene {
    store: AccountStore,
    now: Timestamp,
    key: String,
    token: Option<String>,
    conditions: Conditions,
}

impl Scene {
    fn new() -> Self {
        let now: Timestamp = "2026-11-24T04:00:00Z".parse().unwrap();
        let store = AccountStore::demo(now).unwrap();
        Self {
            store,
            now,
            key: OPERATOR_KEY.to_owned(),
            token: None,
            conditions: Conditions::default(),
        }
    }

    fn signed_by(key: &str) -> Self {
        Self { key: key.to_owned(), ..Self::new() }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    fn request(
        &self,
        service: &str,
        version: &str,
        action: &str,
        params: &[(&str, &str)],
    ) -> ApiRequest {
        let header = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261124/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0",
            self.key
        );
        let fixed = [("Action", action), ("Version", version)];
        let params: Params =
            fixed.iter().chain(params).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let signature = Signature::parse(Some(&header), self.token.as_deref());
        ApiRequest { protocol: Protocol::Query, params, signature, id: "request".to_owned() }
    }

    fn send(&mut self, request: &ApiRequest) -> ApiReply {
        self.store.call(request, self.now, &self.conditions)
    }

    fn call(&mut self, action: &str, params: &[(&str, &str)]) -> ApiReply {
        let service = Operation::parse(action).map_or(Service::Iam, Operation::service);
        let request = self.request(service.as_str(), service.version(), action, params);
        self.send(&request)
    }

    fn code(&mut self, action: &str, params: &[(&str, &str)]) -> String {
        self.call(action, params).code.unwrap_or_default().into_owned()
    }

    fn set(&mut self, status: &str) -> ApiReply {
        self.call(
            "UpdateAccessKey",
            &[("UserName", BILLING), ("AccessKeyId", BILLING_KEY), ("Status", status)],
        )
    }

    /// Signs from now on with the credentials in the reply.
    fn sign_with(&mut self, reply: &ApiReply) {
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.key = leaf(&reply.body, "AccessKeyId").to_owned();
        self.token = Some(leaf(&reply.body, "SessionToken").to_owned());
    }
}

fn leaf<'a>(body: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {body}"));
    rest.split_once('<').map_or(rest, |(value, _)| value)
}

#[test]
fn only_a_known_and_active_key_signs() {
    let mut scene = Scene::new();
    scene.set("Inactive");
    scene.key = BILLING_KEY.to_owned();
    let off = scene.call("ListUsers", &[]);
    assert_eq!((off.status, off.code.as_deref()), (403, Some("InvalidClientTokenId")));
    scene.key = "AKIARZPUZDIKAAAAAAAA".to_owned();
    assert_eq!(scene.code("GetCallerIdentity", &[]), "InvalidClientTokenId");
    let unsigned =
        ApiRequest { signature: Ok(None), ..scene.request("iam", "2010-05-08", "ListUsers", &[]) };
    assert_eq!(scene.send(&unsigned).code.as_deref(), Some("MissingAuthenticationToken"));
}

#[test]
fn a_change_is_visible_after_the_lag_and_the_key_signs_until_its_own_lag() {
    let mut scene = Scene::new();
    scene.conditions.lag = SignedDuration::from_secs(5);
    scene.conditions.signing_lag = SignedDuration::from_secs(2);
    scene.pass(60);
    assert_eq!(scene.set("Inactive").status, 200);
    let first = |scene: &mut Scene| {
        leaf(&scene.call("ListAccessKeys", &[("UserName", BILLING)]).body, "Status").to_owned()
    };
    let signs = |scene: &mut Scene| {
        scene.key = BILLING_KEY.to_owned();
        let code = scene.code("GetCallerIdentity", &[]);
        scene.key = OPERATOR_KEY.to_owned();
        code.is_empty()
    };
    scene.pass(1);
    assert_eq!((first(&mut scene), signs(&mut scene)), ("Active".to_owned(), true));
    scene.pass(1);
    assert_eq!((first(&mut scene), signs(&mut scene)), ("Active".to_owned(), false));
    scene.pass(3);
    assert_eq!((first(&mut scene), signs(&mut scene)), ("Inactive".to_owned(), false));
}

#[test]
fn without_a_user_name_the_caller_is_used() {
    let mut scene = Scene::new();
    let others = [("AccessKeyId", BILLING_KEY), ("Status", "Inactive")];
    assert_eq!(scene.code("UpdateAccessKey", &others), "NoSuchEntity");
    let own = [("AccessKeyId", OPERATOR_KEY), ("Status", "Inactive")];
    assert_eq!(scene.code("UpdateAccessKey", &own), "");
    assert_eq!(scene.code("ListAccessKeys", &[]), "InvalidClientTokenId");

    let mut root = Scene::signed_by(STAGING_ROOT_KEY);
    assert_eq!(leaf(&root.call("ListAccessKeys", &[]).body, "AccessKeyId"), STAGING_ROOT_KEY);
    let used = root.call("GetAccessKeyLastUsed", &[("AccessKeyId", STAGING_ROOT_KEY)]);
    assert!(used.status == 200 && !used.body.contains("UserName"), "{}", used.body);
}

#[test]
fn errors_have_the_wording_of_iam() {
    let mut scene = Scene::new();
    assert_eq!(
        leaf(&scene.set("inactive").body, "Message"),
        "1 validation error detected: Value 'inactive' at 'status' failed to satisfy constraint: Member must satisfy \
         enum value set: [Active, Inactive]"
    );
    let unknown =
        [("UserName", "nobody-here"), ("AccessKeyId", BILLING_KEY), ("Status", "Inactive")];
    let reply = scene.call("UpdateAccessKey", &unknown);
    assert_eq!(reply.status, 404);
    assert_eq!(leaf(&reply.body, "Message"), "The user with name nobody-here cannot be found.");
    let unknown =
        [("UserName", BILLING), ("AccessKeyId", "AKIANOSUCHKEY0000000"), ("Status", "Inactive")];
    let reply = scene.call("UpdateAccessKey", &unknown);
    assert_eq!(
        leaf(&reply.body, "Message"),
        "The Access Key with id AKIANOSUCHKEY0000000 cannot be found."
    );
    let elsewhere = scene.call("GetAccessKeyLastUsed", &[("AccessKeyId", STAGING_KEY)]);
    assert_eq!((elsewhere.status, elsewhere.code.as_deref()), (403, Some("AccessDenied")));
    assert_eq!(scene.code("DeleteUser", &[("UserName", BILLING)]), "InvalidAction");
}

#[test]
fn a_call_must_be_signed_for_its_service() {
    let mut scene = Scene::new();
    let wrong = scene.request("iam", "2011-06-15", "GetCallerIdentity", &[]);
    assert_eq!(scene.send(&wrong).code.as_deref(), Some("InvalidAction"));
    let wrong = scene.request("s3", "2010-05-08", "ListUsers", &[]);
    assert_eq!(scene.send(&wrong).code.as_deref(), Some("SignatureDoesNotMatch"));
}

#[test]
fn a_quarantined_user_can_read_but_not_change_keys() {
    let mut scene = Scene::new();
    let leaked = scene.call("ListAccessKeys", &[("UserName", "tomas.okafor")]);
    scene.key = leaf(&leaked.body, "AccessKeyId").to_owned();
    assert_eq!(scene.code("ListAccessKeys", &[]), "");
    let denied = scene.set("Inactive");
    assert_eq!(denied.code.as_deref(), Some("AccessDenied"));
    assert!(denied.body.contains("explicit deny"), "{}", denied.body);
}

#[test]
fn a_session_without_mfa_opens_sts_but_not_iam() {
    let mut scene = Scene::new();
    let reply = scene.call("GetSessionToken", &[]);
    scene.sign_with(&reply);
    assert_eq!(scene.code("GetCallerIdentity", &[]), "");
    assert_eq!(scene.code("ListUsers", &[]), "InvalidClientTokenId");

    let mut scene = Scene::new();
    let reply = scene
        .call("GetSessionToken", &[("SerialNumber", MFA_SERIAL), ("TokenCode", DEMO_MFA_CODE)]);
    scene.sign_with(&reply);
    assert_eq!(scene.code("ListUsers", &[]), "");
    let refused = scene.call("ListAccessKeys", &[]);
    assert_eq!(
        leaf(&refused.body, "Message"),
        "Must specify userName when calling with non-User credentials"
    );
}

#[test]
fn a_role_requires_mfa_and_its_session_expires() {
    let role = ("RoleArn", "arn:aws:iam::123456789012:role/ops/IncidentResponse");
    let named = ("RoleSessionName", "night-shift");
    let (serial, code) = (("SerialNumber", MFA_SERIAL), ("TokenCode", DEMO_MFA_CODE));
    let mut scene = Scene::new();
    assert_eq!(scene.code("AssumeRole", &[role, named]), "AccessDenied");
    assert_eq!(
        scene.code("AssumeRole", &[role, named, serial, ("TokenCode", "000000")]),
        "AccessDenied"
    );
    assert_eq!(
        scene.code("AssumeRole", &[role, named, serial, code, ("DurationSeconds", "40000")]),
        "ValidationError"
    );
    let reply = scene.call("AssumeRole", &[role, named, serial, code, ("DurationSeconds", "900")]);
    scene.sign_with(&reply);
    assert!(
        scene
            .call("GetCallerIdentity", &[])
            .body
            .contains("assumed-role/IncidentResponse/night-shift")
    );
    assert_eq!(scene.set("Inactive").status, 200);
    scene.pass(900);
    let ended = scene.call("ListUsers", &[]);
    assert_eq!((ended.status, ended.code.as_deref()), (403, Some("ExpiredToken")));
}

#[test]
fn a_token_can_expire_early_and_belongs_to_its_key() {
    let mut scene = Scene::new();
    let mfa = [("SerialNumber", MFA_SERIAL), ("TokenCode", DEMO_MFA_CODE)];
    let reply = scene.call("GetSessionToken", &mfa);
    scene.sign_with(&reply);
    scene.conditions.session_life = Some(SignedDuration::from_secs(10));
    scene.pass(9);
    assert_eq!(scene.code("ListUsers", &[]), "");
    scene.pass(1);
    assert_eq!(scene.code("ListUsers", &[]), "ExpiredToken");
    scene.token = Some("another".to_owned());
    assert_eq!(scene.code("ListUsers", &[]), "InvalidClientTokenId");
}

#[test]
fn another_account_is_reached_by_its_key_or_by_a_role_with_the_external_id() {
    let mut staging = Scene::signed_by(STAGING_KEY);
    assert_eq!(leaf(&staging.call("ListAccountAliases", &[]).body, "member"), "acme-staging");
    assert_eq!(staging.code("ListAccessKeys", &[("UserName", BILLING)]), "NoSuchEntity");
    assert_eq!(
        leaf(&staging.call("GetAccessKeyInfo", &[("AccessKeyId", BILLING_KEY)]).body, "Account"),
        "123456789012"
    );

    let mut scene = Scene::new();
    let role =
        [("RoleArn", "arn:aws:iam::210987654321:role/StagingAudit"), ("RoleSessionName", "look")];
    assert_eq!(scene.code("AssumeRole", &role), "AccessDenied");
    let reply = scene.call("AssumeRole", &[role[0], role[1], ("ExternalId", "acme-7731")]);
    scene.sign_with(&reply);
    assert_eq!(leaf(&scene.call("GetCallerIdentity", &[]).body, "Account"), "210987654321");
    let change = [("UserName", "load-test"), ("AccessKeyId", STAGING_KEY), ("Status", "Inactive")];
    assert_eq!(scene.code("UpdateAccessKey", &change), "AccessDenied");
}

#[test]
fn an_allow_list_denies_all_other_actions_that_need_permission() {
    let permissions =
        Permissions { deny: Vec::new(), allow: Some(vec![Operation::ListAccessKeys]) };
    let mut scene = Scene::new();
    scene.conditions.permissions = Arc::new(permissions);
    assert_eq!(scene.code("ListAccessKeys", &[]), "");
    assert_eq!(scene.code("GetCallerIdentity", &[]), "");
    for action in ["ListUsers", "GetAccessKeyInfo", "GetUser"] {
        let refused = scene.call(action, &[("AccessKeyId", BILLING_KEY)]);
        assert_eq!(refused.code.as_deref(), Some("AccessDenied"), "{action}");
    }
    scene.key = STAGING_ROOT_KEY.to_owned();
    assert_eq!(scene.code("ListUsers", &[]), "");
}

#[test]
fn a_vanished_user_is_still_listed() {
    let mut scene = Scene::new();
    let vanished = Vanished { users: vec![BILLING.to_owned()], ..Vanished::default() };
    scene.conditions.vanished = Arc::new(vanished);
    assert!(scene.call("ListUsers", &[]).body.contains(BILLING));
    assert_eq!(scene.code("ListAccessKeys", &[("UserName", BILLING)]), "NoSuchEntity");
    assert_eq!(scene.code("GetAccessKeyLastUsed", &[("AccessKeyId", BILLING_KEY)]), "AccessDenied");
}

#[test]
fn an_endless_list_always_has_another_page() {
    let mut scene = Scene::new();
    scene.conditions.paging.endless = true;
    let first = scene.call("ListUsers", &[]);
    let second = scene.call("ListUsers", &[("Marker", leaf(&first.body, "Marker"))]);
    assert_ne!(leaf(&first.body, "UserName"), leaf(&second.body, "UserName"));
    assert_ne!(leaf(&first.body, "Marker"), leaf(&second.body, "Marker"));
    assert_eq!(leaf(&second.body, "IsTruncated"), "true");
}

#[test]
fn mutations_respect_the_limits_too() {
    let mut scene = Scene::new();
    let now = scene.now;
    let mut apply =
        |json: &str| scene.store.apply_external_change(serde_json::from_str(json).unwrap(), now);
    let added = apply(r#"{"add_key": {"user": "svc-mailer"}}"#).unwrap();
    assert!(matches!(
        apply(r#"{"add_key": {"user": "svc-mailer"}}"#),
        Err(ExternalChangeError::TooManyKeys)
    ));
    apply(&format!(r#"{{"delete_key": {{"key": {}}}}}"#, added["key"])).unwrap();
    apply(r#"{"add_key": {"user": "svc-mailer"}}"#).unwrap();
    apply(r#"{"delete_user": {"user": "svc-mailer"}}"#).unwrap();
    assert_eq!(scene.code("GetUser", &[("UserName", "svc-mailer")]), "NoSuchEntity");
}

#[test]
fn a_renamed_user_and_a_duplicate_key_are_simulated() {
    let mut scene = Scene::new();
    let now = scene.now;
    let mut apply = |json: &str| {
        scene.store.apply_external_change(serde_json::from_str(json).unwrap(), now).unwrap()
    };
    apply(&format!(r#"{{"rename_user": {{"user": "{BILLING}", "to": "svc-billing"}}}}"#));
    apply(&format!(r#"{{"list_key_too": {{"user": "svc-mailer", "key": "{BILLING_KEY}"}}}}"#));
    assert_eq!(scene.code("ListAccessKeys", &[("UserName", BILLING)]), "NoSuchEntity");
    assert!(
        scene.call("GetAccessKeyLastUsed", &[("AccessKeyId", BILLING_KEY)]).body.contains(BILLING)
    );
    for user in ["svc-billing", "svc-mailer"] {
        assert!(
            scene.call("ListAccessKeys", &[("UserName", user)]).body.contains(BILLING_KEY),
            "{user}"
        );
    }
    let change =
        [("UserName", "svc-billing"), ("AccessKeyId", BILLING_KEY), ("Status", "Inactive")];
    assert_eq!(scene.call("UpdateAccessKey", &change).status, 200);
}
