//! Sessions with roles that the credentials of another session assume.

use crate::aws::open;
use crate::aws::tests::at_home;
use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::model::{Route, Secret, SessionId};

/// The reply of AssumeRole for a role `Ops` in that account.
fn assumed(account: &str) -> String {
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA{account}AAAA</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
         </Credentials><AssumedRoleUser><Arn>arn:aws:sts::{account}:assumed-role/Ops/x</Arn><AssumedRoleId>A</AssumedRoleId>\
         </AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"
    )
}

#[tokio::test]
async fn one_mfa_code_of_the_hub_serves_all_accounts() {
    let accounts = ["111122223333", "444455556666", "777788889999"];
    let replies = accounts.map(|account| CannedReply::Answer(200, assumed(account).leak()));
    let server = CannedServer::start(&replies).await;
    let home = tempfile::tempdir().unwrap();
    let config = "[profile hub]\nrole_arn = arn:aws:iam::111122223333:role/Ops\nsource_profile = base\n\
        mfa_serial = arn:aws:iam::111122223333:mfa/ann\n";
    let files = "[base]\naws_access_key_id = AKIARZPUZDIKFYHOWX26\naws_secret_access_key = s\n";
    let mut connect = at_home(home.path(), config, files, &[]);
    (connect.profile, connect.endpoint_url) = (Some("hub".into()), Some(server.url.clone()));
    let hub = open(&connect, SessionId(1)).await.unwrap();
    let assume = |id: u32, account: &str| {
        let arn = format!("arn:aws:iam::{account}:role/Ops");
        let route = Route::Role { arn: arn.as_str().into(), from: None, external_id: None };
        hub.assume(SessionId(id), &route, &arn, Some("ext"), false)
    };
    let (first, second) = (assume(2, accounts[1]), assume(3, accounts[2]));
    assert!(first.identify().await.is_err());
    assert_eq!(first.awaits_mfa_code().as_deref(), Some("arn:aws:iam::111122223333:mfa/ann"));
    assert!(second.awaits_mfa_code().is_some(), "it waits for the same code");
    first.submit_mfa_code(Secret::new("123456"));
    assert_eq!(first.identify().await.unwrap().caller.account.as_str(), accounts[1]);
    let context = second.identify().await.unwrap();
    assert_eq!(context.caller.account.as_str(), accounts[2]);
    assert_eq!(&*context.source, "via role Ops");
    let asked = server.requests();
    let codes = asked.iter().filter(|request| request.contains("TokenCode=123456")).count();
    assert_eq!((asked.len(), codes), (3, 1), "{asked:?}");
    assert!(asked[1].contains("ExternalId=ext") && asked[2].contains(accounts[2]));
}
