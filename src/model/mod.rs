//! Values that every other module shares: key IDs, users, statuses, how each fact is known, reads
//! and their replies, and changes.
//!
//! Plain values without I/O, SDK or clock: callers pass the time in. `messages` has the sentences.

mod account;
mod activity_settings;
mod arn;
mod change;
mod clock;
mod csv_line;
mod direction;
mod endpoint;
mod error;
mod escaped_text;
mod iam_read;
mod journal_error;
mod key;
mod key_id_scan;
mod key_kind;
mod known;
mod lockout;
mod markdown;
mod messages;
mod profile;
mod region;
mod route;
mod sanitize;
mod secret;
mod session_context;
mod shell_words;
mod skip_reason;
mod suggest;
mod time_format;
mod trail_event;
mod user;

pub(crate) use account::{AccountId, ListedAccount};
pub(crate) use activity_settings::{ActivityRegions, ActivitySettings};
pub(crate) use arn::Arn;
pub(crate) use change::{
    ChangeEffect, ChangeInFlight, ChangeReport, KeyChange, LIST_MAY_LAG, NotSentReason, Outcome,
};
pub(crate) use clock::Now;
pub(crate) use csv_line::csv_line;
pub(crate) use direction::{Direction, Verification};
pub(crate) use endpoint::{Endpoint, ServiceEndpoints, normalize_url};
pub(crate) use error::{ErrorKind, ServiceError};
pub(crate) use escaped_text::{EscapedText, UnexpectedText};
pub(crate) use iam_read::{
    CredentialReport, IamRead, IamSummary, KeyLastUse, OddReportRow, ReadData, ReadReply,
    ReportRow, ReportRowDefect, ReportedKey, UserDetailPart,
};
pub(crate) use journal_error::JournalError;
pub(crate) use key::{AccessKey, KeyId, KeyIdError, KeyStatus, LastUse};
pub(crate) use key_id_scan::{FoundId, IdForm, MaskedId, TextScan, decode_text, scan_text};
pub(crate) use key_kind::{ISSUED_ID_LENGTH, KeyKind, begins_like_key};
pub(crate) use known::{Known, ReadFailure};
pub(crate) use lockout::SelfLockoutRisk;
pub(crate) use markdown::{escape_markdown, markdown_head, markdown_row};
pub(crate) use messages::{
    INVALID_MFA_CODE_MESSAGE, MissingOwnerOrKey, NO_PROFILES, NamedBy, UNKNOWN_SIGNER, counted,
    counted_as, counts_after, owner_not_certain, owner_not_found, signs_session,
};
pub(crate) use profile::{PROFILE_VARIABLES, Profile};
pub(crate) use region::Region;
pub(crate) use route::{ReachSettings, RecentlyUsed, RoleTemplate, Route};
pub(crate) use sanitize::{
    escape_hidden, escape_hidden_lines, escape_json, escape_path, shell_quote,
};
pub(crate) use secret::{
    HIDDEN, Secret, has_secret_key, hide_secret_key, hide_secret_keys, may_be_secret_key,
};
pub(crate) use session_context::{Caller, SessionContext, SessionId};
pub(crate) use shell_words::{SplitError, split_words};
pub(crate) use skip_reason::SkipReason;
pub(crate) use suggest::similar_names;
pub(crate) use time_format::{
    format_age, format_ago, format_date_time, format_time_of_day, format_utc, known_age, whole_days,
};
pub(crate) use trail_event::{CallOutcome, IssuedCredentials, TrailEvent, UnreadRecord};
pub(crate) use user::{Marker, ROOT_USER_NAME, User, UserName, UserNameError};
