//! Activity of one key in the popup: which part is shown, and what is selected there.

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::model::{KeyId, KeyKind, KeyStatus};
use crate::ops::activity::messages::events;
use crate::ops::activity::{Activity, activity_markdown};
use crate::tui::bars::FooterHint;
use crate::tui::context::{ActivityState, Context, KeyActivity, Marks, Shared};
use crate::tui::keymap::Action;
use crate::tui::messages::activity as messages;
use crate::tui::messages::shared::lines_in_view;
use crate::tui::panes::CursorMove;
use crate::tui::popups::activity::areas::{area, draw_origin, split};
use crate::tui::popups::activity::event_view::EventView;
use crate::tui::popups::activity::summary::Summary;
use crate::tui::popups::activity::summary_lines::{SummaryArea, SummaryLine, lines};
use crate::tui::popups::activity::summary_rows::SummaryItem;
use crate::tui::popups::activity::timeline::Timeline;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_paragraph, draw_popup, title};

/// Level of the headings of a section in an incident record.
const SECTION_LEVEL: usize = 2;

/// Part of the activity that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Summary,
    Timeline,
}

/// Activity of one key in the popup.
#[derive(Clone, Debug)]
pub(super) struct ActivityPage {
    /// The key.
    pub key: KeyId,
    tab: Tab,
    summary: Summary,
    timeline: Timeline,
    /// The event that is shown whole, over the list.
    event: Option<EventView>,
    /// Issued access keys that are to be deactivated.
    marked: Marks,
}

impl ActivityPage {
    /// Returns the page of a key, with its summary.
    pub(super) fn new(key: KeyId) -> Self {
        Self {
            key,
            tab: Tab::Summary,
            summary: Summary::default(),
            timeline: Timeline::default(),
            event: None,
            marked: Marks::default(),
        }
    }

    /// Marks or unmarks the selected access key; returns whether there is one.
    pub(super) fn mark(&mut self, reading: &KeyActivity, shared: &Shared) -> bool {
        let Some(key) = self.issued_access_key() else { return false };
        self.marked.toggle(key);
        self.go(CursorMove::By(1), reading, shared);
        true
    }

    /// Returns the marked access keys.
    pub(super) fn marked(&self) -> impl Iterator<Item = &KeyId> {
        self.marked.iter()
    }

    /// Returns whether the filter is edited.
    pub(super) fn is_editing(&self) -> bool {
        self.timeline.filter.is_editing()
    }

    /// Handles a key while the filter is edited.
    pub(super) fn edit_filter(&mut self, key: KeyEvent, context: &Context<'_>) {
        self.timeline.filter.key(key, &context.shared.options.filters, context.now);
    }

    /// Appends pasted text to the filter.
    pub(super) fn paste_filter(&mut self, text: &str, context: &Context<'_>) {
        self.timeline.filter.paste(text, &context.shared.options.filters, context.now);
    }

    /// Shows the timeline and edits its filter.
    pub(super) fn start_filter(&mut self) {
        self.event = None;
        self.tab = Tab::Timeline;
        self.timeline.filter.edit();
    }

    /// Changes between the summary and the timeline.
    pub(super) fn change_tab(&mut self) {
        self.event = None;
        self.tab = match self.tab {
            Tab::Summary => Tab::Timeline,
            Tab::Timeline => Tab::Summary,
        };
    }

    /// Goes back by one step within the page; returns whether there was one.
    pub(super) fn go_back(&mut self) -> bool {
        if self.event.take().is_some() {
            return true;
        }
        if self.tab != Tab::Timeline {
            return false;
        }
        let was_filtered = self.timeline.filter.is_active();
        self.timeline.filter.clear();
        if self.timeline.leave_for_summary() {
            self.tab = Tab::Summary;
            return true;
        }
        was_filtered
    }

    /// Moves the cursor, or scrolls the event.
    pub(super) fn go(&mut self, step: CursorMove, reading: &KeyActivity, shared: &Shared) {
        if let Some(event) = &mut self.event {
            return event.scroll(step);
        }
        match self.tab {
            Tab::Summary => {
                let Some(activity) = reading.activity() else { return };
                let (inside, _) = split(area(shared).inside, activity);
                // The theme changes no line to another place.
                let lines = summary_lines(activity, shared, &Theme::default(), inside);
                self.summary.go(step, &lines);
            }
            Tab::Timeline => self.timeline.go(step),
        }
    }

