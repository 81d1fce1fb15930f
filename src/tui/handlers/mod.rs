//! Handling of messages that concern the shared data alone, each in one place: replies, changes,
//! sessions, look-ups, plans, recovery, the watch, and the reads to request next.

mod accounts;
mod activity;
mod changes;
mod export;
mod lookups;
mod other_accounts;
mod plan;
mod reads;
mod recovery;
mod replies;
mod saved_view;
mod session;
mod watch;

pub(crate) use accounts::{find_routes, list_accounts, on_accounts};
pub(crate) use activity::{on_activity, open_activity, read_activity, settle_activities};
pub(crate) use changes::{on_change, sent_changes, unsent_changes};
pub(crate) use export::on_exported;
pub(crate) use lookups::{
    LookupCount, find_issued_keys, find_key_ids, set_target_or_report, settle_list_searches,
};
pub(crate) use other_accounts::{
    keys_in_other_accounts, on_other_opened, on_other_reply, open_other_accounts,
    request_other_reads,
};
pub(crate) use plan::{on_plan, refresh_plan, settle_plan, take_plan_location};
pub(crate) use reads::{SETTLE_DELAY, ShownRows, refresh_rows, request_reads};
pub(crate) use recovery::on_recovery;
pub(crate) use replies::apply_reply;
pub(crate) use saved_view::{keep_view, load_view, take_restore_permission};
pub(crate) use session::{
    SessionChange, change_route, close_left_sessions, on_session, open_session, reopen_session,
};
pub(crate) use watch::{on_watched_activity, settle_watch, toggle_watch};
