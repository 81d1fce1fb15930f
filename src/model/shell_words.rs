//! Splitting of text into words as Python's `shlex.split` does, with which the AWS CLI reads
//! section titles and `credential_process`, and `webbrowser` reads `BROWSER`.
//!
//! Crates for POSIX shells differ from it: they skip comments, and they remove the backslash of
//! `"\$"`.

use thiserror::Error;

/// Text that cannot be split into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum SplitError {
    /// A quote has no end.
    #[error("it has a quote that is not closed")]
    UnclosedQuote,
    /// The last character is a backslash.
    #[error("it ends with a backslash")]
    EndsWithBackslash,
}

/// Splits text at spaces, tabs and line breaks. Quotes join words; a backslash escapes any
/// character outside quotes, and in double quotes only `"` and `\`. See
/// <https://docs.python.org/3/library/shlex.html#parsing-rules>.
///
/// # Errors
/// Returns an error if a quote is not closed or nothing follows a backslash.
pub(crate) fn split_words(text: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                read_quoted(&mut characters, c, word)?;
            }
            '\\' => {
                let escaped = characters.next().ok_or(SplitError::EndsWithBackslash)?;
                word.get_or_insert_default().push(escaped);
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Appends the characters up to the closing quote.
fn read_quoted(
    characters: &mut std::str::Chars<'_>,
    quote: char,
    word: &mut String,
) -> Result<(), SplitError> {
    loop {
        match characters.next().ok_or(SplitError::UnclosedQuote)? {
            c if c == quote => return Ok(()),
            '\\' if quote == '"' => {
                let escaped = characters.next().ok_or(SplitError::EndsWithBackslash)?;
                if !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_python() {
        let cases: [(&str, &[&str]); 14] = [
            ("", &[]),
            ("  a\t b\r\nc ", &["a", "b", "c"]),
            ("profile 'a b'", &["profile", "a b"]),
            (r#"profile "a 'b' c""#, &["profile", "a 'b' c"]),
            (r#"a"b"'c'd"#, &["abcd"]),
            (r#"a "" b"#, &["a", "", "b"]),
            (r"a\ b \'", &["a b", "'"]),
            (r#""\$HOME \"x\" \\ \n""#, &[r#"\$HOME "x" \ \n"#]),
            (r"'\' x", &["\\", "x"]),
            ("a #b ; c", &["a", "#b", ";", "c"]),
            ("sh -c 'true ; cat cred.json'", &["sh", "-c", "true ; cat cred.json"]),
            ("$(x) `y` ~ *", &["$(x)", "`y`", "~", "*"]),
            ("a\\\nb", &["a\nb"]),
            ("größe\u{a0}ü 'ö'", &["größe\u{a0}ü", "ö"]),
        ];
        for (text, words) in cases {
            assert_eq!(split_words(text).unwrap(), words, "{text:?}");
        }
        for text in ["'a", "a \"b", r#""a\""#] {
            assert_eq!(split_words(text), Err(SplitError::UnclosedQuote), "{text:?}");
        }
        for text in ["a\\", "\"a\\"] {
            assert_eq!(split_words(text), Err(SplitError::EndsWithBackslash), "{text:?}");
        }
    }
}
