//! Handling of keys, pastes and resizes.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::inventory::SortOrder;
use crate::model::{Direction, INVALID_MFA_CODE_MESSAGE, KeyId, KeyStatus, Known, Now, Secret};
use crate::tui::app::confirm::DialogOutcome;
use crate::tui::app::{
    Activity, CursorMove, DialogTarget, Effect, Popup, SessionPhase, Shutdown, SkippedKeys, State,
    Tone, View,
};
use crate::tui::keymap::Action;
use crate::tui::layout::{self, Pane};
use crate::tui::messages;

impl State {
    pub(super) fn take_input(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Resize(columns, rows) => {
                self.size = (columns, rows);
                Vec::new()
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                let mut effects = Vec::new();
                for stroke in split_alt(key) {
                    self.inputs += 1;
                    effects.extend(self.take_stroke(stroke, now));
                }
                effects
            }
            Event::Paste(text) => {
                self.inputs += 1;
                let mut effects = self.end_paste_detection(now);
                effects.extend(self.take_paste(&text, now));
                effects
            }
            Event::Mouse(mouse) => {
                self.inputs += 1;
                let effects = self.end_paste_detection(now);
                self.take_mouse(mouse, now);
                effects
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn take_key(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        let line_action = self.line_action(key);
        match &mut self.popup {
            Some(Popup::Quit) => {
                self.take_quit_key(key);
                Vec::new()
            }
            // A screen too small for popups only says so.
            _ if is_ctrl_c(key) && !layout::is_usable(self.size.0, self.size.1) => {
                self.popup = None;
                self.quit();
                Vec::new()
            }
            Some(Popup::Confirm(confirm)) => {
                if confirm.key(key, now) == DialogOutcome::Cancelled {
                    self.popup = None;
                    self.notifications.notify(Tone::Info, messages::changes::CANCELLED);
                }
                Vec::new()
            }
            Some(Popup::KeySearch(_) | Popup::MfaCode(..) | Popup::Profiles(_))
                if matches!(line_action, Some(Action::Cancel | Action::Quit)) =>
            {
                self.popup = None;
                Vec::new()
            }
            Some(Popup::KeySearch(_) | Popup::Profiles(_)) if line_action == Some(Action::Help) => {
                self.popup = Some(Popup::Help(0));
                Vec::new()
            }
            Some(Popup::KeySearch(_)) => self.take_find_key(key),
            Some(Popup::SearchResults(_)) => self.take_results_key(key, now),
            Some(Popup::MfaCode(..)) => self.take_code_key(key),
            Some(Popup::Profiles(_)) => self.take_profiles_key(key, line_action),
            Some(Popup::Help(_) | Popup::Errors(_) | Popup::Text(_)) => self.take_text_key(key),
            None if self.filter.editing && !is_ctrl_c(key) => {
                self.shown_at = now;
                self.filter.key(key, now);
                Vec::new()
            }
            None => match self.keymap.action(&key) {
                Some(action) => {
                    self.shown_at = now;
                    self.act(action, now)
                }
                None => Vec::new(),
            },
        }
    }

    /// Returns the action of a key in a popup with a text input; `None` for a key that types a
    /// character.
    fn line_action(&self, key: KeyEvent) -> Option<Action> {
        let types =
            matches!(key.code, KeyCode::Char(_)) && !key.modifiers.contains(KeyModifiers::CONTROL);
        if types { None } else { self.keymap.action(&key) }
    }

    fn take_quit_key(&mut self, key: KeyEvent) {
        self.popup = None;
        if is_ctrl_c(key) {
            self.shutdown = Shutdown::Immediate;
        } else if key.code == KeyCode::Char('y') {
            self.shutdown = Shutdown::WhenIdle;
            let sentence = messages::session::waiting_to_quit(self.key_for(Action::Quit));
            self.notifications.notify(Tone::Info, sentence);
        }
    }

    pub(super) fn take_paste(&mut self, text: &str, now: Now) -> Vec<Effect> {
        match &mut self.popup {
            Some(Popup::Confirm(confirm)) => confirm.paste(text, now),
            None if self.filter.editing => self.filter.paste(text, now),
            Some(Popup::Quit | Popup::Profiles(_)) => {}
            Some(Popup::MfaCode(_, line)) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
                *line = Input::new(digits);
            }
            _ => return self.find_in(text),
        }
        Vec::new()
    }

    fn take_find_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(Popup::KeySearch(line)) = &mut self.popup else { return Vec::new() };
        if key.code != KeyCode::Enter {
            line.handle_event(&Event::Key(key));
            return Vec::new();
        }
        let text = line.value().to_owned();
        self.popup = None;
        if text.trim().is_empty() && !self.key_search.ids().is_empty() {
            self.show_search_results();
            return Vec::new();
        }
        self.find_in(&text)
    }

