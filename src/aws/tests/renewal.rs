//! Tests of credentials that change while a session is open. A credential process prints a file
//! that the tests rewrite.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::aws::tests::{at_home, change, signer};
use crate::aws::{ConnectOptions, Session, open};
use crate::model::{
    AccountId, Arn, Caller, Direction, ErrorKind, KeyChange, KeyId, SelfLockoutRisk, SessionId,
    UserName,
};

const FIRST: &str = "AKIAFIRSTFIRSTFIRST0";
const SECOND: &str = "AKIASECONDSECOND0000";
const ANN: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn>\
    <UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const BOB: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::203977241274:user/bob</Arn>\
    <UserId>AIDA</UserId><Account>203977241274</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const KEYS: &str = "<ListAccessKeysResponse><ListAccessKeysResult></ListAccessKeysResult></ListAccessKeysResponse>";
const NO_ACCOUNT: &str =
    "<ErrorResponse><Error><Code>ValidationError</Code></Error></ErrorResponse>";
const DONE: &str = "<UpdateAccessKeyResponse></UpdateAccessKeyResponse>";

/// Sets the credentials that the process prints. They expire so soon that every call renews them.
fn hand_out(home: &Path, id: &str) {
    let end = Timestamp::now() + SignedDuration::from_secs(5);
    let json = format!(
        r#"{{"Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "{end}"}}"#
    );
    std::fs::write(home.join("credentials.json"), json).unwrap();
}

/// Opens a session with the credential process.
async fn session(home: &Path, server: &CannedServer) -> Session {
    hand_out(home, FIRST);
    let file = home.join("credentials.json");
    let config = format!("[default]\ncredential_process = cat {}\n", file.display());
    let connect = ConnectOptions {
        endpoint_url: Some(server.url.clone()),
        ..at_home(home, &config, "", &[])
    };
    open(&connect, SessionId(1)).await.unwrap()
}

fn ann() -> Caller {
    Caller {
        account: AccountId::from_service("123456789012"),
        arn: Arn::from_service("arn:aws:iam::123456789012:user/ann"),
    }
}

fn confirmed() -> KeyChange {
    KeyChange {
        caller: Some(ann()),
        lockout_risk: SelfLockoutRisk::None,
        ..change(Some("carol"), Direction::Deactivate)
    }
}

#[tokio::test]
async fn a_renewed_key_is_identified_before_it_signs_other_calls() {
    let server =
        CannedServer::start(&[ANN, ANN, KEYS, DONE].map(|body| CannedReply::Answer(200, body)))
            .await;
    let home = tempfile::tempdir().unwrap();
    let session = session(home.path(), &server).await;
    let session_context = session.identify().await.unwrap();
    let second = KeyId::parse(SECOND).unwrap();
    assert_eq!(
        (session_context.lockout_risk(&second, None), session.renewals()),
        (SelfLockoutRisk::None, 0)
    );
    hand_out(home.path(), SECOND);
    session.screen_reader().keys(Some(&UserName::from_service("carol"))).await.unwrap();
    let asked = server.requests();
    let signed =
        |at: usize| (signer(&asked[at]).to_owned(), asked[at].contains("Action=GetCallerIdentity"));
    assert_eq!([signed(1), signed(2)], [(SECOND.to_owned(), true), (SECOND.to_owned(), false)]);
    let session_context = session.session_context().unwrap();
    assert_eq!(
        (session_context.lockout_risk(&second, None), session.renewals()),
        (SelfLockoutRisk::Certain, 1),
        "the lockout risk is computed again"
    );
    // The change was confirmed before the key was known to sign.
    let own = KeyChange { key: second, ..confirmed() };
    let sent = session.writer().unwrap().update_access_key(&own).await;
    assert_eq!((sent.result.unwrap_err().kind, sent.attempts), (ErrorKind::Withheld, 0));
    assert!(session.writer().unwrap().update_access_key(&confirmed()).await.result.is_ok());
}

#[tokio::test]
async fn credentials_of_another_principal_end_the_session() {
    let server = CannedServer::start(&[
        CannedReply::Answer(200, ANN),
        CannedReply::Answer(200, BOB),
        CannedReply::Answer(200, DONE),
    ])
    .await;
    let home = tempfile::tempdir().unwrap();
    let session = session(home.path(), &server).await;
    session.identify().await.unwrap();
    hand_out(home.path(), SECOND);
    let error = session.screen_reader().alias().await.unwrap_err();
    assert!(error.kind == ErrorKind::CallerChanged && error.kind.ends_session(), "{error}");
    assert!(error.to_string().contains("arn:aws:iam::203977241274:user/bob"), "{error}");
    // Not even if they are the former ones again: the screen may have shown something else
    // meanwhile.
    hand_out(home.path(), FIRST);
    let sent = session.writer().unwrap().update_access_key(&confirmed()).await;
    assert_eq!((sent.result.unwrap_err().kind, sent.attempts), (ErrorKind::CallerChanged, 0));
    assert_eq!(server.requests().len(), 2, "only GetCallerIdentity was signed");
}

