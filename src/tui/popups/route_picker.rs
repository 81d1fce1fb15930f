//! Question whether to open another account, and by which route.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{AccountId, KeyId, Now, Route, ServiceError};
use crate::ops::key_lookup::LookupMiss;
use crate::ops::reach::AccountRoutes;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, LookupState, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages::accounts as messages;
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::{AfterSignIn, PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout;
use crate::tui::render::table::{cursor_cell, row_style};
use crate::tui::render::text_wrap::wrap_text;

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 84;

/// Minimum rows of a screen whose popup shows the account of the screen as well.
const MIN_ROWS_FOR_HERE: usize = 16;

/// Columns of a label.
const LABEL_COLUMNS: usize = 9;

/// Question whether to open another account.
#[derive(Clone, Debug)]
pub(crate) struct RoutePicker {
    account: AccountId,
    /// The key that is of this account, if the question is about one.
    key: Option<KeyId>,
    /// The routes, once found; the error if the settings are invalid.
    routes: Option<Result<AccountRoutes, Arc<ServiceError>>>,
    /// Index of the selected route.
    selected: usize,
    /// Sign-in whose first route is preselected.
    preferred: Option<Arc<str>>,
    /// Whether a frame with the popup has reached the terminal.
    is_seen: bool,
}

impl RoutePicker {
    /// Returns the question for an account, and for the key that led there. The first route of the
    /// sign-in that the user has chosen before is preselected.
    pub(crate) fn new(account: AccountId, key: Option<KeyId>, preferred: Option<Arc<str>>) -> Self {
        Self { account, key, routes: None, selected: 0, preferred, is_seen: false }
    }

    /// Takes the routes, if they lead into this account.
    pub(crate) fn set_routes(
        &mut self,
        account: &AccountId,
        routes: Result<AccountRoutes, Arc<ServiceError>>,
    ) {
        if *account == self.account {
            self.routes = Some(routes);
            let preferred = |route: &Route| matches!(route, Route::Sso { session, .. } if Some(session) == self.preferred.as_ref());
            self.selected = self.routes().iter().position(preferred).unwrap_or(0);
            // A key must not take a route that was not on the screen.
            self.is_seen = false;
        }
    }

    /// Returns the routes found so far.
    fn routes(&self) -> &[Route] {
        match &self.routes {
            Some(Ok(found)) => found.all(),
            _ => &[],
        }
    }

    /// Returns the session that a route may need a sign-in to.
    fn sign_in_wanted(&self) -> Option<Arc<str>> {
        match &self.routes {
            Some(Ok(found)) => found.errors.iter().find_map(|error| error.sign_in.clone()),
            _ => None,
        }
    }

    fn select(&mut self, forward: bool) {
        let count = self.routes().len().max(1);
        let step = if forward { 1 } else { count - 1 };
        self.selected = (self.selected + step) % count;
    }

    /// Returns the lines above the routes: key and accounts.
    fn facts(&self, shared: &Shared, theme: &Theme, width: usize) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        let mut fact = |label: &str, text: String, style: Style| {
            let room = width.saturating_sub(LABEL_COLUMNS + 1).max(8);
            for (number, piece) in wrap_text(&text, room).into_iter().enumerate() {
                let label = if number == 0 { label } else { "" };
                let label = format!("{label:LABEL_COLUMNS$} ");
                let label = Span::styled(label, theme.dim);
                lines.push(Line::from(vec![label, Span::styled(piece, style)]));
            }
        };
        if let Some(key) = &self.key {
            fact(messages::KEY, key.to_string(), theme.strong);
        }
        let mut account = shared.accounts.label(&self.account);
        if self.key.as_ref().is_some_and(|key| !is_confirmed(shared, key)) {
            account = format!("{account}, {}", messages::BY_ITS_ID);
        }
        fact(messages::ACCOUNT, account, theme.strong);
        let here = shared.session.location();
        if !here.is_empty() && usize::from(shared.size.height) >= MIN_ROWS_FOR_HERE {
            fact(messages::HERE, here, theme.plain);
        }
        lines.push(Line::default());
        lines
    }

    /// Returns the line of each route.
    fn route_lines(&self, theme: &Theme, width: usize) -> impl Iterator<Item = Line<'static>> {
        self.routes().iter().enumerate().map(move |(number, route)| {
            let is_selected = number == self.selected;
            let cursor = cursor_cell(is_selected, false, theme);
            let text = theme.glyphs.fit(&route.to_string(), width.saturating_sub(cursor.width()));
            let line = Line::from(vec![cursor, Span::raw(text)]);
            line.style(row_style(is_selected, true, theme))
        })
    }

    /// Returns the sentences under the routes.
    fn remarks(&self, theme: &Theme) -> Vec<(String, Style)> {
        let found = match &self.routes {
            None => return vec![(messages::FINDING_ROUTES.to_owned(), theme.dim)],
            Some(Err(error)) => return vec![(error.to_string(), theme.warning)],
            Some(Ok(found)) => found,
        };
        let mut remarks = Vec::new();
        if found.all().is_empty() && found.errors.is_empty() {
            remarks.push((messages::NO_ROUTE.to_owned(), theme.warning));
        }
        let without = found.without_role.iter();
        remarks.extend(without.map(|session| (messages::without_role(session), theme.dim)));
        let has_routes = !found.all().is_empty();
        remarks.extend(found.errors.iter().map(|error| match &error.sign_in {
            Some(session) => (messages::not_signed_in(session, has_routes), theme.warning),
            None => (error.to_string(), theme.warning),
        }));
        remarks
    }
}