    /// Opens what is selected; returns the issued credentials if these are, which have a page of
    /// their own.
    pub(super) fn open_selected(&mut self, reading: &KeyActivity) -> Option<KeyId> {
        let activity = reading.activity()?;
        if let Some(event) = &self.event {
            return event.issued_key();
        }
        let event = match self.tab {
            Tab::Timeline => self.timeline.selected(),
            Tab::Summary => match self.summary.selected()? {
                SummaryItem::Issued(key) => return Some(key.clone()),
                SummaryItem::Event(id) => {
                    activity.events().iter().find(|event| event.id == *id).cloned()
                }
                events => {
                    self.timeline.show_words(&events.words());
                    self.tab = Tab::Timeline;
                    return None;
                }
            },
        };
        self.event = event.map(EventView::new);
        None
    }

    /// Returns the selected credentials if they are a long-term access key.
    pub(super) fn issued_access_key(&self) -> Option<KeyId> {
        let key = match (&self.event, self.tab, self.summary.selected()) {
            (Some(event), ..) => event.issued_key(),
            (None, Tab::Summary, Some(SummaryItem::Issued(key))) => Some(key.clone()),
            (None, Tab::Timeline, _) => {
                let selected = self.timeline.selected()?;
                selected.issued.as_ref().map(|issued| issued.key.clone())
            }
            _ => None,
        };
        key.filter(|key| key.kind() == KeyKind::LongTerm)
    }

    /// Returns the record of the event shown, else the ID of the selected credentials, else the
    /// summary as Markdown.
    pub(super) fn text_to_copy(&self, reading: &KeyActivity, now: Timestamp) -> Option<String> {
        if let Some(event) = &self.event {
            return Some(event.text());
        }
        if let (Tab::Summary, Some(SummaryItem::Issued(key))) = (self.tab, self.summary.selected())
        {
            return Some(key.to_string());
        }
        Some(activity_markdown(reading.activity()?, SECTION_LEVEL, now))
    }

    /// Brings the lists up to date with what was read.
    pub(super) fn settle(&mut self, reading: &KeyActivity, shared: &Shared) {
        let Some(activity) = reading.activity() else { return };
        let (inside, _) = split(area(shared).inside, activity);
        self.summary.settle(activity, inside);
        self.timeline.settle(activity, inside);
        if let Some(event) = &mut self.event {
            event.set_size(inside.as_size());
        }
    }

