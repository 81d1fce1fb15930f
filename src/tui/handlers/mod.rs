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
mod session;
mod views;
mod watch;

pub(crate) use accounts::{find_routes, list_accounts, on_accounts};
pub(crate) use activity::{on_activity, open_activity, read_activity, settle_activities};
pub(crate) use changes::{on_change, sent_changes, unsent_changes};
pub(crate) use export::on_exported;
pub(crate) use lookups::{
    LookupCount, find_issued_keys, find_key_ids, follow_result, settle_list_searches,
};
pub(crate) use other_accounts::{
    keys_elsewhere, look_up_elsewhere, on_other_opened, on_other_reply, request_other_reads,
};
pub(crate) use plan::{on_plan, refresh_plan, settle_plan, show_plan};
pub(crate) use reads::{SETTLE_DELAY, ShownRows, refresh, request_reads};
pub(crate) use recovery::on_recovery;
pub(crate) use replies::on_reply;
pub(crate) use session::{
    SessionChange, change_route, close_left_sessions, on_session, open, reopen_session,
};
pub(crate) use views::{can_restore, keep_view, load_view};
pub(crate) use watch::{on_watched_activity, settle_watch, toggle_watch};
