//! Entries as a table, as JSON, and as an incident record in Markdown to
//! paste into a ticket.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::ending::Ending;
use super::entry::{Entry, Intent};
use super::words::shown;
use crate::model::{Arn, Direction, Endpoint, UserName};

/// The table's columns.
pub(crate) const COLUMNS: [&str; 8] = ["TIME (UTC)", "ID", "ACCOUNT", "USER", "KEY ID", "CHANGE", "OUTCOME", "REASON"];

/// In the place of a user's name, where none was sent: IAM then takes the one
/// whose key signs.
const OF_SIGNER: &str = "(of the signing key)";

/// A row of the table for each change, in order.
pub(crate) fn rows(entries: &[Entry], now: Timestamp) -> Vec<[String; COLUMNS.len()]> {
    entries
        .iter()
        .map(|entry| {
            let intent = &entry.intent;
            [
                shown(intent.time),
                intent.id.to_string(),
                account(intent),
                intent.user.as_ref().map_or(OF_SIGNER, UserName::as_str).to_owned(),
                intent.key.to_string(),
                intent.transition(),
                entry.state(now),
                intent.reason.as_deref().unwrap_or_default().to_owned(),
            ]
        })
        .collect()
}

fn account(intent: &Intent) -> String {
    let account = intent.account.as_ref().map_or_else(|| "not read".to_owned(), ToString::to_string);
    match &intent.endpoint {
        Endpoint::Aws => account,
        Endpoint::NotAws(_) => format!("{account} NOT AWS"),
    }
}

/// The changes as a JSON array: for each its `state`, a `sentence`, the
/// `intent` and the `outcomes`, which have the fields of the journal's lines.
///
/// # Errors
/// None is known; JSON can say all that an entry holds.
pub(crate) fn json(entries: &[Entry], now: Timestamp) -> serde_json::Result<serde_json::Value> {
    #[derive(Serialize)]
    struct Record<'a> {
        state: String,
        sentence: String,
        intent: &'a Intent,
        outcomes: &'a [Ending],
    }
    let records: Vec<_> = entries
        .iter()
        .map(|entry| Record {
            state: entry.state(now),
            sentence: entry.sentence(now),
            intent: &entry.intent,
            outcomes: &entry.endings,
        })
        .collect();
    serde_json::to_value(records)
}

/// The changes as an incident record in Markdown: an overview, and then each
/// change with all that is known of it. `damage` says what of the journal
/// could not be read.
pub(crate) fn markdown(entries: &[Entry], damage: Option<&str>, now: Timestamp) -> String {
    let mut text = String::from("# Access key changes\n\n");
    let _ = writeln!(text, "Written by keyflip at {}. All times are UTC.\n", shown(now));
    if let Some(damage) = damage {
        let _ = writeln!(text, "**Not complete.** {}\n", escaped(damage));
    }
    if entries.is_empty() {
        text.push_str("The journal holds no change.\n");
        return text;
    }
    overview(&mut text, entries, now);
    for (number, entry) in (1..).zip(entries) {
        section(&mut text, number, entry, now);
    }
    if entries.iter().any(|entry| entry.intent.direction == Direction::Deactivate) {
        text.push_str(
            "\nDeactivating a key does not end the sessions that it has already minted: those live until they expire, \
             or until a policy denies them.\n",
        );
    }
    text
}

fn overview(text: &mut String, entries: &[Entry], now: Timestamp) {
    text.push_str("| # | Time | Account | Key | User | Change | Outcome |\n|---|---|---|---|---|---|---|\n");
    for (number, entry) in (1..).zip(entries) {
        let intent = &entry.intent;
        let _ = writeln!(
            text,
            "| {number} | {} | {} | `{}` | {} | {} | {} |",
            shown(intent.time),
            escaped(&account(intent)),
            intent.key,
            escaped(intent.user.as_ref().map_or(OF_SIGNER, UserName::as_str)),
            escaped(&intent.transition()),
            escaped(&entry.state(now))
        );
    }
}

