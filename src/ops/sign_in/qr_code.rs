//! QR codes of half blocks, so that a module is about square.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code. The standard asks for four; two are enough for every reader, and
/// leave room for the text.
const QUIET_ZONE: i32 = 2;

/// What draws the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inks {
    /// Characters are dark, on a light background that the caller sets.
    DarkOnLight,
    /// Characters are light, on the dark background of the terminal.
    LightOnDark,
}

/// Returns the lines of a QR code, all of the same number of columns; `None` for a text that is too
/// long for one.
pub(crate) fn qr_code(text: &str, inks: Inks) -> Option<Vec<String>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let range = || -QUIET_ZONE..code.size() + QUIET_ZONE;
    // Outside the code, modules are light.
    let is_drawn = |x, y| match inks {
        Inks::DarkOnLight => code.get_module(x, y),
        Inks::LightOnDark => y < code.size() + QUIET_ZONE && !code.get_module(x, y),
    };
    let cell = |x, y| match (is_drawn(x, y), is_drawn(x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    Some(range().step_by(2).map(|y| range().map(|x| cell(x, y)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_aws_fits_beside_the_text() {
        let url = "https://device.sso.us-east-1.amazonaws.com/?user_code=PQCF-FCCN";
        let lines = qr_code(url, Inks::DarkOnLight).unwrap();
        assert!(lines.iter().all(|line| line.chars().count() == 37), "{lines:?}");
        assert_eq!(lines.len(), 19);
        // The finder pattern in the corner, inside the quiet zone.
        assert_eq!(lines[0], " ".repeat(37));
        assert!(lines[1].starts_with("  █▀▀▀▀▀█ "), "{}", lines[1]);
        let light = qr_code(url, Inks::LightOnDark).unwrap();
        assert_eq!(light[0], "█".repeat(37));
        assert!(light[1].starts_with("██ ▄▄▄▄▄ █"), "{}", light[1]);
        assert_eq!(light[18], "▀".repeat(37), "the last row is half of a line");
        assert_eq!(qr_code(&"x".repeat(3_000), Inks::DarkOnLight), None);
    }
}
