//! Signing in to IAM Identity Center.

use std::sync::Arc;

use crate::aws::config_files::{AwsConfigFiles, SectionKind};
use crate::aws::connect_options::{ConfigSource, ConnectOptions, Environment, SettingsError};
use crate::aws::credentials::profile_chain::{CredentialSource, ProfileChain};
use crate::aws::endpoint_hosts::{is_same_start_url, is_sign_in_page};
use crate::aws::http::client::HttpClients;
use crate::aws::messages;
use crate::aws::portal::{client_factory, sign_in_factory};
use crate::aws::profiles::check_profile;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::session::{InvalidSession, SsoSession, SsoSettingsError};
use crate::model::{Secret, escape_hidden, similar_names};

pub(crate) use crate::aws::sso::browser_flow::BrowserRequest;
pub(crate) use crate::aws::sso::device_flow::{DeviceCode, TokenReply};
pub(crate) use crate::aws::sso::oidc::SignInError;

/// A sign-in that can be started. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    session: Arc<SsoSession>,
    client_factory: ClientFactory,
}

/// Finds the sign-in that was named: the session or start URL, else that of `--profile`, else the
/// preferred one, else that of the current profile, else the only one of the files. Sends nothing.
///
/// # Errors
/// Returns an error if there is no such sign-in, if several are left, or if a file or a setting is
/// invalid.
pub(crate) async fn find_sign_in(
    connect: &ConnectOptions,
    named: Option<&str>,
    preferred: Option<&str>,
) -> Result<SignIn, SettingsError> {
    let (session, files) = match &connect.config_source {
        ConfigSource::Environment(environment) => {
            let (files, _) = AwsConfigFiles::read(environment).await?;
            let found = find(connect, &files, environment, named, preferred)?;
            (found, files)
        }
        ConfigSource::Isolated { sign_in, .. } => {
            let url = connect.endpoint_url.as_deref().unwrap_or_default();
            let session = sign_in.as_ref().map(|sign_in| SsoSession::demo(sign_in, url));
            (session.ok_or_else(no_sessions)?, AwsConfigFiles::default())
        }
    };
    let base = client_factory(connect, &files, &HttpClients::default())?;
    let client_factory = sign_in_factory(&base, connect, &session);
    Ok(SignIn { session: Arc::new(session), client_factory })
}

fn find(
    connect: &ConnectOptions,
    files: &AwsConfigFiles,
    environment: &Environment,
    named: Option<&str>,
    preferred: Option<&str>,
) -> Result<SsoSession, SettingsError> {
    let settings = |error: SsoSettingsError| error.into_settings(files);
    let by_label = |label: &str| match SsoSession::find(files, environment, label) {
        Ok(Some(session)) => Ok(session),
        Ok(None) => {
            let (all, invalid) = SsoSession::all(files, environment);
            let is_named = |invalid: &InvalidSession| is_same_start_url(&invalid.start_url, label);
            of_start_url(files, label, &all).map_err(|error| {
                let invalid = invalid.into_iter().find(is_named);
                invalid.map_or(error, |invalid| settings(invalid.error))
            })
        }
        Err(error) => Err(settings(error)),
    };
    if let Some(label) = named {
        return by_label(label);
    }
    if let Some(profile) = &connect.profile {
        check_profile(files, Some(profile))?;
        let source = source_profile(files, profile);
        return SsoSession::of_profile(files, &source, environment).map_err(settings);
    }
    if let Some(label) = preferred {
        return by_label(label);
    }
    let named = environment.profile();
    if let Some(profile) = named.as_deref() {
        check_profile(files, Some(profile))?;
    }
    let source = source_profile(files, named.as_deref().unwrap_or("default"));
    match SsoSession::of_profile(files, &source, environment) {
        Ok(session) => return Ok(session),
        // The profile has other credentials, or nobody named it.
        Err(SsoSettingsError::NotSso(_)) => {}
        Err(_) if named.is_none() => {}
        Err(error) => return Err(settings(error)),
    }
    let (mut all, invalid) = SsoSession::all(files, environment);
    match (all.pop(), all.as_slice(), invalid.into_iter().next()) {
        (Some(only), [], _) => Ok(only),
        (Some(last), others, _) => Err(several_sessions(others.iter().chain([&last]))),
        (None, _, Some(invalid)) => Err(settings(invalid.error)),
        (None, _, None) => Err(no_sessions()),
    }
}

/// Returns the profile at the start of a chain of roles.
fn source_profile(files: &AwsConfigFiles, profile: &str) -> String {
    match ProfileChain::resolve(files, profile) {
        Ok(Some(chain)) if chain.source == CredentialSource::Sso => chain.profile,
        _ => profile.to_owned(),
    }
}

