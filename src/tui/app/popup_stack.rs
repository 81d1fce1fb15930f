//! The open popups, one over the other.

use std::path::Path;

use crate::tui::popups::{Confirm, Popup, SignInPopup};

/// The open popups. The top one has the input; when it closes, the one below is shown again.
#[derive(Clone, Debug, Default)]
pub(crate) struct PopupStack(Vec<Popup>);

impl PopupStack {
    /// Returns whether no popup is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the top popup.
    pub(crate) fn top(&self) -> Option<&Popup> {
        self.0.last()
    }

    /// Returns the top popup, to change it.
    pub(crate) fn top_mut(&mut self) -> Option<&mut Popup> {
        self.0.last_mut()
    }

    /// Returns the popups, the top one last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Popup> {
        self.0.iter()
    }

    /// Returns the popups, to change them, the top one last.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Popup> {
        self.0.iter_mut()
    }

    /// Returns the popups below the top one.
    pub(crate) fn below(&self) -> &[Popup] {
        self.0.split_last().map(|(_, below)| below).unwrap_or_default()
    }

    /// Opens a popup over the others.
    pub(crate) fn push(&mut self, popup: Popup) {
        self.0.push(popup);
    }

    /// Closes the top popup, and returns it.
    pub(crate) fn pop(&mut self) -> Option<Popup> {
        self.0.pop()
    }

    /// Returns the open dialogs, to change them, wherever they are.
    pub(crate) fn dialogs_mut(&mut self) -> impl Iterator<Item = &mut Confirm> {
        self.0.iter_mut().filter_map(|popup| match popup {
            Popup::Confirm(dialog) => Some(&mut **dialog),
            _ => None,
        })
    }

    /// Returns the sign-in, to change it, wherever it is.
    pub(crate) fn sign_in_mut(&mut self) -> Option<&mut SignInPopup> {
        self.0.iter_mut().find_map(|popup| match popup {
            Popup::SignIn(popup) => Some(popup),
            _ => None,
        })
    }

    /// Closes the sign-in, wherever it is, and returns it.
    pub(crate) fn take_sign_in(&mut self) -> Option<SignInPopup> {
        let at = self.0.iter().position(|popup| matches!(popup, Popup::SignIn(_)))?;
        match self.0.remove(at) {
            Popup::SignIn(popup) => Some(popup),
            _ => None,
        }
    }

    /// Ends the export to a file in its prompt, which closes if the file was written. Returns
    /// whether a prompt is open for it still.
    pub(crate) fn end_export(&mut self, path: &Path, is_written: bool) -> bool {
        let mut is_asked = false;
        self.retain(|popup| match popup {
            Popup::Export(prompt) => {
                let has_ended = prompt.end(path);
                is_asked |= has_ended && !is_written;
                !(has_ended && is_written)
            }
            _ => true,
        });
        is_asked
    }

    /// Keeps the popups of which that holds.
    pub(crate) fn retain(&mut self, stays: impl FnMut(&mut Popup) -> bool) {
        self.0.retain_mut(stays);
    }

    /// Closes the input for an MFA code, wherever it is.
    pub(crate) fn close_mfa_prompt(&mut self) {
        self.0.retain(|popup| !matches!(popup, Popup::MfaCode(_)));
    }

    /// Closes the popups below the top one.
    pub(crate) fn drop_below(&mut self) {
        let below = self.below().len();
        self.0.drain(..below);
    }

    /// Opens a popup in place of the top one.
    pub(crate) fn replace_top(&mut self, popup: Popup) {
        self.pop();
        self.push(popup);
    }

    /// Closes all popups.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
