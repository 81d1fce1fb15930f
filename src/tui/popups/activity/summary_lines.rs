//! Lines of the summary.

use jiff::{SignedDuration, Timestamp};
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{
    CallOutcome, EscapedText, KeyId, KeyStatus, format_age, format_date_time, format_utc,
};
use crate::ops::activity::{
    Activity, Count, Histogram, Issued, IssuedStatus, RegionState, Source, SuspectCall,
    messages as activity_messages,
};
use crate::tui::messages::activity as messages;
use crate::tui::popups::activity::summary_rows::{
    SummaryItem, SummaryRow, SummarySection, sections,
};
use crate::tui::render::Theme;
use crate::tui::render::text_wrap::wrap_text;

/// Maximum columns of a sparkline.
const MAX_BARS: usize = 60;

/// Minimum columns of a sparkline; where that is too much, its scale is cut off.
const MIN_BARS: usize = 12;

/// Rows from which sparklines and the window stand above what matters more.
const MIN_TALL_ROWS: usize = 20;

/// Columns of the scale of a sparkline, with the space around it.
const SCALE_COLUMNS: usize = 40;

/// Minimum columns for both times of a source.
const MIN_COLUMNS_FOR_TIMES: usize = 90;

/// Minimum columns of a line that also has what matters less.
const MIN_COLUMNS_FOR_ALL: usize = 60;

/// Columns of what a call may be for, or of `failed` and its error code.
const OUTCOME_COLUMNS: usize = 20;

/// Slice of a sparkline above which a second one shows the last hours.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Columns of an IP address, and a name of an AWS service that is cut off.
const IP_COLUMNS: usize = 18;

/// Columns of a count.
const COUNT_COLUMNS: usize = 7;

/// Columns of the name of a service or an error code.
const NAME_COLUMNS: usize = 26;

/// Maximum number of operations named beside a service or an error code.
const MAX_OPERATIONS: usize = 12;

/// A line of the summary.
pub(super) struct SummaryLine {
    /// Texts with their styles.
    pub spans: Vec<Span<'static>>,
    /// What the line opens.
    pub item: Option<SummaryItem>,
}

/// What the lines are made for.
pub(super) struct SummaryArea<'a> {
    /// Present time.
    pub now: Timestamp,
    /// Columns of a line.
    pub width: usize,
    /// Rows in view.
    pub height: usize,
    /// Theme.
    pub theme: &'a Theme,
    /// Issued access keys that IAM reports Inactive.
    pub inactive: Vec<&'a KeyId>,
}

/// Returns the number of calls in the slice with the most, at least one.
fn highest(histogram: &Histogram) -> u32 {
    histogram.calls.iter().copied().max().unwrap_or(1).max(1)
}

/// Returns all lines.
pub(super) fn lines(activity: &Activity, area: &SummaryArea<'_>) -> Vec<SummaryLine> {
    let mut lines = Lines { lines: Vec::new(), area };
    lines.head(activity);
    for section in sections(activity) {
        lines.section(section);
    }
    lines.regions(activity);
    lines.lines
}

/// Lines that are being collected.
struct Lines<'a> {
    lines: Vec<SummaryLine>,
    area: &'a SummaryArea<'a>,
}

