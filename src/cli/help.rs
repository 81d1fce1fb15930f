//! The arrangement of help: what a command does, its notes, its own options and its examples. The
//! options of all commands come last, and `-h` has only their names.

use clap::{Args as _, Command};
use unicode_width::UnicodeWidthStr as _;

use super::global::GlobalArgs;

/// The greatest width of help in columns, and that of help that is not printed on a terminal.
pub(super) const MAX_COLUMNS: usize = 100;

/// The order of the parts. Only `--help` has the notes, which clap calls “before help”.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The commands that use none of the options of all commands.
const COMMANDS_WITHOUT_GLOBALS: [&str; 4] = ["completions", "demo", "man", "policy"];

/// Returns the definition of a command line with its help arranged for a terminal of `columns`.
pub(super) fn arranged(command: Command, columns: Option<usize>) -> Command {
    let columns = columns.unwrap_or(MAX_COLUMNS).min(MAX_COLUMNS);
    let globals = GlobalHelp::new(columns);
    let command = command.mut_args(|arg| {
        let is_global = arg.is_global_set();
        if is_global { arg.hide(true) } else { arg }
    });
    arrange(command, &globals, columns)
}

fn arrange(command: Command, globals: &GlobalHelp, columns: usize) -> Command {
    let has_globals = !COMMANDS_WITHOUT_GLOBALS.contains(&command.get_name());
    let [names, options] =
        if has_globals { [&*globals.names, &*globals.options] } else { Default::default() };
    let text = |part: Option<&clap::builder::StyledStr>| {
        part.map(|part| wrap(&part.to_string(), columns)).unwrap_or_default()
    };
    let notes = text(command.get_before_long_help());
    let after = text(command.get_after_help());
    let after_long = text(command.get_after_long_help().or(command.get_after_help()));
    let command = command
        .help_template(TEMPLATE)
        .term_width(columns)
        .after_help(paragraphs(&[&after, names]))
        .after_long_help(paragraphs(&[&after_long, options]))
        .mut_subcommands(|sub| arrange(sub, globals, columns));
    // An empty text would become empty lines.
    if notes.is_empty() { command } else { command.before_long_help(notes) }
}

/// Joins those texts that are not empty, with an empty line between them.
fn paragraphs(texts: &[&str]) -> String {
    let texts: Vec<_> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    texts.join("\n\n")
}

/// The help of the options of all commands.
struct GlobalHelp {
    /// Their names.
    names: String,
    /// All of their help, with headings.
    options: String,
}

impl GlobalHelp {
    fn new(columns: usize) -> Self {
        let mut globals = GlobalArgs::augment_args(Command::new("keyflip").disable_help_flag(true))
            .help_template("{all-args}")
            .term_width(columns);
        let names: Vec<_> = globals.get_opts().filter_map(clap::Arg::get_long).collect();
        let names = format!("Global options (--help explains them):\n  --{}", names.join(", --"));
        Self {
            names: wrap(&names, columns),
            options: globals.render_help().to_string().trim_end().to_owned(),
        }
    }
}

/// Returns a text with lines of at most `columns`. Paragraphs are filled. Indented lines stay
/// apart; what they explain begins after two spaces, and its further lines below its beginning.
fn wrap(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        match lines.last_mut() {
            Some(paragraph) if is_open && is_prose => paragraph.extend([" ", line]),
            _ => lines.push(line.to_owned()),
        }
        is_open = is_prose;
    }
    let lines: Vec<_> = lines.iter().map(|line| wrap_line(line, columns)).collect();
    lines.join("\n")
}

fn wrap_line(line: &str, columns: usize) -> String {
    if line.width() <= columns {
        return line.to_owned();
    }
    let lead = line.len() - line.trim_start().len();
    let gap = line[lead..].find("  ").map(|at| lead + at).filter(|_| lead > 0);
    let Some(gap) = gap else {
        let indent = if lead == 0 { 0 } else { lead + 2 };
        return fill(&line[..lead], &line[lead..], indent, columns);
    };
    let (term, explanation) = (&line[..gap], line[gap..].trim_start());
    let head = &line[..line.len() - explanation.len()];
    if head.width() * 3 <= columns * 2 {
        return fill(head, explanation, head.width(), columns);
    }
    let indent = lead + 4;
    let below = fill(&" ".repeat(indent), explanation, indent, columns);
    format!("{}\n{below}", wrap_line(term, columns))
}

/// Returns the words of a text after `head`, with an indent before each further line.
fn fill(head: &str, words: &str, indent: usize, columns: usize) -> String {
    let (mut text, mut width) = (head.to_owned(), head.width());
    for (number, word) in words.split_whitespace().enumerate() {
        if number > 0 && width + 1 + word.width() > columns {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
            width = indent;
        } else if number > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += word.width();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_hang_below_their_beginning() {
        let text = "Terms:\n  used:never  keys that were never used\n  -x  no";
        assert_eq!(
            wrap(text, 30),
            "Terms:\n  used:never  keys that were\n              never used\n  -x  no"
        );
        assert_eq!(
            wrap("  keyflip list user:x  the keys of x", 30),
            "  keyflip list user:x\n      the keys of x"
        );
    }

    #[test]
    fn paragraphs_are_filled() {
        assert_eq!(wrap("one two\nthree four\n\nfive", 13), "one two three\nfour\n\nfive");
    }

    #[test]
    fn no_line_of_help_is_wider_than_the_terminal() {
        for columns in [60, 80, 100] {
            let mut command = arranged(super::super::command(), Some(columns));
            command.build();
            for sub in command.get_subcommands_mut() {
                for help in [sub.render_help(), sub.render_long_help()].map(|it| it.to_string()) {
                    let wide = help.lines().find(|line| line.width() > columns);
                    // JSON has no place to break a line.
                    let wide = wide.filter(|line| !line.trim_start().starts_with('{'));
                    assert_eq!(wide, None, "{columns}");
                }
            }
        }
    }
}
