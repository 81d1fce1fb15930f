//! The sentences of the screen: notifications, errors and texts of popups.
//!
//! Each is a constant or a pure function of values. Names of keyboard keys are arguments: the app
//! takes them from the key table, so that sentences follow the user's bindings. The confirmation
//! dialog has its own texts; what the commands share comes from `changes` and `model`.

pub(crate) mod accounts;
pub(crate) mod action_list;
pub(crate) mod activity;
pub(crate) mod changes;
pub(crate) mod export;
pub(crate) mod lists;
pub(crate) mod lookup;
pub(crate) mod organization;
pub(crate) mod overview;
pub(crate) mod panes;
pub(crate) mod plan;
pub(crate) mod popups;
pub(crate) mod session;
pub(crate) mod shared;
pub(crate) mod status;