#[tokio::test]
async fn a_change_is_sent_only_by_the_confirmed_caller() {
    let replies = [
        CannedReply::Answer(200, ANN),
        CannedReply::Answer(400, NO_ACCOUNT),
        CannedReply::Answer(200, DONE),
    ];
    let server = CannedServer::start(&replies).await;
    let home = tempfile::tempdir().unwrap();
    let session = session(home.path(), &server).await;
    let writer = session.writer().unwrap();
    // The caller is not known yet.
    assert_eq!(
        writer.update_access_key(&confirmed()).await.result.unwrap_err().kind,
        ErrorKind::Withheld
    );
    session.identify().await.unwrap();
    let other = Caller { arn: Arn::from_service("arn:aws:iam::123456789012:user/bob"), ..ann() };
    let as_other = KeyChange { caller: Some(other), ..confirmed() };
    assert_eq!(
        writer.update_access_key(&as_other).await.result.unwrap_err().kind,
        ErrorKind::Withheld
    );
    // The ID decodes to account 609629065308, and STS names none.
    let foreign = KeyChange { key: KeyId::parse("AKIAY34FZKBOKMUTVV7A").unwrap(), ..confirmed() };
    let error = writer.update_access_key(&foreign).await.result.unwrap_err();
    let said =
        "could not confirm the account of AKIAY34FZKBOKMUTVV7A, which appears to be 609629065308";
    assert!(error.kind == ErrorKind::Withheld && error.to_string().contains(said), "{error}");
    assert!(writer.update_access_key(&confirmed()).await.result.is_ok());
}

#[tokio::test]
async fn a_key_of_another_account_is_refused_with_the_account_that_sts_names() {
    const OTHER: &str = "<GetAccessKeyInfoResponse><GetAccessKeyInfoResult>\
        <Account>999988887777</Account></GetAccessKeyInfoResult></GetAccessKeyInfoResponse>";
    let server =
        CannedServer::start(&[CannedReply::Answer(200, ANN), CannedReply::Answer(200, OTHER)])
            .await;
    let home = tempfile::tempdir().unwrap();
    let session = session(home.path(), &server).await;
    session.identify().await.unwrap();
    let foreign = KeyChange { key: KeyId::parse("AKIAY34FZKBOKMUTVV7A").unwrap(), ..confirmed() };
    let sent = session.writer().unwrap().update_access_key(&foreign).await;
    let error = sent.result.unwrap_err().to_string();
    assert!(error.contains("belongs to account 999988887777, but this session is in"), "{error}");
}

/// A proxy in front of IAM that no longer reaches STS must not disable the check of the account.
#[tokio::test]
async fn an_sts_that_is_missing_only_later_does_not_allow_a_key_of_another_account() {
    const NO_STS: &str = "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>";
    const GET_USER: &str = "<GetUserResponse><GetUserResult><User><Path>/</Path><UserName>ann</UserName>\
        <UserId>AIDA</UserId><Arn>arn:aws:iam::123456789012:user/ann</Arn>\
        <CreateDate>2020-01-01T00:00:00Z</CreateDate></User></GetUserResult></GetUserResponse>";
    let foreign = KeyChange { key: KeyId::parse("AKIAY34FZKBOKMUTVV7A").unwrap(), ..confirmed() };
    let answer = CannedReply::Answer;
    let with_sts = [answer(200, ANN), answer(400, NO_STS), answer(200, DONE)];
    let without_sts =
        [answer(400, NO_STS), answer(200, GET_USER), answer(400, NO_STS), answer(200, DONE)];
    for (replies, is_sent) in [(&with_sts[..], false), (&without_sts[..], true)] {
        let server = CannedServer::start(replies).await;
        let connect = ConnectOptions::demo(&server.url, FIRST, "s");
        let session = open(&connect, SessionId(1)).await.unwrap();
        session.identify().await.unwrap();
        let sent = session.writer().unwrap().update_access_key(&foreign).await;
        assert_eq!(sent.result.is_ok(), is_sent, "{sent:?}");
    }
}
