//! The words that every other room shares: key IDs, users, statuses, what is
//! known of each, what is asked of AWS and what it answered, and a change.
//!
//! Plain values: no I/O, no SDK, and no clock (a caller that needs the time is
//! given it).

mod account;
mod age;
mod change;
mod endpoint;
mod error;
mod find;
mod gone;
mod key;
mod known;
mod near;
mod now;
mod profile;
mod read;
mod secret;
mod text;
mod user;

pub(crate) use account::{AccountId, Arn, Caller, Place, SessionId, Signing};
pub(crate) use age::{age, ago, date_and_time, time_of_day};
pub(crate) use change::{Direction, KeyChange, NotSent, Outcome, Proof, Receipt};
pub(crate) use endpoint::{Endpoint, normalize_url};
pub(crate) use error::{ErrorKind, ServiceError};
pub(crate) use find::{FoundId, find_ids};
pub(crate) use gone::{Lacks, NamedBy, owner_not_certain, owner_not_found};
pub(crate) use key::{AccessKey, KeyId, KeyIdError, KeyKind, KeyStatus, LastUse};
pub(crate) use known::{Known, Trouble};
pub(crate) use near::near;
pub(crate) use now::Now;
pub(crate) use profile::Profile;
pub(crate) use read::{Answer, Found, Part, Read, ReportRow, ReportedKey};
pub(crate) use secret::{NO_MFA_CODE, Secret};
pub(crate) use text::{escape_json, shell_word, visible, visible_lines};
pub(crate) use user::{Marker, ROOT, User, UserName, UserNameError};
