//! What a key has done: a summary, a timeline, and each event whole. The readings are among the
//! shared data; the popup owns what is selected of them.

mod areas;
mod event_view;
mod help;
mod page;
mod summary;
mod summary_lines;
mod summary_rows;
mod timeline;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent};
use ratatui::Frame;

use crate::model::{ActivityRegions, KeyId, KeyKind, SessionId};
use crate::ops::activity::Activity;
use crate::ops::export::{Content, Document, Origin};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, KeyActivity, Shared, Tone};
use crate::tui::handlers;
use crate::tui::keymap::{Action, is_ctrl_c};
use crate::tui::messages::{activity as messages, export};
use crate::tui::panes::CursorMove;
use crate::tui::popups::component::Component;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;

use page::ActivityPage;

/// Keys that can be open at the same time: a key, and credentials that it has issued.
const MAX_DEPTH: usize = 2;

/// Popup on what a key has done.
#[derive(Clone, Debug)]
pub(crate) struct ActivityPopup {
    /// The key, and the credentials opened from there.
    pages: Vec<ActivityPage>,
}

impl ActivityPopup {
    /// Returns the popup for a key, and reads what it has done.
    pub(crate) fn open(key: KeyId, context: &mut Context<'_>) -> Self {
        let session = context.shared.account_of_key(&key).session;
        handlers::open_activity(context, session, &key);
        Self { pages: vec![ActivityPage::new(key)] }
    }

    /// Returns the keys whose activity is shown, or was before credentials were opened.
    pub(crate) fn keys(&self) -> Vec<KeyId> {
        self.pages.iter().map(|page| page.key.clone()).collect()
    }

    /// Calls an operation with the page shown and its reading.
    fn with_page<T>(
        &mut self,
        shared: &Shared,
        operation: impl FnOnce(&mut ActivityPage, &KeyActivity) -> T,
    ) -> Option<T> {
        let page = self.pages.last_mut()?;
        let reading = shared.activities.get(&page.key)?;
        Some(operation(page, reading))
    }

    /// Moves the cursor of the page shown, or scrolls it.
    fn go(&mut self, step: CursorMove, shared: &Shared) {
        self.with_page(shared, |page, reading| page.go(step, reading, shared));
    }

    /// Opens what is selected: an event, the events of a row of the summary, or credentials.
    fn open_selected(&mut self, context: &mut Context<'_>) {
        let issued = self.with_page(context.shared, ActivityPage::open_selected).flatten();
        let Some(key) = issued else { return };
        if self.pages.len() >= MAX_DEPTH {
            let sentence = messages::too_deep(&key);
            return context.shared.notifications.notify(Tone::Info, sentence);
        }
        // Its calls are recorded in the account that issued it.
        let session = self.session_to_read(context.shared);
        handlers::open_activity(context, session, &key);
        self.pages.push(ActivityPage::new(key));
    }

    /// Goes back by one step: to the list, without the filter, to the key that issued the
    /// credentials.
    fn cancel(&mut self) -> PopupOutcome {
        let has_gone_back = self.pages.last_mut().is_some_and(ActivityPage::go_back);
        if has_gone_back {
            return PopupOutcome::Stay;
        }
        self.pages.pop();
        if self.pages.is_empty() { PopupOutcome::Close } else { PopupOutcome::Stay }
    }

    /// Asks where to export the activity to, once there is some.
    fn export(&self, context: &mut Context<'_>) -> PopupOutcome {
        let key = self.pages.last().map(|page| &page.key);
        let reading = key.and_then(|key| context.shared.activities.get(key));
        let Some(activity) = reading.and_then(KeyActivity::activity) else {
            context.shared.notifications.notify(Tone::Info, export::NOTHING);
            return PopupOutcome::Stay;
        };
        let document = Document {
            name: activity.query().key.to_string(),
            title: messages::title(&activity.query().key, None),
            // The text has it.
            origin: Origin::default(),
            at: context.now.wall,
            content: Content::Activity(Box::new(activity.clone())),
        };
        PopupRequest::Export(Box::new(document)).into()
    }

    fn copy(&mut self, context: &mut Context<'_>) {
        let now = context.now.wall;
        let text = self.with_page(context.shared, |page, reading| page.text_to_copy(reading, now));
        if let Some(text) = text.flatten() {
            context.copy(text, messages::COPIED);
        }
    }

