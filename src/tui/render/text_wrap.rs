//! Line wrapping.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Characters after which a word too long for a line is broken, by preference.
const BREAK_AFTER: [&[char]; 2] = [&['/', ':', ','], &['-', '.', '@', '=', '_']];

/// Wraps a text at spaces. A word longer than a line is broken after one of [`BREAK_AFTER`] in the
/// second half of the line, else anywhere. Indentation is repeated on each line if it takes no more
/// than half of the width.
pub(crate) fn wrap_text(text: &str, width: usize) -> Vec<String> {
    let words = text.trim_start_matches(' ');
    let indent = text.len() - words.len();
    if indent == 0 || indent * 2 > width {
        return wrap_words(words, width);
    }
    wrap_words(words, width - indent)
        .into_iter()
        .map(|piece| format!("{:indent$}{piece}", ""))
        .collect()
}

fn wrap_words(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for mut word in text.split(' ') {
        loop {
            let used = if line.is_empty() { 0 } else { line.width() + 1 };
            if used + word.width() <= width {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                break;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                continue;
            }
            let (head, tail) = word.split_at(break_position(word, width));
            line.push_str(head);
            if tail.is_empty() {
                break;
            }
            lines.push(std::mem::take(&mut line));
            word = tail;
        }
    }
    lines.push(line);
    lines
}

/// Returns the number of bytes of a long word that go on a line of that width; at least one
/// character.
fn break_position(word: &str, width: usize) -> usize {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = ends.clone().take_while(|end| word[..*end].width() <= width).last();
    let anywhere = fits.or_else(|| ends.clone().next()).unwrap_or(0);
    let head = &word[..anywhere];
    let after = |joints: &&[char]| {
        head.rfind(*joints).map(|at| at + 1).filter(|at| head[..*at].width() * 2 > width)
    };
    BREAK_AFTER.iter().find_map(after).unwrap_or(anywhere)
}

/// Cuts a text to a number of columns in its middle, where it says least.
pub(crate) fn shorten_middle(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    let fitting = |characters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut left = room;
        let fits = |character: &char| {
            let rest = left.checked_sub(character.width().unwrap_or(0));
            left = rest.unwrap_or(left);
            rest.is_some()
        };
        characters.take_while(fits).collect::<String>()
    };
    let start = fitting(&mut text.chars(), room / 2);
    let end: String = fitting(&mut text.chars().rev(), room - room / 2).chars().rev().collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_break_at_punctuation_without_loss() {
        assert_eq!(
            wrap_text("an arn:aws:iam::1:user/service/ci-deploy", 20),
            ["an", "arn:aws:iam::1:user/", "service/ci-deploy"]
        );
        assert_eq!(wrap_text("aaaaaaaaaaaa", 5), ["aaaaa", "aaaaa", "aa"]);
        assert_eq!(wrap_text("日本語の名前", 4), ["日本", "語の", "名前"]);
        assert_eq!(wrap_text("日本", 1), ["日", "本"]);
        assert_eq!(wrap_text("", 5), [""]);
    }

    #[test]
    fn continuation_lines_keep_their_indent() {
        assert_eq!(wrap_text("  Reason: a leak", 12), ["  Reason: a", "  leak"]);
        assert_eq!(wrap_text("a  b", 12), ["a  b"]);
        assert_eq!(
            wrap_text("      ab", 8),
            ["ab"],
            "an indent takes no more than half of the width"
        );
    }
}
