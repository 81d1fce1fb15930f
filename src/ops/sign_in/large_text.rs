//! Text in large letters: five by seven dots, two rows of dots a line.

/// Columns of a letter, without the space after it.
const LETTER_COLUMNS: u32 = 5;

/// Rows of dots of a letter.
const LETTER_ROWS: usize = 7;

/// The letters of codes, row by row; the highest bit is on the left.
#[rustfmt::skip]
const LETTERS: [(char, [u8; LETTER_ROWS]); 37] = [
    ('-', [0b00000, 0b00000, 0b00000, 0b11111, 0b00000, 0b00000, 0b00000]),
    ('0', [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110]),
    ('1', [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]),
    ('2', [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111]),
    ('3', [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110]),
    ('4', [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010]),
    ('5', [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110]),
    ('6', [0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110]),
    ('7', [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000]),
    ('8', [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110]),
    ('9', [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110]),
    ('A', [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('B', [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110]),
    ('C', [0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111]),
    ('D', [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110]),
    ('E', [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111]),
    ('F', [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000]),
    ('G', [0b01111, 0b10000, 0b10000, 0b10011, 0b10001, 0b10001, 0b01111]),
    ('H', [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('I', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b11111]),
    ('J', [0b00111, 0b00010, 0b00010, 0b00010, 0b00010, 0b10010, 0b01100]),
    ('K', [0b10001, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b10001]),
    ('L', [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111]),
    ('M', [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001]),
    ('N', [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001]),
    ('O', [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('P', [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000]),
    ('Q', [0b01110, 0b10001, 0b10001, 0b10001, 0b10101, 0b10010, 0b01101]),
    ('R', [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001]),
    ('S', [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110]),
    ('T', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('U', [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('V', [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100]),
    ('W', [0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b11011, 0b10001]),
    ('X', [0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001]),
    ('Y', [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('Z', [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b11111]),
];

/// Returns a text in large letters, four lines high, or seven in ASCII; `None` if it has other
/// characters than capital letters, digits and hyphens.
pub(crate) fn large_text(text: &str, ascii: bool) -> Option<Vec<String>> {
    let find = |wanted| LETTERS.iter().find(|(letter, _)| *letter == wanted).map(|(_, rows)| rows);
    let letters: Vec<_> = text.chars().map(find).collect::<Option<_>>()?;
    let dot = |rows: &[u8; LETTER_ROWS], row: usize, column: u32| {
        rows.get(row).is_some_and(|row| row >> (LETTER_COLUMNS - 1 - column) & 1 == 1)
    };
    let line = |cell: &dyn Fn(&[u8; LETTER_ROWS], u32) -> char| {
        let letter =
            |rows: &&[u8; LETTER_ROWS]| (0..LETTER_COLUMNS).map(|at| cell(rows, at)).collect();
        letters.iter().map(letter).collect::<Vec<String>>().join(" ")
    };
    let in_ascii = |row| line(&|rows, column| if dot(rows, row, column) { '#' } else { ' ' });
    let in_blocks = |row| {
        line(&|rows, column| match (dot(rows, row, column), dot(rows, row + 1, column)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        })
    };
    Some(if ascii {
        (0..LETTER_ROWS).map(in_ascii).collect()
    } else {
        (0..LETTER_ROWS).step_by(2).map(in_blocks).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_in_blocks_or_in_ascii() {
        let blocks = large_text("F-9", false).unwrap();
        assert_eq!(
            blocks,
            ["█▀▀▀▀       ▄▀▀▀▄", "█▄▄▄  ▄▄▄▄▄ ▀▄▄▄█", "█               █", "▀            ▀▀▀ "]
        );
        let ascii = large_text("F", true).unwrap();
        assert_eq!(ascii, ["#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#    "]);
        assert_eq!(large_text("PQCF-FCCN", false).unwrap()[0].chars().count(), 53);
        assert_eq!(large_text("é", false), None);
    }
}
