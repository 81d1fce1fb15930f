//! Text in Markdown.

/// Returns Markdown that shows exactly `text`: it starts no markup, table cell or HTML, and the
/// system it is pasted into makes no link or mention of it. Any ASCII punctuation can be escaped:
/// <https://spec.commonmark.org/0.31.2/#backslash-escapes>.
pub(crate) fn escape_markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for part in text.split_inclusive([' ', '|']) {
        let word = part.trim_end_matches([' ', '|']);
        if becomes_link(word) {
            push_code(&mut shown, word);
        } else {
            push_escaped(&mut shown, word);
        }
        push_escaped(&mut shown, &part[word.len()..]);
    }
    shown
}

/// Returns the head of a table. The last `numbers` columns are aligned to the right.
pub(crate) fn markdown_head(columns: &[&str], numbers: usize) -> String {
    let texts = columns.len().saturating_sub(numbers);
    let marks = ["---|".repeat(texts), "--:|".repeat(columns.len() - texts)].concat();
    format!("{}|{marks}\n", markdown_row(columns))
}

/// Returns a row of a table, whose cells are Markdown.
pub(crate) fn markdown_row<T: AsRef<str>>(cells: &[T]) -> String {
    let mut row = String::from("|");
    for cell in cells {
        row.extend([" ", cell.as_ref(), " |"]);
    }
    row + "\n"
}

/// Returns whether a ticket system would make a link or a mention of the word. It looks for
/// those after it has resolved the escapes, so only a code span prevents them.
fn becomes_link(word: &str) -> bool {
    word.contains(['@', '#']) || word.contains("://") || word.to_ascii_lowercase().contains("www.")
}

/// Appends the word as a code span: between more backticks than it has in a row, and a space
/// where it begins or ends with one (<https://spec.commonmark.org/0.31.2/#code-spans>).
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
