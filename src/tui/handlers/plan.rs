//! Opening of a plan: its file, its account, and the marks of its keys.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Direction, escape_path};
use crate::ops::plan::{Plan, PlanFileError};
use crate::tui::context::{
    Context, NotificationTopic, OpenPlan, PlanCheckUpdate, PlanLocation, Tone,
};
use crate::tui::keymap::Action;
use crate::tui::messages::lists::REFRESHING;
use crate::tui::messages::plan as messages;

/// Handles the result of reading a plan. It replaces the plan before.
pub(crate) fn on_plan(
    context: &mut Context<'_>,
    path: &Path,
    read: Result<Box<Plan>, Arc<PlanFileError>>,
) {
    let shared = &mut *context.shared;
    shared.shown_at = context.now;
    shared.notifications.clear_result();
    match read {
        Ok(plan) => shared.plan = Some(OpenPlan::new(*plan)),
        Err(error) => {
            let path = escape_path(path);
            let sentence = messages::not_opened(&path, &error);
            shared.notifications.report_error(sentence, context.now.wall);
        }
    }
}

/// Returns where the plan is to be shown, once a session is open and once for each answer. Reports
/// a plan of another account or endpoint.
pub(crate) fn take_plan_location(context: &mut Context<'_>) -> Option<PlanLocation> {
    let shared = &mut *context.shared;
    let session_context = shared.session.session_context()?;
    let plan = shared.plan.as_mut()?;
    let location = plan.take_location(session_context)?;
    match location {
        PlanLocation::Here => context.read_journal(),
        PlanLocation::OtherAccount => {
            let here = session_context.account_label();
            let sentence = messages::of_other_account(plan.plan(), &here);
            shared.notifications.notify(Tone::Warning, sentence);
        }
        PlanLocation::OtherEndpoint => {
            let sentence = messages::of_other_endpoint(plan.plan(), &session_context.endpoint);
            shared.notifications.report_error(sentence, context.now.wall);
        }
    }
    Some(location)
}

/// Reads the keys of the plan again, and the journal.
pub(crate) fn refresh_plan(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    let Some(plan) = &shared.plan else { return };
    for read in plan.all_reads() {
        shared.inventory.refresh(read);
    }
    shared.notifications.notify_ongoing(NotificationTopic::Refresh, REFRESHING);
    context.read_journal();
}

/// Marks the keys that the plan may change once all were read, and unmarks those that it may no
/// longer change.
pub(crate) fn settle_plan(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    let Some(session_context) = shared.session.session_context() else { return };
    let Some(plan) = &mut shared.plan else { return };
    let in_flight = shared.change_queue.in_flight().iter().map(|one| &one.change);
    let in_flight = in_flight.filter(|change| change.direction == Direction::Deactivate);
    let in_flight = in_flight.map(|change| change.key.clone()).collect();
    match plan.settle(session_context, in_flight, context.now.wall) {
        Some(PlanCheckUpdate::Checked(keys)) => {
            let sentence = messages::checked(
                keys.len(),
                plan.plan(),
                &session_context.account_label(),
                plan.skip_reasons(),
                shared.options.keymap.key_for(Action::Deactivate),
            );
            shared.marks.add(keys);
            shared.notifications.notify(Tone::Info, sentence);
        }
        Some(PlanCheckUpdate::Withdrawn(keys)) => {
            let was_marked = keys.iter().filter(|key| shared.marks.remove(key)).collect::<Vec<_>>();
            let first = was_marked.first().copied();
            if let Some(key) = first
                && let Some((user, skip)) = plan.owner(key).zip(plan.skip_reason(key))
            {
                let sentence = messages::withdrawn(was_marked.len(), key.as_str(), user, skip);
                shared.notifications.notify(Tone::Warning, sentence);
            }
        }
        None => {}
    }
}
