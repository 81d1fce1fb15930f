//! IDs that a text has in pieces: broken over lines, or with markup between the pieces.
//!
//! To avoid IDs that nobody wrote, the whole must have the length and the characters of an ID that
//! AWS issues. What is found here still has to be checked by the user.

use super::super::ISSUED_ID_LENGTH;
use super::super::KeyId;
use super::word::{has_digit, has_issued_length, is_issued_form};

/// Characters that mark a line as broken: a shell's, quoted-printable's, hyphens.
const LINE_END_MARKS: [char; 5] = ['\\', '=', '-', '\u{2010}', '\u{2011}'];

/// Characters before a continued line: quote marks of mail, frames of tables, signs of diffs.
const LINE_START_MARKS: [char; 9] = ['>', '|', '│', '┃', '+', '-', '#', '*', ':'];

/// Characters of Markdown that are not displayed.
const MARKUP: [char; 4] = ['*', '_', '`', '~'];

/// Returns the IDs that the text has in pieces.
pub(super) fn ids_in_pieces(text: &str) -> Vec<String> {
    let mut ids = ids_over_lines(text);
    ids.extend(ids_with_markup(text));
    ids.extend(ids_in_groups(text));
    ids
}

/// Returns the IDs in groups of four characters, or in single ones: `AKIA RZPU …`, `A K I A …`.
fn ids_in_groups(text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        for length in [1, 4] {
            for (at, group) in words.windows(ISSUED_ID_LENGTH / length).enumerate() {
                let is_group = group.iter().all(|word| word.len() == length);
                if is_group && group[0].starts_with('A') {
                    let mut id = group.concat();
                    // IDs of users have one character more.
                    let next = words.get(at + group.len()).filter(|next| next.len() == 1);
                    let longer = next.map(|next| format!("{id}{next}"));
                    id = longer.filter(|longer| is_plausible(longer)).unwrap_or(id);
                    ids.extend(Some(id).filter(|id| is_plausible(id) && has_digit(id)));
                }
            }
        }
    }
    ids
}

fn is_run(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

/// Returns the IDs that continue on the next line or lines.
fn ids_over_lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(without_frame).collect();
    let mut ids = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let line = line.trim_end_matches(LINE_END_MARKS);
        let first = &line[line.trim_end_matches(is_run).len()..];
        if first.is_empty() || first.len() == line.len() && first.len() > ISSUED_ID_LENGTH {
            continue;
        }
        let mut joined = first.to_owned();
        for next in &lines[number + 1..] {
            let next_text = next.trim_end_matches(LINE_END_MARKS);
            let piece_end = next_text.find(|c| !is_run(c)).unwrap_or(next_text.len());
            let piece = &next_text[..piece_end];
            let follows = next_text[piece_end..].chars().next();
            joined.push_str(piece);
            if piece.is_empty() || joined.len() > first.len() + ISSUED_ID_LENGTH {
                break;
            }
            let ends_here = !follows.is_some_and(char::is_alphanumeric);
            if ends_here && let Some(id) = id_at_the_end(&joined, first.len()) {
                ids.push(id.to_owned());
                break;
            }
            if follows.is_some() {
                break;
            }
        }
    }
    ids
}

/// Returns the line without quote marks, frames and spaces at both ends.
fn without_frame(line: &str) -> &str {
    let line =
        line.trim_start_matches(|c: char| c.is_whitespace() || LINE_START_MARKS.contains(&c));
    line.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '│' | '┃' | '|'))
}

/// Returns the ID at the end of the joined pieces if it begins in the first piece.
fn id_at_the_end(joined: &str, first_length: usize) -> Option<&str> {
    let starts = [ISSUED_ID_LENGTH + 1, ISSUED_ID_LENGTH].map(|it| joined.len().checked_sub(it));
    let mut starts = starts.into_iter().flatten().filter(|start| *start < first_length);
    starts.find_map(|start| joined.get(start..).filter(|id| is_plausible(id)))
}

/// Returns whether the text has the form of an ID, and words in capital letters do not.
fn is_plausible(id: &str) -> bool {
    let is_newer = matches!(id.as_bytes().get(4), Some(b'Q'..=b'Z' | b'2'..=b'7'));
    has_issued_length(id)
        && is_issued_form(id)
        && (id.starts_with("AKIA") || has_digit(id))
        && (!is_newer || KeyId::parse(id).is_ok_and(|id| id.account().is_some()))
}

/// Returns the IDs that have the characters of Markdown between their letters.
fn ids_with_markup(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !is_run(c) && !MARKUP.contains(&c));
    let marked = words.filter(|word| word.contains(MARKUP));
    let joined = marked.map(|word| word.replace(MARKUP, ""));
    joined.filter(|id| is_plausible(id)).collect()
}
