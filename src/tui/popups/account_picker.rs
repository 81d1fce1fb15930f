//! Profiles and accounts to choose from.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::layout::Size;
use ratatui::text::Span;
use tui_input::Input;

use crate::model::{
    AccountId, NO_PROFILES, Now, Profile, RecentlyUsed, Route, escape_hidden, scan_text,
};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::keymap::Action;
use crate::tui::messages::accounts as messages;
use crate::tui::panes::{CursorList, CursorMove};
use crate::tui::popups::component::Component;
use crate::tui::popups::input_line::{draw_input, edit_input};
use crate::tui::popups::outcome::{AfterSignIn, PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout::{self, PopupArea};
use crate::tui::render::table::{cursor_cell, row_style};
use crate::tui::render::text_input::insert_at_cursor;

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 100;

/// Rows above the first entry: the input and an empty row.
const INPUT_ROWS: u16 = 2;

/// Maximum number of characters that a paste adds to the input.
const MAX_PASTED_CHARACTERS: usize = 200;

/// Columns of a name.
const NAME_COLUMNS: usize = 28;

/// Columns of an account's ID, with a `?` behind a guessed one.
const ACCOUNT_COLUMNS: usize = 17;

/// Entry of the account picker.
#[derive(Clone, Debug, PartialEq)]
enum PickerEntry {
    /// The credentials of the start, if no profile names them.
    Start,
    /// The profile of this name.
    Profile(Arc<str>),
    /// An account of a sign-in, or one that was entered by a role before.
    Account(AccountId),
    /// The session of Identity Center of this name, whose accounts need a sign-in.
    SignIn(Arc<str>),
}

/// List of profiles and accounts, and the text that narrows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountPicker {
    input: Input,
    /// Profiles that the entries were chosen from.
    profiles: Option<Arc<[Profile]>>,
    /// Version of the accounts that the entries were chosen from.
    accounts_version: u64,
    /// Entries that contain the text.
    entries: CursorList<PickerEntry>,
    /// Whether the user has moved the cursor or typed: until then it stays on the first entry.
    has_moved: bool,
    /// Entry that was selected in the last frame.
    drawn: Option<PickerEntry>,
}

impl AccountPicker {
    /// Returns a list of all profiles and accounts.
    pub(crate) fn new(shared: &Shared) -> Self {
        let mut picker = Self::default();
        picker.narrow(shared);
        picker
    }

    /// Shows what contains the text: the account of a key that was looked up, what was used last,
    /// the profiles, and the accounts as listed. The selection is kept.
    fn narrow(&mut self, shared: &Shared) {
        self.profiles.clone_from(&shared.profiles);
        self.accounts_version = shared.accounts.version();
        let wanted = shared.lookups.account_to_offer();
        let text = self.input.value().to_lowercase();
        let contains = |part: &str| part.to_lowercase().contains(&text);
        let is_by_id = |is_named: bool| !text.is_empty() && !is_named;
        let recent: HashMap<&RecentlyUsed, usize> =
            shared.accounts.recent().iter().zip(0..).collect();
        // What contains the text in its name comes before what does only in its ID; then the rank
        // of what was used last, and the order of the rest.
        let mut shown: Vec<((bool, bool, usize), PickerEntry)> = Vec::new();
        let profiles = self.profiles.iter().flat_map(|profiles| profiles.iter());
        for profile in profiles.filter(|profile| contains(&profile.name)) {
            let is_other = wanted.is_none() || profile.likely_account() != wanted.as_ref();
            let key = RecentlyUsed::Profile(Arc::clone(&profile.name));
            let rank = recent.get(&key).copied().unwrap_or(usize::MAX - 1);
            let entry = PickerEntry::Profile(Arc::clone(&profile.name));
            shown.push(((is_other, false, rank), entry));
        }
        let is_unlisted = |account: &&AccountId| shared.accounts.get(account).is_none();
        let before = shared.accounts.recent().iter().filter_map(|recent| match recent {
            RecentlyUsed::Account(id) => Some(id),
            RecentlyUsed::Profile(_) => None,
        });
        let listed = shared.accounts.listed().iter().map(|account| {
            let texts = [account.name.as_deref(), account.email.as_deref()];
            (&account.id, texts.into_iter().flatten().any(contains))
        });
        let unlisted = before.filter(is_unlisted).map(|id| (id, false));
        for (id, is_named) in listed.chain(unlisted) {
            if !is_named && !contains(id.as_str()) {
                continue;
            }
            let is_other = wanted.as_ref() != Some(id);
            let rank =
                recent.get(&RecentlyUsed::Account(id.clone())).copied().unwrap_or(usize::MAX);
            shown.push(((is_other, is_by_id(is_named), rank), PickerEntry::Account(id.clone())));
        }
        // Under any text: the accounts that a sign-in would list may contain it.
        let errors = shared.accounts.errors().iter();
        for session in errors.filter_map(|error| error.sign_in.as_ref()) {
            shown.push(((true, true, usize::MAX), PickerEntry::SignIn(Arc::clone(session))));
        }
        if shared.session.start.is_some() && shared.session.route.is_some() && text.is_empty() {
            shown.push(((wanted.is_some(), false, 0), PickerEntry::Start));
        }
        shown.sort_by_key(|(rank, _)| *rank);
        self.entries.show(shown.into_iter().map(|(_, entry)| entry).collect());
    }

