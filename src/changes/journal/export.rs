//! Journal entries as a table, as JSON, and as an incident record in Markdown.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::entry::{Intent, JournalEntry};
use super::outcome::OutcomeRecord;
use super::{JournalError, JournalScan};
use crate::changes::messages::journal::{
    JOURNAL_TABLE_COLUMNS, MARKDOWN_COLUMNS, MARKDOWN_NO_CHANGES, MARKDOWN_SESSIONS_NOTE,
    MARKDOWN_TITLE, SIGNER_PLACEHOLDER, markdown_title,
};
use crate::model::{
    AccountId, Arn, Direction, EscapedText, KeyId, UserName, escape_markdown, format_utc,
    markdown_head, markdown_row,
};

/// Returns the row of [`JOURNAL_TABLE_COLUMNS`] for a change.
pub(crate) fn table_row(
    entry: &JournalEntry,
    now: Timestamp,
) -> [String; JOURNAL_TABLE_COLUMNS.len()] {
    let intent = &entry.intent;
    [
        format_utc(intent.time),
        intent.id.to_string(),
        account_label(intent),
        intent.user.as_ref().map_or(SIGNER_PLACEHOLDER, UserName::as_str).to_owned(),
        intent.key.to_string(),
        intent.transition(),
        entry.state_label(now),
        intent.os_user_label(),
        intent.caller.as_ref().map(Arn::to_string).unwrap_or_default(),
        intent.reason.as_deref().unwrap_or_default().to_owned(),
    ]
}

fn account_label(intent: &Intent) -> String {
    let account = intent.account.as_ref().map_or("not read", AccountId::as_str);
    let unverified = intent.unverified_tls.then_some("CERTIFICATES UNCHECKED");
    let parts = [Some(account), intent.endpoint.mark(), unverified];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns a change as a JSON object with `state`, `sentence`, `intent` and `outcomes`. The
/// last two have the fields of the journal's lines.
///
/// # Errors
/// Returns an error if an entry cannot be serialized, which no entry is known to cause.
pub(crate) fn entry_json(
    entry: &JournalEntry,
    now: Timestamp,
) -> serde_json::Result<serde_json::Value> {
    #[derive(Serialize)]
    struct JsonRecord<'a> {
        state: String,
        sentence: String,
        intent: &'a Intent,
        outcomes: &'a [OutcomeRecord],
    }
    serde_json::to_value(JsonRecord {
        state: entry.state_label(now),
        sentence: entry.sentence(now),
        intent: &entry.intent,
        outcomes: &entry.outcomes,
    })
}

/// Writes the changes as an incident record in Markdown: an overview, then a section for each
/// change. `damage` names the parts of the journal that could not be read. `write` is called
/// with one piece of text after the other.
///
/// # Errors
/// Returns an error if the journal cannot be read, and the error of `write`.
pub(crate) fn entries_markdown<E: From<JournalError>>(
    scan: &mut JournalScan,
    damage: Option<&str>,
    now: Timestamp,
    mut write: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut text = match only_key(scan)? {
        Some(key) => markdown_title(&key),
        None => MARKDOWN_TITLE.to_owned(),
    };
    let _ = writeln!(text, "Written by keyflip at {}. All times are UTC.\n", format_utc(now));
    if let Some(damage) = damage {
        let _ = writeln!(text, "**Incomplete.** {}\n", escape_markdown(damage));
    }
    if scan.len() == 0 {
        text.push_str(MARKDOWN_NO_CHANGES);
        return write(&text);
    }
    text.push_str(&markdown_head(&MARKDOWN_COLUMNS, 0));
    write(&text)?;
    let mut deactivates = false;
    for (number, entry) in (1..).zip(scan.entries()) {
        let entry = entry?;
        deactivates |= entry.intent.direction == Direction::Deactivate;
        write(&overview(number, &entry, now))?;
    }
    for (number, entry) in (1..).zip(scan.entries()) {
        text.clear();
        change_section(&mut text, number, &entry?, now);
        write(&text)?;
    }
    if deactivates {
        write(MARKDOWN_SESSIONS_NOTE)?;
    }
    Ok(())
}

/// Returns the key of all changes, if there is only one.
fn only_key(scan: &mut JournalScan) -> Result<Option<KeyId>, JournalError> {
    let mut only = None;
    for entry in scan.entries() {
        let key = entry?.intent.key;
        if *only.get_or_insert_with(|| key.clone()) != key {
            return Ok(None);
        }
    }
    Ok(only)
}

fn overview(number: usize, entry: &JournalEntry, now: Timestamp) -> String {
    let intent = &entry.intent;
    let cells: [String; MARKDOWN_COLUMNS.len()] = [
        number.to_string(),
        format_utc(intent.time),
        escape_markdown(&account_label(intent)),
        format!("`{}`", intent.key),
        escape_markdown(intent.user.as_ref().map_or(SIGNER_PLACEHOLDER, UserName::as_str)),
        escape_markdown(&intent.transition()),
        escape_markdown(&entry.state_label(now)),
    ];
    markdown_row(&cells)
}

