//! `--query`: the answer is empty, so that nothing is looked up in it, but an
//! expression that is none is refused before anything is sent. The grammar is
//! that of jmespath.org, read by how strongly each sign binds.

/// A word of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Name,
    Quoted,
    /// A raw text or a literal, which stand for themselves.
    Value,
    Number,
    Sign(&'static str),
}

/// The signs, the longer ones first, and how strongly each binds.
const SIGNS: [(&str, u8); 24] = [
    ("||", 2),
    ("&&", 3),
    ("==", 5),
    ("!=", 5),
    ("<=", 5),
    (">=", 5),
    ("[]", 9),
    ("[?", 21),
    ("|", 1),
    ("<", 5),
    (">", 5),
    ("*", 20),
    (".", 40),
    ("!", 0),
    ("{", 50),
    ("[", 55),
    ("(", 60),
    (")", 0),
    ("]", 0),
    ("}", 0),
    (",", 0),
    (":", 0),
    ("@", 0),
    ("&", 0),
];

/// How strongly `!` binds what follows it.
const NOT: u8 = 45;

/// Whether the text is a JMESPath expression.
pub(super) fn is_expression(text: &str) -> bool {
    let Some(tokens) = tokens(text) else { return false };
    let mut reader = Reader { tokens: &tokens, depth: 0 };
    reader.expression(0).is_some() && reader.tokens.is_empty()
}

fn tokens(mut text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', '\n', '\r']);
        let Some(first) = text.chars().next() else { return Some(tokens) };
        let (token, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => (Token::Name, run(text, |c| c.is_ascii_alphanumeric() || c == '_')),
            '0'..='9' => (Token::Number, run(text, |c| c.is_ascii_digit())),
            '-' => (Token::Number, 1 + Some(run(&text[1..], |c| c.is_ascii_digit())).filter(|digits| *digits > 0)?),
            '"' => {
                let length = enclosed(text, '"')?;
                serde_json::from_str::<String>(&text[..length]).ok()?;
                (Token::Quoted, length)
            }
            '\'' | '`' => (Token::Value, enclosed(text, first)?),
            _ => {
                let (sign, _) = SIGNS.iter().find(|(sign, _)| text.starts_with(sign))?;
                (Token::Sign(sign), sign.len())
            }
        };
        tokens.push(token);
        text = &text[length..];
    }
}

/// How many bytes at the beginning of the text are such.
fn run(text: &str, such: impl Fn(char) -> bool) -> usize {
    text.find(|c| !such(c)).unwrap_or(text.len())
}

/// The length of a text in quotes, with both of them.
fn enclosed(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + 1)
    })
}