    /// Returns what the selected entry leads to. Nothing is selected while the profiles are still
    /// being read.
    fn choose(&self, shared: &Shared) -> PopupOutcome {
        // One that was not on the screen yet was not chosen.
        let selected = self.entries.selected().filter(|entry| self.drawn.as_ref() == Some(*entry));
        let Some(entry) = selected else { return PopupOutcome::Stay };
        PopupOutcome::Request(match entry {
            PickerEntry::Profile(name) if is_open(name, shared) => return PopupOutcome::Close,
            PickerEntry::Start => PopupRequest::ChangeRoute(None),
            PickerEntry::Profile(name) => {
                PopupRequest::ChangeRoute(Some(Route::Profile(Arc::clone(name))))
            }
            PickerEntry::Account(id) => {
                let listed = shared.accounts.get(id);
                let via = listed.map(|account| Arc::clone(&account.session));
                PopupRequest::ChooseRoute(id.clone(), via)
            }
            PickerEntry::SignIn(session) => {
                PopupRequest::SignIn(Arc::clone(session), AfterSignIn::Accounts)
            }
        })
    }

    /// Returns the area of the popup on a screen.
    fn area(&self, screen: Size) -> PopupArea {
        let entries = self.entries.items().len().max(1);
        layout::popup_area(screen, MAX_COLUMNS, entries + usize::from(INPUT_ROWS))
    }

    fn set_height(&mut self, screen: Size) {
        let inside = self.area(screen).inside;
        self.entries.set_height(usize::from(inside.height.saturating_sub(INPUT_ROWS)));
    }
}

