//! Reads of one user's details. Each returns an error if IAM refuses or cannot be reached.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::errors::classify::unreadable_response;
use crate::aws::iam::reader::{MAX_PAGE_ENTRIES, Reader, timestamp};
use crate::aws::messages;
use crate::aws::pagination::{ListPage, all_pages};
use crate::model::{
    Arn, ErrorKind, ReadData, ServiceError, UserDetailPart, UserName, escape_hidden,
};

type NamesResult = Result<Vec<Arc<str>>, ServiceError>;

/// Reads all pages of a list of one user, each item as text. The operations have the same shape but
/// different types.
macro_rules! list_names {
    ($reader:expr, $user:expr, $operation:literal, $call:ident, $items:ident, $text:expr) => {
        all_pages($operation, |marker| async move {
            let call = $reader
                .client
                .$call()
                .user_name($user.raw())
                .max_items(MAX_PAGE_ENTRIES)
                .set_marker(marker);
            let response =
                call.send().await.map_err(|error| $reader.classify_error($operation, &error))?;
            Ok(ListPage {
                items: response.$items().iter().map($text).collect(),
                truncated: response.is_truncated(),
                marker: response.marker().map(str::to_owned),
            })
        })
        .await
    };
}

fn escaped(text: &str) -> Arc<str> {
    escape_hidden(text).into()
}

impl Reader {
    /// Reads one part of a user's details.
    pub(super) async fn detail(
        &self,
        user: &UserName,
        part: UserDetailPart,
    ) -> Result<ReadData, ServiceError> {
        let names = match part {
            UserDetailPart::BoundaryAndTags => return self.boundary_and_tags(user).await,
            UserDetailPart::Console => return self.console(user).await.map(ReadData::Console),
            UserDetailPart::Groups => self.groups(user).await,
            UserDetailPart::AttachedPolicies => self.attached_policies(user).await,
            UserDetailPart::InlinePolicies => self.inline_policies(user).await,
            UserDetailPart::Mfa => self.mfa_devices(user).await,
            UserDetailPart::ServiceCredentials => self.service_credentials(user).await,
            UserDetailPart::Certificates => self.certificates(user).await,
        };
        names.map(ReadData::Names)
    }

    /// Returns permissions boundary and tags (iam:GetUser).
    async fn boundary_and_tags(&self, user: &UserName) -> Result<ReadData, ServiceError> {
        const OPERATION: &str = "GetUser";
        let response = self.client.get_user().user_name(user.raw()).send().await;
        let response = response.map_err(|error| self.classify_error(OPERATION, &error))?;
        // The SDK fills in a user that is missing.
        let user = response.user().filter(|user| !user.user_name().is_empty());
        let user = user.ok_or_else(|| unreadable_response(OPERATION, messages::NO_USER))?;
        let boundary =
            user.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
        let tags = user.tags().iter().map(|tag| (escaped(tag.key()), escaped(tag.value())));
        Ok(ReadData::BoundaryAndTags {
            boundary: boundary.map(Arn::from_service),
            tags: tags.collect(),
        })
    }

    /// Returns the names of the user's groups (iam:ListGroupsForUser).
    async fn groups(&self, user: &UserName) -> NamesResult {
        list_names!(self, user, "ListGroupsForUser", list_groups_for_user, groups, |group| escaped(
            group.group_name()
        ))
    }

    /// Returns the names of the attached policies (iam:ListAttachedUserPolicies).
    async fn attached_policies(&self, user: &UserName) -> NamesResult {
        let name = |policy: &aws_sdk_iam::types::AttachedPolicy| {
            escaped(policy.policy_name().unwrap_or("(no name)"))
        };
        list_names!(
            self,
            user,
            "ListAttachedUserPolicies",
            list_attached_user_policies,
            attached_policies,
            name
        )
    }

    /// Returns the names of the inline policies (iam:ListUserPolicies).
    async fn inline_policies(&self, user: &UserName) -> NamesResult {
        list_names!(self, user, "ListUserPolicies", list_user_policies, policy_names, |name| {
            escaped(name)
        })
    }

    /// Returns serial numbers or ARNs of the MFA devices (iam:ListMFADevices).
    async fn mfa_devices(&self, user: &UserName) -> NamesResult {
        list_names!(self, user, "ListMFADevices", list_mfa_devices, mfa_devices, |device| escaped(
            device.serial_number()
        ))
    }

    /// Returns ID and status of each signing certificate (iam:ListSigningCertificates).
    async fn certificates(&self, user: &UserName) -> NamesResult {
        list_names!(
            self,
            user,
            "ListSigningCertificates",
            list_signing_certificates,
            certificates,
            |certificate| {
                escaped(&format!(
                    "{} {}",
                    certificate.certificate_id(),
                    certificate.status().as_str()
                ))
            }
        )
    }

    /// Returns service, ID and status of each service-specific credential
    /// (iam:ListServiceSpecificCredentials).
    async fn service_credentials(&self, user: &UserName) -> NamesResult {
        const OPERATION: &str = "ListServiceSpecificCredentials";
        all_pages(OPERATION, |marker| async move {
            let call = self
                .client
                .list_service_specific_credentials()
                .user_name(user.raw())
                .set_marker(marker);
            let response =
                call.send().await.map_err(|error| self.classify_error(OPERATION, &error))?;
            let text = |credential: &aws_sdk_iam::types::ServiceSpecificCredentialMetadata| {
                let (service, id) =
                    (credential.service_name(), credential.service_specific_credential_id());
                escaped(&format!("{service} {id} {}", credential.status().as_str()))
            };
            Ok(ListPage {
                items: response.service_specific_credentials().iter().map(text).collect(),
                truncated: response.is_truncated(),
                marker: response.marker().map(str::to_owned),
            })
        })
        .await
    }

    /// Returns the creation time of the console password (iam:GetLoginProfile); `None` if the user
    /// has none, for which IAM returns NoSuchEntity.
    async fn console(&self, user: &UserName) -> Result<Option<Timestamp>, ServiceError> {
        const OPERATION: &str = "GetLoginProfile";
        match self.client.get_login_profile().user_name(user.raw()).send().await {
            Ok(response) => {
                // The SDK fills in a profile that is missing. Without a date, the user would seem
                // to have no password.
                let profile =
                    response.login_profile().filter(|profile| !profile.user_name().is_empty());
                let created = profile.and_then(|profile| timestamp(profile.create_date()));
                created
                    .map(Some)
                    .ok_or_else(|| unreadable_response(OPERATION, messages::NO_LOGIN_PROFILE))
            }
            Err(error) => match self.classify_error(OPERATION, &error) {
                error if error.kind == ErrorKind::NotFound => Ok(None),
                error => Err(error),
            },
        }
    }
}
