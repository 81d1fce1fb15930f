//! Tests of Identity Center and of the member accounts.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::demo::account::organization::OLD_KEY;
use crate::demo::account::validation::Params;
use crate::demo::account::*;
use crate::demo::{DEMO_CLIENT, DEMO_CLIENT_SECRET, DEMO_REFRESH_TOKEN, DEMO_SSO_TOKEN};
use crate::demo::{OPERATOR_KEY, STAGING_KEY};

/// Accounts of members by number.
const FIRST: &str = "300098765431";
const SHARED_NAME: &str = "300197530862";
const LEADING_ZEROS: &str = "004815162342";
const BREAK_GLASS: &str = "300395061724";
const READ_ONLY: &str = "300493827155";
const SUSPENDED: &str = "300592592586";
const NO_ROLE: &str = "300691358017";

/// An organization at a fixed time, with a signer.
struct Scene {
    store: AccountStore,
    now: Timestamp,
    bearer: Option<String>,
    key: String,
    token: Option<String>,
    conditions: Conditions,
}

impl Scene {
    fn new(size: u32) -> Self {
        let now: Timestamp = "2026-11-24T04:00:00Z".parse().unwrap();
        let mut store = AccountStore::demo(now).unwrap();
        store.join(Organization::new(size, 0, "http://demo", now));
        Self {
            store,
            now,
            bearer: Some(DEMO_SSO_TOKEN.to_owned()),
            key: OPERATOR_KEY.to_owned(),
            token: None,
            conditions: Conditions::default(),
        }
    }

    fn pass(&mut self, milliseconds: i64) {
        self.now += SignedDuration::from_millis(milliseconds);
    }

