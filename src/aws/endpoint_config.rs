//! Where the calls go: region, endpoints, certificates and timeouts, from
//! flags, environment and profile, in the order the AWS CLI keeps.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::http::Uri;

use crate::aws::config_files::ConfigFiles;
use crate::aws::connect_options::{ConnectOptions, Environment, SettingsError};
use crate::aws::endpoint_hosts::is_aws;
use crate::model::{Endpoint, escape_hidden, normalize_url};

/// IAM has one endpoint for each partition, so any region of it will do.
const FALLBACK_REGION: &str = "us-east-1";

/// The SDK's own connect timeout is of the same size.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The number of attempts where none is set: the SDK's own, and the AWS CLI's.
pub(super) const DEFAULT_MAX_ATTEMPTS: u32 = 3;

/// Where the calls go.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of AWS's own")]
pub(super) struct EndpointConfig {
    /// The region, which tells the partition.
    pub region: String,
    /// IAM's URL, where one is configured, normalized.
    pub iam_url: Option<String>,
    /// STS's URL, where one is configured, normalized.
    pub sts_url: Option<String>,
    /// Endpoints validated under FIPS 140.
    pub fips: bool,
    /// Endpoints that answer under IPv6 too.
    pub dual_stack: bool,
    /// The PEM file that replaces the system's certificates.
    pub ca_bundle: Option<PathBuf>,
    /// Whether certificates go unchecked.
    pub no_verify_ssl: bool,
    /// Whether proxy settings of the environment apply.
    pub proxies: bool,
    /// How long a connection may take; `None` for ever.
    pub connect_timeout: Option<Duration>,
    /// The longest wait for an answer that the user asked for; `None` where
    /// each client keeps its own, zero for no limit.
    pub read_timeout: Option<Duration>,
    /// How often a call is made at most, the first time counted.
    pub max_attempts: u32,
}

impl EndpointConfig {
    /// Resolves the target for the profile.
    ///
    /// # Errors
    /// A region or an endpoint that is none, or an endpoint that can't be one
    /// of FIPS or dual stack.
    pub(super) fn resolve(
        connect: &ConnectOptions,
        files: &ConfigFiles,
        profile: Option<&str>,
    ) -> Result<Self, SettingsError> {
        let look = SettingLookup {
            environment: connect.environment(),
            files,
            profile: profile.unwrap_or("default"),
        };
        let flag = connect.endpoint_url.clone();
        let configured = |service: &str| flag.clone().or_else(|| look.endpoint(service));
        let ca_bundle = connect.ca_bundle.clone().or_else(|| {
            let path = look.setting(&["AWS_CA_BUNDLE"], "ca_bundle")?;
            Some(look.environment?.expand(&path))
        });
        let region = connect
            .region
            .clone()
            .or_else(|| look.setting(&["AWS_REGION", "AWS_DEFAULT_REGION"], "region"));
        let target = Self {
            region: checked_region(region.unwrap_or_else(|| FALLBACK_REGION.to_owned()))?,
            iam_url: checked_url(configured("iam"))?,
            sts_url: checked_url(configured("sts"))?,
            fips: look.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            dual_stack: look.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
            ca_bundle,
            no_verify_ssl: connect.no_verify_ssl,
            proxies: look.environment.is_some(),
            connect_timeout: match connect.connect_timeout {
                Some(Duration::ZERO) => None,
                chosen => Some(chosen.unwrap_or(CONNECT_TIMEOUT)),
            },
            read_timeout: connect.read_timeout,
            // What is no number can't end a session: an old setting is no reason to be locked out.
            max_attempts: look
                .setting(&["AWS_MAX_ATTEMPTS"], "max_attempts")
                .and_then(|number| number.trim().parse().ok())
                .filter(|attempts| *attempts > 0)
                .unwrap_or(DEFAULT_MAX_ATTEMPTS),
        };
        target.is_consistent().then_some(target).ok_or_else(|| {
            SettingsError::new(
                "An endpoint URL can't be combined with FIPS or dual-stack endpoints.",
                "Leave out the URL, or unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT.",
            )
        })
    }

    /// The SDK's endpoint rules refuse a URL together with either switch.
    fn is_consistent(&self) -> bool {
        let configured = self.iam_url.is_some() || self.sts_url.is_some();
        !(configured && (self.fips || self.dual_stack))
    }

