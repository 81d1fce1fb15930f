//! The words that every other room shares: key IDs, users, statuses, what is
//! known of each, what is asked of AWS and what it answered, and a change.
//!
//! Plain values: no I/O, no SDK, and no clock (a caller that needs the time is
//! given it).

mod account;
mod arn;
mod change;
mod clock;
mod endpoint;
mod error;
mod iam_read;
mod key;
mod key_id_scan;
mod known;
mod lockout;
mod owner_messages;
mod profile;
mod sanitize;
mod secret;
mod session_context;
mod suggest;
mod time_format;
mod user;

pub(crate) use account::AccountId;
pub(crate) use arn::Arn;
pub(crate) use change::{ChangeReport, Direction, KeyChange, NotSent, Outcome, Verification};
pub(crate) use clock::Now;
pub(crate) use endpoint::{Endpoint, normalize_url};
pub(crate) use error::{ErrorKind, ServiceError};
pub(crate) use iam_read::{IamRead, ReadData, ReadReply, ReportRow, ReportedKey, UserDetailPart};
pub(crate) use key::{AccessKey, KeyId, KeyIdError, KeyKind, KeyStatus, LastUse};
pub(crate) use key_id_scan::{FoundId, scan_key_ids};
pub(crate) use known::{Known, ReadFailure};
pub(crate) use lockout::SelfLockoutRisk;
pub(crate) use owner_messages::{Missing, NamedBy, owner_not_certain, owner_not_found};
pub(crate) use profile::Profile;
pub(crate) use sanitize::{escape_hidden, escape_json, shell_quote, visible_lines};
pub(crate) use secret::{INVALID_MFA_CODE_MESSAGE, Secret};
pub(crate) use session_context::{Caller, SessionContext, SessionId};
pub(crate) use suggest::similar_names;
pub(crate) use time_format::{format_age, format_ago, format_date_time, format_time_of_day};
pub(crate) use user::{Marker, ROOT_USER_NAME, User, UserName, UserNameError};
