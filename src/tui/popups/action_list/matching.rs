//! How well a typed text matches an action or a term.

/// Text in which a typed text is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Searched<'a> {
    /// Keys, which match only as a whole.
    pub keys: &'a [String],
    /// Names.
    pub names: [&'a str; 2],
    /// Description.
    pub help: &'a str,
}

/// Returns how well the typed text matches, 0 for best; `None` if a word of it matches nothing.
pub(super) fn match_rank(typed: &str, searched: Searched<'_>) -> Option<usize> {
    typed.split_whitespace().map(|word| word_rank(word, searched)).sum()
}

fn word_rank(word: &str, searched: Searched<'_>) -> Option<usize> {
    if searched.keys.iter().any(|key| key == word) {
        return Some(0);
    }
    let word = word.to_lowercase();
    let names = searched.names.map(str::to_lowercase);
    let help = searched.help.to_lowercase();
    let begins_word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric()).any(|other| other.starts_with(&*word))
    };
    let any = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    let ranks = [
        any(&|name| name.starts_with(&*word)),
        any(&begins_word),
        any(&|name| name.contains(&*word)),
        begins_word(&help),
        help.contains(&*word),
        any(&|name| is_subsequence(&word, name)),
    ];
    ranks.iter().position(|matches| *matches).map(|rank| rank + 1)
}

/// Returns whether the text has the characters of the word in their order.
fn is_subsequence(word: &str, text: &str) -> bool {
    let mut characters = text.chars();
    word.chars().all(|wanted| characters.any(|c| c == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(typed: &str) -> Option<usize> {
        let keys = ["ctrl-a".to_owned(), "M".to_owned()];
        let names = ["mark all", "mark-all"];
        match_rank(typed, Searched { keys: &keys, names, help: "mark every key shown" })
    }

    #[test]
    fn keys_and_names_come_before_descriptions_and_scattered_letters() {
        let typed = ["M", "mar", "all", "rk", "every", "ver", "mkl"];
        assert_eq!(typed.map(|typed| rank(typed).unwrap()), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(rank("m"), Some(1), "the case of keys matters, that of names does not");
    }

    #[test]
    fn every_word_has_to_match() {
        assert_eq!(rank("Shown MARK"), Some(5));
        assert_eq!(rank("mark user"), None);
        assert_eq!(rank("lam"), None, "the order of letters matters");
        assert_eq!(rank(" "), Some(0));
    }
}