    /// Whether both services are called in plain HTTP.
    pub(super) fn is_plain(&self) -> bool {
        let is_plain =
            |url: &Option<String>| url.as_deref().is_some_and(|url| url.starts_with("http:"));
        is_plain(&self.iam_url) && is_plain(&self.sts_url)
    }

    /// Whether that is AWS, as `Place` shows it.
    pub(super) fn endpoint(&self) -> Endpoint {
        let foreign = [&self.iam_url, &self.sts_url].into_iter().flatten().find(|url| !is_aws(url));
        match foreign {
            None => Endpoint::Aws,
            Some(url) => Endpoint::Custom(Arc::from(escape_hidden(url).as_ref())),
        }
    }
}

/// Where settings without a flag are looked up.
struct SettingLookup<'a> {
    environment: Option<&'a Environment>,
    files: &'a ConfigFiles,
    profile: &'a str,
}

impl SettingLookup<'_> {
    /// The variable, else the profile's setting.
    fn setting(&self, variables: &[&str], key: &str) -> Option<String> {
        let variable = self.environment.and_then(|e| e.first(variables));
        variable.or_else(|| self.files.get(self.profile, key).map(str::to_owned))
    }

    fn flag(&self, variable: &str, key: &str) -> bool {
        self.setting(&[variable], key).is_some_and(|v| v.trim().eq_ignore_ascii_case("true"))
    }

    /// A configured endpoint: the service's variable, the common variable,
    /// the profile's `services` section, its `endpoint_url`
    /// (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
    fn endpoint(&self, service: &str) -> Option<String> {
        if self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return None;
        }
        let variable = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
        let variables = self.environment.and_then(|e| e.first(&[&variable, "AWS_ENDPOINT_URL"]));
        variables
            .or_else(|| self.services_section(service))
            .or_else(|| self.files.get(self.profile, "endpoint_url").map(str::to_owned))
    }

    fn services_section(&self, service: &str) -> Option<String> {
        let section = self.files.services.get(self.files.get(self.profile, "services")?)?;
        let nested = section.get(service)?.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "endpoint_url").then(|| value.trim().to_owned())
        });
        nested.filter(|url| !url.is_empty())
    }
}

/// The region, if it can be one's name: it becomes part of a host's.
fn checked_region(region: String) -> Result<String, SettingsError> {
    let usable = region.len() < 64
        && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && region.bytes().any(|b| b.is_ascii_alphabetic())
        && !region.starts_with('-')
        && !region.ends_with('-');
    if usable {
        return Ok(region);
    }
    let message = format!("The region '{}' is not a region's name.", escape_hidden(&region));
    Err(SettingsError::new(
        message,
        "Check --region, AWS_REGION and the region of the profile, such as us-east-1.",
    ))
}

