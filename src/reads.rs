//! Carries out what is to be read, for the screen and the commands.

use crate::aws::Reader;
use crate::model::{Found, Part, Read, ServiceError, UserName};

/// Asks the service, and answers in the words of the model.
///
/// # Errors
/// The service's refusal, or no answer.
pub(crate) async fn carry_out(reader: &Reader, read: &Read) -> Result<Found, ServiceError> {
    match read {
        Read::Alias => reader.alias().await.map(Found::Alias),
        Read::Summary => {
            let (users, root_has_key) = reader.summary().await?;
            Ok(Found::Summary { users, root_has_key })
        }
        Read::Users { from } => {
            let (users, next) = reader.users(from.as_ref()).await?;
            Ok(Found::Users { users, next })
        }
        Read::Keys { user } => Ok(Found::Keys(reader.keys(user.as_ref()).await?.keys)),
        Read::LastUse { key } => {
            let (owner, last_use) = reader.last_use(key).await?;
            Ok(Found::LastUse { owner, last_use })
        }
        Read::Account { key } => reader.account_of(key).await.map(Found::Account),
        Read::Detail { user, part } => detail(reader, user, *part).await,
        Read::MakeReport => reader.make_report().await.map(|()| Found::ReportUnderway),
        Read::Report => {
            let (rows, made) = reader.report().await?;
            Ok(Found::Report { rows, made })
        }
    }
}

async fn detail(reader: &Reader, user: &UserName, part: Part) -> Result<Found, ServiceError> {
    match part {
        Part::Profile => {
            let (boundary, tags) = reader.profile(user).await?;
            Ok(Found::Profile { boundary, tags })
        }
        Part::Groups => reader.groups(user).await.map(Found::Names),
        Part::AttachedPolicies => reader.attached_policies(user).await.map(Found::Names),
        Part::InlinePolicies => reader.inline_policies(user).await.map(Found::Names),
        Part::Mfa => reader.mfa_devices(user).await.map(Found::Names),
        Part::Console => reader.console(user).await.map(Found::Console),
        Part::ServiceCredentials => reader.service_credentials(user).await.map(Found::Names),
        Part::Certificates => reader.certificates(user).await.map(Found::Names),
    }
}
