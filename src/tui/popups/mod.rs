//! Popups over the panes, one over the other. Each owns its state, its update and its view.
//!
//! A new popup is a module that implements [`Component`], a variant of [`Popup`] and an arm of
//! the macro `each!`.

mod account_picker;
mod action_list;
mod activity;
mod component;
pub(crate) mod confirm;
mod export_prompt;
mod find_prompt;
mod hint_title;
mod input_line;
mod lookup_results;
mod mfa_code_prompt;
mod outcome;
mod plan_list;
mod plan_prompt;
mod quit;
mod route_picker;
mod scrolled_text;
mod sign_in;
mod text;

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;

use crate::model::Now;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::render::Theme;

pub(crate) use account_picker::AccountPicker;
pub(crate) use action_list::ActionList;
pub(crate) use activity::ActivityPopup;
pub(crate) use component::Component;
pub(crate) use confirm::Confirm;
pub(crate) use export_prompt::ExportPrompt;
pub(crate) use find_prompt::FindPrompt;
pub(crate) use lookup_results::LookupResults;
pub(crate) use mfa_code_prompt::MfaCodePrompt;
pub(crate) use outcome::{AfterSignIn, PopupOutcome, PopupRequest};
pub(crate) use plan_list::PlanList;
pub(crate) use plan_prompt::PlanPrompt;
pub(crate) use quit::QuitQuestion;
pub(crate) use route_picker::RoutePicker;
pub(crate) use sign_in::SignInPopup;
pub(crate) use text::TextPopup;

/// Popup over the panes.
#[derive(Clone, Debug)]
pub(crate) enum Popup {
    /// Confirmation dialog before a change.
    Confirm(Box<Confirm>),
    /// Input for a text with key IDs in it.
    FindPrompt(FindPrompt),
    /// Key IDs found in a text.
    LookupResults(LookupResults),
    /// Input for the file of a plan.
    PlanPrompt(PlanPrompt),
    /// Keys of a plan.
    PlanList(PlanList),
    /// Input for an MFA code.
    MfaCode(MfaCodePrompt),
    /// Profiles and accounts to choose from.
    Accounts(AccountPicker),
    /// Routes into another account to choose from.
    RoutePicker(RoutePicker),
    /// Sign-in to Identity Center.
    SignIn(SignInPopup),
    /// What a key has done.
    Activity(ActivityPopup),
    /// Input for the file of an export.
    Export(ExportPrompt),
    /// Command palette, or the help.
    Actions(ActionList),
    /// Errors, details, journal, commands.
    Text(TextPopup),
    /// Question whether to quit while changes are in flight.
    Quit(QuitQuestion),
}

/// Calls an operation of the popup, whichever it is.
macro_rules! each {
    ($self:ident, $popup:ident => $call:expr) => {
        match $self {
            Popup::Confirm($popup) => $call,
            Popup::FindPrompt($popup) => $call,
            Popup::LookupResults($popup) => $call,
            Popup::PlanPrompt($popup) => $call,
            Popup::PlanList($popup) => $call,
            Popup::MfaCode($popup) => $call,
            Popup::Accounts($popup) => $call,
            Popup::RoutePicker($popup) => $call,
            Popup::SignIn($popup) => $call,
            Popup::Activity($popup) => $call,
            Popup::Export($popup) => $call,
            Popup::Actions($popup) => $call,
            Popup::Text($popup) => $call,
            Popup::Quit($popup) => $call,
        }
    };
}

impl Popup {
    /// Returns whether it shows something of the account, and so closes with it.
    pub(crate) fn is_of_account(&self) -> bool {
        match self {
            Self::Confirm(_)
            | Self::LookupResults(_)
            | Self::PlanList(_)
            | Self::Activity(_)
            | Self::Export(_) => true,
            Self::Text(popup) => popup.is_of_account(),
            Self::FindPrompt(_)
            | Self::PlanPrompt(_)
            | Self::MfaCode(_)
            | Self::Accounts(_)
            | Self::RoutePicker(_)
            | Self::SignIn(_)
            | Self::Actions(_)
            | Self::Quit(_) => false,
        }
    }
}

impl Component for Popup {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        each!(self, popup => popup.key(key, context))
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_>) -> PopupOutcome {
        each!(self, popup => popup.paste(text, context))
    }

    fn mouse(&mut self, mouse: MouseEvent, context: &mut Context<'_>) {
        each!(self, popup => popup.mouse(mouse, context));
    }

    fn settle(&mut self, inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        each!(self, popup => popup.settle(inputs, context))
    }

    fn drawn(&mut self, now: Now) {
        each!(self, popup => popup.drawn(now));
    }

    fn deadline(&self, now: Duration) -> Option<Duration> {
        each!(self, popup => popup.deadline(now))
    }

    fn takes_text(&self) -> bool {
        each!(self, popup => popup.takes_text())
    }

    fn discards_input(&self) -> bool {
        each!(self, popup => popup.discards_input())
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        each!(self, popup => popup.hints(shared))
    }

    fn help(&self, shared: &Shared) -> Vec<(String, String)> {
        each!(self, popup => popup.help(shared))
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        each!(self, popup => popup.draw(shared, theme, frame));
    }
}