    fn send(&mut self, protocol: Protocol, action: &str, params: &[(&str, &str)]) -> ApiReply {
        let service = Operation::parse(action).unwrap().service();
        let header = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261124/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0",
            self.key,
            service.as_str()
        );
        let fixed = [("Action", action), ("Version", service.version())];
        let params: Params =
            fixed.iter().chain(params).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let is_signed = protocol == Protocol::Query;
        let signature =
            Signature::parse(is_signed.then_some(header.as_str()), self.token.as_deref());
        let request = ApiRequest { protocol, params, signature, id: "request".to_owned() };
        self.store.call(&request, self.now, &self.conditions)
    }

    /// Calls IAM or STS; returns the code and the body.
    fn query(&mut self, action: &str, params: &[(&str, &str)]) -> (String, String) {
        let reply = self.send(Protocol::Query, action, params);
        (reply.code.unwrap_or_default().into_owned(), reply.body)
    }

    /// Calls Identity Center; returns the status, the code and the body.
    fn rest(&mut self, action: &str, params: &[(&str, &str)]) -> (u16, String, Value) {
        let protocol = Protocol::RestJson { bearer: self.bearer.clone() };
        let reply = self.send(protocol, action, params);
        let body = serde_json::from_str(&reply.body).unwrap();
        (reply.status, reply.code.unwrap_or_default().into_owned(), body)
    }

    fn refused(&mut self, action: &str, params: &[(&str, &str)]) -> (u16, String, String) {
        let (status, code, body) = self.rest(action, params);
        (status, code, body["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Signs from now on as a role of Identity Center.
    fn enter(&mut self, account: &str, role: &str) {
        let params = [("account_id", account), ("role_name", role)];
        let (status, _, body) = self.rest("GetRoleCredentials", &params);
        assert_eq!(status, 200, "{body}");
        let text = |name: &str| body["roleCredentials"][name].as_str().unwrap().to_owned();
        let lifetime = body["roleCredentials"]["expiration"].as_i64().unwrap();
        assert_eq!(lifetime, self.now.as_millisecond() + 3_600_000);
        self.key = text("accessKeyId");
        self.token = Some(text("sessionToken"));
    }

    fn key_ids(&mut self) -> Vec<String> {
        let mut ids = Vec::new();
        let (_, users) = self.query("ListUsers", &[]);
        for name in leaves(&users, "UserName") {
            let (_, keys) = self.query("ListAccessKeys", &[("UserName", &name)]);
            ids.extend(leaves(&keys, "AccessKeyId"));
        }
        ids
    }
}

fn leaves(body: &str, name: &str) -> Vec<String> {
    let tag = format!("<{name}>");
    body.split(&tag).skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

fn refusal(status: u16, code: &str, message: &str) -> (u16, String, String) {
    (status, code.to_owned(), message.to_owned())
}

#[test]
fn the_portal_lists_every_account_in_pages_of_at_most_100() {
    let mut scene = Scene::new(250);
    let (mut seen, mut token, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let next = token.as_deref().map(|token| ("next_token", token));
        let params: Vec<_> = [("max_result", "100")].into_iter().chain(next).collect();
        let (_, _, body) = scene.rest("ListAccounts", &params);
        seen.extend(body["accountList"].as_array().unwrap().clone());
        pages += 1;
        token = body["nextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (252, 3));
    assert_eq!(
        seen[2],
        json!({"accountId": FIRST, "accountName": "team-0001", "emailAddress": "aws+team-0001@acme.example"})
    );
    let limits = "ResultSize parameter must be within the valid limits of: 1-100";
    for size in ["101", "0", "-1", "x"] {
        assert_eq!(
            scene.refused("ListAccounts", &[("max_result", size)]),
            refusal(400, "InvalidRequestException", limits)
        );
    }
    assert_eq!(scene.refused("ListAccounts", &[("next_token", "made up")]).0, 400);
    assert!(scene.store.created.is_empty(), "listing creates no account");
}

#[test]
fn roles_differ_by_account_and_are_refused_where_there_is_no_access() {
    let mut scene = Scene::new(10);
    let mut roles = |account: &str| {
        let (status, _, body) = scene.rest("ListAccountRoles", &[("account_id", account)]);
        let names = body["roleList"].as_array().cloned().unwrap_or_default();
        (status, names.iter().map(|role| role["roleName"].as_str().unwrap().to_owned()).collect())
    };
    let both = vec!["IncidentResponder".to_owned(), "ReadOnlyAccess".to_owned()];
    for account in [FIRST, LEADING_ZEROS, "123456789012", "210987654321"] {
        assert_eq!(roles(account), (200, both.clone()), "{account}");
    }
    assert_eq!(roles(READ_ONLY), (200, both[1..].to_vec()));
    assert_eq!(roles(NO_ROLE), (200, Vec::new()));
    assert_eq!(roles(SUSPENDED), (403, Vec::new()));
    for (account, role) in [
        (SUSPENDED, "IncidentResponder"),
        (READ_ONLY, "IncidentResponder"),
        (FIRST, "Admin"),
        ("999999999999", "ReadOnlyAccess"),
    ] {
        let params = [("account_id", account), ("role_name", role)];
        assert_eq!(
            scene.refused("GetRoleCredentials", &params),
            refusal(403, "ForbiddenException", "No access"),
            "{account}"
        );
    }
    assert_eq!(scene.refused("GetRoleCredentials", &[("account_id", FIRST)]).0, 400);
    let invalid = refusal(401, "UnauthorizedException", "Session token not found or invalid");
    for bearer in [None, Some("another".to_owned())] {
        scene.bearer = bearer;
        assert_eq!(scene.refused("ListAccounts", &[]), invalid);
    }
}

#[test]
fn credentials_of_an_account_reach_only_that_account() {
    let mut scene = Scene::new(8);
    let first = scene.store.describe_organization()[0].clone();
    let (leaked, user) =
        (first["leaked_key"].as_str().unwrap(), first["leaked_user"].as_str().unwrap());
    scene.enter(FIRST, "IncidentResponder");
    let (_, caller) = scene.query("GetCallerIdentity", &[]);
    assert_eq!(
        leaves(&caller, "Arn"),
        [format!(
            "arn:aws:sts::{FIRST}:assumed-role/AWSReservedSSO_IncidentResponder_0123456789abcdef/operator"
        )]
    );
    let ids = scene.key_ids();
    assert!(ids.len() == 8 && ids.contains(&leaked.to_owned()), "{ids:?}");
    let change = [("UserName", user), ("AccessKeyId", leaked), ("Status", "Inactive")];
    assert_eq!(scene.query("UpdateAccessKey", &change).0, "");

    scene.enter(SHARED_NAME, "IncidentResponder");
    let others = scene.key_ids();
    assert!(others.contains(&OLD_KEY.to_owned()));
    assert!(others.iter().all(|id| !ids.contains(id)));
    assert_eq!(scene.query("ListAccessKeys", &[("UserName", user)]).0, "NoSuchEntity");
    assert_eq!(scene.query("GetAccessKeyLastUsed", &[("AccessKeyId", leaked)]).0, "AccessDenied");
    assert_eq!(scene.query("UpdateAccessKey", &change).0, "NoSuchEntity");

    scene.enter(FIRST, "ReadOnlyAccess");
    let (code, body) = scene.query("UpdateAccessKey", &change);
    assert!(
        code == "AccessDenied"
            && body
                .contains("because no identity-based policy allows the iam:UpdateAccessKey action"),
        "{body}"
    );
    let (_, keys) = scene.query("ListAccessKeys", &[("UserName", user)]);
    assert!(!leaves(&keys, "Status").contains(&"Active".to_owned()), "{keys}");
    assert_eq!(scene.store.created.len(), 2, "only what was used exists");
}

#[test]
fn the_operator_assumes_the_hub_role_and_from_there_no_other() {
    let mut scene = Scene::new(8);
    let role = |account: &str, name: &str| format!("arn:aws:iam::{account}:role/{name}");
    let assume = |scene: &mut Scene, arn: &str, more: &[(&str, &str)]| {
        let named = [("RoleArn", arn), ("RoleSessionName", "hub")];
        scene.query("AssumeRole", &[&named, more].concat())
    };
    let hub = "OrganizationAccountAccessRole";
    for account in [SUSPENDED, "123456789012", "999999999999"] {
        assert_eq!(assume(&mut scene, &role(account, hub), &[]).0, "AccessDenied", "{account}");
    }
    let break_glass = role(BREAK_GLASS, "BreakGlass");
    assert_eq!(assume(&mut scene, &break_glass, &[]).0, "AccessDenied");
    assert_eq!(assume(&mut scene, &break_glass, &[("ExternalId", "acme-7731")]).0, "");
    let (code, body) = assume(&mut scene, &role(NO_ROLE, hub), &[]);
    assert_eq!(code, "");
    scene.key = leaves(&body, "AccessKeyId")[0].clone();
    scene.token = Some(leaves(&body, "SessionToken")[0].clone());
    assert_eq!(scene.key_ids().len(), 8);
    assert_eq!(assume(&mut scene, &role(FIRST, hub), &[]).0, "AccessDenied");

    let mut staging = Scene { key: STAGING_KEY.to_owned(), ..Scene::new(8) };
    assert_eq!(assume(&mut staging, &role(FIRST, hub), &[]).0, "AccessDenied");
}

#[test]
fn sts_names_the_account_of_any_key() {
    let mut scene = Scene::new(8);
    let members = scene.store.describe_organization();
    let mut keys: Vec<(String, String)> = members
        .as_array()
        .unwrap()
        .iter()
        .map(|member| {
            let text = |name: &str| member[name].as_str().unwrap().to_owned();
            (text("leaked_key"), text("account"))
        })
        .collect();
    keys.push((OLD_KEY.to_owned(), SHARED_NAME.to_owned()));
    for (key, account) in &keys {
        let (_, body) = scene.query("GetAccessKeyInfo", &[("AccessKeyId", key)]);
        assert_eq!(leaves(&body, "Account"), std::slice::from_ref(account), "{key}");
    }
    assert!(scene.store.created.is_empty());
    // The keys sign in their own account, except that of the suspended one.
    for (key, account) in &keys {
        scene.key.clone_from(key);
        let (code, body) = scene.query("GetCallerIdentity", &[]);
        if account == SUSPENDED {
            assert_eq!(code, "InvalidClientTokenId");
        } else {
            assert_eq!(leaves(&body, "Account"), std::slice::from_ref(account), "{key}");
        }
    }
}

#[test]
fn a_member_is_the_same_in_every_run_and_another_with_another_seed() {
    let ids = |seed| {
        let mut scene = Scene::new(3);
        scene.store = AccountStore::demo(scene.now).unwrap();
        scene.store.join(Organization::new(3, seed, "", scene.now));
        scene.enter(FIRST, "ReadOnlyAccess");
        scene.key_ids()
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
}

#[test]
fn a_device_code_is_approved_after_the_second_poll_and_works_once() {
    let mut scene = Scene::new(3);
    let named = [("clientName", "keyflip"), ("clientType", "public")];
    let (_, _, plain) = scene.rest("RegisterClient", &named);
    let scoped = [named[0], named[1], ("scopes", "sso:account:access")];
    let (_, _, scoped) = scene.rest("RegisterClient", &scoped);
    for (client, has_refresh_token) in [(&plain, false), (&scoped, true)] {
        let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
        let (id, secret) = (text(client, "clientId"), text(client, "clientSecret"));
        let client = [("clientId", id.as_str()), ("clientSecret", secret.as_str())];
        let start = [client[0], client[1], ("startUrl", "http://demo/start")];
        let (_, _, started) = scene.rest("StartDeviceAuthorization", &start);
        assert_eq!(started["verificationUri"], "http://demo/device");
        assert_eq!((&started["interval"], &started["expiresIn"]), (&json!(1), &json!(600)));
        let code = text(&started, "deviceCode");
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let poll = [client[0], client[1], ("grantType", grant), ("deviceCode", code.as_str())];
        let mut asked = |milliseconds| {
            scene.pass(milliseconds);
            let (status, _, body) = scene.rest("CreateToken", &poll);
            (status, body["error"].as_str().unwrap_or_default().to_owned(), body)
        };
        for (wait, error) in
            [(0, "authorization_pending"), (500, "slow_down"), (1_000, "authorization_pending")]
        {
            let (status, code, _) = asked(wait);
            assert_eq!((status, code.as_str()), (400, error));
        }
        let (status, _, tokens) = asked(1_000);
        assert_eq!((status, &tokens["expiresIn"]), (200, &json!(3_600)));
        assert_eq!(tokens["refreshToken"].is_string(), has_refresh_token);
        let (_, error, _) = asked(1_000);
        assert_eq!(error, "invalid_grant");
        scene.bearer = Some(text(&tokens, "accessToken"));
        assert_eq!(scene.rest("ListAccounts", &[]).0, 200);
        scene.pass(3_600_000);
        assert_eq!(scene.rest("ListAccounts", &[]).0, 401);
    }
}

#[test]
fn a_refresh_token_renews_the_access_until_it_is_revoked() {
    let mut scene = Scene::new(3);
    let client = [("clientId", DEMO_CLIENT), ("clientSecret", DEMO_CLIENT_SECRET)];
    let grant = [("grantType", "refresh_token"), ("refreshToken", DEMO_REFRESH_TOKEN)];
    let now = scene.now;
    let expire = |scene: &mut Scene, json: &str| {
        scene.store.apply_external_change(serde_json::from_str(json).unwrap(), now).unwrap();
    };
    expire(&mut scene, r#"{"expire_tokens": {}}"#);
    assert_eq!(scene.rest("ListAccounts", &[]).0, 401);
    let (status, _, body) = scene.rest("CreateToken", &[client, grant].concat());
    assert_eq!((status, &body["refreshToken"]), (200, &json!(DEMO_REFRESH_TOKEN)));
    scene.bearer = body["accessToken"].as_str().map(str::to_owned);
    assert_eq!(scene.rest("ListAccounts", &[]).0, 200);

    let wrong = [client[0], ("clientSecret", "wrong")];
    let (status, code, body) = scene.rest("CreateToken", &[wrong, grant].concat());
    assert_eq!((status, code.as_str()), (401, "InvalidClientException"));
    assert_eq!(body["error"], "invalid_client");
    expire(&mut scene, r#"{"expire_tokens": {"refresh_too": true}}"#);
    let (status, _, body) = scene.rest("CreateToken", &[client, grant].concat());
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
}

#[test]
fn denied_operations_are_refused_in_the_words_of_their_service() {
    let mut scene = Scene::new(3);
    let deny = vec![Operation::ListAccountRoles, Operation::StartDeviceAuthorization];
    let permissions = Permissions { deny, allow: None };
    scene.conditions.permissions = std::sync::Arc::new(permissions);
    let no_access = refusal(403, "ForbiddenException", "No access");
    assert_eq!(scene.refused("ListAccountRoles", &[("account_id", FIRST)]), no_access);
    assert_eq!(scene.rest("ListAccounts", &[]).0, 200);
    let (status, _, body) = scene.rest("StartDeviceAuthorization", &[]);
    assert_eq!((status, &body["error"]), (400, &json!("access_denied")));
}