/// Reads on, or says that it can't by `None`.
struct Reader<'a> {
    tokens: &'a [Token],
    depth: u8,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    fn is_next(&self, sign: &str) -> bool {
        matches!(self.tokens.first(), Some(Token::Sign(next)) if *next == sign)
    }

    fn take(&mut self, sign: &str) -> Option<()> {
        self.is_next(sign).then(|| self.next())?.map(drop)
    }

    /// How strongly the next sign binds to what stands before it.
    fn binding(&self) -> u8 {
        let Some(Token::Sign(next)) = self.tokens.first() else { return 0 };
        SIGNS.iter().find(|(sign, _)| sign == next).map_or(0, |(_, binding)| *binding)
    }

    fn expression(&mut self, binding: u8) -> Option<()> {
        self.depth = self.depth.checked_add(1)?;
        let first = self.next()?;
        self.begin(first)?;
        let mut before = first;
        while binding < self.binding() {
            let Token::Sign(sign) = self.next()? else { return None };
            self.go_on(before, sign)?;
            before = Token::Value;
        }
        self.depth -= 1;
        Some(())
    }

    /// What an expression can begin with.
    fn begin(&mut self, first: Token) -> Option<()> {
        match first {
            Token::Name | Token::Value | Token::Sign("@") => Some(()),
            Token::Quoted => (!self.is_next("(")).then_some(()),
            Token::Sign("*") => self.projected(20),
            Token::Sign("[]") => self.projected(9),
            Token::Sign("[?") => self.filter(),
            Token::Sign("&") => self.expression(0),
            Token::Sign("!") => self.expression(NOT),
            Token::Sign("{") => self.hash(),
            Token::Sign("(") => self.expression(0).and_then(|()| self.take(")")),
            Token::Sign("[") => match self.tokens {
                [Token::Number | Token::Sign(":"), ..] | [Token::Sign("*"), Token::Sign("]"), ..] => self.index(),
                _ => self.list("]"),
            },
            Token::Number | Token::Sign(_) => None,
        }
    }

    /// What a sign does with what stands before it.
    fn go_on(&mut self, before: Token, sign: &str) -> Option<()> {
        match sign {
            "." if self.is_next("*") => self.take("*").and_then(|()| self.projected(20)),
            "." => self.member(40),
            "|" => self.expression(1),
            "||" => self.expression(2),
            "&&" => self.expression(3),
            "==" | "!=" | "<" | "<=" | ">" | ">=" => self.expression(5),
            "[]" => self.projected(9),
            "[?" => self.filter(),
            "[" => self.index(),
            "(" if before != Token::Name => None,
            "(" if self.is_next(")") => self.take(")"),
            "(" => self.list(")"),
            _ => None,
        }
    }

    /// What may follow a projection.
    fn projected(&mut self, binding: u8) -> Option<()> {
        match self.tokens.first() {
            _ if self.binding() < 10 => Some(()),
            Some(Token::Sign("[" | "[?")) => self.expression(binding),
            Some(Token::Sign(".")) => self.take(".").and_then(|()| self.member(binding)),
            _ => None,
        }
    }

    /// What may follow a dot.
    fn member(&mut self, binding: u8) -> Option<()> {
        match self.tokens.first()? {
            Token::Name | Token::Quoted | Token::Sign("*") => self.expression(binding),
            Token::Sign("[") => self.take("[").and_then(|()| self.list("]")),
            Token::Sign("{") => self.take("{").and_then(|()| self.hash()),
            _ => None,
        }
    }

    fn filter(&mut self) -> Option<()> {
        self.expression(0)?;
        self.take("]")?;
        if self.is_next("[]") { Some(()) } else { self.projected(21) }
    }

    /// What stands in brackets behind a value: an index, a slice or a star.
    fn index(&mut self) -> Option<()> {
        let is_index = matches!(self.tokens, [Token::Number, Token::Sign("]"), ..]);
        if self.is_next("*") {
            self.take("*")?;
        } else {
            let parts = self.tokens.iter().position(|token| *token == Token::Sign("]"))?;
            let (parts, rest) = self.tokens.split_at(parts);
            let mut colons = 0;
            let mut number = false;
            for part in parts {
                match part {
                    Token::Number if !number => number = true,
                    Token::Sign(":") if colons < 2 => (colons, number) = (colons + 1, false),
                    _ => return None,
                }
            }
            if parts.is_empty() {
                return None;
            }
            self.tokens = rest;
        }
        self.take("]")?;
        if is_index { Some(()) } else { self.projected(20) }
    }

    /// Expressions between commas, to the closing sign.
    fn list(&mut self, end: &str) -> Option<()> {
        loop {
            self.expression(0)?;
            if self.is_next(end) {
                return self.take(end);
            }
            self.take(",")?;
        }
    }

    fn hash(&mut self) -> Option<()> {
        loop {
            matches!(self.next()?, Token::Name | Token::Quoted).then_some(())?;
            self.take(":")?;
            self.expression(0)?;
            if self.is_next("}") {
                return self.take("}");
            }
            self.take(",")?;
        }
    }
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
        assert!(!is_expression(&"(".repeat(100_000)));
    }
}