    pub(super) fn open_find(&mut self) {
        self.popup = Some(Popup::KeySearch(Input::default()));
    }

    fn take_code_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(Popup::MfaCode(_, line)) = &mut self.popup else { return Vec::new() };
        match key.code {
            KeyCode::Enter => match Secret::mfa_code(line.value()) {
                Some(code) => return self.give_code(code),
                None => self.notifications.notify(Tone::Warning, INVALID_MFA_CODE_MESSAGE),
            },
            _ => {
                line.handle_event(&Event::Key(key));
            }
        }
        Vec::new()
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        let needs_session = matches!(
            action,
            Action::Toggle | Action::Deactivate | Action::Activate | Action::Undo | Action::Watch
        );
        if needs_session && self.notify_no_session() {
            return Vec::new();
        }
        self.settle_selection(now);
        if action.cancels_auto_select() {
            self.key_search.cancel_auto_select();
        }
        match action {
            Action::Down => self.go(CursorMove::By(1), now),
            Action::Up => self.go(CursorMove::By(-1), now),
            Action::Top => self.go(CursorMove::First, now),
            Action::Bottom => self.go(CursorMove::Last, now),
            Action::PageDown => self.go(CursorMove::Pages(1), now),
            Action::PageUp => self.go(CursorMove::Pages(-1), now),
            Action::View => self.change_view(now),
            Action::FullScan => self.toggle_full_scan(),
            Action::Open if self.view == View::Keys || self.focus == Pane::Keys => {
                self.show_key(now);
            }
            // The list of all keys is the only pane.
            Action::NextPane | Action::Left | Action::Right if self.view == View::Keys => {}
            Action::NextPane => {
                self.focus = match self.focus {
                    Pane::Users => Pane::Keys,
                    Pane::Keys => Pane::Users,
                };
            }
            Action::Left => self.focus = Pane::Users,
            Action::Right | Action::Open => self.focus = Pane::Keys,
            Action::Find => self.open_find(),
            Action::Mark => self.mark(now),
            Action::MarkAll => self.mark_all(),
            Action::Deactivate => self.change_chosen(Direction::Deactivate, now),
            Action::Activate => self.change_chosen(Direction::Activate, now),
            Action::Undo => self.undo(now),
            Action::Journal => return self.show_journal(),
            Action::CopyId => return self.copy_id(),
            Action::AwsCommands => self.show_aws_commands(now),
            Action::Profile => return self.show_profiles(),
            Action::Watch => self.toggle_watch(now),
            Action::Filter => self.filter.editing = true,
            Action::Toggle => self.toggle(now),
            Action::Sort => self.sort(now),
            Action::Reverse => self.sort_reversed(now),
            Action::Refresh => return self.refresh(),
            Action::Errors => self.popup = Some(Popup::Errors(0)),
            Action::Help => self.popup = Some(Popup::Help(0)),
            Action::Quit => self.quit(),
            Action::Cancel => self.cancel(),
            Action::Suspend => return self.suspend(),
        }
        Vec::new()
    }

    pub(super) fn go(&mut self, step: CursorMove, now: Now) {
        self.go_in(self.focus, step, now);
    }

    pub(super) fn go_in(&mut self, pane: Pane, step: CursorMove, now: Now) {
        self.key_search.cancel_auto_select();
        match (self.view, pane) {
            (View::Keys, _) => self.all_keys.go(step, now),
            (View::Users, Pane::Users) => self.users.go(step, now),
            (View::Users, Pane::Keys) => {
                self.keys.go(step);
            }
        }
    }

    fn quit(&mut self) {
        self.shutdown = Shutdown::None;
        self.exit_messages.clear();
        if self.change_queue.in_flight().is_empty() {
            self.shutdown = Shutdown::WhenIdle;
        } else {
            self.popup = Some(Popup::Quit);
        }
    }

    fn cancel(&mut self) {
        if self.filter.is_active() {
            self.filter.clear();
        } else if !self.marks.is_empty() {
            self.marks.clear();
            self.filter.touch();
        } else if !self.notifications.dismiss() {
            self.notifications.clear_result();
        }
    }

    /// Sorts by the same order again if rows were added since, else by the next order.
    fn sort(&mut self, now: Now) {
        let (order, reverse, unsorted) = self.sort_in_force();
        self.resort(if unsorted > 0 { order } else { order.next() }, reverse, now);
    }

    fn sort_reversed(&mut self, now: Now) {
        let (order, reverse, _) = self.sort_in_force();
        self.resort(order, !reverse, now);
    }

    /// Returns the order of the list in view, whether it is reversed, and the number of rows added
    /// since it was sorted.
    pub(crate) fn sort_in_force(&self) -> (SortOrder, bool, usize) {
        match self.view {
            View::Users => (self.users.order, self.users.reverse, self.users.unsorted),
            View::Keys => (self.all_keys.order, self.all_keys.reverse, self.all_keys.unsorted),
        }
    }

    fn resort(&mut self, order: SortOrder, reverse: bool, now: Now) {
        match self.view {
            View::Users => {
                self.users.stay_at_top();
                self.users.sort(order, reverse, &self.inventory, now);
            }
            View::Keys => {
                self.all_keys.stay_at_top();
                self.all_keys.sort(order, reverse, &self.inventory, now);
            }
        }
        self.notifications.notify(Tone::Info, messages::lists::sorted(order.name(), reverse));
    }

    /// Reads what is shown again; reopens a session that has failed or ended.
    fn refresh(&mut self) -> Vec<Effect> {
        let failed =
            matches!(self.session.phase, SessionPhase::Failed | SessionPhase::NeedsCode(_));
        if failed || self.inventory.stopped().is_some() {
            self.notifications.dismiss();
            return self.reopen();
        }
        self.refresh_shown();
        if self.inventory.listing_failure().is_some() {
            self.inventory.resume_listing();
        }
        self.notifications.notify_activity(Activity::Refresh, messages::lists::REFRESHING);
        Vec::new()
    }

    /// Returns the key that `action` applies to: the selected one, or the only one of the selected
    /// user. Otherwise reports why there is none.
    pub(super) fn chosen_key(&mut self, action: Action) -> Option<KeyId> {
        if self.view == View::Keys || self.focus == Pane::Keys {
            if let Some(key) = self.selected_key() {
                return Some(key.clone());
            }
            if self.view == View::Keys {
                self.notifications.notify(Tone::Info, messages::lists::NO_KEY_TO_SELECT);
                return None;
            }
        }
        if let [only] = self.keys.items() {
            return Some(only.clone());
        }
        self.focus = Pane::Keys;
        let pressed = self.key_for(action);
        let user = self.selected_user().cloned()?;
        let sentence = match self.inventory.user(&user).map(|facts| &facts.keys) {
            Some(Known::Live { value, .. }) if value.is_empty() => {
                messages::lists::user_has_no_key(&user)
            }
            Some(Known::Live { value, .. }) => {
                messages::lists::select_one_of(&user, value.len(), pressed)
            }
            Some(Known::Denied(failure) | Known::Failed(failure)) => {
                messages::lists::keys_unreadable(&user, &failure.error)
            }
            Some(Known::Vanished { .. }) => {
                messages::lists::user_not_found(&user, self.key_for(Action::Refresh))
            }
            _ => messages::lists::keys_not_read(&user, pressed),
        };
        self.notifications.notify(Tone::Info, sentence);
        None
    }

    fn toggle(&mut self, now: Now) {
        let Some(id) = self.chosen_key(Action::Toggle) else { return };
        let Some(key) = self.inventory.key(&id) else {
            self.notifications.notify(Tone::Info, self.without_status(&id));
            return;
        };
        let direction = match key.status {
            KeyStatus::Active => Direction::Deactivate,
            KeyStatus::Inactive => Direction::Activate,
            KeyStatus::Expired | KeyStatus::Other(_) => {
                let sentence = messages::lists::not_settable(&id, &key.status);
                self.notifications.notify(Tone::Warning, sentence);
                return;
            }
        };
        self.ask_to_change(&[id], direction, SkippedKeys::default(), now);
    }

    pub(super) fn target(
        &self,
        id: &KeyId,
        session_context: &crate::model::SessionContext,
    ) -> Option<DialogTarget> {
        let key = self.inventory.key(id)?;
        let keys = &self.inventory.at(self.inventory.owner(id)?).keys;
        let mut target = DialogTarget::of(key, keys.at()?, keys.live_value()?, session_context);
        target.note = self.journal_notes.get(id).cloned();
        Some(target)
    }
}

/// Splits alt and a key into esc and that key.
///
/// Terminals send alt as a leading esc byte, so esc followed quickly by `d` is read as alt-d. No
/// key is bound with alt, and a key typed after esc must not act on what esc has closed: both are
/// handled, in order. Alt-backspace is left to text inputs, where it deletes a word.
fn split_alt(key: KeyEvent) -> impl Iterator<Item = KeyEvent> {
    let sent_behind_esc = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab);
    let is_two = sent_behind_esc && key.modifiers.contains(KeyModifiers::ALT);
    let alone = KeyEvent { modifiers: key.modifiers.difference(KeyModifiers::ALT), ..key };
    let esc = is_two.then(|| KeyEvent::from(KeyCode::Esc));
    esc.into_iter().chain([if is_two { alone } else { key }])
}

fn is_ctrl_c(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}
