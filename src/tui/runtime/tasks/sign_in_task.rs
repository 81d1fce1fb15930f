//! Task that signs in to Identity Center.

use std::sync::Arc;

use crate::ops::sign_in::{SignInStep, browser_command, open_browser, sign_in};
use crate::tui::message::{Message, SignInEvent};
use crate::tui::runtime::tasks::catch_panic::run_guarded;
use crate::tui::runtime::tasks::task_context::TaskContext;

/// Signs in to a session or start URL. Opens the browser of this machine, if there is one.
pub(super) async fn run(
    TaskContext { session_factory, events, .. }: TaskContext,
    number: u64,
    sso_session: Arc<str>,
) {
    let send = |event| events.message(Message::SignIn { number, event });
    let done = run_guarded("Signing in", async {
        let found = session_factory.sign_in(Some(&sso_session)).await?;
        let signed_in = sign_in(&found, |step| {
            let browser = match &step {
                SignInStep::Code(prompt) => {
                    browser_command(prompt, |name| std::env::var(name).ok())
                }
                SignInStep::Unanswered(_) => None,
            };
            send(SignInEvent::Step(step));
            if browser.is_some_and(|command| open_browser(&command)) {
                send(SignInEvent::BrowserStarted);
            }
        });
        Ok(signed_in.await)
    });
    send(match done.await {
        Ok(Ok(end)) => SignInEvent::Done(end),
        Ok(Err(error)) => SignInEvent::Failed(error.to_string()),
        Err(error) => SignInEvent::Failed(error.to_string()),
    });
}