    /// Returns the hints of the footer.
    pub(super) fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let hint = |rank, action, label| FooterHint::new(rank, shared.key_for(action), label);
        let mut hints = vec![hint(0, Action::Cancel, "back")];
        let copy = hint(4, Action::CopyId, "copy");
        if self.event.is_some() {
            hints.extend([hint(1, Action::Down, "scroll"), copy]);
            return hints;
        }
        let (opens, other) = match self.tab {
            Tab::Summary => ("open", messages::TIMELINE),
            Tab::Timeline => ("whole event", messages::SUMMARY),
        };
        hints.push(FooterHint::new(1, "enter", opens));
        hints.push(hint(1, Action::NextPane, other));
        hints.push(hint(2, Action::Filter, "filter"));
        hints.push(hint(1, Action::Export, "export"));
        let selects_key = matches!(self.summary.selected(), Some(SummaryItem::Issued(key)) if key.kind() == KeyKind::LongTerm);
        if self.tab == Tab::Summary && (selects_key || !self.marked.is_empty()) {
            hints.push(hint(1, Action::Deactivate, "deactivate"));
            hints.push(hint(1, Action::Mark, "mark"));
        }
        hints.push(hint(3, Action::FullScan, "all Regions"));
        hints.push(hint(4, Action::Refresh, "read again"));
        hints.push(copy);
        hints
    }

    /// Draws the page.
    pub(super) fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let area = area(shared);
        let reading = shared.activities.get(&self.key);
        let activity = reading.and_then(KeyActivity::activity);
        let summary = activity.filter(|_| self.event.is_none() && self.tab == Tab::Summary);
        let summary = summary.map(|activity| {
            let (inside, _) = split(area.inside, activity);
            (summary_lines(activity, shared, theme, inside), inside)
        });
        let range = summary.as_ref().and_then(|(lines, inside)| self.range(lines, *inside));
        let title = self.title(activity, range, shared, theme, area.frame);
        draw_popup(title, area, theme, frame);
        let inside = area.inside;
        match (reading.map(|reading| &reading.state), activity) {
            (_, Some(activity)) => {
                draw_origin(activity, theme, frame, inside);
                match summary {
                    Some((lines, inside)) => {
                        self.summary.draw(lines, &self.marked, theme, frame, inside);
                    }
                    None => self.draw_events(activity, shared, theme, frame, inside),
                }
            }
            (Some(ActivityState::Failed(error)), None) => {
                draw_paragraph(&error.to_string(), 0, theme, frame, inside);
            }
            _ => draw_paragraph(messages::STARTING, 0, theme, frame, inside),
        }
    }

    /// Draws the event that is shown whole, or the timeline.
    fn draw_events(
        &self,
        activity: &Activity,
        shared: &Shared,
        theme: &Theme,
        frame: &mut Frame<'_>,
        inside: Rect,
    ) {
        let (inside, _) = split(inside, activity);
        match &self.event {
            Some(event) => event.draw(theme, frame, inside),
            None => self.timeline.draw(activity, shared, theme, frame, inside),
        }
    }

    /// Returns the title: the key and its owner, and the state of the reading. Where there is no
    /// room, the lines in view of the summary matter more than the number of events, which the
    /// summary has.
    fn title<'a>(
        &self,
        activity: Option<&Activity>,
        range: Option<String>,
        shared: &Shared,
        theme: &Theme,
        area: Rect,
    ) -> Line<'a> {
        let name = messages::title(&self.key, owner(&self.key, shared).as_deref());
        let Some(activity) = activity else { return title(&name, "", theme) };
        let state = self.state(activity);
        let Some(range) = range else { return title(&name, &state, theme) };
        let short_name = messages::title(&self.key, None);
        let short_state = messages::state(messages::SUMMARY, &range, activity.is_reading());
        let room = usize::from(area.width.saturating_sub(2));
        let mut titles = [
            title(&name, &format!("{state}, {range}"), theme),
            title(&name, &short_state, theme),
            title(&short_name, &short_state, theme),
            title(&short_name, &range, theme),
        ]
        .into_iter();
        titles.find(|title| title.width() <= room).unwrap_or_else(|| title(&short_name, "", theme))
    }

    /// Returns which lines of the summary are in view, unless all are.
    fn range(&self, lines: &[SummaryLine], inside: Rect) -> Option<String> {
        let (first, height) = (self.summary.first(lines), usize::from(inside.height));
        let last = (first + height).min(lines.len());
        (lines.len() > height).then(|| lines_in_view(first + 1, last, lines.len()))
    }

    fn state(&self, activity: &Activity) -> String {
        let all = activity.events().len();
        let (tab, count) = match self.tab {
            Tab::Timeline if self.timeline.filter.is_active() => {
                (messages::TIMELINE, messages::shown_of(self.timeline.shown(), all))
            }
            Tab::Timeline => (messages::TIMELINE, events(all)),
            Tab::Summary => (messages::SUMMARY, events(all)),
        };
        messages::state(tab, &count, activity.is_reading())
    }
}

/// Returns the lines of the summary.
fn summary_lines(
    activity: &Activity,
    shared: &Shared,
    theme: &Theme,
    inside: Rect,
) -> Vec<SummaryLine> {
    let (width, height) = (usize::from(inside.width), usize::from(inside.height));
    let now = shared.shown_at.wall;
    let issued = activity.issued_by_risk(now).into_iter().map(|issued| &issued.key);
    let inactive = issued.filter(|key| {
        let inventory = shared.account_of_key(key).inventory;
        inventory.key(key).is_some_and(|key| key.status == KeyStatus::Inactive)
    });
    let inactive = inactive.collect();
    lines(activity, &SummaryArea { now, width, height, theme, inactive })
}

/// Returns the owner of a key, if it is known.
fn owner(key: &KeyId, shared: &Shared) -> Option<String> {
    let inventory = shared.account_of_key(key).inventory;
    let owner = inventory.owner(key)?;
    Some(inventory.facts(owner).name.to_string())
}
