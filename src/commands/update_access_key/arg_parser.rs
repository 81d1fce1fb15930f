//! Parses options by the rules of the AWS CLI, which uses Python's
//! [argparse](https://docs.python.org/3/library/argparse.html): options may be
//! abbreviated if one name matches, the last of several counts, and a value does
//! not begin with a dash unless it is a number or contains a space.

use super::{OptionSpec, ValueSpec, messages};

/// The options that were found, and the other words.
#[derive(Debug, Default)]
pub(super) struct ParsedArgs {
    options: Vec<(String, Option<String>)>,
    /// All other words, in their order.
    pub(super) rest: Vec<String>,
    /// The index of the first of them that is no option, which may be `help`.
    first_value: Option<usize>,
}

impl ParsedArgs {
    /// Returns whether the option was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(option, _)| option == name)
    }

    /// Returns whether the other words ask for help.
    pub(super) fn asks_for_help(&self) -> bool {
        self.first_value.is_some_and(|at| self.rest[at] == "help")
    }

    /// Returns the unknown words in the AWS CLI's order. Its parser reserves the
    /// first that is no option for `help`, so it is last here. An empty one, as
    /// from an unset variable of a script, is ignored.
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

    /// Returns the value of the option, the last one if it was repeated.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(option, _)| option == name)?.1.as_deref()
    }
}

/// The kind of a word.
enum ArgKind<'a> {
    /// An option, with the value after its equals sign.
    Option(&'a OptionSpec, Option<&'a str>),
    /// A word with a dash that is no known option.
    Unknown,
    /// The first `--`, after which there are no options.
    Dashes,
    /// Any other word, which may be an option's value.
    Value,
}

/// Separates the options of `specs` from the other words.
///
/// # Errors
/// Returns a sentence of the AWS CLI.
pub(super) fn parse_args(specs: &[OptionSpec], words: &[String]) -> Result<ParsedArgs, String> {
    let mut kinds = Vec::with_capacity(words.len());
    let mut after_dashes = false;
    for word in words {
        let kind = if after_dashes { ArgKind::Value } else { classify_arg(specs, word)? };
        after_dashes |= matches!(kind, ArgKind::Dashes);
        kinds.push(kind);
    }
    let mut parsed = ParsedArgs::default();
    let mut at = 0;
    while let Some(kind) = kinds.get(at) {
        at += 1;
        let ArgKind::Option(spec, given) = kind else {
            if matches!(kind, ArgKind::Value) {
                parsed.first_value.get_or_insert(parsed.rest.len());
            }
            parsed.rest.push(words[at - 1].clone());
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
        parsed.options.push((spec.name.clone(), checked_value(spec, value)?));
    }
    Ok(parsed)
}

/// Checks the value of an option, and returns it or the default one.
fn checked_value(spec: &OptionSpec, value: Option<&str>) -> Result<Option<String>, String> {
    match (spec.value, value) {
        (ValueSpec::None, Some(value)) => Err(messages::unexpected_value(&spec.name, value)),
        (ValueSpec::One, None) => Err(messages::missing_value(&spec.name)),
        (ValueSpec::Optional, None) => Ok(spec.choices.first().cloned()),
        (_, Some(value))
            if !spec.choices.is_empty() && !spec.choices.iter().any(|choice| choice == value) =>
        {
            Err(messages::invalid_choice(&spec.name, value))
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

/// Returns the option that a word names, in full or abbreviated. Only options of
/// the AWS CLI may be abbreviated, so that an abbreviation in a script is never
/// ambiguous because of keyflip's options.
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
            Err(messages::ambiguous_option(word, &names))
        }
    }
}

/// Returns whether a word is a negative number.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = word.strip_prefix('-') else { return false };
    match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !part.is_empty(),
        None => digits(number) && !number.is_empty(),
    }
}
