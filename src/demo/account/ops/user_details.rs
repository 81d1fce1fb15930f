//! The details of one user: groups, policies, MFA devices and other credentials.

use super::users;
use crate::demo::account::call_context::CallContext;
use crate::demo::account::ids::derived_id;
use crate::demo::account::types::User;
use crate::demo::account::xml::Xml;
use crate::demo::account::{ApiError, Operation, Owner};

/// The body of every certificate.
const DEMO_CERTIFICATE_PEM: &str =
    "-----BEGIN CERTIFICATE-----\nMIIBdemo\n-----END CERTIFICATE-----";

/// Writes the reply of an operation on one user.
pub(crate) fn fill(
    call: &CallContext<'_>,
    operation: Operation,
    xml: &mut Xml,
) -> Result<(), ApiError> {
    let Owner::User(name) = call.target_owner()? else {
        return Err(ApiError::validation(
            "Must specify userName when calling with non-User credentials",
        ));
    };
    let user = call.account.user(&name).ok_or_else(|| ApiError::no_user(&name))?;
    match operation {
        Operation::GetLoginProfile => return login_profile(user, xml),
        Operation::ListAttachedUserPolicies => {
            xml.list("AttachedPolicies", &user.attached, |xml, arn| {
                xml.leaf("PolicyName", arn.rsplit('/').next().unwrap_or(arn));
                xml.leaf("PolicyArn", arn);
            });
        }
        Operation::ListUserPolicies => {
            xml.texts("PolicyNames", user.inline.iter().map(String::as_str));
        }
        Operation::ListGroupsForUser => groups(call, user, xml),
        Operation::ListMFADevices => xml.list("MFADevices", &user.mfa, |xml, device| {
            xml.leaf("UserName", &user.name);
            xml.leaf("SerialNumber", &device.serial);
            xml.time("EnableDate", device.enabled);
        }),
        Operation::ListServiceSpecificCredentials => service_credentials(user, xml),
        Operation::ListSigningCertificates => {
            xml.list("Certificates", &user.certificates, |xml, certificate| {
                xml.leaf("UserName", &user.name);
                xml.leaf("CertificateId", &certificate.id);
                xml.leaf("CertificateBody", DEMO_CERTIFICATE_PEM);
                xml.leaf("Status", certificate.status.as_str());
                xml.time("UploadDate", certificate.uploaded);
            });
        }
        _ => users::tags(xml, user),
    }
    xml.leaf("IsTruncated", "false");
    Ok(())
}

fn login_profile(user: &User, xml: &mut Xml) -> Result<(), ApiError> {
    let Some(profile) = &user.login_profile else {
        let message = format!("Login Profile for User {} cannot be found.", user.name);
        return Err(ApiError::new(404, "NoSuchEntity", message));
    };
    xml.group("LoginProfile", |xml| {
        xml.leaf("UserName", &user.name);
        xml.time("CreateDate", profile.created);
        xml.leaf("PasswordResetRequired", "false");
    });
    Ok(())
}

fn groups(call: &CallContext<'_>, user: &User, xml: &mut Xml) {
    let account = &call.account.id;
    xml.list("Groups", &user.groups, |xml, group| {
        xml.leaf("Path", "/");
        xml.leaf("GroupName", group);
        xml.leaf("GroupId", &derived_id("AGPA", account, group));
        xml.leaf("Arn", &format!("arn:aws:iam::{account}:group/{group}"));
        xml.time("CreateDate", call.account.root.created);
    });
}

fn service_credentials(user: &User, xml: &mut Xml) {
    xml.list("ServiceSpecificCredentials", &user.service_credentials, |xml, credential| {
        xml.leaf("UserName", &user.name);
        xml.leaf("Status", credential.status.as_str());
        xml.leaf("ServiceUserName", &credential.user_name);
        xml.leaf("ServiceSpecificCredentialId", &credential.id);
        xml.leaf("ServiceName", &credential.service);
        xml.time("CreateDate", credential.created);
    });
}
