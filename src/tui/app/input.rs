//! Taking in keys, pastes and resizes.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::inventory::Order;
use crate::model::{Direction, KeyId, KeyStatus, Known, NO_MFA_CODE, Now, Secret};
use crate::tui::actions::Action;
use crate::tui::app::confirm::Pressed;
use crate::tui::app::{Effect, Leaving, LeftOut, Move, Overlay, Phase, State, Target, Tone, Underway, View};
use crate::tui::layout::{self, Pane};

impl State {
    pub(super) fn take_input(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Resize(columns, rows) => {
                self.size = (columns, rows);
                Vec::new()
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                let mut effects = Vec::new();
                for stroke in strokes(key) {
                    self.inputs += 1;
                    effects.extend(self.take_stroke(stroke, now));
                }
                effects
            }
            Event::Paste(text) => {
                self.inputs += 1;
                let mut effects = self.end_burst(now);
                effects.extend(self.take_paste(&text, now));
                effects
            }
            Event::Mouse(mouse) => {
                self.inputs += 1;
                let effects = self.end_burst(now);
                self.take_mouse(mouse, now);
                effects
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn take_key(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Leave) => {
                self.take_leave_key(key);
                Vec::new()
            }
            // A screen without room for any window says so.
            _ if is_ctrl_c(key) && !layout::is_usable(self.size.0, self.size.1) => {
                self.overlay = None;
                self.quit();
                Vec::new()
            }
            Some(Overlay::Confirm(confirm)) => {
                if confirm.key(key, now) == Pressed::Cancelled {
                    self.overlay = None;
                    self.notices.tell(Tone::Info, "Cancelled. Nothing was changed.");
                }
                Vec::new()
            }
            Some(Overlay::Find(_) | Overlay::Code(..) | Overlay::Profiles(_)) if is_ctrl_c(key) => {
                self.overlay = None;
                Vec::new()
            }
            Some(Overlay::Find(_)) => self.take_find_key(key),
            Some(Overlay::Found(_)) => self.take_found_key(key, now),
            Some(Overlay::Code(..)) => self.take_code_key(key),
            Some(Overlay::Profiles(_)) => self.take_profiles_key(key),
            Some(Overlay::Help(_) | Overlay::Errors(_) | Overlay::Text(_)) => self.take_text_key(key),
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

    fn take_leave_key(&mut self, key: KeyEvent) {
        self.overlay = None;
        if is_ctrl_c(key) {
            self.leaving = Leaving::Now;
        } else if key.code == KeyCode::Char('y') {
            self.leaving = Leaving::Soon;
            self.notices.tell(Tone::Info, "Leaving as soon as the outcomes are known. q asks again.");
        }
    }

    pub(super) fn take_paste(&mut self, text: &str, now: Now) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Confirm(confirm)) => confirm.paste(text, now),
            None if self.filter.editing => self.filter.paste(text, now),
            Some(Overlay::Leave | Overlay::Profiles(_)) => {}
            Some(Overlay::Code(_, line)) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
                *line = Input::new(digits);
            }
            _ => return self.find_in(text),
        }
        Vec::new()
    }

    fn take_find_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(Overlay::Find(line)) = &mut self.overlay else { return Vec::new() };
        match key.code {
            KeyCode::Enter => {
                let text = line.value().to_owned();
                self.overlay = None;
                if text.trim().is_empty() && !self.finding.ids().is_empty() {
                    self.show_found();
                    return Vec::new();
                }
                self.find_in(&text)
            }
            KeyCode::Esc => {
                self.overlay = None;
                Vec::new()
            }
            _ => {
                line.handle_event(&Event::Key(key));
                Vec::new()
            }
        }
    }

    pub(super) fn open_find(&mut self) {
        self.overlay = Some(Overlay::Find(Input::default()));
    }

    fn take_code_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(Overlay::Code(_, line)) = &mut self.overlay else { return Vec::new() };
        match key.code {
            KeyCode::Enter => match Secret::mfa_code(line.value()) {
                Some(code) => return self.give_code(code),
                None => self.notices.tell(Tone::Warning, NO_MFA_CODE),
            },
            KeyCode::Esc => self.overlay = None,
            _ => {
                line.handle_event(&Event::Key(key));
            }
        }
        Vec::new()
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        let asks_iam =
            matches!(action, Action::Toggle | Action::Deactivate | Action::Activate | Action::Undo | Action::Watch);
        if asks_iam && self.tell_no_session() {
            return Vec::new();
        }
        self.settle_selection(now);
        if action.goes_elsewhere() {
            self.finding.stop_following();
        }
        match action {
            Action::Down => self.go(Move::By(1), now),
            Action::Up => self.go(Move::By(-1), now),
            Action::Top => self.go(Move::First, now),
            Action::Bottom => self.go(Move::Last, now),
            Action::PageDown => self.go(Move::Pages(1), now),
            Action::PageUp => self.go(Move::Pages(-1), now),
            Action::View => self.change_view(now),
            Action::Sweep => self.toggle_sweep(),
            Action::Open if self.view == View::Keys || self.focus == Pane::Keys => self.show_key(now),
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
            Action::Deactivate => self.switch_chosen(Direction::Deactivate, now),
            Action::Activate => self.switch_chosen(Direction::Activate, now),
            Action::Undo => self.undo(now),
            Action::Journal => return self.show_journal(),
            Action::CopyId => return self.copy_id(),
            Action::Commands => self.show_commands(now),
            Action::Profile => return self.show_profiles(),
            Action::Watch => self.toggle_watch(now),
            Action::Filter => self.filter.editing = true,
            Action::Toggle => self.toggle(now),
            Action::Sort => self.sort(now),
            Action::Reverse => self.sort_reversed(now),
            Action::Refresh => return self.refresh(),
            Action::Errors => self.overlay = Some(Overlay::Errors(0)),
            Action::Help => self.overlay = Some(Overlay::Help(0)),
            Action::Quit => self.quit(),
            Action::Cancel => self.cancel(),
            Action::Suspend => return self.suspend(),
        }
        Vec::new()
    }

    pub(super) fn go(&mut self, step: Move, now: Now) {
        self.go_in(self.focus, step, now);
    }

    pub(super) fn go_in(&mut self, pane: Pane, step: Move, now: Now) {
        self.finding.stop_following();
        match (self.view, pane) {
            (View::Keys, _) => self.all_keys.go(step, now),
            (View::Users, Pane::Users) => self.users.go(step, now),
            (View::Users, Pane::Keys) => {
                self.keys.go(step);
            }
        }
    }

    fn quit(&mut self) {
        self.leaving = Leaving::No;
        self.parting.clear();
        if self.changes.under_way().is_empty() {
            self.leaving = Leaving::Soon;
        } else {
            self.overlay = Some(Overlay::Leave);
        }
    }

    fn cancel(&mut self) {
        if self.filter.is_active() {
            self.filter.clear();
        } else if !self.marks.is_empty() {
            self.marks.clear();
            self.filter.touch();
        } else if !self.notices.dismiss() {
            self.notices.clear_result();
        }
    }

    /// Pressed once it sorts again by the same order, if the list needs it;
    /// else by the next.
    fn sort(&mut self, now: Now) {
        let (order, reverse, unsorted) = self.order_in_force();
        self.resort(if unsorted > 0 { order } else { order.next() }, reverse, now);
    }

    fn sort_reversed(&mut self, now: Now) {
        let (order, reverse, _) = self.order_in_force();
        self.resort(order, !reverse, now);
    }

    /// The order of the list in view, whether the other way round, and how
    /// many rows came after it was sorted.
    pub(crate) fn order_in_force(&self) -> (Order, bool, usize) {
        match self.view {
            View::Users => (self.users.order, self.users.reverse, self.users.unsorted),
            View::Keys => (self.all_keys.order, self.all_keys.reverse, self.all_keys.unsorted),
        }
    }

    fn resort(&mut self, order: Order, reverse: bool, now: Now) {
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
        let backwards = if reverse { ", the other way round" } else { "" };
        self.notices.tell(Tone::Info, format!("Sorted by {}{backwards}.", order.name()));
    }

    /// Reads again what is shown; opens the session again where it had failed
    /// or ended.
    fn refresh(&mut self) -> Vec<Effect> {
        let failed = matches!(self.session.phase, Phase::Failed | Phase::NeedsCode(_));
        if failed || self.inventory.stopped().is_some() {
            self.notices.dismiss();
            return self.reopen();
        }
        self.read_shown_again();
        if self.inventory.listing_trouble().is_some() {
            self.inventory.go_on_listing();
        }
        self.notices.tell_of(Underway::ReadingAgain, "Reading again what is shown.");
        Vec::new()
    }

    /// The key that a change would be for: the selected one, or from the list
    /// of users the only one of a user whose keys have been read.
    pub(super) fn chosen_key(&mut self, action: Action) -> Option<KeyId> {
        if self.view == View::Keys || self.focus == Pane::Keys {
            if let Some(key) = self.selected_key() {
                return Some(key.clone());
            }
            if self.view == View::Keys {
                self.notices.tell(Tone::Info, "There is no key to choose in this list.");
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
            Some(Known::Live { value, .. }) if value.is_empty() => format!("{user} has no access key."),
            Some(Known::Live { value, .. }) => {
                format!("{user} has {} keys: choose one here, and press {pressed} again.", value.len())
            }
            Some(Known::Denied(trouble) | Known::Failed(trouble)) => {
                format!("The keys of {user} are not known. {}", trouble.error)
            }
            Some(Known::Vanished { .. }) => format!("IAM knows no user {user} any more (renamed or deleted?)."),
            _ => format!("The keys of {user} have not been read yet: wait a moment, and press {pressed} again."),
        };
        self.notices.tell(Tone::Info, sentence);
        None
    }

    fn toggle(&mut self, now: Now) {
        let Some(id) = self.chosen_key(Action::Toggle) else { return };
        let Some(key) = self.inventory.key(&id) else {
            self.notices.tell(Tone::Info, self.without_status(&id));
            return;
        };
        let direction = match key.status {
            KeyStatus::Active => Direction::Deactivate,
            KeyStatus::Inactive => Direction::Activate,
            KeyStatus::Expired | KeyStatus::Other(_) => {
                let status = key.status.clone();
                self.notices.tell(
                    Tone::Warning,
                    format!("{id} is {status}: only keys that are Active or Inactive can be switched."),
                );
                return;
            }
        };
        self.ask_to_change(&[id], direction, LeftOut::default(), now);
    }

    pub(super) fn target(&self, id: &KeyId, place: &crate::model::Place) -> Option<Target> {
        let key = self.inventory.key(id)?;
        let keys = &self.inventory.at(self.inventory.owner(id)?).keys;
        let mut target = Target::of(key, keys.at()?, keys.live_value()?, place);
        target.note = self.journal_notes.get(id).cloned();
        Some(target)
    }
}

/// What was pressed. A terminal sends alt and a key as it sends esc and then
/// that key, so that `d` soon after `esc` looks like alt-d. No key is bound with
/// alt, and what esc takes away must not be acted on: both are taken, in their
/// order. Alt-backspace alone is left to the lines, which delete a word by it.
fn strokes(key: KeyEvent) -> impl Iterator<Item = KeyEvent> {
    let sent_behind_esc = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab);
    let is_two = sent_behind_esc && key.modifiers.contains(KeyModifiers::ALT);
    let alone = KeyEvent { modifiers: key.modifiers.difference(KeyModifiers::ALT), ..key };
    let esc = is_two.then(|| KeyEvent::from(KeyCode::Esc));
    esc.into_iter().chain([if is_two { alone } else { key }])
}

fn is_ctrl_c(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}