fn change_section(text: &mut String, number: usize, entry: &JournalEntry, now: Timestamp) {
    let intent = &entry.intent;
    let change = escape_markdown(&intent.transition());
    let _ =
        writeln!(text, "\n## {number}. {}: {change}\n", escape_markdown(&intent.key_and_owner()));
    for (name, value) in change_facts(entry, now) {
        let _ = writeln!(text, "- **{name}:** {}", escape_markdown(&value));
    }
    let outcomes = if entry.outcomes.len() > 1 { &entry.outcomes[..] } else { &[] };
    for outcome in outcomes {
        let _ = writeln!(
            text,
            "- **Recorded {}:** {}",
            format_utc(outcome.time),
            escape_markdown(&outcome.sentence(intent))
        );
    }
}

/// Returns the facts about one change with their names, the most important first.
fn change_facts(entry: &JournalEntry, now: Timestamp) -> Vec<(&'static str, String)> {
    let intent = &entry.intent;
    let text = |text: &EscapedText| text.to_string();
    let not_read = || "not read".to_owned();
    let attempts = entry
        .outcomes
        .iter()
        .map(|outcome| outcome.attempts)
        .max()
        .filter(|attempts| *attempts > 0);
    let requests: Vec<_> = entry.request_ids().map(|id| &**id).collect();
    let facts = [
        ("Outcome", Some(entry.sentence(now))),
        ("Reason", intent.reason.as_ref().map(text)),
        ("Account", Some(intent.account.as_ref().map_or_else(not_read, ToString::to_string))),
        ("Endpoint", intent.endpoint.label()),
        ("Certificates", intent.unverified_tls.then(|| "not checked (--no-verify-ssl)".to_owned())),
        ("Caller", Some(intent.caller.as_ref().map_or_else(not_read, Arn::to_string))),
        ("Profile", intent.profile.as_ref().map(text)),
        ("Route", intent.route.as_ref().map(text)),
        ("Changed by", Some(format!("{} (process {})", intent.made_by(), intent.pid))),
        ("Started", Some(format_utc(intent.time))),
        ("Verified", entry.outcomes.iter().find_map(|outcome| outcome.verified_at).map(format_utc)),
        ("Attempts", attempts.map(|attempts| attempts.to_string())),
        ("Request IDs", (!requests.is_empty()).then(|| requests.join(", "))),
        ("Undoes", intent.undoes.as_ref().map(text)),
        ("Journal ID", Some(text(&intent.id))),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::Journal;
    use crate::changes::journal::outcome::OutcomeKind;
    use crate::changes::test_fixtures::{change, entry, time};
    use crate::model::KeyChange;

    fn in_markdown(entries: &[JournalEntry], now: Timestamp) -> String {
        let mut scan = Journal::with_entries(entries).scan(&mut |_, _| {}).unwrap();
        let mut text = String::new();
        let write = |part: &str| -> Result<(), JournalError> {
            text.push_str(part);
            Ok(())
        };
        entries_markdown(&mut scan, None, now, write).unwrap();
        text
    }

    fn sample() -> Vec<JournalEntry> {
        let hostile = KeyChange {
            user: Some(UserName::from_service("a|b<i>*c*\n`d`")),
            reason: Some(
                "see [here](http://x) | <script> @ops/all, #12 www.x.org `` `@a``b` a|@b".into(),
            ),
            before: None,
            direction: Direction::Activate,
            ..change()
        };
        let mut entries = vec![
            entry(&change(), "14:02:11", Some(OutcomeKind::Verified)),
            entry(&hostile, "14:05:00", Some(OutcomeKind::Accepted)),
        ];
        for (entry, id) in
            entries.iter_mut().zip(["20261124T140211Z-k7q2x", "20261124T140500Z-0a1b2"])
        {
            let intent = &mut entry.intent;
            (intent.id, intent.host, intent.os_user, intent.pid) =
                (id.into(), "bastion".into(), "ann".into(), 7);
            intent.sudo_user = None;
            for outcome in &mut entry.outcomes {
                outcome.id = id.into();
                outcome.attempts = 1;
                outcome.request_ids = vec!["3f1".into(), "3f2".into()];
            }
        }
        entries[0].outcomes[0].verified_at = Some(time("14:02:11.9"));
        entries[1].intent.account = None;
        entries
    }

    #[test]
    fn a_scan_keeps_the_changes_of_a_key_with_all_outcomes() {
        let mut entries = sample();
        let again = entries[1].outcomes[0].clone();
        entries[1].outcomes.push(again);
        entries[1].intent.key = KeyId::parse("AKIARZPUZDIKFYHOWX99").unwrap();
        let mut scan = Journal::with_entries(&entries).scan(&mut |_, _| {}).unwrap();
        scan.retain_keys(&[entries[1].intent.key.clone()]).unwrap();
        let kept: Vec<_> = scan.entries().map(Result::unwrap).collect();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].intent.id, entries[1].intent.id);
        assert_eq!(kept[0].outcomes.len(), 2);
    }

    #[test]
    fn the_incident_record_is_complete_and_escapes_names() {
        insta::assert_snapshot!(in_markdown(&sample(), time("15:00:00")), @r#"
        # Incident record: access key AKIARZPUZDIKFYHOWX26

        Written by keyflip at 2026-11-24 15:00:00Z. All times are UTC.

        | # | Time | Account | Key | User | Change | Outcome |
        |---|---|---|---|---|---|---|
        | 1 | 2026-11-24 14:02:11Z | 123456789012 | `AKIARZPUZDIKFYHOWX26` | svc-billing-0042 | Active → Inactive | verified |
        | 2 | 2026-11-24 14:05:00Z | not read | `AKIARZPUZDIKFYHOWX26` | a\|b\<i\>\*c\*\<U+000A\>\`d\` | not read → Active | accepted, not verified |

        ## 1. AKIARZPUZDIKFYHOWX26 of svc-billing-0042: Active → Inactive

        - **Outcome:** IAM reported Inactive at 2026-11-24 14:02:11Z.
        - **Reason:** leaked in build log
        - **Account:** 123456789012
        - **Caller:** arn:aws:iam::123456789012:user/operator
        - **Profile:** prod
        - **Changed by:** OS user ann on bastion (process 7)
        - **Started:** 2026-11-24 14:02:11Z
        - **Verified:** 2026-11-24 14:02:11Z
        - **Attempts:** 1
        - **Request IDs:** 3f1, 3f2
        - **Journal ID:** 20261124T140211Z-k7q2x

        ## 2. AKIARZPUZDIKFYHOWX26 of a\|b\<i\>\*c\*\<U+000A\>\`d\`: not read → Active

        - **Outcome:** IAM accepted the change to Active. It is unverified: the key was not read afterwards.
        - **Reason:** see `[here](http://x)` \| \<script\> `@ops/all,` `#12` `www.x.org` \`\` ``` `@a``b` ``` a\|`@b`
        - **Account:** not read
        - **Caller:** arn:aws:iam::123456789012:user/operator
        - **Profile:** prod
        - **Changed by:** OS user ann on bastion (process 7)
        - **Started:** 2026-11-24 14:05:00Z
        - **Attempts:** 1
        - **Request IDs:** 3f1, 3f2
        - **Journal ID:** 20261124T140500Z-0a1b2

        Deactivating a key does not end its existing sessions: they stay valid until they expire, or until a policy denies them.
        "#);
    }

    #[test]
    fn the_record_of_several_keys_names_none_in_its_title() {
        let mut entries = sample();
        entries[1].intent.key = KeyId::parse("AKIARZPUZDIKFYHOWX99").unwrap();
        for entries in [&entries[..], &[]] {
            let text = in_markdown(entries, time("15:00:00"));
            assert!(text.starts_with("# Access key changes\n"), "{text}");
        }
    }

    #[test]
    fn table_and_json_have_a_record_for_each_change() {
        let (entries, now) = (sample(), time("15:00:00"));
        let rows: Vec<_> = entries.iter().map(|entry| table_row(entry, now)).collect();
        let caller = "arn:aws:iam::123456789012:user/operator";
        let facts = ["Active → Inactive", "verified", "ann", caller, "leaked in build log"];
        assert_eq!(rows[0][5..], facts);
        assert_eq!((rows[1][2].as_str(), rows[1][5].as_str()), ("not read", "not read → Active"));
        let [first, second] = [0, 1].map(|at| entry_json(&entries[at], now).unwrap());
        assert_eq!(first["intent"]["key"], "AKIARZPUZDIKFYHOWX26");
        assert_eq!(second["intent"]["account"], serde_json::Value::Null);
        assert_eq!(second["outcomes"][0]["outcome"], "accepted, not verified");
    }

    #[test]
    fn the_sudo_user_and_disabled_tls_are_shown_everywhere() {
        let (mut entries, now) = (sample(), time("15:00:00"));
        let intent = &mut entries[0].intent;
        (intent.os_user, intent.sudo_user, intent.unverified_tls) =
            ("root".into(), Some("ann".into()), true);
        let entries = Journal::with_entries(&entries).read().entries;
        let row = table_row(&entries[0], now);
        assert_eq!(
            (&*row[2], &*row[7]),
            ("123456789012 CERTIFICATES UNCHECKED", "root (SUDO_USER ann)")
        );
        let json = entry_json(&entries[0], now).unwrap();
        assert_eq!(
            (&json["intent"]["sudo_user"], &json["intent"]["unverified_tls"]),
            (&"ann".into(), &true.into())
        );
        assert!(
            json["sentence"].as_str().unwrap().contains("TLS certificates were not checked"),
            "{json}"
        );
        let text = in_markdown(&entries, now);
        assert!(
            text.contains("**Changed by:** OS user root (SUDO\\_USER ann) on bastion"),
            "{text}"
        );
        assert!(text.contains("**Certificates:** not checked (--no-verify-ssl)"), "{text}");
    }
}
