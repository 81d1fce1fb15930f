//! Words into options, by the rules of the AWS CLI's own parser: options may
//! be shortened as long as one name fits, the last of several counts, and a
//! value never begins with a dash unless it is a number or holds a space.

use super::{OptionSpec, ValueSpec};

/// The options that were found, and the words that were not theirs.
#[derive(Debug, Default)]
pub(super) struct ParsedArgs {
    options: Vec<(String, Option<String>)>,
    /// All other words, in their order.
    pub(super) rest: Vec<String>,
    /// The first among them that is no option, which may be `help`.
    first_value: Option<usize>,
}

impl ParsedArgs {
    /// Whether the option was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(option, _)| option == name)
    }

    /// Whether the words that are left ask for help.
    pub(super) fn asks_for_help(&self) -> bool {
        self.first_value.is_some_and(|at| self.rest[at] == "help")
    }

    /// The words that nobody takes, in the AWS CLI's order: its parser keeps
    /// the first that is no option for `help`, names it last, and passes over
    /// an empty one, as a script's unset variable makes it.
    pub(super) fn unknown(&self) -> Vec<&str> {
        let others = self
            .rest
            .iter()
            .enumerate()
            .filter(|(at, word)| Some(*at) != self.first_value && *word != "--");
        let first =
            self.first_value.map(|at| self.rest[at].as_str()).filter(|word| !word.is_empty());
        others.map(|(_, word)| word.as_str()).chain(first).collect()
    }

    /// The value of the option, the last where it was given more than once.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(option, _)| option == name)?.1.as_deref()
    }
}

/// What a word can be.
enum ArgKind<'a> {
    /// An option, and what stands behind its equals sign.
    Option(&'a OptionSpec, Option<&'a str>),
    /// Something with a dash that is no option here.
    Unknown,
    /// The first `--`: no option follows it.
    Dashes,
    /// Anything else, which may be an option's value.
    Value,
}

/// Takes the options of `specs` out of the words.
///
/// # Errors
/// A sentence in the AWS CLI's wording.
pub(super) fn parse_args(specs: &[OptionSpec], words: &[String]) -> Result<ParsedArgs, String> {
    let mut kinds = Vec::with_capacity(words.len());
    let mut after_dashes = false;
    for word in words {
        let kind = if after_dashes { ArgKind::Value } else { classify_arg(specs, word)? };
        after_dashes |= matches!(kind, ArgKind::Dashes);
        kinds.push(kind);
    }
    let mut taken = ParsedArgs::default();
    let mut at = 0;
    while let Some(kind) = kinds.get(at) {
        at += 1;
        let ArgKind::Option(spec, given) = kind else {
            if matches!(kind, ArgKind::Value) {
                taken.first_value.get_or_insert(taken.rest.len());
            }
            taken.rest.push(words[at - 1].clone());
            continue;
        };
        let next = match (kinds.get(at), kinds.get(at + 1)) {
            (Some(ArgKind::Value), _) => Some(at),
            (Some(ArgKind::Dashes), Some(ArgKind::Value)) => Some(at + 1),
            _ => None,
        };
        let value = match (given, next) {
            (None, Some(next)) if matches!(spec.value, ValueSpec::One | ValueSpec::Optional) => {
                at = next + 1;
                Some(words[next].as_str())
            }
            _ => *given,
        };
        taken.options.push((spec.name.clone(), checked_value(spec, value)?));
    }
    Ok(taken)
}

/// The value that the option has in the end: the one given, or its default.
fn checked_value(spec: &OptionSpec, value: Option<&str>) -> Result<Option<String>, String> {
    match (spec.value, value) {
        (ValueSpec::None, Some(value)) => {
            Err(format!("argument --{}: ignored explicit argument '{value}'", spec.name))
        }
        (ValueSpec::One, None) => Err(format!("argument --{}: expected one argument", spec.name)),
        (ValueSpec::Optional, None) => Ok(spec.choices.first().cloned()),
        (_, Some(value))
            if !spec.choices.is_empty() && !spec.choices.iter().any(|choice| choice == value) =>
        {
            Err(format!("argument --{}: Found invalid choice '{value}'\n", spec.name))
        }
        (_, value) => Ok(value.map(str::to_owned)),
    }
}

fn classify_arg<'a>(specs: &'a [OptionSpec], word: &'a str) -> Result<ArgKind<'a>, String> {
    if word == "--" {
        return Ok(ArgKind::Dashes);
    }
    if !word.starts_with('-') || word == "-" {
        return Ok(ArgKind::Value);
    }
    if let Some((spec, given)) = find_option(specs, word)? {
        return Ok(ArgKind::Option(spec, given));
    }
    Ok(if is_number(word) || word.contains(' ') { ArgKind::Value } else { ArgKind::Unknown })
}

/// The option that a word names, in full or shortened. Only options that the
/// AWS CLI has too may be shortened, so that a script's short form never
/// becomes ambiguous here.
fn find_option<'a>(
    specs: &'a [OptionSpec],
    word: &'a str,
) -> Result<Option<(&'a OptionSpec, Option<&'a str>)>, String> {
    let Some(text) = word.strip_prefix("--") else { return Ok(None) };
    let (name, given) =
        text.split_once('=').map_or((text, None), |(name, given)| (name, Some(given)));
    if let Some(spec) = specs.iter().find(|spec| spec.name == name) {
        return Ok(Some((spec, given)));
    }
    let fits: Vec<_> =
        specs.iter().filter(|spec| spec.of_aws && spec.name.starts_with(name)).collect();
    match fits[..] {
        [] => Ok(None),
        [spec] => Ok(Some((spec, given))),
        _ => {
            let names: Vec<String> = fits.iter().map(|spec| format!("--{}", spec.name)).collect();
            Err(format!("ambiguous option: {word} could match {}", names.join(", ")))
        }
    }
}

/// Whether it reads as a negative number.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = word.strip_prefix('-') else { return false };
    match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !part.is_empty(),
        None => digits(number) && !number.is_empty(),
    }
}