/// The URL, normalized, if it can be connected to. One that holds a password
/// or a token would show it wherever the endpoint is named.
fn checked_url(url: Option<String>) -> Result<Option<String>, SettingsError> {
    let Some(url) = url else { return Ok(None) };
    let hint =
        "Give --endpoint-url or AWS_ENDPOINT_URL in full, such as https://iam.amazonaws.com.";
    if url.contains(['@', '?', '#']) {
        let message = "The endpoint's URL holds a user name, a password or a query, so it is neither used nor shown.";
        return Err(SettingsError::new(message, hint));
    }
    let uri = url.parse::<Uri>().ok();
    let usable = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if usable {
        return Ok(Some(normalize_url(&url)));
    }
    Err(SettingsError::new(format!("The endpoint {} is not a URL.", escape_hidden(&url)), hint))
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

    fn target(variables: &[(&str, &str)], config: &str) -> EndpointConfig {
        EndpointConfig::resolve(&connect(variables), &from_texts(config, ""), None).unwrap()
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
        let common = ("AWS_ENDPOINT_URL", "http://common");
        assert_eq!(target(&[common], config).iam_url.as_deref(), Some("http://common"));
        let own = ("AWS_ENDPOINT_URL_IAM", "http://own");
        assert_eq!(target(&[common, own], config).iam_url.as_deref(), Some("http://own"));
        let ignored =
            target(&[common, own, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")], config);
        assert_eq!((ignored.iam_url, ignored.sts_url), (None, None));
    }

    #[test]
    fn a_flag_wins_for_both_services_even_if_configured_urls_are_ignored() {
        let mut connect = connect(&[
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
            ("AWS_REGION", "eu-west-1"),
        ]);
        connect.endpoint_url = Some("http://127.0.0.1:4566".into());
        connect.region = Some("cn-north-1".into());
        let target = EndpointConfig::resolve(&connect, &ConfigFiles::default(), None).unwrap();
        assert_eq!(target.iam_url, target.sts_url);
        assert_eq!(target.region, "cn-north-1");
        assert_eq!(target.endpoint(), Endpoint::Custom("http://127.0.0.1:4566".into()));
    }

    #[test]
    fn the_endpoint_has_one_spelling_wherever_it_is_named() {
        for spelling in ["http://127.0.0.1:4566/", "HTTP://127.0.0.1:4566"] {
            let connect = ConnectOptions { endpoint_url: Some(spelling.into()), ..connect(&[]) };
            let target = EndpointConfig::resolve(&connect, &ConfigFiles::default(), None).unwrap();
            assert_eq!(target.iam_url.as_deref(), Some("http://127.0.0.1:4566"));
            assert_eq!(target.endpoint(), Endpoint::Custom("http://127.0.0.1:4566".into()));
            assert!(target.is_plain());
        }
        let aws = ("AWS_ENDPOINT_URL_IAM", "https://IAM.amazonaws.com:443/");
        assert_eq!(target(&[aws], "").endpoint(), Endpoint::Aws);
    }

    #[test]
    fn a_url_that_is_none_is_refused() {
        for url in ["localhost:4566", "ftp://x", "http://", "http//x", "junk \u{1b}[31m"] {
            let connect = ConnectOptions { endpoint_url: Some(url.into()), ..connect(&[]) };
            let error =
                EndpointConfig::resolve(&connect, &ConfigFiles::default(), None).unwrap_err();
            assert!(
                error.message.contains("is not a URL") && !error.message.contains('\u{1b}'),
                "{error}"
            );
        }
    }

    #[test]
    fn a_region_that_can_be_no_part_of_a_host_s_name_is_refused() {
        for region in ["us east", "us_east_1", "us.east", "-a", "a-", "123", "é", &"a".repeat(64)]
        {
            let connect = ConnectOptions { region: Some(region.into()), ..connect(&[]) };
            let error =
                EndpointConfig::resolve(&connect, &ConfigFiles::default(), None).unwrap_err();
            assert!(error.message.contains("is not a region's name"), "{error}");
        }
        assert_eq!(target(&[("AWS_REGION", "xx-nowhere-9")], "").region, "xx-nowhere-9");
    }

    #[test]
    fn a_number_of_attempts_is_taken_and_anything_else_passed_over() {
        let config = "[default]\nmax_attempts = 5\n";
        assert_eq!(target(&[], config).max_attempts, 5);
        assert_eq!(target(&[("AWS_MAX_ATTEMPTS", "1")], config).max_attempts, 1);
        for none in ["0", "-1", "many"] {
            assert_eq!(target(&[("AWS_MAX_ATTEMPTS", none)], "").max_attempts, 3);
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_unseen_and_fips_needs_aws() {
        let connect = |url: &str, variables| ConnectOptions {
            endpoint_url: Some(url.into()),
            ..connect(variables)
        };
        let refused = |c: &ConnectOptions| {
            EndpointConfig::resolve(c, &ConfigFiles::default(), None).unwrap_err().to_string()
        };
        for url in [
            "http://ann:hunter2@x",
            "HTTPS://hunter2@x/",
            "ann:hunter2@x",
            "http://x/?token=hunter2",
            "http://x#hunter2",
        ] {
            let said = refused(&connect(url, &[]));
            assert!(said.contains("neither used nor shown") && !said.contains("hunter2"), "{said}");
        }
        assert!(
            refused(&connect("http://x", &[("AWS_USE_FIPS_ENDPOINT", "true")])).contains("FIPS")
        );
    }

    #[test]
    fn zero_switches_a_timeout_off() {
        let connect = ConnectOptions { connect_timeout: Some(Duration::ZERO), ..connect(&[]) };
        assert_eq!(
            EndpointConfig::resolve(&connect, &ConfigFiles::default(), None)
                .unwrap()
                .connect_timeout,
            None
        );
        assert_eq!(target(&[], "").connect_timeout, Some(CONNECT_TIMEOUT));
    }
}
