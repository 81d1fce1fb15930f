//! Sentences about filters that cannot be parsed, each with a brief form for the filter line.

use super::term_help::TERMS;
use crate::model::{escape_hidden, similar_names};

/// What is wrong with a word, and what to write instead.
pub(super) struct WordError {
    /// One sentence.
    pub(super) sentence: String,
    /// The same in a few words.
    pub(super) brief: String,
}

/// A word has an opening quote without a closing one.
pub(super) fn unclosed_quote() -> WordError {
    WordError {
        sentence: "A quote is not closed: add a closing one.".to_owned(),
        brief: "close the quote".to_owned(),
    }
}

/// A word that is not a term begins with a minus sign. `example` is the beginning of a name.
pub(super) fn not_a_negated_term(example: &str) -> WordError {
    WordError {
        sentence: format!("Only terms can be negated: to exclude names, write -user:{example}*."),
        brief: format!("to exclude names, write -user:{example}*"),
    }
}

/// There is no term of that name. Suggests the most similar one, if any is similar.
pub(super) fn unknown_term(name: &str) -> WordError {
    let names = TERMS.map(|term| term.name);
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    let others = others.join(", ");
    let similar = similar_names(name, names.into_iter());
    let (question, hint) = match similar.first() {
        Some(near) => (format!("; did you mean “{near}”?"), format!(" (did you mean “{near}”?)")),
        None => (".".to_owned(), String::new()),
    };
    let name = escape_hidden(name);
    WordError {
        sentence: format!(
            "Unknown term “{name}”{question} Use {others} or {last}, or put text in double quotes."
        ),
        brief: format!("unknown term “{name}”{hint}"),
    }
}

/// There is no saved filter of that name; `saved` has the names of all.
pub(super) fn unknown_saved_filter(name: &str, saved: &[&str]) -> WordError {
    let similar = similar_names(name, saved.iter().copied());
    let (question, hint) = match similar.first() {
        Some(near) => (format!("; did you mean @{near}?"), format!(" (did you mean @{near}?)")),
        None => (".".to_owned(), String::new()),
    };
    let names: Vec<_> = saved.iter().map(|name| format!("@{name}")).collect();
    let known = match names.split_last() {
        None => "No filters are saved: add one to [filters] in the configuration file.".to_owned(),
        Some((only, [])) => format!("The saved filter is {only}."),
        Some((last, others)) => format!("The saved filters are {} and {last}.", others.join(", ")),
    };
    WordError {
        sentence: format!(
            "There is no saved filter @{name}{question} {known} To search for the text, put it in \
             double quotes."
        ),
        brief: format!("no saved filter @{name}{hint}"),
    }
}

/// A saved filter has a minus sign before it.
pub(super) fn negated_saved_filter(name: &str) -> WordError {
    WordError {
        sentence: format!(
            "A saved filter cannot be negated: write the terms of @{name} with minus signs."
        ),
        brief: "saved filters cannot be negated".to_owned(),
    }
}

/// A term has an operator or a value that does not fit it. `forms` are those that do.
pub(super) fn wrong_form(name: &str, forms: &str) -> WordError {
    WordError {
        sentence: format!("Write the term “{name}” as {forms}."),
        brief: format!("wrong term, write {forms}"),
    }
}