impl Lines<'_> {
    fn add(&mut self, spans: Vec<Span<'static>>, item: Option<SummaryItem>) {
        self.lines.push(SummaryLine { spans, item });
    }

    fn text(&mut self, text: &str, style: Style) {
        for piece in wrap_text(text, self.area.width.max(8)) {
            self.add(vec![Span::styled(piece, style)], None);
        }
    }

    /// Returns whether there is room above what is most important.
    fn is_tall(&self) -> bool {
        self.area.height >= MIN_TALL_ROWS
    }

    /// Returns whether a line has room only for what matters most.
    fn is_narrow(&self) -> bool {
        self.area.width < MIN_COLUMNS_FOR_ALL
    }

    /// Adds the number of events, which opens the timeline, the sparklines and the window if there
    /// is room, and the Regions that could not be read.
    fn head(&mut self, activity: &Activity) {
        let theme = self.area.theme;
        let text = match (activity.first(), activity.last()) {
            (Some(first), Some(last)) => {
                let count = activity_messages::events(activity.events().len());
                format!("{count}: {}", messages::first_and_last(first, last))
            }
            _ => activity_messages::events(0),
        };
        self.row(vec![Span::styled(text, theme.strong)], SummaryItem::All);
        if let Some(sentence) = activity.nothing_recorded() {
            self.text(&sentence, theme.strong);
        }
        if !activity.events().is_empty() && self.is_tall() {
            let bars = self.area.width.saturating_sub(SCALE_COLUMNS).clamp(MIN_BARS, MAX_BARS);
            let histogram = activity.histogram(bars);
            let scale = messages::scale(histogram.slice, highest(&histogram));
            self.sparkline(&histogram, &scale);
            if histogram.slice > HOUR {
                let hourly = activity.calls_per_hour(bars);
                let scale = messages::hourly_scale(bars, highest(&hourly));
                self.sparkline(&hourly, &scale);
            }
        }
        if self.is_tall() {
            self.text(&messages::window(activity.query()), theme.dim);
        }
        for region in activity.regions() {
            if let RegionState::Failed { error, .. } = &region.state {
                self.text(&format!("{}: {error}", region.region), theme.warning);
            }
        }
        let unread = activity.records().unread();
        let unread = (unread > 0).then(|| messages::without_readable_record(unread));
        let warnings = [unread, activity.clock_warning()];
        for note in activity.query().notes.iter().chain(warnings.iter().flatten()) {
            self.text(note, theme.warning);
        }
    }

    fn sparkline(&mut self, histogram: &Histogram, scale: &str) {
        let (theme, highest) = (self.area.theme, highest(histogram));
        let bar = |calls: &u32| {
            // Any call is seen, however high the highest bar is.
            let level = (u64::from(*calls) * 8).div_ceil(u64::from(highest));
            let glyph = usize::try_from(level).ok().and_then(|level| theme.glyphs.bars.get(level));
            glyph.copied().unwrap_or(" ")
        };
        let bars: String = histogram.calls.iter().map(bar).collect();
        let spans = vec![
            Span::styled("  ".to_owned(), theme.plain),
            Span::styled(bars, theme.strong),
            Span::styled(format!("  {scale}"), theme.dim),
        ];
        self.add(spans, None);
    }

    /// Adds the heading and the rows of a section.
    fn section(&mut self, section: SummarySection<'_>) {
        self.heading(section.heading);
        for row in section.rows {
            let item = row.item();
            match row {
                SummaryRow::Issued(issued) => self.issued(issued, item),
                SummaryRow::SuspectCall(call) => self.suspect_call(call, item),
                SummaryRow::Source(source) => self.source(source, item),
                SummaryRow::Service(service) => self.counts(service, true, item),
                // All of them failed, as the heading says.
                SummaryRow::Error(error) => self.counts(error, false, item),
            }
        }
        if section.hidden > 0 {
            let more = format!("  {}", messages::more(section.hidden));
            self.add(vec![Span::styled(more, self.area.theme.dim)], None);
        }
    }

    fn heading(&mut self, heading: &str) {
        let theme = self.area.theme;
        self.add(Vec::new(), None);
        self.add(vec![Span::styled(heading.to_uppercase(), theme.heading)], None);
    }

    fn issued(&mut self, issued: &Issued, item: SummaryItem) {
        let (theme, now) = (self.area.theme, self.area.now);
        let (style, status) = match issued.status(now) {
            IssuedStatus::LiveUntil(end) => (theme.warning, messages::live_for(end, now)),
            IssuedStatus::Ended(end) => (theme.dim, messages::ended(end, now)),
            IssuedStatus::LongTerm if self.area.inactive.contains(&&issued.key) => {
                (theme.dim, KeyStatus::Inactive.to_string())
            }
            IssuedStatus::LongTerm => (theme.warning, messages::LONG_TERM.to_owned()),
            IssuedStatus::EndUnknown => (theme.warning, messages::END_UNKNOWN.to_owned()),
        };
        let is_wide = self.area.width >= MIN_COLUMNS_FOR_TIMES;
        let time = if is_wide { format!("{}  ", format_utc(issued.time)) } else { String::new() };
        let mut spans = vec![
            Span::styled(time, theme.dim),
            Span::styled(format!("{}  ", issued.key), theme.strong),
        ];
        if self.is_narrow() {
            spans.push(Span::styled(status, style));
        } else {
            let owner = issued.owner.as_deref().unwrap_or_default();
            spans.extend([
                Span::styled(format!("{:17}  ", issued.kind), theme.plain),
                Span::styled(format!("{status:14}  "), style),
                Span::styled(owner.to_owned(), theme.plain),
            ]);
        }
        self.row(spans, item);
    }

    /// Adds a call. Its outcome comes first: where it is cut off, an attempt looks like a success.
    fn suspect_call(&mut self, call: &SuspectCall, item: SummaryItem) {
        let (theme, event) = (self.area.theme, &call.event);
        let is_narrow = self.is_narrow();
        let time =
            if is_narrow { messages::short_time(event.time) } else { format_utc(event.time) };
        let outcome = match (event.outcome(), is_narrow) {
            (CallOutcome::Failed(code), false) => {
                theme.glyphs.fit(&messages::failed_with(code), OUTCOME_COLUMNS)
            }
            (CallOutcome::Failed(_), true) => messages::FAILED.to_owned(),
            (CallOutcome::NotKnown, false) => {
                format!("{:OUTCOME_COLUMNS$}", CallOutcome::NotKnown.as_str())
            }
            (CallOutcome::NotKnown, true) => {
                format!("{:width$}", messages::OUTCOME_NOT_KNOWN, width = messages::FAILED.len())
            }
            (CallOutcome::Done, false) => format!("{:OUTCOME_COLUMNS$}", call.tactic),
            (CallOutcome::Done, true) => {
                format!("{:width$}", messages::DONE, width = messages::FAILED.len())
            }
        };
        let (outcome_style, call_style) = match event.outcome() {
            CallOutcome::Failed(_) => (theme.dim, theme.dim),
            CallOutcome::Done | CallOutcome::NotKnown => (theme.warning, theme.strong),
        };
        let target = event.target.as_deref().unwrap_or_default();
        let spans = vec![
            Span::styled(format!("{time}  "), theme.dim),
            Span::styled(format!("{outcome}  "), outcome_style),
            Span::styled(format!("{} {}  ", event.service, event.name), call_style),
            Span::styled(target.to_owned(), theme.plain),
        ];
        self.row(spans, item);
    }

    fn source(&mut self, source: &Count<Source>, item: SummaryItem) {
        let theme = self.area.theme;
        let ip = source.key.ip.as_deref().unwrap_or(theme.glyphs.unknown);
        let agent = source.key.user_agent.as_deref().unwrap_or_default();
        let calls = format!("{:>COUNT_COLUMNS$}  ", source.events);
        let mut spans = vec![
            Span::styled(calls, theme.strong),
            Span::styled(format!("{} ", theme.glyphs.fit(ip, IP_COLUMNS)), theme.strong),
        ];
        let last = format_date_time(source.last);
        let times = if self.area.width >= MIN_COLUMNS_FOR_TIMES {
            format!("{} to {last}  ", format_date_time(source.first))
        } else {
            let ago = format_age(self.area.now.duration_since(source.last));
            format!("{ago:>4} ago  ")
        };
        spans.push(Span::styled(times, theme.dim));
        spans.push(Span::styled(agent.to_owned(), theme.plain));
        self.row(spans, item);
    }

    /// Adds a service or an error code with its operations, and how many of its calls failed if
    /// that `has_outcomes`.
    fn counts(&mut self, count: &Count<EscapedText>, has_outcomes: bool, item: SummaryItem) {
        let theme = self.area.theme;
        let outcomes =
            |count: &Count<EscapedText>| messages::outcomes(count).filter(|_| has_outcomes);
        let operations = count.calls().iter().map(|operation| {
            let outcomes = outcomes(operation).map(|text| format!(" ({text})"));
            format!("{} {}{}", operation.key, operation.events, outcomes.unwrap_or_default())
        });
        let operations: Vec<_> = operations.take(MAX_OPERATIONS).collect();
        let failed = outcomes(count).map(|text| format!("{text} · ")).unwrap_or_default();
        let name = theme.glyphs.fit(&count.key, NAME_COLUMNS.min(self.area.width / 3));
        let spans = vec![
            Span::styled(format!("{:>COUNT_COLUMNS$}  ", count.events), theme.strong),
            Span::styled(format!("{name} "), theme.plain),
            Span::styled(failed, theme.plain),
            Span::styled(operations.join(", "), theme.dim),
        ];
        self.row(spans, item);
    }

    /// Adds a line that can be opened, cut to the width.
    fn row(&mut self, spans: Vec<Span<'static>>, item: SummaryItem) {
        let theme = self.area.theme;
        let mut left = self.area.width.saturating_sub(2);
        let mut fitted = Vec::new();
        for span in spans {
            let columns = span.width();
            if columns > left {
                fitted.push(Span::styled(theme.glyphs.fit(&span.content, left), span.style));
                break;
            }
            left -= columns;
            fitted.push(span);
        }
        self.add(fitted, Some(item));
    }

    fn regions(&mut self, activity: &Activity) {
        let theme = self.area.theme;
        self.heading(activity_messages::REGIONS);
        let (without, others): (Vec<_>, Vec<_>) = activity
            .regions()
            .iter()
            .partition(|region| region.events == 0 && region.state.is_complete());
        for region in others {
            let state = activity_messages::region_state(region);
            let text = format!("  {:15} {:>COUNT_COLUMNS$}  {state}", region.region, region.events);
            let text = theme.glyphs.fit(&text, self.area.width);
            self.add(vec![Span::styled(text, theme.plain)], None);
        }
        if !without.is_empty() {
            let names: Vec<_> = without.iter().map(|region| region.region.as_str()).collect();
            self.text(&messages::without_events(&names.join(", ")), theme.plain);
        }
        self.add(Vec::new(), None);
        if !self.is_tall() {
            self.text(&messages::window(activity.query()), theme.dim);
        }
        for caveat in activity.caveats() {
            self.text(&caveat, theme.dim);
        }
    }
}
