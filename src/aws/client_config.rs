//! Region, endpoints, certificates and timeouts, from options, environment and profile in the AWS
//! CLI's order: <https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html>.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::aws::config_files::AwsConfigFiles;
use crate::aws::connect_options::{ConnectOptions, Environment, SettingsError};
use crate::aws::endpoint_hosts::is_aws;
use crate::aws::messages;
use crate::aws::regions::region_partition;
use crate::aws::retry_settings;
use crate::aws::setting_lookup::SettingLookup;
use crate::aws::setting_value::Setting;
use crate::model::{Endpoint, ServiceEndpoints, escape_hidden};

/// Region if none is set. IAM has one endpoint for each partition, so any region of it works.
const FALLBACK_REGION: &str = "us-east-1";

/// Connect timeout if none is set; about that of the SDK.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Endpoints of a session and how to connect to them.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "one per AWS setting")]
pub(super) struct ClientConfig {
    /// Region, which determines the partition.
    pub region: String,
    /// Configured URL of IAM, normalized.
    pub iam_url: Option<String>,
    /// Configured URL of STS, normalized.
    pub sts_url: Option<String>,
    /// Configured URL of CloudTrail, normalized. It serves all Regions.
    pub cloudtrail_url: Option<String>,
    /// `true` for FIPS 140 endpoints:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html>.
    pub fips: bool,
    /// `true` for endpoints with IPv4 and IPv6.
    pub dual_stack: bool,
    /// PEM file that replaces the system's certificates.
    pub ca_bundle: Option<PathBuf>,
    /// Whether certificates are not checked.
    pub no_verify_ssl: bool,
    /// `true` for the demo of this program, which no setting and no proxy of the machine can
    /// redirect.
    pub is_demo: bool,
    /// Limit for establishing a connection; `None` for no limit.
    pub connect_timeout: Option<Duration>,
    /// Limit for one attempt as set by the user; `None` for each client's own limit, zero for no
    /// limit.
    pub read_timeout: Option<Duration>,
    /// Maximum number of attempts of a call, including the first.
    pub max_attempts: u32,
    /// An invalid setting of retries, which is ignored.
    pub invalid_retry_setting: Option<SettingsError>,
}

impl ClientConfig {
    /// Resolves the configuration for a profile, by default `default`.
    ///
    /// # Errors
    /// Returns an error if the region or a URL is invalid, or if a URL is combined with FIPS or
    /// dual-stack endpoints.
    pub(super) fn resolve(
        connect: &ConnectOptions,
        files: &AwsConfigFiles,
        profile: Option<&str>,
    ) -> Result<Self, SettingsError> {
        Self::from_lookup(connect, &SettingLookup::new(connect, files, profile, true))
    }

