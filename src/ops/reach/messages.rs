//! Sentences about accounts that cannot be reached.

use std::sync::Arc;

use crate::model::{AccountId, Route, ServiceError, SessionContext, escape_hidden};

/// No route leads into an account, in a few words.
pub(super) const NO_ROLE: &str = "no role";

/// Only the user can choose between the routes, in a few words.
pub(super) const CHOOSE_A_ROLE: &str = "choose a role";

/// Hint for [`leads_elsewhere`].
pub(super) const CHECK_ACCOUNT_OF_PROFILE: &str =
    "Check the account in the profile, or choose another route.";

/// Hint for [`several_accounts`].
pub(super) const GIVE_ACCOUNT_ID: &str = "Give the account ID.";

/// The credentials are of another account than the files say.
pub(crate) fn leads_elsewhere(context: &SessionContext, account: &AccountId) -> String {
    format!("{} leads into account {}, not {account}.", context.source, context.caller.account)
}

/// A setting of `[reach]` that cannot be used.
pub(super) fn invalid_setting(name: &str, error: &ServiceError) -> String {
    format!("Warning: {name} in [reach] is not used. {error}")
}

/// A sign-in of the AWS config files that cannot be used.
pub(super) fn invalid_sign_in(error: &ServiceError) -> String {
    format!("Warning: a sign-in of Identity Center is not used. {error}")
}

/// No route leads into an account.
pub(super) fn no_route(account: &AccountId, without_role: &[Arc<str>]) -> String {
    match without_role {
        [] => format!("No profile leads into account {account}."),
        [session] => format!(
            "No profile leads into account {account}, and Identity Center session {session} gives \
             you no role there."
        ),
        several => format!(
            "No profile leads into account {account}, and the Identity Center sessions {} give you \
             no role there.",
            several.join(", ")
        ),
    }
}

/// Hint for [`no_route`].
pub(super) fn find_route(without_role: &[Arc<str>], has_sources: bool) -> &'static str {
    match (without_role, has_sources) {
        ([_, ..], _) => {
            "Check the account ID; ask who manages Identity Center for a role there, or set roles in \
             [reach]. An account of another partition needs a session of that partition."
        }
        ([], true) => "Add a profile, or set sso_session or roles in [reach].",
        ([], false) => {
            "Add a profile for it, run aws configure sso and keyflip login, or set roles in [reach] of \
             the configuration."
        }
    }
}

/// Only the user can choose between the routes. These sign-ins, which failed, may have others.
pub(super) fn several_routes(
    account: &AccountId,
    routes: &[Route],
    sign_ins: &[Arc<ServiceError>],
) -> String {
    let routes: Vec<_> = routes.iter().map(Route::to_string).collect();
    let text = format!("Choose a route into account {account}: {}.", routes.join(", "));
    if sign_ins.is_empty() {
        return text;
    }
    let errors: Vec<_> = sign_ins.iter().map(ToString::to_string).collect();
    format!("{text} There may be others. {}", errors.join(" "))
}

/// Hint for [`several_routes`] on the screen.
pub(super) const OPEN_TO_CHOOSE: &str = "Open the account to choose one.";

/// Hint for [`several_routes`] in commands.
pub(super) fn choose_route(routes: &[Route]) -> &'static str {
    let session = |route: &Route| match route {
        Route::Sso { session, .. } => Some(Arc::clone(session)),
        _ => None,
    };
    let mut sessions: Vec<_> = routes.iter().filter_map(session).collect();
    sessions.dedup();
    if sessions.len() > 1 {
        "Set sso_session in [reach] to one of the sessions."
    } else {
        "Give the role with --role NAME, or set sso_roles in [reach]."
    }
}

/// Roles of the user in an account that are not preferred.
pub(super) fn other_roles(routes: &[Route]) -> String {
    let routes: Vec<_> = routes.iter().map(Route::to_string).collect();
    format!("Other roles there, for --role NAME: {}.", routes.join(", "))
}

/// Identity Center assigns other roles than the only one that is wanted, and that cannot be assumed
/// either.
pub(super) fn role_not_assigned(
    wanted: &str,
    assigned: &[Arc<str>],
    account: &AccountId,
    error: &str,
) -> String {
    let roles: Vec<_> = assigned.iter().map(|role| escape_hidden(role)).collect();
    let (them, wanted) =
        (if roles.len() == 1 { "the role" } else { "the roles" }, escape_hidden(wanted));
    format!(
        "In account {account}, Identity Center gives you {them} {}, not {wanted}. {error}",
        roles.join(", ")
    )
}

/// Hint for [`role_not_assigned`].
pub(super) fn use_assigned_role(wanted: &str) -> String {
    format!(
        "Name a role that you have with --role, or ask who manages Identity Center for {}.",
        escape_hidden(wanted)
    )
}

/// Further routes into an account, each with the option that takes it.
pub(super) fn other_routes(account: &AccountId, routes: &[Route]) -> String {
    let with_option = |route: &Route| match route {
        Route::Profile(name) => format!("{route} (--profile {})", escape_hidden(name)),
        Route::Sso { role, .. } => {
            format!("{route} (--account {account} --role {})", escape_hidden(role))
        }
        Route::Role { .. } => route.to_string(),
    };
    let routes: Vec<_> = routes.iter().map(with_option).collect();
    format!("Other routes into account {account}: {}.", routes.join("; "))
}

/// Each route failed, and so did these sign-ins, which may have others.
pub(super) fn routes_failed(
    account: &AccountId,
    failures: &[(Route, Arc<ServiceError>)],
    sign_ins: &[Arc<ServiceError>],
) -> String {
    let sentence = |error: &ServiceError| error.message.trim_end_matches('.').to_owned();
    let routes = failures.iter().map(|(route, error)| format!("{route}: {}", sentence(error)));
    let sign_ins = sign_ins.iter().map(|error| sentence(error));
    let failures: Vec<_> = routes.chain(sign_ins).collect();
    format!("No route leads into account {account}. {}.", failures.join("; "))
}

/// No account has this name.
pub(super) fn unknown_name(name: &str, has_sign_in: bool) -> String {
    let name = escape_hidden(name);
    if has_sign_in {
        format!("None of your accounts has the name “{name}” in Identity Center.")
    } else {
        format!("“{name}” is not an account ID, and no Identity Center session lists accounts.")
    }
}

/// Hint for [`unknown_name`] with the similar names.
pub(super) fn other_name(similar: &[Arc<str>]) -> String {
    match similar {
        [] => "Give the ID or the name that keyflip accounts shows; the account's alias is not \
               accepted."
            .to_owned(),
        names => {
            format!("Did you mean {}? The account's alias is not accepted.", names.join(" or "))
        }
    }
}

/// Several accounts have this name.
pub(super) fn several_accounts(name: &str, accounts: &[AccountId]) -> String {
    let accounts: Vec<_> = accounts.iter().map(AccountId::as_str).collect();
    format!("Several accounts have the name “{}”: {}.", escape_hidden(name), accounts.join(", "))
}
