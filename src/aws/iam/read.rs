//! Dispatch of each [`IamRead`] to its IAM or STS call.

use super::reader::Reader;
use crate::model::{IamRead, ReadData, ServiceError};

impl Reader {
    /// Makes the call and converts its response.
    ///
    /// # Errors
    /// Returns an error if the service refuses or cannot be reached.
    pub(crate) async fn read(&self, read: &IamRead) -> Result<ReadData, ServiceError> {
        match read {
            IamRead::Alias => self.alias().await.map(ReadData::Alias),
            IamRead::Summary => self.summary().await.map(ReadData::Summary),
            IamRead::Users { from } => {
                let (users, next) = self.users(from.as_ref()).await?;
                Ok(ReadData::Users { users, next })
            }
            IamRead::Keys { user } => Ok(ReadData::Keys(self.keys(user.as_ref()).await?.keys)),
            IamRead::LastUse { key } => self.last_use(key).await.map(ReadData::LastUse),
            IamRead::Account { key } => self.read_key_account(key).await.map(ReadData::Account),
            IamRead::Detail { user, part } => self.detail(user, *part).await,
            IamRead::GenerateReport => {
                self.generate_report().await.map(|()| ReadData::ReportPending)
            }
            IamRead::Report => self.report().await.map(ReadData::Report),
        }
    }
}