/// Returns the session with this start URL.
fn of_start_url(
    files: &AwsConfigFiles,
    url: &str,
    all: &[SsoSession],
) -> Result<SsoSession, SettingsError> {
    let matching: Vec<_> =
        all.iter().filter(|session| is_same_start_url(&session.start_url, url)).collect();
    match matching[..] {
        [] => Err(unknown_session(files, url, all)),
        [only] => Ok(only.clone()),
        [..] => Err(several_sessions(matching.into_iter())),
    }
}

fn unknown_session(files: &AwsConfigFiles, label: &str, all: &[SsoSession]) -> SettingsError {
    // A start URL that is only similar is that of another organization.
    if is_url(label) {
        let message = format!(
            "No [sso-session] in the AWS configuration has the start URL {}.",
            escape_hidden(label)
        );
        return SettingsError::new(message, sessions_hint(all));
    }
    let message = messages::sso_session_not_found(label);
    if let Some(hint) = files.title_hint(SectionKind::SsoSession, label) {
        return SettingsError::new(message, hint);
    }
    let names = all.iter().map(SsoSession::label).filter(|name| !is_url(name));
    let hint = match similar_names(label, names).as_slice() {
        [] => sessions_hint(all),
        similar => format!("Did you mean {}?", escape_hidden(&similar.join(" or "))),
    };
    SettingsError::new(message, hint)
}

fn is_url(text: &str) -> bool {
    text.contains("://")
}

fn sessions_hint(all: &[SsoSession]) -> String {
    if all.is_empty() {
        return "Run aws configure sso-session.".to_owned();
    }
    format!("Sessions: {}.", listed(all.iter()))
}

fn several_sessions<'a>(all: impl Iterator<Item = &'a SsoSession>) -> SettingsError {
    SettingsError::new(
        format!("The AWS configuration has several sessions: {}.", listed(all)),
        "Name one with --sso-session.",
    )
}

fn no_sessions() -> SettingsError {
    SettingsError::new(
        "The AWS configuration has no session of Identity Center.",
        "Run aws configure sso-session, or add an [sso-session] with sso_start_url and sso_region.",
    )
}

fn listed<'a>(all: impl Iterator<Item = &'a SsoSession>) -> String {
    let labels: Vec<_> = all.map(|session| escape_hidden(session.label())).collect();
    labels.join(", ")
}

impl SignIn {
    /// Returns the name of the `[sso-session]`, or the start URL of profiles in the older format,
    /// as written.
    pub(crate) fn name(&self) -> &str {
        self.session.label()
    }

    /// Returns the start URL, as written.
    pub(crate) fn start_url(&self) -> &str {
        &self.session.start_url
    }

    /// Returns the region.
    pub(crate) fn region(&self) -> &str {
        &self.session.region
    }

    /// Returns the first URL that codes and tokens are sent to and that is not one of AWS.
    pub(crate) fn custom_url(&self) -> Option<&str> {
        self.session.custom_url()
    }

    /// Starts a device authorization. Two calls, or one if the client is registered already.
    ///
    /// # Errors
    /// Returns an error if the token could not be saved, if the service refuses, or if it cannot be
    /// reached.
    pub(crate) async fn start(&self) -> Result<DeviceCode, SignInError> {
        self.session.start_device_flow(&self.client_factory).await
    }

    /// Asks for the token of a code, and saves it. One call.
    ///
    /// # Errors
    /// Returns an error if the code was refused or has expired, if the call failed, or if the token
    /// could not be saved.
    pub(crate) async fn request_token(&self, code: &DeviceCode) -> Result<TokenReply, SignInError> {
        self.session.request_token(&self.client_factory, code).await
    }

    /// Prepares a sign-in in a browser of this machine, whose response comes to this port of
    /// 127.0.0.1. One call, or none if the client is registered already.
    ///
    /// # Errors
    /// Returns an error if the token could not be saved, if the session does not allow it, if the
    /// service refuses, or if it cannot be reached.
    pub(crate) async fn start_in_browser(&self, port: u16) -> Result<BrowserRequest, SignInError> {
        self.session.start_browser_flow(&self.client_factory, port).await
    }

    /// Exchanges the code of the browser's response for the token, and saves it. One call.
    ///
    /// # Errors
    /// Returns an error if the service refuses or cannot be reached, or if the token cannot be
    /// saved.
    pub(crate) async fn redeem_code(
        &self,
        request: &BrowserRequest,
        code: &Secret,
    ) -> Result<jiff::Timestamp, SignInError> {
        self.session.redeem_code(&self.client_factory, request, code).await
    }
}

impl DeviceCode {
    /// Returns whether AWS runs the page that the user is sent to.
    pub(crate) fn is_page_of_aws(&self) -> bool {
        is_sign_in_page(&self.page)
    }
}
