//! Accounts of the demo's organization, over HTTP.

use std::sync::Arc;

use futures_util::StreamExt as _;

use super::*;
use crate::cli::GlobalArgs;
use crate::config::Settings;
use crate::model::RoleTemplate;

/// Account of the member of that number.
fn member(number: u64) -> AccountId {
    match number {
        3 => AccountId::from_service("004815162342"),
        _ => AccountId::from_number(300_000_000_000 + number * 98_765_431),
    }
}

async fn reach() -> AccountRouter {
    let global = GlobalArgs { demo: true, ..GlobalArgs::default() };
    let settings = Settings::load(&global).unwrap();
    let session_factory = SessionFactory::new(&global, settings);
    let session = session_factory.open(SessionId(1), None).await.unwrap();
    let context = session_factory.identify(&session).await.unwrap();
    AccountRouter::load(&session_factory, Some(&context)).await.unwrap()
}

fn roles(routes: &[Route]) -> Vec<String> {
    routes.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_member_is_entered_by_the_preferred_role() {
    let reach = reach().await;
    let found = reach.routes(&member(1)).await;
    let preferred = ["via demo · IncidentResponder", "via role OrganizationAccountAccessRole"];
    assert_eq!(roles(found.preferred()), preferred);
    assert_eq!(roles(&found.all()[2..]), ["via demo · ReadOnlyAccess"]);
    let opened = reach.open(SessionId(2), &member(1)).await.unwrap();
    assert_eq!(opened.session_context.route.as_ref(), Some(&found.all()[0]));
    assert_eq!(&*opened.session_context.source, "via demo · IncidentResponder");
    let arn = opened.session_context.caller.arn.to_string();
    assert!(arn.contains("AWSReservedSSO_IncidentResponder"), "{arn}");
}

#[tokio::test]
async fn the_next_route_is_taken_if_one_gives_no_role() {
    let reach = reach().await;
    let found = reach.routes(&member(7)).await;
    assert_eq!(found.without_role, ["demo".into()]);
    let opened = reach.open(SessionId(2), &member(7)).await.unwrap();
    assert_eq!(&*opened.session_context.source, "via role OrganizationAccountAccessRole");
    assert_eq!(opened.session_context.caller.account, member(7));
}

#[tokio::test]
async fn a_role_is_not_assumed_from_the_role_of_another_account() {
    let start = reach().await;
    for entered in [member(1), member(7)] {
        let opened = start.open(SessionId(2), &entered).await.unwrap();
        let beside =
            AccountRouter::load(&start.session_factory, Some(&opened.session_context)).await;
        // Member 5 has no preferred role in Identity Center, and trusts the operator only.
        let there = beside.unwrap().open(SessionId(3), &member(5)).await.unwrap();
        assert_eq!(&*there.session_context.source, "via role OrganizationAccountAccessRole");
    }
}

#[tokio::test]
async fn an_account_without_a_route_has_its_reason() {
    let reach = reach().await;
    // The portal and the role of a suspended account both refuse.
    let error = reach.open(SessionId(2), &member(6)).await.unwrap_err().into_service_error();
    assert!(error.message.contains("OrganizationAccountAccessRole"), "{error}");
    let alone = AccountRouter { settings: Arc::default(), ..reach.clone() };
    let error = alone.open(SessionId(2), &member(6)).await.unwrap_err().into_service_error();
    let expected = format!(
        "No profile leads into account {}, and Identity Center session demo gives you no role there.",
        member(6)
    );
    assert_eq!(&*error.message, expected);
    assert!(error.hint.as_ref().unwrap().contains("another partition"), "{error}");
    let error = alone.open(SessionId(2), &member(1)).await.unwrap_err().into_service_error();
    assert!(
        error.message.contains("demo · IncidentResponder, via demo · ReadOnlyAccess"),
        "{error}"
    );
    assert!(error.hint.as_ref().unwrap().contains("--role NAME"), "{error}");
    let error = alone.open(SessionId(2), &member(1)).await.unwrap_err().into_screen_error();
    assert_eq!(error.hint.as_deref(), Some("Open the account to choose one."));
}

#[tokio::test]
async fn only_the_named_role_is_used() {
    let reach = reach().await;
    let read_only: Arc<str> = "ReadOnlyAccess".into();
    let settings = ReachSettings {
        only_role: Some(Arc::clone(&read_only)),
        sso_roles: vec![Arc::clone(&read_only)],
        roles: RoleTemplate::parse(&read_only).into_iter().collect(),
        ..ReachSettings::default()
    };
    let reach = AccountRouter { settings: Arc::new(settings), ..reach };
    let found = reach.routes(&member(1)).await;
    assert_eq!(roles(found.all()), ["via demo · ReadOnlyAccess", "via role ReadOnlyAccess"]);
}

#[tokio::test]
async fn a_role_that_is_not_assigned_is_answered_with_those_that_are() {
    let reach = reach().await;
    let settings = ReachSettings { only_role: Some("Auditor".into()), ..ReachSettings::default() };
    let reach = AccountRouter { settings: Arc::new(settings), ..reach };
    let found = reach.routes(&member(1)).await;
    let assigned = ["IncidentResponder".into(), "ReadOnlyAccess".into()];
    assert_eq!(found.not_assigned, Some(("Auditor".into(), assigned.into())));
    assert_eq!(found.all(), []);
    let arn = ReachSettings {
        only_role: Some("arn:aws:iam::{account}:role/Auditor".into()),
        ..ReachSettings::default()
    };
    let reach = AccountRouter { settings: Arc::new(arn), ..reach };
    assert_eq!(reach.routes(&member(1)).await.not_assigned, None);
}

#[tokio::test]
async fn accounts_are_listed_and_found_by_name() {
    let reach = reach().await;
    let pages: Vec<_> = reach.accounts().collect().await;
    let accounts: Vec<_> = pages.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(accounts.len(), 9);
    assert_eq!(reach.find_account("TEAM-0001").await.unwrap().id, member(1));
    assert_eq!(reach.find_account("004815162342").await.unwrap().id, member(3));
    let error = reach.find_account("team-0002").await.unwrap_err().to_string();
    let both = format!("Several accounts have the name “team-0002”: {}, {}.", member(2), member(3));
    assert_eq!(error, both);
    let error = reach.find_account("team-001").await.unwrap_err().into_service_error();
    let hint = error.hint.as_ref().unwrap();
    assert!(hint.contains("Did you mean team-0001"), "{error}");
    assert!(hint.contains("alias is not accepted"), "{error}");
}

#[test]
fn a_missing_sign_in_is_named_beside_the_routes_that_failed() {
    let error =
        |message: &str| ServiceError::new(ErrorKind::CredentialSourceFailed, "AssumeRole", message);
    let expired = error("the SSO token has expired").with_hint("Run login.").with_sign_in("corp");
    let gone = |name: &str| {
        let denied = error(&format!("{name} is gone")).with_hint("Check the role.");
        (Route::Profile(name.into()), Arc::new(denied))
    };
    let mut found = AccountRoutes::default();
    found.errors.push(Arc::new(expired.clone()));
    let by_role = (sso("corp", "A"), Arc::new(expired));
    for (failures, found) in [
        (vec![gone("a")], &found),
        (vec![gone("a"), gone("b")], &found),
        (vec![by_role, gone("b")], &AccountRoutes::default()),
    ] {
        let error = ReachError::without_route(&member(1), failures, found, true);
        let error = error.into_service_error();
        assert!(error.message.contains("the SSO token has expired"), "{error}");
        assert!(error.message.contains(" is gone"), "{error}");
        assert_eq!(error.hint.as_deref(), Some("Run login."));
        assert_eq!(error.sign_in.as_deref(), Some("corp"));
    }
}

#[test]
fn a_missing_sign_in_is_named_beside_routes_to_choose_from() {
    let expired =
        ServiceError::new(ErrorKind::CredentialSourceFailed, "ListAccountRoles", "no token");
    let expired = Err(Arc::new(expired.with_hint("Run login.").with_sign_in("old")));
    let roles = Ok(vec!["A".to_owned(), "B".to_owned()]);
    let assigned = vec![("old".into(), expired), ("corp".into(), roles)];
    let settings = ReachSettings::default();
    let found = AccountRoutes::new(Vec::new(), assigned, Vec::new(), &member(1), &settings);
    let said = ReachError::without_route(&member(1), Vec::new(), &found, true).to_string();
    assert!(said.starts_with("Choose a route into account"), "{said}");
    assert!(
        said.ends_with(
            "There may be others. No credentials for ListAccountRoles: no token. Run login."
        ),
        "{said}"
    );
}

fn sso(session: &str, role: &str) -> Route {
    Route::Sso { session: session.into(), account: member(1), role: role.into() }
}

#[test]
fn the_current_profile_comes_before_others_of_its_account() {
    let profile = |name: &str, is_named: bool| Profile {
        name: name.into(),
        account: is_named.then(|| member(1)),
        account_guess: (!is_named).then(|| member(1)),
        region: None,
        kind: "role".into(),
        mfa_serial: None,
    };
    let profiles = [profile("admin", false), profile("audit", true), profile("break", true)];
    let names = |account: u64, current| {
        let settings = ReachSettings::default();
        roles(&routes::by_profile(&profiles, &member(account), current, &settings))
    };
    let [admin, audit, break_glass] = ["profile admin", "profile audit", "profile break"];
    assert_eq!(names(1, None), [audit, break_glass, admin]);
    assert_eq!(names(1, Some("admin")), [admin, audit, break_glass]);
    assert_eq!(names(1, Some("other")), [audit, break_glass, admin]);
    assert_eq!(names(2, Some("admin")), [""; 0]);
}

#[test]
fn preferred_routes_need_no_choice() {
    let new = |profiles: &[&str], assigned: &[(&str, &[&str])], wanted: &[&str]| {
        let profiles = profiles.iter().map(|name| Route::Profile((*name).into())).collect();
        let owned = |roles: &[&str]| roles.iter().map(ToString::to_string).collect();
        let assigned = assigned.iter().map(|(name, roles)| ((*name).into(), Ok(owned(roles))));
        let sso_roles = wanted.iter().map(|role| (*role).into()).collect();
        let settings = ReachSettings { sso_roles, ..ReachSettings::default() };
        AccountRoutes::new(profiles, assigned.collect(), Vec::new(), &member(1), &settings)
    };
    let both: (&str, &[&str]) = ("corp", &["A", "B"]);
    assert_eq!(new(&[], &[both], &["B", "A"]).preferred(), [sso("corp", "B"), sso("corp", "A")]);
    assert_eq!(new(&[], &[both], &["B"]).preferred(), [sso("corp", "B")]);
    assert_eq!(new(&[], &[both], &["B"]).all(), [sso("corp", "B"), sso("corp", "A")]);
    assert_eq!(new(&[], &[both], &[]).preferred(), []);
    let one: (&str, &[&str]) = ("corp", &["A"]);
    assert_eq!(new(&[], &[one], &[]).preferred(), [sso("corp", "A")]);
    assert_eq!(new(&[], &[one], &["B"]).preferred(), [], "another role is wanted");
    let profile = Route::Profile("prod".into());
    assert_eq!(new(&["prod"], &[both], &[]).preferred(), std::slice::from_ref(&profile));
    let two = [one, ("other", ["A"].as_slice())];
    assert_eq!(new(&[], &two, &["A"]).preferred(), [], "two sign-ins");
    assert_eq!(new(&["prod"], &two, &["A"]).preferred(), [profile]);
}
