//! `keyflip login`: signs in to IAM Identity Center with a code.

mod display;

use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{MissedTickBehavior, interval};

use crate::aws::SignInError;
use crate::cli::LoginArgs;
use crate::commands::error::CommandError;
use crate::commands::exit::{Exit, Interrupted};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::login::display::SignInDisplay;
use crate::commands::{CommandContext, open_session, output};
use crate::ops::sign_in::{self, SignInStep};

/// Time between two updates of the time left.
const TICK: Duration = Duration::from_secs(1);

/// Signs in, and prints until when.
///
/// # Errors
/// Returns an error if there is no such session, or if the sign-in is refused, fails or is
/// interrupted.
pub(super) fn run(options: &LoginArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    block_on(async |interrupts| {
        open_session::warn_if_tls_unverified(context);
        let found = context.session_factory.sign_in(options.sso_session.as_deref()).await?;
        let display = SignInDisplay::new(&context.settings, !options.no_browser);
        let end = if options.browser {
            wait(|step| sign_in::sign_in_with_browser(&found, step), display, interrupts).await?
        } else {
            wait(|step| sign_in::sign_in(&found, step), display, interrupts).await?
        };
        output::print(&(sign_in::messages::signed_in(found.name(), end) + "\n"))
    })
}

/// Signs in while the display shows the progress.
async fn wait<F>(
    work: impl FnOnce(Box<dyn FnMut(SignInStep)>) -> F,
    mut display: SignInDisplay,
    mut interrupts: Interrupts,
) -> Result<Timestamp, CommandError>
where
    F: Future<Output = Result<Timestamp, SignInError>>,
{
    let (sender, mut steps) = unbounded_channel();
    let mut work = pin!(work(Box::new(move |step| {
        // The receiver lives as long as the work.
        let _ = sender.send(step);
    })));
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let done = loop {
        tokio::select! {
            biased;
            () = interrupts.wait() => break Err(Interrupted.into()),
            Some(step) = steps.recv() => display.show(step),
            done = &mut work => break done.map_err(CommandError::SignIn),
            _ = tick.tick() => display.count_down(),
        }
    };
    display.clear();
    done
}
