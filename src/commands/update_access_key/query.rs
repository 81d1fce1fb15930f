//! `--query`: the answer is empty, so that nothing is looked up in it, but an
//! expression that is none is refused before anything is sent.

/// No expression that anybody writes has so many characters or so many opening
/// signs. The library reads each of them inside of the one before, and some
/// hundreds would take its stack.
const MAX_EXPRESSION_CHARS: usize = 10_000;
const MAX_NESTING: usize = 100;

/// Whether the text is a JMESPath expression.
pub(super) fn is_expression(text: &str) -> bool {
    let opens = text.chars().filter(|c| "([{!&*".contains(*c)).count();
    text.len() <= MAX_EXPRESSION_CHARS && opens <= MAX_NESTING && jmespath::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_what_is_none() {
        for text in [
            "a",
            "_a1",
            "\"a b\"",
            "@",
            "*",
            "a.b",
            "a.*",
            "a[0]",
            "a[-1]",
            "a[1:2]",
            "a[::2]",
            "a[*].b",
            "[*]",
            "[]",
            "a[].b[]",
            "a[?b=='c'].d",
            "a[?b > `1`] | [0]",
            "{A: b, \"B\": c.d}",
            "[a, b]",
            "a.[b, c]",
            "a.{b: c}",
            "length(a)",
            "sort_by(a, &b)",
            "now()",
            "!a && (b || c)",
            "'raw'",
            "`{\"a\": 1}`",
            "a | b",
            "a[?b][]",
            "Users[?starts_with(Name, 'x')].[Name,Arn]",
            "[0]",
            "[0:1]",
            " a . b ",
            "a\n| b",
            "*.a",
        ] {
            assert!(is_expression(text), "{text}");
        }
        for text in [
            "",
            " ",
            "[",
            "a.",
            ".a",
            "a b",
            "-1",
            "1",
            "a[",
            "a[b]",
            "a[1",
            "a[0:1:2:3]",
            "a[1 2]",
            "{",
            "{a}",
            "{a:}",
            "a(",
            "\"a\"(b)",
            "a[0](b)",
            "a..b",
            "a=b",
            "a ==",
            "'x",
            "`x",
            "\"x",
            "é",
            "a-b",
            "#",
            "()",
            "a,b",
            "[a,]",
            "a.1",
            "a.'x'",
            "-",
            "$",
            "a[?b",
            "*a",
            "[]a",
            "a)",
        ] {
            assert!(!is_expression(text), "{text}");
        }
        assert!(
            !is_expression(&format!("{}*", "*.".repeat(4_000))),
            "each star is read inside of the one before"
        );
        for text in ["(", "[", "{a:", "!", "a[?", "a.", "a|"] {
            assert!(!is_expression(&text.repeat(100_000)), "{text} without end");
        }
    }
}
