//! Settings in environment variables and in a profile.

use crate::aws::config_files::{AwsConfigFiles, SectionKind};
use crate::aws::connect_options::{ConnectOptions, Environment, SettingsError};
use crate::aws::messages;
use crate::aws::setting_value::{FileSection, Setting};
use crate::model::similar_names;

/// Lookup of settings that no option sets.
pub(super) struct SettingLookup<'a> {
    pub(super) environment: Option<&'a Environment>,
    files: &'a AwsConfigFiles,
    profile: &'a str,
    /// `false` if the profile's endpoints do not apply.
    has_endpoints: bool,
}

impl<'a> SettingLookup<'a> {
    pub(super) fn new(
        connect: &'a ConnectOptions,
        files: &'a AwsConfigFiles,
        profile: Option<&'a str>,
        has_endpoints: bool,
    ) -> Self {
        let (environment, profile) = (connect.environment(), profile.unwrap_or("default"));
        Self { environment, files, profile, has_endpoints }
    }

    /// Returns the first variable that is set, else the profile's setting.
    pub(super) fn setting(&self, variables: &[&str], key: &str) -> Option<String> {
        let variable = self.environment.and_then(|e| e.first(variables));
        variable.or_else(|| self.files.get(self.profile, key).map(str::to_owned))
    }

    /// Returns the region, as [`Self::setting`] does.
    pub(super) fn region(&self) -> Option<Setting<'a>> {
        let variable = self.variable(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
        variable.or_else(|| self.in_profile("region"))
    }

    fn variable<'b>(&self, names: &[&'b str]) -> Option<Setting<'b>> {
        let environment = self.environment?;
        names.iter().find_map(|name| Some(Setting::new(*name, environment.get(name)?)))
    }

    fn in_profile(&self, key: &'a str) -> Option<Setting<'a>> {
        let (files, name) = (self.files, self.profile);
        let at = FileSection { files, kind: SectionKind::Profile, name, key };
        Some(Setting::in_file(key, files.get(name, key)?, at))
    }

    pub(super) fn flag(&self, variable: &str, key: &str) -> bool {
        self.setting(&[variable], key).is_some_and(|v| v.trim().eq_ignore_ascii_case("true"))
    }

    /// Returns the configured URL of a service: its own variable, the common variable, the
    /// profile's `services` section, or the profile's `endpoint_url`, in this order:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.
    ///
    /// # Errors
    /// Returns an error if the profile names a `services` section that does not exist, and no
    /// variable has a URL: without it, calls would go to AWS.
    pub(super) fn endpoint(&self, service: &'a str) -> Result<Option<Setting<'a>>, SettingsError> {
        if self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return Ok(None);
        }
        let variable = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
        let own = self.variable(&[&variable]).map(|own| Setting::new(variable.clone(), own.value));
        let variable = own.or_else(|| self.variable(&["AWS_ENDPOINT_URL"]));
        if variable.is_some() || !self.has_endpoints {
            return Ok(variable);
        }
        Ok(self.services_section(service)?.or_else(|| self.in_profile("endpoint_url")))
    }

    /// Checks the `services` section that the profile names.
    pub(super) fn check_services_section(&self) -> Result<(), SettingsError> {
        let name = self.files.get(self.profile, "services");
        match name.and_then(|name| self.files.error_in(SectionKind::Services, name)) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    fn services_section(&self, service: &'a str) -> Result<Option<Setting<'a>>, SettingsError> {
        let (files, kind) = (self.files, SectionKind::Services);
        let Some(name) = files.get(self.profile, "services") else { return Ok(None) };
        let Some(section) = files.services.get(name) else { return Err(self.no_services(name)) };
        let nested = section.get(service).and_then(|settings| {
            settings.lines().find_map(|line| {
                let (key, value) = line.split_once('=')?;
                (key.trim() == "endpoint_url").then(|| value.trim())
            })
        });
        let at = FileSection { files, kind, name, key: service };
        let url = nested.filter(|url| !url.is_empty());
        Ok(url.map(|url| Setting::in_file("endpoint_url", url, at)))
    }

    /// Returns the error for a `services` section that does not exist.
    fn no_services(&self, name: &str) -> SettingsError {
        let files = self.files;
        let hint = files.hint_for_missing(SectionKind::Services, name);
        let similar = similar_names(name, files.services.names());
        let hint = hint.unwrap_or_else(|| match similar.as_slice() {
            [] => messages::fix_profile(&files.config),
            names => messages::did_you_mean(names),
        });
        let setting = self.in_profile("services").map(|setting| setting.location(true));
        let setting = setting.unwrap_or_default();
        SettingsError::new(format!("The section of {setting} does not exist."), hint)
    }

    /// Returns the flags that are on and exclude an endpoint URL, with their places.
    pub(super) fn flags_against_url(&self) -> String {
        let flags = [
            ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        ];
        let on = flags.into_iter().filter(|(variable, key)| self.flag(variable, key));
        let settings = on.filter_map(|(variable, key)| {
            self.variable(&[variable]).or_else(|| self.in_profile(key))
        });
        settings.map(|setting| setting.location(false)).collect::<Vec<_>>().join(" and ")
    }
}