fn section(text: &mut String, number: usize, entry: &Entry, now: Timestamp) {
    let intent = &entry.intent;
    let change = escaped(&intent.transition());
    let _ = writeln!(text, "\n## {number}. {}: {change}\n", escaped(&intent.subject()));
    for (name, value) in facts(entry, now) {
        let _ = writeln!(text, "- **{name}:** {}", escaped(&value));
    }
    let outcomes = if entry.endings.len() > 1 { &entry.endings[..] } else { &[] };
    for ending in outcomes {
        let _ = writeln!(text, "- **Recorded {}:** {}", shown(ending.time), escaped(&ending.sentence(intent)));
    }
}

/// What is known of one change, in the order in which a reader asks.
fn facts(entry: &Entry, now: Timestamp) -> Vec<(&'static str, String)> {
    let intent = &entry.intent;
    let text = |text: &Arc<str>| text.to_string();
    let not_read = || "not read".to_owned();
    let attempts = entry.endings.iter().map(|ending| ending.attempts).max().filter(|attempts| *attempts > 0);
    let requests: Vec<_> = entry.request_ids().map(|id| &**id).collect();
    let facts = [
        ("Outcome", Some(entry.sentence(now))),
        ("Reason", intent.reason.as_ref().map(text)),
        ("Account", Some(intent.account.as_ref().map_or_else(not_read, ToString::to_string))),
        (
            "Endpoint",
            match &intent.endpoint {
                Endpoint::Aws => None,
                Endpoint::NotAws(url) => Some(format!("NOT AWS {url}")),
            },
        ),
        ("Caller", Some(intent.caller.as_ref().map_or_else(not_read, Arn::to_string))),
        ("Profile", intent.profile.as_ref().map(text)),
        ("Made by", Some(format!("{} on {} (process {})", intent.os_user, intent.host, intent.pid))),
        ("Begun", Some(shown(intent.time))),
        ("Proved", entry.endings.iter().find_map(|ending| ending.proved_at).map(shown)),
        ("Attempts", attempts.map(|attempts| attempts.to_string())),
        ("Request IDs", (!requests.is_empty()).then(|| requests.join(", "))),
        ("Undoes", intent.undoes.as_ref().map(text)),
        ("Journal ID", Some(text(&intent.id))),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The text as Markdown that shows just that text: no markup, no table cell,
/// no HTML begins in it, and nobody is mentioned and nothing linked to where
/// it is pasted. (CommonMark: any ASCII punctuation can be escaped.)
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for part in text.split_inclusive([' ', '|']) {
        let word = part.trim_end_matches([' ', '|']);
        if links(word) {
            push_code(&mut shown, word);
        } else {
            push_escaped(&mut shown, word);
        }
        push_escaped(&mut shown, &part[word.len()..]);
    }
    shown
}

/// Whether a ticket system would make a link or a mention of the word. It
/// looks for those in the text that is left after Markdown's escapes, so that
/// only a code span keeps it from doing so.
fn links(word: &str) -> bool {
    word.contains(['@', '#']) || word.contains("://") || word.to_ascii_lowercase().contains("www.")
}

/// The word as a code span: in more backticks than it has in a row, with a
/// space between where it begins or ends with one.
fn push_code(shown: &mut String, word: &str) {
    let longest = word.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if word.starts_with('`') || word.ends_with('`') { " " } else { "" };
    shown.extend([&fence, space, word, space, &fence]);
}

fn push_escaped(shown: &mut String, text: &str) {
    for c in text.chars() {
        if "\\`*_{}[]<>|~&!".contains(c) {
            shown.push('\\');
        }
        shown.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::ending::Verdict;
    use crate::changes::samples::{change, entry, time};
    use crate::model::KeyChange;

    fn sample() -> Vec<Entry> {
        let hostile = KeyChange {
            user: Some(UserName::remote("a|b<i>*c*\n`d`")),
            reason: Some("see [here](http://x) | <script> @ops/all, #12 www.x.org `` `@a``b` a|@b".into()),
            before: None,
            direction: Direction::Activate,
            ..change()
        };
        let mut entries = vec![
            entry(&change(), "14:02:11", Some(Verdict::Proved)),
            entry(&hostile, "14:05:00", Some(Verdict::Accepted)),
        ];
        for (entry, id) in entries.iter_mut().zip(["20261124T140211Z-k7q2x", "20261124T140500Z-0a1b2"]) {
            let intent = &mut entry.intent;
            (intent.id, intent.host, intent.os_user, intent.pid) = (id.into(), "bastion".into(), "ann".into(), 7);
            for ending in &mut entry.endings {
                ending.id = id.into();
                ending.attempts = 1;
                ending.request_ids = vec!["3f1".into(), "3f2".into()];
            }
        }
        entries[0].endings[0].proved_at = Some(time("14:02:11.9"));
        entries[1].intent.account = None;
        entries
    }

    #[test]
    fn the_incident_record_tells_all_and_no_name_becomes_markup() {
        insta::assert_snapshot!(markdown(&sample(), None, time("15:00:00")), @r#"
        # Access key changes

        Written by keyflip at 2026-11-24 15:00:00Z. All times are UTC.

        | # | Time | Account | Key | User | Change | Outcome |
        |---|---|---|---|---|---|---|
        | 1 | 2026-11-24 14:02:11Z | 123456789012 | `AKIARZPUZDIKFYHOWX26` | svc-billing-0042 | Active → Inactive | proved |
        | 2 | 2026-11-24 14:05:00Z | not read | `AKIARZPUZDIKFYHOWX26` | a\|b\<i\>\*c\*\<U+000A\>\`d\` | not read → Active | accepted, not proved |

        ## 1. AKIARZPUZDIKFYHOWX26 of svc-billing-0042: Active → Inactive

        - **Outcome:** IAM reported Inactive at 2026-11-24 14:02:11Z.
        - **Reason:** leaked in build log
        - **Account:** 123456789012
        - **Caller:** arn:aws:iam::123456789012:user/operator
        - **Profile:** prod
        - **Made by:** ann on bastion (process 7)
        - **Begun:** 2026-11-24 14:02:11Z
        - **Proved:** 2026-11-24 14:02:11Z
        - **Attempts:** 1
        - **Request IDs:** 3f1, 3f2
        - **Journal ID:** 20261124T140211Z-k7q2x

        ## 2. AKIARZPUZDIKFYHOWX26 of a\|b\<i\>\*c\*\<U+000A\>\`d\`: not read → Active

        - **Outcome:** IAM accepted Active; nothing was read to prove it.
        - **Reason:** see `[here](http://x)` \| \<script\> `@ops/all,` `#12` `www.x.org` \`\` ``` `@a``b` ``` a\|`@b`
        - **Account:** not read
        - **Caller:** arn:aws:iam::123456789012:user/operator
        - **Profile:** prod
        - **Made by:** ann on bastion (process 7)
        - **Begun:** 2026-11-24 14:05:00Z
        - **Attempts:** 1
        - **Request IDs:** 3f1, 3f2
        - **Journal ID:** 20261124T140500Z-0a1b2

        Deactivating a key does not end the sessions that it has already minted: those live until they expire, or until a policy denies them.
        "#);
    }

    #[test]
    fn the_table_and_the_json_have_a_record_for_each_change() {
        let (entries, now) = (sample(), time("15:00:00"));
        let rows = rows(&entries, now);
        assert_eq!(rows[0][5..], ["Active → Inactive", "proved", "leaked in build log"]);
        assert_eq!((rows[1][2].as_str(), rows[1][5].as_str()), ("not read", "not read → Active"));
        let json = json(&entries, now).unwrap();
        assert_eq!(json[0]["intent"]["key"], "AKIARZPUZDIKFYHOWX26");
        assert_eq!(json[1]["intent"]["account"], serde_json::Value::Null);
        assert_eq!(json[1]["outcomes"][0]["outcome"], "accepted, not proved");
    }
}
