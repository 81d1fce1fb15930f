//! Settings of sign-ins, from the texts of AWS config files.

use std::sync::Arc;

use super::session::*;
use crate::aws::config_files::from_texts;
use crate::aws::connect_options::Environment;
use crate::aws::messages;

const PORTAL: &str = "sso_region = eu-west-1\nsso_start_url = https://x.example.org/start\n";
const ROLE: &str = "sso_account_id = 123456789012\nsso_role_name = Ops\n";

fn resolve(config: &str) -> Result<SsoRole, SsoSettingsError> {
    let variables = [
        ("HOME", "/home/a"),
        ("AWS_ENDPOINT_URL", "http://common/"),
        ("AWS_ENDPOINT_URL_SSO", "http://portal"),
    ];
    let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned()));
    let environment = Environment::Given(Arc::new(variables.into()));
    SsoRole::from_profile(&from_texts(config, ""), "a", &environment)
}

#[test]
fn settings_are_in_the_profile_or_in_its_session() {
    let in_session = format!(
        "[profile a]\n{ROLE}sso_session = Acme Corp\nsso_region = eu-west-1\n[sso-session 'Acme Corp']\n{PORTAL}"
    );
    let role = resolve(&in_session).unwrap();
    let session = role.session;
    assert_eq!(session.name.as_deref(), Some("Acme Corp"));
    assert_eq!(session.token, TokenSource::Cache("/home/a/.aws/sso/cache".into()));
    assert_eq!(session.portal_url.as_deref(), Some("http://portal"));
    assert_eq!(session.oidc_url.as_deref(), Some("http://common"));
    let in_profile = resolve(&format!("[profile a]\n{ROLE}{PORTAL}")).unwrap();
    assert_eq!(SsoSession { name: session.name.clone(), ..in_profile.session }, session);
}

#[test]
fn each_error_in_the_settings_has_its_message() {
    let profile = format!("[profile a]\n{ROLE}sso_session = s\n");
    for (rest, part) in [
        ("", "Profile a has sso_session s, which does not exist."),
        ("[sso-session s]\nsso_region = x\n", "Profile a uses SSO but has no sso_start_url."),
        ("[sso-session s]\nsso_role_name = Other\n", "different values of sso_role_name"),
        (
            "[sso-session s]\nsso_start_url = https://x\nsso_region = x.example.org/#\n",
            "sso_region (/home/a/.aws/config, line 7) is not a valid region name.",
        ),
        ("[sso-session s]\njunk\n", "config, line 6: the setting has no equals sign"),
        ("[sso-session 's]\n", "config, line 5: the section name cannot be read"),
    ] {
        let error = resolve(&format!("{profile}{rest}")).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_setting_that_cannot_be_used_keeps_its_own_hint() {
    let config = format!("[profile a]\n{ROLE}{PORTAL}").replace("eu-west-1", "us-east-1 # x");
    let error = resolve(&config).unwrap_err();
    assert_eq!(error.hint(&from_texts(&config, "")), messages::NO_COMMENTS);
}

#[test]
fn each_sign_in_is_listed_once() {
    let old = format!("[profile old]\n{PORTAL}{ROLE}");
    let other = old.replace("old", "b").replace("x.example", "y.example");
    let config = format!(
        "[sso-session s]\n{PORTAL}[sso-session t]\n{PORTAL}[sso-session u]\n\
        sso_region = x\n{old}{other}[profile in]\nsso_session = s\n{ROLE}"
    );
    let environment = Environment::Given(Arc::new([].into()));
    let (all, invalid) = SsoSession::all(&from_texts(&config, ""), &environment);
    let labels: Vec<_> = all.iter().map(SsoSession::label).collect();
    assert_eq!(labels, ["s", "t", "https://y.example.org/start"]);
    assert_eq!(invalid, []);
}

#[test]
fn a_section_that_cannot_be_used_hides_no_other() {
    let typo = format!("[sso-session a]\n{PORTAL}").replace("eu-west-1", "eu west 1");
    let old = |name: &str| format!("[profile {name}]\n{PORTAL}").replace("eu-west-1", "eu west 1");
    let text = format!("{typo}[sso-session s]\n{PORTAL}{}{}", old("x"), old("y"));
    let files = from_texts(&text, "");
    let environment = Environment::Given(Arc::new([].into()));
    let (all, invalid) = SsoSession::all(&files, &environment);
    assert_eq!(all.iter().map(SsoSession::label).collect::<Vec<_>>(), ["s"]);
    assert_eq!(
        invalid.iter().map(|invalid| &*invalid.label).collect::<Vec<_>>(),
        ["a", "https://x.example.org/start"]
    );
    let find = |label| SsoSession::find(&files, &environment, label);
    assert_eq!(find("s").unwrap().unwrap(), all[0]);
    assert_eq!(find("a").unwrap_err(), invalid[0].error);
}
