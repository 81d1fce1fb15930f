//! Cells that several lists have.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{
    AccessKey, KeyId, KeyStatus, Known, LastUse, format_age, format_ago, whole_days,
};
use crate::tui::context::{InFlightChange, Shared};
use crate::tui::message::ChangePhase;
use crate::tui::render::Theme;

/// Columns of a key ID.
pub(super) const KEY_ID_COLUMNS: usize = 21;

/// Columns of a key's status.
pub(super) const STATUS_COLUMNS: usize = 11;

/// Columns of an age, and of its bar and the space after it.
pub(super) const AGE_COLUMNS: usize = 6;
pub(super) const BAR_COLUMNS: usize = 2;

/// Columns at which the last use of a key is rarely cut: `51m ago secretsmanager ap-southeast-2`.
pub(super) const LAST_USED_COLUMNS: usize = 36;

/// Age in days from which an active key stands out. Policies ask for a rotation after 90 days, but
/// that would be most keys of most accounts.
const OLD_KEY_DAYS: i64 = 365;

/// Returns the text and style of a fact in a cell: its value, or the reason why it is not known. A
/// value from the credential report gets a prefix.
pub(super) fn known_cell<T>(
    known: &Known<T>,
    theme: &Theme,
    show: impl Fn(&T) -> String,
) -> (String, Style) {
    match known {
        Known::Live { value, .. } => (show(value), theme.plain),
        Known::Reported { value, .. } => {
            (format!("{}{}", theme.glyphs.reported, show(value)), theme.dim)
        }
        Known::NotRead => (theme.glyphs.unknown.to_owned(), theme.dim),
        Known::Denied(_) => ("denied".to_owned(), theme.warning),
        Known::Vanished { .. } => ("deleted".to_owned(), theme.dim),
        Known::Failed(_) => ("failed".to_owned(), theme.warning),
    }
}

/// Returns a key's status, or the state of its change while one is in progress.
pub(crate) fn key_status(
    shared: &Shared,
    id: &KeyId,
    status: &KeyStatus,
    theme: &Theme,
) -> (String, Style) {
    let glyphs = &theme.glyphs;
    if let Some(InFlightChange { change, phase }) = shared.change_queue.pending_change(id) {
        let text = match phase {
            ChangePhase::Waiting | ChangePhase::Writing | ChangePhase::Sent => {
                format!("{} {}", glyphs.arrow, change.direction.status())
            }
            ChangePhase::Verifying | ChangePhase::InDoubt => {
                format!("{}?", change.direction.status())
            }
        };
        return (text, theme.warning);
    }
    if let Some(uncertain) = shared.change_queue.uncertain_status(id) {
        return (format!("{}?", uncertain.wanted), theme.warning);
    }
    let style = match status {
        KeyStatus::Active => theme.active,
        KeyStatus::Inactive => theme.inactive,
        KeyStatus::Expired | KeyStatus::Other(_) => theme.warning,
    };
    (format!("{} {status}", glyphs.status(status)), style)
}

/// Returns the cell with the status of a key.
pub(super) fn status_cell<'a>(shared: &Shared, key: &AccessKey, theme: &Theme) -> Line<'a> {
    let (text, style) = key_status(shared, &key.id, &key.status, theme);
    Span::styled(text, style).into()
}

/// Returns the cell with the age of a key, and a bar for it if there is room.
pub(super) fn age_cell<'a>(
    key: &AccessKey,
    now: Timestamp,
    has_bar: bool,
    theme: &Theme,
) -> Line<'a> {
    let Some(created) = key.created else {
        return Span::styled(theme.glyphs.unknown, theme.dim).into();
    };
    let days = whole_days(created, now);
    let style = time_style(&key.status, days >= OLD_KEY_DAYS, theme);
    let bar = has_bar.then(|| time_bar(days, theme));
    with_bar(bar, format_age(now.duration_since(created)), style)
}

/// Returns the cell with the last use of a key, age, service, Region, and a bar for the time since
/// if there is room.
pub(super) fn last_used_cell<'a>(
    key: &AccessKey,
    now: Timestamp,
    has_bar: bool,
    theme: &Theme,
) -> Line<'a> {
    let (text, style) = known_cell(&key.last_use, theme, |last_use| match last_use {
        LastUse::Never => "never".to_owned(),
        LastUse::Used { at, service, region } => {
            let parts = [
                Some(format_ago(*at, now)),
                service.as_deref().map(String::from),
                region.as_deref().map(String::from),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    });
    let last_use = key.last_use.value();
    let style = match last_use {
        Some(last_use) => time_style(&key.status, is_unused(last_use, now), theme).patch(style),
        None => style,
    };
    let bar = has_bar.then(|| match last_use {
        Some(LastUse::Used { at, .. }) => time_bar(whole_days(*at, now), theme),
        Some(LastUse::Never) => time_bar(i64::MAX, theme),
        None => " ",
    });
    with_bar(bar, text, style)
}

/// Returns whether a key has not been used for so long that it stands out. One that was never used
/// does, however new.
pub(super) fn is_unused(last_use: &LastUse, now: Timestamp) -> bool {
    last_use.is_long_unused(None, now).unwrap_or(true)
}

/// Returns the style of a time of a key: that of an active key may stand out, an inactive key
/// recedes.
fn time_style(status: &KeyStatus, stands_out: bool, theme: &Theme) -> Style {
    match status {
        KeyStatus::Inactive => theme.inactive,
        KeyStatus::Active if stands_out => theme.attention,
        _ => theme.plain,
    }
}

/// Returns a bar of one character for a number of days, on a scale from days to years.
fn time_bar(days: i64, theme: &Theme) -> &'static str {
    const UP_TO_DAYS: [i64; 7] = [1, 7, 30, 90, 180, 365, 730];
    theme.glyphs.bars[1 + UP_TO_DAYS.iter().filter(|most| days >= **most).count()]
}

fn with_bar<'a>(bar: Option<&'static str>, text: String, style: Style) -> Line<'a> {
    match bar {
        Some(bar) => {
            Line::from(vec![Span::styled(format!("{bar} "), style), Span::styled(text, style)])
        }
        None => Span::styled(text, style).into(),
    }
}
