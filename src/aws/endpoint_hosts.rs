//! Host names of IAM, STS, CloudTrail and Identity Center.
//!
//! They follow the endpoint rules in the SDK's crates (`config/endpoint.rs` and `endpoint_lib.rs`).
//! Customers have hosts under the same DNS suffixes, so only whole names count. See
//! <https://docs.aws.amazon.com/general/latest/gr/iam-service.html> and
//! <https://docs.aws.amazon.com/general/latest/gr/sts.html>.

use crate::aws::regions::PARTITIONS;

/// Hosts of IAM: one for each partition and variant (FIPS, dual stack).
const IAM_HOSTS: [&str; 30] = [
    "iam.amazonaws.com",
    "iam-fips.amazonaws.com",
    "iam.global.api.aws",
    "iam-fips.global.api.aws",
    "iam.cn-north-1.amazonaws.com.cn",
    "iam-fips.amazonaws.com.cn",
    "iam.global.api.amazonwebservices.com.cn",
    "iam-fips.api.amazonwebservices.com.cn",
    "iam.us-gov.amazonaws.com",
    "iam.us-gov.api.aws",
    "iam.eusc-de-east-1.amazonaws.eu",
    "iam-fips.amazonaws.eu",
    "iam.global.api.amazonwebservices.eu",
    "iam-fips.api.amazonwebservices.eu",
    "iam.us-iso-east-1.c2s.ic.gov",
    "iam-fips.us-iso-east-1.c2s.ic.gov",
    "iam.api.aws.ic.gov",
    "iam-fips.api.aws.ic.gov",
    "iam.us-isob-east-1.sc2s.sgov.gov",
    "iam-fips.us-isob-east-1.sc2s.sgov.gov",
    "iam.api.aws.scloud",
    "iam-fips.api.aws.scloud",
    "iam.eu-isoe-west-1.cloud.adc-e.uk",
    "iam-fips.cloud.adc-e.uk",
    "iam.api.cloud-aws.adc-e.uk",
    "iam-fips.api.cloud-aws.adc-e.uk",
    "iam.us-isof-south-1.csp.hci.ic.gov",
    "iam-fips.csp.hci.ic.gov",
    "iam.api.aws.hci.ic.gov",
    "iam-fips.api.aws.hci.ic.gov",
];

/// Global host of STS. All its other hosts contain a region.
const STS_GLOBAL_HOST: &str = "sts.amazonaws.com";

/// Returns `true` for a normalized `https` URL on the default port whose host belongs to IAM, STS
/// or CloudTrail, including their VPC endpoints.
pub(super) fn is_aws(url: &str) -> bool {
    let Some(host) = url.strip_prefix("https://") else { return false };
    // A trailing dot only makes the name absolute.
    let host = host.strip_suffix('.').unwrap_or(host);
    IAM_HOSTS.contains(&host)
        || host == STS_GLOBAL_HOST
        || is_regional(host, &["sts.", "sts-fips.", "cloudtrail.", "cloudtrail-fips."])
        || is_vpc_endpoint(host)
}

/// Returns `true` for a normalized `https` URL on the default port whose host belongs to the portal
/// or the sign-in of Identity Center:
/// <https://docs.aws.amazon.com/general/latest/gr/sso.html>.
pub(super) fn is_identity_center(url: &str) -> bool {
    let host = url.strip_prefix("https://").map(|host| host.strip_suffix('.').unwrap_or(host));
    host.is_some_and(|host| is_regional(host, &["portal.sso.", "oidc."]))
}

/// Suffix of the hosts of dual-stack portals: `ssoins-….portal.REGION.app.aws`.
const DUAL_STACK_PORTAL: &str = ".app.aws";

/// Returns whether the URL is that of a portal of Identity Center with IPv4 and IPv6.
pub(super) fn is_dual_stack_portal(url: &str) -> bool {
    host(url).is_some_and(|host| host.ends_with(DUAL_STACK_PORTAL) && host.contains(".portal."))
}

/// Returns `true` for an `https` URL on the default port whose host shows sign-in pages of Identity
/// Center: <https://docs.aws.amazon.com/singlesignon/latest/userguide/using-the-portal.html>. Hosts
/// under these names are portals that AWS runs for its customers.
pub(super) fn is_sign_in_page(url: &str) -> bool {
    let Some(host) = host(url) else { return false };
    host == "identitycenter.amazonaws.com"
        || is_dual_stack_portal(url)
        || [".awsapps.com", ".awsapps.cn"].iter().any(|suffix| host.ends_with(suffix))
        || is_regional(&host, &["device.sso."])
}

/// Returns whether two start URLs are the same, with or without a slash at the end.
pub(super) fn is_same_start_url(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|url| url.trim_end_matches(['/', '#']));
    one == other
}

/// Returns the host of an `https` URL on the default port, in lower case.
fn host(url: &str) -> Option<String> {
    let url = url.parse::<hyper::http::Uri>().ok()?;
    let authority = url.authority()?;
    let is_plain = authority.as_str().len() == authority.host().len()
        || authority.port_u16() == Some(443) && !authority.as_str().contains('@');
    let host = authority.host().to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    (url.scheme_str() == Some("https") && is_plain).then(|| host.to_owned())
}