/// Returns whether STS has named the account of the key.
fn is_confirmed(shared: &Shared, key: &KeyId) -> bool {
    let lookup = shared.lookups.get(key);
    matches!(lookup, Some(LookupState::Miss(LookupMiss::OtherAccount { confirmed: true, .. })))
}

impl Component for RoutePicker {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        if key.code == KeyCode::Enter {
            return match self.routes().get(self.selected) {
                Some(route) => {
                    if let Some(key) = &self.key {
                        shared.lookups.set_target_elsewhere(key.clone(), self.account.clone());
                    }
                    PopupRequest::OpenAccount(route.clone(), self.account.clone()).into()
                }
                None => match self.sign_in_wanted() {
                    Some(session) => {
                        let after = AfterSignIn::Account(self.account.clone(), self.key.clone());
                        PopupRequest::SignIn(session, after).into()
                    }
                    None => PopupOutcome::Stay,
                },
            };
        }
        match shared.options.keymap.action(&key) {
            Some(Action::NextPane | Action::Down) => self.select(true),
            Some(Action::Up) => self.select(false),
            _ if key.code == KeyCode::BackTab => self.select(false),
            Some(Action::Help) => return PopupRequest::Help.into(),
            Some(Action::Cancel | Action::Quit) => {
                if let Some(key) = &self.key {
                    let here = shared.session.account_label();
                    let account = shared.accounts.label(&self.account);
                    let accounts = shared.key_for(Action::Accounts);
                    let sentence = if here.is_empty() {
                        messages::not_opened(key, &account, accounts)
                    } else {
                        messages::stayed(key, &account, &here, accounts)
                    };
                    shared.notifications.notify(Tone::Info, sentence);
                }
                return PopupOutcome::Close;
            }
            _ => {}
        }
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, _context: &mut Context<'_>) {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.select(true),
            MouseEventKind::ScrollUp => self.select(false),
            _ => {}
        }
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        let lookup = self.key.as_ref().and_then(|key| context.shared.lookups.get(key));
        match lookup {
            // The letters of the ID were wrong: it is a key of this account.
            Some(LookupState::Found(_)) => PopupOutcome::Close,
            _ => PopupOutcome::Stay,
        }
    }

    fn drawn(&mut self, _now: Now) {
        self.is_seen = true;
    }

    fn discards_input(&self) -> bool {
        !self.is_seen
    }

    fn hints(&self, _shared: &Shared) -> Vec<FooterHint> {
        let mut hints = Vec::new();
        if !self.routes().is_empty() {
            hints.push(FooterHint::new(0, "enter", "open the account"));
        } else if self.sign_in_wanted().is_some() {
            hints.push(FooterHint::new(0, "enter", "sign in"));
        }
        if self.routes().len() > 1 {
            hints.push(FooterHint::new(1, "tab", "next route"));
        }
        hints.push(FooterHint::new(0, "esc", "stay"));
        hints
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let area = |lines| layout::popup_area(shared.size, MAX_COLUMNS, lines);
        let width = usize::from(area(0).inside.width);
        let mut lines = self.facts(shared, theme, width);
        // The selected route is shown where the rows do not suffice.
        let cursor = if self.routes().is_empty() { 0 } else { lines.len() + self.selected };
        lines.extend(self.route_lines(theme, width));
        for (text, style) in self.remarks(theme) {
            let pieces = wrap_text(&text, width.max(8));
            lines.extend(pieces.into_iter().map(|piece| Line::styled(piece, style)));
        }
        let area = area(lines.len());
        let name = match self.key {
            Some(_) if shared.has_no_account() => messages::KEY_WITHOUT_SESSION_TITLE,
            Some(_) => messages::KEY_TITLE,
            None => messages::ACCOUNT_TITLE,
        };
        draw_popup(title(name, "", theme), area, theme, frame);
        let inside = area.inside;
        let height = usize::from(inside.height);
        let first = (cursor + 1).saturating_sub(height);
        for (row, line) in lines.into_iter().skip(first).take(height).enumerate() {
            draw_row(line.spans, line.style, frame, inside, row);
        }
    }
}