    /// Looks up the marked access keys that the key has issued, else the selected one, to
    /// deactivate them. They stay marked in the list of the results, which leads back here. The
    /// selection of the panes stays on the key whose activity this is.
    fn deactivate(&self, shared: &mut Shared) -> PopupOutcome {
        let page = self.pages.last();
        let marked =
            page.map(|page| page.marked().cloned().collect::<Vec<_>>()).unwrap_or_default();
        if !marked.is_empty() {
            shared.marks.add(marked.iter().cloned());
            return PopupRequest::FindIssued(marked).into();
        }
        if let Some(key) = page.and_then(ActivityPage::issued_access_key) {
            return PopupRequest::FindIssued(vec![key]).into();
        }
        self.report_no_key(shared);
        PopupOutcome::Stay
    }

    /// Reports that no issued access key is selected, and how to select one.
    fn report_no_key(&self, shared: &mut Shared) {
        let page = self.pages.last();
        let activity = page.and_then(|page| shared.activities.get(&page.key)?.activity());
        let mut issued = activity.into_iter().flat_map(Activity::issued);
        let has_key = issued.any(|issued| issued.key.kind() == KeyKind::LongTerm);
        let key_for = |action| shared.key_for(action);
        let (mark, deactivate) = (key_for(Action::Mark), key_for(Action::Deactivate));
        let sentence = if has_key {
            messages::nothing_to_change(mark, deactivate)
        } else {
            messages::no_issued_key(mark, deactivate)
        };
        shared.notifications.notify(Tone::Info, sentence);
    }

    fn read_again(&self, context: &mut Context<'_>, regions: Option<ActivityRegions>) {
        let Some(page) = self.pages.last() else { return };
        let session = self.session_to_read(context.shared);
        handlers::read_activity(context, session, &page.key, regions);
    }

    /// Returns the session that reads the account of the page's key: that of its reading, or the
    /// one shown if it was opened again there.
    fn session_to_read(&self, shared: &Shared) -> SessionId {
        let reading = self.pages.last().and_then(|page| shared.activities.get(&page.key));
        let Some(session) = reading.map(|reading| reading.session) else {
            return shared.session.id;
        };
        if shared.session.is_of_this_account(session) { shared.session.id } else { session }
    }
}

impl Component for ActivityPopup {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let Some(page) = self.pages.last_mut() else { return PopupOutcome::Close };
        if page.is_editing() && !is_ctrl_c(&key) {
            page.edit_filter(key, context);
            return PopupOutcome::Stay;
        }
        let action = context.shared.options.keymap.action(&key);
        if key.code == KeyCode::Enter {
            self.open_selected(context);
            return PopupOutcome::Stay;
        }
        let step = match action {
            Some(Action::NextPane | Action::Left | Action::Right) => {
                page.change_tab();
                return PopupOutcome::Stay;
            }
            Some(Action::Filter) => {
                page.start_filter();
                return PopupOutcome::Stay;
            }
            Some(Action::Refresh | Action::FullScan) => {
                let all = action == Some(Action::FullScan);
                self.read_again(context, all.then_some(ActivityRegions::All));
                return PopupOutcome::Stay;
            }
            Some(Action::Export) => return self.export(context),
            Some(Action::CopyId) => {
                self.copy(context);
                return PopupOutcome::Stay;
            }
            Some(Action::Deactivate) => return self.deactivate(context.shared),
            Some(Action::Mark) => {
                let shared = &*context.shared;
                if self.with_page(shared, |page, reading| page.mark(reading, shared)) != Some(true)
                {
                    self.report_no_key(context.shared);
                }
                return PopupOutcome::Stay;
            }
            Some(Action::Cancel | Action::Quit | Action::Activity) => return self.cancel(),
            Some(Action::Help) => return PopupRequest::Help.into(),
            _ => action.and_then(CursorMove::for_action),
        };
        if let Some(step) = step {
            self.go(step, context.shared);
        }
        PopupOutcome::Stay
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_>) -> PopupOutcome {
        match self.pages.last_mut() {
            Some(page) if page.is_editing() => {
                page.paste_filter(text, context);
                PopupOutcome::Stay
            }
            _ => PopupRequest::Find(text.to_owned()).into(),
        }
    }

    fn mouse(&mut self, mouse: MouseEvent, context: &mut Context<'_>) {
        if let Some(step) = CursorMove::for_wheel(mouse.kind) {
            self.go(step, context.shared);
        }
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &*context.shared;
        self.with_page(shared, |page, reading| page.settle(reading, shared));
        PopupOutcome::Stay
    }

    fn takes_text(&self) -> bool {
        self.pages.last().is_some_and(ActivityPage::is_editing)
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        self.pages.last().map(|page| page.hints(shared)).unwrap_or_default()
    }

    fn help(&self, shared: &Shared) -> Vec<(String, String)> {
        help::keys(shared)
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        if let Some(page) = self.pages.last() {
            page.draw(shared, theme, frame);
        }
    }
}
