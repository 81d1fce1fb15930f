//! Checks of region names and URLs. Errors name the setting, and its file and line, but quote only
//! what cannot be a secret: people paste a secret key into the wrong line.

use std::borrow::Cow;

use hyper::http::Uri;

use crate::aws::config_files::{AwsConfigFiles, SectionKind};
use crate::aws::connect_options::SettingsError;
use crate::aws::messages;
use crate::model::{Region, escape_hidden, may_be_secret_key, normalize_url};

/// What a URL that is not valid is not.
const URL: &str = "endpoint URL";

/// A value and where it was set.
pub(super) struct Setting<'a> {
    pub value: String,
    /// Option, variable or setting: `--region`, `AWS_REGION`, `region`.
    name: Cow<'a, str>,
    section: Option<FileSection<'a>>,
}

/// The section of a file in which a value was set.
#[derive(Clone, Copy)]
pub(super) struct FileSection<'a> {
    pub files: &'a AwsConfigFiles,
    pub kind: SectionKind,
    pub name: &'a str,
    /// Setting whose line is named.
    pub key: &'a str,
}

impl<'a> Setting<'a> {
    /// Returns the value of an option or a variable.
    pub(super) fn new(name: impl Into<Cow<'a, str>>, value: impl Into<String>) -> Self {
        Self { value: value.into(), name: name.into(), section: None }
    }

    /// Returns the value of a setting in a file.
    pub(super) fn in_file(name: &'a str, value: impl Into<String>, at: FileSection<'a>) -> Self {
        Self { section: Some(at), ..Self::new(name, value) }
    }

    /// Returns the region of a profile's sign-in, which is set in its session or in itself.
    pub(super) fn sso_region(
        files: &'a AwsConfigFiles,
        profile: &'a str,
        session: Option<&'a str>,
        region: &str,
    ) -> Self {
        let key = "sso_region";
        let has_region = |name: &&str| {
            files.sso_sessions.get(name).is_some_and(|values| values.contains_key(key))
        };
        let (kind, name) = match session.filter(has_region) {
            Some(session) => (SectionKind::SsoSession, session),
            None => (SectionKind::Profile, profile),
        };
        Self::in_file(key, region, FileSection { files, kind, name, key })
    }

    /// Checks that a region name is a valid host name label, since it becomes part of a host name.
    ///
    /// # Errors
    /// Returns an error that names the setting if it is not.
    pub(super) fn into_region(self) -> Result<String, SettingsError> {
        let region = &self.value;
        if Region::parse(region).is_some() && !may_be_secret_key(region) {
            return Ok(self.value);
        }
        let is_harmless = |c: char| c.is_ascii_alphanumeric() || " -_.".contains(c);
        let quoted = region.len() < 30 && region.chars().all(is_harmless);
        let hint = self.comment_hint().unwrap_or(messages::CHECK_REGION);
        Err(SettingsError::new(messages::not_valid(&self.location(quoted), "region name"), hint))
    }

    /// Checks and normalizes a URL. Credentials and queries are refused, since they would appear
    /// wherever the endpoint is shown.
    ///
    /// # Errors
    /// Returns an error that names the setting if the URL cannot be used.
    pub(super) fn into_url(self) -> Result<String, SettingsError> {
        let url = &self.value;
        if let Some(hint) = self.comment_hint().filter(|_| !url.contains(['@', '?'])) {
            return Err(SettingsError::new(messages::not_valid(&self.location(false), URL), hint));
        }
        if url.contains(['@', '?', '#']) {
            return Err(SettingsError::new(messages::URL_WITH_SECRET, messages::GIVE_FULL_URL));
        }
        let uri = url.parse::<Uri>().ok();
        let usable = uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
        });
        if usable {
            return Ok(normalize_url(url));
        }
        // No secret key has a colon.
        let quoted = url.contains(':') && !url.contains('\n');
        Err(SettingsError::new(
            messages::not_valid(&self.location(quoted), URL),
            messages::GIVE_FULL_URL,
        ))
    }

    /// Returns a hint for a value with a comment.
    fn comment_hint(&self) -> Option<&'static str> {
        let has_comment = [" #", " ;", "\t#", "\t;"].iter().any(|start| self.value.contains(start));
        has_comment.then_some(messages::NO_COMMENTS)
    }

    /// Returns name, value and location for a message: `region 'us east' (/home/a/.aws/config, line
    /// 3)`.
    pub(super) fn location(&self, quoted: bool) -> String {
        let value = quoted.then(|| format!(" '{}'", escape_hidden(&self.value)));
        let location = self.section.and_then(|at| at.files.location_of(at.kind, at.name, at.key));
        let location = location.map(|location| format!(" ({location})"));
        format!("{}{}{}", self.name, value.unwrap_or_default(), location.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn errors_name_the_setting_and_quote_no_secret() {
        let files = from_texts("[profile a]\noutput = json\nRegion = x\n", "");
        let at =
            FileSection { files: &files, kind: SectionKind::Profile, name: "a", key: "region" };
        let region = |value: &str| Setting::in_file("region", value, at).into_region().unwrap_err();
        assert_eq!(
            &*region("us_east_1").message,
            "region 'us_east_1' (/home/a/.aws/config, line 3) is not a valid region name."
        );
        let plain = SECRET.replace('/', "z");
        let location = "region (/home/a/.aws/config, line 3) is not a valid region name.";
        for value in
            [SECRET, &plain, &format!("eu-west-1\naws_secret_access_key = {SECRET}"), "wJalr+"]
        {
            assert_eq!(&*region(value).message, location);
            let url = Setting::new("--endpoint-url", value).into_url().unwrap_err().to_string();
            assert!(url.starts_with("--endpoint-url is not a valid endpoint URL."), "{url}");
        }
        for value in ["http://127.0.0.1:18931 # local", "http://x\t;y"] {
            let error = Setting::in_file("endpoint_url", value, at).into_url().unwrap_err();
            assert_eq!(&*error.hint, messages::NO_COMMENTS);
        }
        assert_eq!(&*region("eu-west-1 # old").hint, messages::NO_COMMENTS);
        let url = Setting::new("AWS_ENDPOINT_URL", "localhost:4566").into_url().unwrap_err();
        let expected = "AWS_ENDPOINT_URL 'localhost:4566' is not a valid endpoint URL.";
        assert_eq!(&*url.message, expected);
    }
}