/// Matches `SERVICE.REGION.SUFFIX`, where `services` end with a dot.
fn is_regional(host: &str, services: &[&str]) -> bool {
    let rest = services.iter().find_map(|service| host.strip_prefix(service));
    let Some((region, suffix)) = rest.and_then(|rest| rest.split_once('.')) else { return false };
    PARTITIONS.iter().any(|it| it.host_suffixes().contains(&suffix) && it.has_region_name(region))
}

/// Services in the names of interface endpoints.
const VPC_SERVICES: [&str; 6] =
    ["iam", "iam-fips", "sts", "sts-fips", "cloudtrail", "cloudtrail-fips"];

/// Matches `vpce-ID.sts.REGION.vpce.SUFFIX`, the name of an interface endpoint. Services of
/// customers have `vpce-svc-…` as the second label.
fn is_vpc_endpoint(host: &str) -> bool {
    let labels: Vec<_> = host.splitn(5, '.').collect();
    let [id, service, region, "vpce", suffix] = labels[..] else { return false };
    let is_id = id.strip_prefix("vpce-").is_some_and(|id| !id.is_empty());
    is_id
        && VPC_SERVICES.contains(&service)
        && PARTITIONS.iter().any(|it| it.host_suffix == suffix && it.has_region_name(region))
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::config::endpoint as cloudtrail;
    use aws_sdk_iam::config::endpoint as iam;
    use aws_sdk_sts::config::endpoint as sts;

    use super::*;

    /// One or more regions of every partition.
    const REGIONS: [&str; 21] = [
        "us-east-1",
        "us-west-2",
        "eu-central-1",
        "ap-southeast-7",
        "sa-east-1",
        "ca-west-1",
        "me-south-1",
        "af-south-1",
        "il-central-1",
        "mx-central-1",
        "cn-north-1",
        "cn-northwest-1",
        "us-gov-east-1",
        "us-gov-west-1",
        "eusc-de-east-1",
        "us-iso-east-1",
        "us-iso-west-1",
        "us-isob-east-1",
        "us-isob-west-1",
        "eu-isoe-west-1",
        "us-isof-south-1",
    ];

    #[tokio::test]
    async fn every_host_of_the_sdks_rules_is_aws() {
        let mut hosts = std::collections::BTreeSet::new();
        for region in REGIONS {
            for (fips, dual) in [(false, false), (false, true), (true, false), (true, true)] {
                let asked = iam::Params::builder()
                    .region(region)
                    .use_fips(fips)
                    .use_dual_stack(dual)
                    .build()
                    .unwrap();
                let response =
                    iam::ResolveEndpoint::resolve_endpoint(&iam::DefaultResolver::new(), &asked)
                        .await;
                hosts.extend(response.map(|endpoint| endpoint.url().to_owned()));
                let asked = cloudtrail::Params::builder()
                    .region(region)
                    .use_fips(fips)
                    .use_dual_stack(dual)
                    .build()
                    .unwrap();
                let response = cloudtrail::ResolveEndpoint::resolve_endpoint(
                    &cloudtrail::DefaultResolver::new(),
                    &asked,
                )
                .await;
                hosts.extend(response.map(|endpoint| endpoint.url().to_owned()));
                for global in [false, true] {
                    let asked =
                        sts::Params::builder().region(region).use_fips(fips).use_dual_stack(dual);
                    let asked = asked.use_global_endpoint(global).build().unwrap();
                    let response = sts::ResolveEndpoint::resolve_endpoint(
                        &sts::DefaultResolver::new(),
                        &asked,
                    )
                    .await;
                    hosts.extend(response.map(|endpoint| endpoint.url().to_owned()));
                }
            }
        }
        let of_iam = hosts.iter().filter(|url| url.starts_with("https://iam")).count();
        assert_eq!(of_iam, IAM_HOSTS.len(), "none is missing, and none is made up: {hosts:?}");
        let foreign: Vec<_> = hosts.iter().filter(|url| !is_aws(url)).collect();
        assert!(foreign.is_empty(), "{foreign:?}");
    }

    #[test]
    fn vpc_endpoints_and_absolute_names_are_aws_too() {
        for host in [
            "vpce-0a1b2c3d4e5f-1a2b3c4d.sts.eu-west-1.vpce.amazonaws.com",
            "vpce-0a1b2c3d4e5f-1a2b3c4d-us-east-1a.sts-fips.us-east-1.vpce.amazonaws.com",
            "vpce-1.iam.us-east-1.vpce.amazonaws.com",
            "vpce-1.sts.cn-north-1.vpce.amazonaws.com.cn",
            "vpce-1.sts.us-gov-west-1.vpce.amazonaws.com",
            "vpce-1.cloudtrail.eu-west-1.vpce.amazonaws.com",
            "cloudtrail.eu-west-1.amazonaws.com",
            "cloudtrail-fips.us-east-1.api.aws",
            "cloudtrail.cn-north-1.amazonaws.com.cn",
            "iam.amazonaws.com.",
            "sts.eu-south-2.amazonaws.com.",
        ] {
            assert!(is_aws(&format!("https://{host}")), "{host}");
        }
    }

    #[test]
    fn hosts_of_customers_and_others_are_not_aws() {
        for url in [
            // Buckets, databases, machines, gateways, load balancers, functions.
            "https://iam.s3.amazonaws.com",
            "https://sts.s3-us-west-2.amazonaws.com",
            "https://iam.s3.eu-west-1.amazonaws.com",
            "https://sts.s3-website-us-east-1.amazonaws.com",
            "https://sts.s3-accelerate.amazonaws.com",
            "https://iam.abc123.us-east-1.rds.amazonaws.com",
            "https://sts.us-east-1.elasticbeanstalk.com",
            "https://sts.us-east-1.elb.amazonaws.com",
            "https://abc.execute-api.us-east-1.amazonaws.com",
            "https://ec2-1-2-3-4.compute-1.amazonaws.com",
            "https://sts.compute-1.amazonaws.com",
            "https://sts.lambda-url.us-east-1.on.aws",
            "https://vpce-1.vpce-svc-0a1b.us-east-1.vpce.amazonaws.com",
            "https://sts.vpce-svc-0a1b.us-east-1.vpce.amazonaws.com",
            "https://vpce-.sts.us-east-1.vpce.amazonaws.com",
            "https://a.vpce-1.sts.us-east-1.vpce.amazonaws.com",
            "https://vpce-1.sts.us-east-1.vpce.api.aws",
            "https://cloudtrail.s3.eu-west-1.amazonaws.com",
            "https://cloudtrail.amazonaws.com",
            "https://vpce-1.s3.us-east-1.vpce.amazonaws.com",
            // Extra or changed labels.
            "https://x.iam.amazonaws.com",
            "https://x-iam.amazonaws.com",
            "https://iam.amazonaws.com.example.org",
            "https://sts.us-east-1.amazonaws.com.example.org",
            "https://iam.notamazonaws.com",
            "https://amazonaws.com",
            "https://iam.us-east-1.amazonaws.com.cn",
            "https://sts.cn-north-1.amazonaws.com",
            "https://sts.eu-west-1a.amazonaws.com",
            "https://sts.eu-west.amazonaws.com",
            "https://sts.eu--1.amazonaws.com",
            "https://sts.xx-west-1.amazonaws.com",
            "https://iam.amazonaws.com..",
            // Other ports, paths and schemes.
            "https://iam.amazonaws.com:8443",
            "https://iam.amazonaws.com/x",
            "http://iam.amazonaws.com",
            "http://sts.us-east-1.amazonaws.com",
            "iam.amazonaws.com",
            "x",
            "",
        ] {
            assert!(!is_aws(url), "{url}");
        }
    }

    #[test]
    fn the_hosts_of_identity_center_are_known() {
        for url in [
            "https://portal.sso.us-east-1.amazonaws.com",
            "https://oidc.eu-central-1.api.aws",
            "https://portal.sso.cn-north-1.amazonaws.com.cn",
        ] {
            assert!(is_identity_center(url), "{url}");
        }
        for url in [
            "http://portal.sso.us-east-1.amazonaws.com",
            "https://portal.sso.us-east-1.amazonaws.com.example.org",
            "https://portal.sso.us-east-1.amazonaws.com:8443",
            "https://iam.amazonaws.com",
        ] {
            assert!(!is_identity_center(url), "{url}");
        }
    }

    #[test]
    fn only_pages_that_aws_runs_are_sign_in_pages() {
        for url in [
            "https://device.sso.us-east-1.amazonaws.com/?user_code=PQCF-FCCN",
            "https://device.sso.cn-north-1.amazonaws.com.cn/",
            "https://d-9067f3a1b2.awsapps.com/start/#/device",
            "https://D-9067F3A1B2.AWSAPPS.COM:443/start",
            "https://ssoins-7223f1a2.portal.us-east-1.app.aws/?x=1",
            "https://identitycenter.amazonaws.com/ssoins-7223f1a2",
            "https://start.us-gov-home.awsapps.com/directory/x",
        ] {
            assert!(is_sign_in_page(url), "{url}");
        }
        for url in [
            "http://d-9067f3a1b2.awsapps.com/start",
            "https://d-9067f3a1b2.awsapps.com:8443/start",
            "https://ann@d-9067f3a1b2.awsapps.com/start",
            "https://d-9067f3a1b2.awsapps.com@evil.example/start",
            "https://d-9067f3a1b2.awsapps.com.evil.example/start",
            "https://evilawsapps.com/",
            "https://device.sso.us-east-1.evil.amazonaws.com/",
            "https://x.s3.us-east-1.amazonaws.com/",
            "https://x.app.aws.example/",
            "http://127.0.0.1:4566/device",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!is_sign_in_page(url), "{url}");
        }
        assert!(is_dual_stack_portal("https://ssoins-7223f1a2.portal.us-east-1.app.aws"));
        assert!(!is_dual_stack_portal("https://d-9067f3a1b2.awsapps.com/start"));
    }
}