impl Component for AccountPicker {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        self.set_height(shared.size);
        let step = match shared.options.keymap.action_beside_text(&key) {
            Some(Action::Down) => CursorMove::By(1),
            Some(Action::Up) => CursorMove::By(-1),
            Some(Action::PageDown) => CursorMove::Pages(1),
            Some(Action::PageUp) => CursorMove::Pages(-1),
            _ => {
                let before = self.input.value().to_owned();
                let Some(flow) = edit_input(&mut self.input, key, shared) else {
                    return self.choose(shared);
                };
                if self.input.value() != before {
                    self.has_moved = true;
                    self.narrow(shared);
                    self.entries.go(CursorMove::First);
                }
                return flow;
            }
        };
        self.has_moved = true;
        self.entries.go(step);
        PopupOutcome::Stay
    }

    /// Looks up key IDs, or inserts the first line into the text to filter by.
    fn paste(&mut self, text: &str, context: &mut Context<'_>) -> PopupOutcome {
        if !scan_text(text).is_empty() {
            return PopupRequest::Find(text.to_owned()).into();
        }
        self.has_moved = true;
        let line = text.trim().lines().next().unwrap_or_default();
        insert_at_cursor(&mut self.input, line, MAX_PASTED_CHARACTERS);
        self.narrow(context.shared);
        self.entries.go(CursorMove::First);
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        self.has_moved = true;
        self.entries.wheel(mouse.kind);
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        let is_shown = match (&self.profiles, &shared.profiles) {
            (Some(shown), Some(listed)) => Arc::ptr_eq(shown, listed),
            (shown, listed) => shown.is_none() == listed.is_none(),
        };
        if !is_shown || self.accounts_version != shared.accounts.version() {
            self.narrow(shared);
            if !self.has_moved {
                self.entries.go(CursorMove::First);
            }
        }
        self.set_height(shared.size);
        PopupOutcome::Stay
    }

    fn drawn(&mut self, _now: Now) {
        self.drawn = self.entries.selected().cloned();
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let mut hints = Vec::new();
        let moves: Vec<_> = [Action::Down, Action::Up]
            .into_iter()
            .filter_map(|action| shared.options.keymap.key_beside_text(action))
            .collect();
        if !moves.is_empty() {
            hints.push(FooterHint::new(1, &moves.join(" "), "select"));
        }
        hints.push(FooterHint::new(0, "enter", "use it"));
        hints.push(FooterHint::new(0, "esc", "close"));
        hints
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let area = self.area(shared.size);
        let state = if shared.accounts.is_listing() {
            messages::listing(shared.accounts.listed().len())
        } else {
            messages::LIST_HINT.to_owned()
        };
        let title = title(messages::LIST_TITLE, &state, theme);
        draw_popup(title, area, theme, frame);
        let inside = area.inside;
        draw_input(&self.input, theme, frame, inside, 0);
        for (line, (entry, is_selected)) in self.entries.visible().enumerate() {
            let (name, details) = match entry {
                PickerEntry::Start => {
                    let start = shared.session.start.as_ref();
                    let details = start.map(|start| account_details(&start.account, &start.source));
                    (messages::START.into(), details.unwrap_or_default())
                }
                PickerEntry::Profile(name) => {
                    let profile = self.profiles.iter().flat_map(|profiles| profiles.iter());
                    let profile = profile.into_iter().find(|profile| profile.name == *name);
                    (escape_hidden(name), profile.map(profile_details).unwrap_or_default())
                }
                PickerEntry::SignIn(session) => {
                    let details = if self.input.value().is_empty() {
                        messages::SIGN_IN_FOR_ACCOUNTS
                    } else {
                        messages::ACCOUNTS_NOT_LISTED
                    };
                    (escape_hidden(session), details.to_owned())
                }
                PickerEntry::Account(id) => {
                    let listed = shared.accounts.get(id);
                    let name = listed.and_then(|account| account.name.as_deref());
                    let via = listed.map(|account| messages::via_session(&account.session));
                    let details = account_details(id, via.unwrap_or_default());
                    (name.unwrap_or(messages::UNNAMED).into(), details)
                }
            };
            let cursor = cursor_cell(is_selected, false, theme);
            let room = usize::from(inside.width).saturating_sub(cursor.width());
            // The account ID stays whole.
            let columns = NAME_COLUMNS.min(room.saturating_sub(ACCOUNT_COLUMNS + 1));
            let text = format!("{} {details}", theme.glyphs.fit(&name, columns));
            let spans = vec![cursor, Span::raw(theme.glyphs.fit(&text, room))];
            let row = line + usize::from(INPUT_ROWS);
            draw_row(spans, row_style(is_selected, true, theme), frame, inside, row);
        }
        if self.entries.items().is_empty() {
            let has_accounts = !shared.accounts.listed().is_empty();
            let text = match &self.profiles {
                None => messages::READING_PROFILES,
                Some(all) if all.is_empty() && !has_accounts => NO_PROFILES,
                Some(_) => messages::NOTHING_MATCHES,
            };
            let row = usize::from(INPUT_ROWS);
            draw_row(vec![Span::styled(text, theme.dim)], theme.plain, frame, inside, row);
        }
    }
}

/// Returns whether the session shown is open by this profile.
fn is_open(profile: &str, shared: &Shared) -> bool {
    let is_route = match &shared.session.route {
        Some(Route::Profile(route)) => **route == *profile,
        Some(_) => false,
        None => shared.session_context().and_then(|it| it.profile.as_deref()) == Some(profile),
    };
    is_route && shared.session_problem().is_none()
}

/// Returns the account and kind of a profile, from the configuration files.
fn profile_details(profile: &Profile) -> String {
    let account = match (&profile.account, &profile.account_guess) {
        (Some(account), _) => account.to_string(),
        (None, Some(guess)) => format!("{guess}?"),
        (None, None) => messages::ACCOUNT_UNKNOWN.to_owned(),
    };
    account_details(account, &profile.kind)
}

/// Returns an account in a column, and what is known of it.
fn account_details(account: impl Display, details: impl Display) -> String {
    format!("{account:ACCOUNT_COLUMNS$} {details}")
}