    /// Resolves the configuration as [`Self::resolve`], but without the endpoints that the profile
    /// sets.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub(super) fn resolve_without_profile_endpoints(
        connect: &ConnectOptions,
        files: &AwsConfigFiles,
        profile: Option<&str>,
    ) -> Result<Self, SettingsError> {
        Self::from_lookup(connect, &SettingLookup::new(connect, files, profile, false))
    }

    fn from_lookup(
        connect: &ConnectOptions,
        lookup: &SettingLookup<'_>,
    ) -> Result<Self, SettingsError> {
        lookup.check_services_section()?;
        let configured = |service| {
            let url = match connect.endpoint_url.as_deref() {
                Some(url) => Some(Setting::new("--endpoint-url", url)),
                None => lookup.endpoint(service)?,
            };
            url.map(Setting::into_url).transpose()
        };
        let ca_bundle = connect.ca_bundle.clone().or_else(|| {
            let path = lookup.setting(&["AWS_CA_BUNDLE"], "ca_bundle")?;
            Some(lookup.environment?.expand(&path))
        });
        let region = connect.region.as_deref().map(|region| Setting::new("--region", region));
        let region = region.or_else(|| lookup.region());
        let config = Self {
            region: region.map_or_else(|| Ok(FALLBACK_REGION.to_owned()), Setting::into_region)?,
            iam_url: configured("iam")?,
            sts_url: configured("sts")?,
            cloudtrail_url: configured("cloudtrail")?,
            fips: lookup.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            dual_stack: lookup.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
            ca_bundle,
            no_verify_ssl: connect.no_verify_ssl,
            is_demo: lookup.environment.is_none(),
            connect_timeout: match connect.connect_timeout {
                Some(Duration::ZERO) => None,
                chosen => Some(chosen.unwrap_or(CONNECT_TIMEOUT)),
            },
            read_timeout: connect.read_timeout,
            max_attempts: retry_settings::max_attempts(lookup),
            invalid_retry_setting: retry_settings::check(lookup).err(),
        };
        config.is_consistent().then_some(config).ok_or_else(|| {
            let hint = messages::remove_url_or(&lookup.flags_against_url());
            SettingsError::new(messages::URL_WITH_FIPS, hint)
        })
    }

    /// Returns `false` for a URL together with FIPS or dual stack, which the SDK's endpoint rules
    /// refuse.
    fn is_consistent(&self) -> bool {
        let configured = self.urls().iter().any(Option::is_some);
        !(configured && (self.fips || self.dual_stack))
    }

    /// Returns the configured URLs of the services.
    fn urls(&self) -> [Option<&str>; 3] {
        [&self.iam_url, &self.sts_url, &self.cloudtrail_url].map(Option::as_deref)
    }

    /// Returns whether all services are called over plain HTTP.
    pub(super) fn is_plain(&self) -> bool {
        self.urls().iter().all(|url| url.is_some_and(|url| url.starts_with("http:")))
    }

    /// Returns the URL that is not AWS's if CloudTrail has none, so that its calls would go to AWS.
    pub(super) fn not_aws_without_cloudtrail(&self) -> Option<&str> {
        self.not_aws_url().filter(|_| self.cloudtrail_url.is_none())
    }

    /// Returns the first configured URL that is not AWS's.
    fn not_aws_url(&self) -> Option<&str> {
        self.urls().into_iter().flatten().find(|url| !is_aws(url))
    }

    /// Returns the endpoint for display: AWS, or the first URL that is not AWS's.
    pub(super) fn endpoint(&self) -> Endpoint {
        endpoint_of(self.not_aws_url(), self.is_demo)
    }

    /// Returns the endpoints of IAM and STS.
    pub(super) fn service_endpoints(&self) -> ServiceEndpoints {
        let endpoint = |url: Option<&str>| endpoint_of(url.filter(|it| !is_aws(it)), self.is_demo);
        let [iam, sts, _] = self.urls().map(endpoint);
        ServiceEndpoints::new(&iam, &sts, region_partition(&self.region))
    }
}

/// Returns the endpoint for display with a URL that is not AWS's, or that of AWS.
fn endpoint_of(not_aws_url: Option<&str>, is_demo: bool) -> Endpoint {
    let Some(url) = not_aws_url else { return Endpoint::Aws };
    let url = Arc::from(escape_hidden(url).as_ref());
    if is_demo { Endpoint::Demo(url) } else { Endpoint::Custom(url) }
}

/// Returns the URL of Identity Center's services `SSO` and `SSO_OIDC` in the environment. A URL in
/// the profile is not used: it is that of IAM and STS.
///
/// # Errors
/// Returns an error if the URL is invalid.
pub(super) fn sso_url(
    environment: &Environment,
    service: &str,
) -> Result<Option<String>, SettingsError> {
    let variable = format!("AWS_ENDPOINT_URL_{service}");
    let url = [&*variable, "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|name| Some(Setting::new(name, environment.get(name)?)));
    url.map(Setting::into_url).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;
    use crate::aws::connect_options::ConfigSource;

    fn connect(variables: &[(&str, &str)]) -> ConnectOptions {
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        ConnectOptions {
            config_source: ConfigSource::Environment(Environment::Given(Arc::new(variables))),
            ..ConnectOptions::default()
        }
    }

    fn target(variables: &[(&str, &str)], config: &str) -> ClientConfig {
        ClientConfig::resolve(&connect(variables), &from_texts(config, ""), None).unwrap()
    }

    #[test]
    fn without_any_setting_it_is_aws_in_us_east_1() {
        let plain = target(&[], "");
        assert_eq!((plain.region.as_str(), plain.endpoint()), ("us-east-1", Endpoint::Aws));
    }

    #[test]
    fn endpoints_are_found_in_the_order_of_the_reference_guide() {
        let config = "[default]\nendpoint_url = http://all\nservices = s\n[services s]\niam =\n  endpoint_url = http://section\n";
        assert_eq!(target(&[], config).iam_url.as_deref(), Some("http://section"));
        assert_eq!(target(&[], config).sts_url.as_deref(), Some("http://all"));
        assert_eq!(target(&[], config).cloudtrail_url.as_deref(), Some("http://all"));
        let trail = ("AWS_ENDPOINT_URL_CLOUDTRAIL", "http://trail");
        assert_eq!(target(&[trail], config).cloudtrail_url.as_deref(), Some("http://trail"));
        assert_eq!(target(&[trail], "").endpoint(), Endpoint::Custom("http://trail".into()));
        let section = config.replace("iam =", "cloudtrail =");
        assert_eq!(target(&[], &section).cloudtrail_url.as_deref(), Some("http://section"));
        let common = ("AWS_ENDPOINT_URL", "http://common");
        assert_eq!(target(&[common], config).iam_url.as_deref(), Some("http://common"));
        let own = ("AWS_ENDPOINT_URL_IAM", "http://own");
        assert_eq!(target(&[common, own], config).iam_url.as_deref(), Some("http://own"));
        let ignored =
            target(&[common, own, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")], config);
        let urls = (ignored.iam_url, ignored.sts_url, ignored.cloudtrail_url);
        assert_eq!(urls, (None, None, None));
    }

    #[test]
    fn the_endpoints_of_iam_and_sts_are_told_apart() {
        let endpoints = |variable, url| target(&[(variable, url)], "").service_endpoints();
        let sts = endpoints("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
        assert_ne!(sts, endpoints("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), "IAM is AWS's");
        assert_eq!(sts, endpoints("AWS_ENDPOINT_URL_STS", "http://localhost:1/"));
        let vpc = "https://vpce-1.iam.us-east-1.vpce.amazonaws.com";
        let (aws, china) = (endpoints("X", ""), endpoints("AWS_REGION", "cn-north-1"));
        assert_eq!(aws, endpoints("AWS_ENDPOINT_URL_IAM", vpc));
        assert!(aws.are_aws() && china.are_aws() && china != aws && !sts.are_aws());
    }

    #[test]
    fn cloudtrail_needs_its_own_endpoint_beside_one_that_is_not_aws() {
        let iam = ("AWS_ENDPOINT_URL_IAM", "http://mock");
        assert_eq!(target(&[iam], "").not_aws_without_cloudtrail(), Some("http://mock"));
        let sts = "[default]\nservices = s\n[services s]\nsts =\n  endpoint_url = http://sts\n";
        assert_eq!(target(&[], sts).not_aws_without_cloudtrail(), Some("http://sts"));
        let of_aws = "https://cloudtrail.us-east-1.amazonaws.com";
        for trail in ["http://trail", of_aws] {
            let own = ("AWS_ENDPOINT_URL_CLOUDTRAIL", trail);
            assert_eq!(target(&[iam, own], "").not_aws_without_cloudtrail(), None);
        }
        let aws = ("AWS_ENDPOINT_URL_IAM", "https://iam.amazonaws.com");
        assert_eq!(target(&[aws], "").not_aws_without_cloudtrail(), None);
        let common = ("AWS_ENDPOINT_URL", "http://all");
        assert_eq!(target(&[common], "").not_aws_without_cloudtrail(), None);
    }

    #[test]
    fn a_flag_sets_the_endpoint_of_all_services() {
        let mut connect = connect(&[
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
            ("AWS_REGION", "eu-west-1"),
        ]);
        connect.endpoint_url = Some("http://127.0.0.1:4566".into());
        connect.region = Some("cn-north-1".into());
        let target = ClientConfig::resolve(&connect, &AwsConfigFiles::default(), None).unwrap();
        assert_eq!((&target.sts_url, &target.cloudtrail_url), (&target.iam_url, &target.iam_url));
        assert_eq!(target.region, "cn-north-1");
        assert_eq!(target.endpoint(), Endpoint::Custom("http://127.0.0.1:4566".into()));
    }

    #[test]
    fn the_endpoint_is_normalized_from_every_source() {
        for spelling in ["http://127.0.0.1:4566/", "HTTP://127.0.0.1:4566"] {
            let connect = ConnectOptions { endpoint_url: Some(spelling.into()), ..connect(&[]) };
            let target = ClientConfig::resolve(&connect, &AwsConfigFiles::default(), None).unwrap();
            assert_eq!(target.iam_url.as_deref(), Some("http://127.0.0.1:4566"));
            assert_eq!(target.endpoint(), Endpoint::Custom("http://127.0.0.1:4566".into()));
            assert!(target.is_plain());
        }
        let aws = ("AWS_ENDPOINT_URL_IAM", "https://IAM.amazonaws.com:443/");
        assert_eq!(target(&[aws], "").endpoint(), Endpoint::Aws);
    }

    #[test]
    fn an_invalid_url_is_an_error() {
        for url in ["localhost:4566", "ftp://x", "http://", "http//x", "junk \u{1b}[31m"] {
            let connect = ConnectOptions { endpoint_url: Some(url.into()), ..connect(&[]) };
            let error =
                ClientConfig::resolve(&connect, &AwsConfigFiles::default(), None).unwrap_err();
            assert!(
                error.message.contains("is not a valid endpoint URL")
                    && !error.message.contains('\u{1b}'),
                "{error}"
            );
        }
    }

    #[test]
    fn a_region_that_is_no_host_name_label_is_an_error() {
        for region in ["us east", "us_east_1", "us.east", "-a", "a-", "123", "é", &"a".repeat(64)]
        {
            let connect = ConnectOptions { region: Some(region.into()), ..connect(&[]) };
            let error =
                ClientConfig::resolve(&connect, &AwsConfigFiles::default(), None).unwrap_err();
            assert!(error.message.contains("is not a valid region name"), "{error}");
        }
        assert_eq!(target(&[("AWS_REGION", "xx-nowhere-9")], "").region, "xx-nowhere-9");
    }

    #[test]
    fn invalid_numbers_of_attempts_are_ignored() {
        let config = "[default]\nmax_attempts = 5\n";
        assert_eq!(target(&[], config).max_attempts, 5);
        assert_eq!(target(&[("AWS_MAX_ATTEMPTS", "1")], config).max_attempts, 1);
        for none in ["0", "-1", "many"] {
            let config = target(&[("AWS_MAX_ATTEMPTS", none)], "");
            assert!(config.max_attempts == 3 && config.invalid_retry_setting.is_some(), "{none}");
        }
        let is_valid = |mode| target(&[], &format!("[default]\nretry_mode = {mode}\n"));
        assert!(is_valid("adaptive").invalid_retry_setting.is_none());
        assert!(is_valid("fast").invalid_retry_setting.is_some());
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_shown() {
        let connect = |url: &str, variables| ConnectOptions {
            endpoint_url: Some(url.into()),
            ..connect(variables)
        };
        let refused = |c: &ConnectOptions| {
            ClientConfig::resolve(c, &AwsConfigFiles::default(), None).unwrap_err().to_string()
        };
        for url in [
            "http://ann:hunter2@x",
            "HTTPS://hunter2@x/",
            "ann:hunter2@x",
            "http://x/?token=hunter2",
            "http://x#hunter2",
        ] {
            let said = refused(&connect(url, &[]));
            assert!(
                said.contains("neither uses nor shows it") && !said.contains("hunter2"),
                "{said}"
            );
        }
        assert!(
            refused(&connect("http://x", &[("AWS_USE_FIPS_ENDPOINT", "true")]))
                .ends_with("or unset AWS_USE_FIPS_ENDPOINT.")
        );
        let config = "[default]\nuse_fips_endpoint = true\nendpoint_url = http://x\n";
        let files = from_texts(config, "");
        let error = ClientConfig::resolve(&super::tests::connect(&[]), &files, None).unwrap_err();
        let expected = "Remove the URL, or unset use_fips_endpoint (/home/a/.aws/config, line 2).";
        assert_eq!(&*error.hint, expected);
    }

    #[test]
    fn a_services_section_that_is_missing_is_an_error() {
        let refused = |section: &str, variables: &[(&str, &str)]| {
            let config = format!("[default]\nservices = my stuff\n{section}\n");
            let files = from_texts(&config, "");
            ClientConfig::resolve(&connect(variables), &files, None).map_err(|it| it.to_string())
        };
        let beginning =
            "The section of services 'my stuff' (/home/a/.aws/config, line 2) does not exist. ";
        for (section, hint) in [
            ("", "Fix the profile in"),
            ("[services 'my-stuff']", "Did you mean my-stuff?"),
            ("[services my stuff]", "Syntax error in /home/a/.aws/config, line 3"),
            ("[my stuff]", "Change [my stuff] to [services \"my stuff\"]"),
        ] {
            let error = refused(section, &[]).unwrap_err();
            assert!(error.starts_with(beginning) && error.contains(hint), "{error}");
        }
        assert!(refused("", &[("AWS_ENDPOINT_URL", "http://x")]).is_ok(), "as in the AWS CLI");
        assert!(refused("", &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).is_ok());
    }

    #[test]
    fn zero_disables_a_timeout() {
        let connect = ConnectOptions { connect_timeout: Some(Duration::ZERO), ..connect(&[]) };
        assert_eq!(
            ClientConfig::resolve(&connect, &AwsConfigFiles::default(), None)
                .unwrap()
                .connect_timeout,
            None
        );
        assert_eq!(target(&[], "").connect_timeout, Some(CONNECT_TIMEOUT));
    }
}
