mod masks;
mod prefixes;
mod properties;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

use super::*;

const ID: &str = "AKIARZPUZDIKFYHOWX26";

fn ids(text: &str) -> Vec<String> {
    scan_text(text).ids.into_iter().map(|found| found.id.to_string()).collect()
}

fn found(text: &str) -> Vec<(String, IdForm)> {
    scan_text(text).ids.into_iter().map(|found| (found.id.to_string(), found.form)).collect()
}

fn masked(text: &str) -> Vec<String> {
    scan_text(text).masked.iter().map(|masked| masked.id.pattern()).collect()
}

fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn ids_need_no_word_boundary() {
    for text in [
        format!("%3D{ID}&x"),
        format!(r"line\n{ID}\n"),
        format!("\"{ID}\","),
        format!("<{ID}>."),
        format!("key={ID}"),
        format!("日本{ID}語"),
        format!("X-Amz-Credential={ID}%2F20261128%2Fus-east-1"),
        format!("AWS::IAM::AccessKey:{ID}"),
        format!("{ID}wJalrXUtnFEMI/K7MDENG"),
    ] {
        assert_eq!(found(&text), [(ID.to_owned(), IdForm::Exact)], "{text}");
    }
}

#[test]
fn a_single_word_may_be_an_unusual_id_but_no_secret() {
    assert_eq!(ids(" LOCALKEY_0123456789\n"), ["LOCALKEY_0123456789"]);
    for text in
        ["wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx", "LOCALKEY0123456789 x", "LOCALKEY012345"]
    {
        assert!(ids(text).is_empty(), "{text}");
    }
}

#[test]
fn ids_are_unique_in_order_and_have_their_kind() {
    let text =
        "ASIAY34FZKBOKMUTVV7A AKIARZPUZDIKFYHOWX26 ASIAY34FZKBOKMUTVV7A AIDARZPUZDIKFYHOWX26";
    let kinds: Vec<_> = scan_text(text).ids.into_iter().map(|found| found.id.kind()).collect();
    assert_eq!(kinds, [KeyKind::Temporary, KeyKind::LongTerm, KeyKind::UserId]);
}

#[test]
fn two_adjacent_ids_are_both_found() {
    assert_eq!(ids("AKIARZPUZDIKFYHOWX26AKIARZPUZDIKJ3TBYUFZ").len(), 2);
    assert_eq!(ids("AKIAKIARZPUZDIKFYHOWX26").len(), 1);
}

#[test]
fn an_id_in_an_encoding_is_found() {
    let url_in_html = format!("href=&quot;https://x/?k=%2541{}&quot;", &ID[1..]);
    let mail =
        format!("Content-Transfer-Encoding: quoted-printable\n\nkey {}=\n{}.", &ID[..9], &ID[9..]);
    let config =
        format!("[default]\naws_access_key_id = {ID}\naws_secret_access_key = wJalrXUtnFEMI\n");
    let body =
        STANDARD.encode(format!("Dear customer,\nwe have become aware that {ID} is public.\n"));
    let (first, rest) = body.split_at(76);
    for text in [
        url_in_html,
        mail,
        format!("&#65;KIA{}", &ID[4..]),
        format!(r"\u0041\x4bIA{}", &ID[4..]),
        format!(r"\u{{41}}\u{{00004b}}\u{{000049}}A{}", &ID[4..]),
        format!("Authorization: Basic {}", STANDARD.encode(format!("{ID}:wJalrXUtnFEMI"))),
        format!("data:\n  AWS_ACCESS_KEY_ID: {}\n", STANDARD.encode(ID)),
        format!("https://x/{}", URL_SAFE.encode(format!("~~~{ID}~~~"))),
        format!("config: {}", STANDARD_NO_PAD.encode(&config)),
        format!("powershell -enc {}", STANDARD.encode(utf16le(&format!("$k = '{ID}'")))),
        format!("{first}\n{rest}\n"),
        format!("> {first}\r\n> {rest}\r\n"),
        STANDARD.encode(format!("<p>the key <b>{}</b>{}</p>", &ID[..7], &ID[7..])),
        format!("Subject: =?utf-8?Q?Key_{}?=\n =?utf-8?Q?{}_is_public?=\n", &ID[..9], &ID[9..]),
        format!("Subject: =?utf-8?B?{}?=", STANDARD.encode(format!("Key {ID}"))),
        format!(r#""{{\\\\\\\"k\\\\\\\":\\\\\\\"\\\\\\\\u0041{}""#, &ID[1..]),
        format!("{{\"content\": \"{first}\\n{rest}\\n\"}}"),
    ] {
        assert_eq!(found(&text), [(ID.to_owned(), IdForm::Exact)], "{text}");
    }
}

#[test]
fn files_in_utf16_and_utf32_are_read() {
    let text = format!("Dear customer,\r\nthe key {ID} is public.\r\n");
    let little = utf16le(&text);
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    for (mark, bytes) in [
        (&b"\xff\xfe"[..], &little),
        (b"\xfe\xff", &big),
        (b"\xff\xfe\0\0", &wide),
        (b"", &little),
        (b"", &big),
        (b"", &wide),
    ] {
        let text = decode_text(&[mark, bytes].concat());
        assert_eq!(found(&text), [(ID.to_owned(), IdForm::Exact)], "{mark:?}");
    }
    assert_eq!(ids(&decode_text(format!("caf\u{e9} {ID}").as_bytes())), [ID]);
    assert_eq!(ids(&decode_text(&[b"caf\xe9 ", ID.as_bytes()].concat())), [ID]);
}

#[test]
fn what_displays_nothing_does_not_break_an_id() {
    let (start, end) = ID.split_at(8);
    for between in [
        "\u{200b}",
        "\u{ad}",
        "\u{feff}",
        "\u{2060}",
        "\u{202e}",
        "\u{1b}[0m",
        "\u{1b}[01;31m\u{1b}[K",
        "\u{1b}]8;;https://example.org\u{7}",
        "\u{9b}1m",
        "[0m",
        "[1;31m[K",
        "^[[0m",
        r"\u001b[31m",
        r"\x1b[0m",
        r"\033[1m",
        r"\e[1m",
        "&shy;",
        "&#8203;",
        "&ZeroWidthSpace;",
        "%E2%80%8B",
        r"\u200b",
        "<b>",
        "</em>",
        "<wbr>",
        "<wbr/>",
        "<span style=\"color:red\">",
        "<!-- x -->",
        "<o:p></o:p>",
        "{color}",
        "{color:#DE350B}",
    ] {
        let text = format!("the key {start}{between}{end}.");
        assert_eq!(found(&text), [(ID.to_owned(), IdForm::Exact)], "{text:?}");
    }
    assert_eq!(ids("ＡＫＩＡＲＺＰＵＺＤＩＫＦＹＨＯＷＸ２６"), [ID]);
    let bold = each(ID, |c| format!("{c}\u{8}{c}"));
    assert_eq!(ids(&bold), [ID]);
}

#[test]
fn an_id_in_pieces_is_marked() {
    let (start, end) = ID.split_at(11);
    for between in [
        "\n",
        "\r\n",
        " \n  ",
        "\n> ",
        "\n> > ",
        "\n| ",
        "=\n",
        "\\\n",
        "-\n",
        "\u{2010}\n",
        "<br>",
        "**",
        "`",
        "_",
    ] {
        let text = format!("the key {start}{between}{end}, which");
        assert_eq!(found(&text), [(ID.to_owned(), IdForm::Assembled)], "{text:?}");
    }
    let narrow = format!("{}\n{}\n{}\n", &ID[..7], &ID[7..14], &ID[14..]);
    assert_eq!(found(&narrow), [(ID.to_owned(), IdForm::Assembled)]);
    for groups in [
        "AKIA RZPU ZDIK FYHO WX26",
        "AKIA-RZPU-ZDIK-FYHO-WX26",
        "A K I A R Z P U Z D I K F Y H O W X 2 6",
    ] {
        assert_eq!(found(groups), [(ID.to_owned(), IdForm::Assembled)], "{groups}");
    }
    for glued in [format!("{ID}K7MDENGbPx"), format!("{ID}20261128"), format!("{ID}Resource")] {
        assert_eq!(found(&glued), [(ID.to_owned(), IdForm::Glued)], "{glued}");
    }
}

#[test]
fn lines_that_do_not_make_an_id_are_not_joined() {
    for text in [
        // Not 20 characters.
        "AKIARZPUZDIK\nFYHOWX266",
        "AKIARZPUZDIK\nFYHOWX2",
        // Not base32.
        "AKIARZPUZDIK\nFYHOWX29",
        // A newer ID whose account has 13 digits.
        "AKIA7777777\n777777777",
        // Words.
        "SOUTHEAST ASIA\nPACIFICREGIONALO",
        // Table cells.
        "<td>AKIARZPUZDIK</td><td>FYHOWX26</td>",
        "AKIARZPUZDIK\n\nFYHOWX26",
        "AKIARZPUZDIK FYHOWX26",
    ] {
        assert!(ids(text).is_empty(), "{text}: {:?}", ids(text));
    }
    assert_eq!(found(&format!("{ID}\nAKIARZPUZDIKJ3TBYUFZ")).len(), 2);
}

#[test]
fn user_arns_are_found() {
    let scan = scan_text(
        "user \"arn:aws:iam::123456789012:user/ops/build-agent\", arn:aws:iam::1:role/x.",
    );
    assert_eq!(scan.users.len(), 1);
    assert_eq!(scan.users[0].user_name().map(ToString::to_string).as_deref(), Some("build-agent"));
    assert_eq!(scan_text("arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Fa.").users.len(), 1);
}

#[test]
fn accounts_and_users_beside_a_masked_id_are_found() {
    let mail = "We became aware that the AWS Access Key ****-****-WBAA, belonging to IAM user \"build-agent\" \
                of account ****-****-6006, is public. User: ann.";
    let scan = scan_text(mail);
    assert_eq!(*scan.masked[0].accounts, ["6006".into()]);
    assert_eq!(scan.user_names, ["build-agent", "ann"].map(UserName::from_service));
    let finding =
        "AKIA************WX26 arn:aws:iam::123456789012:user/ann Account ID: 1111-2222-3333";
    assert_eq!(
        *scan_text(finding).masked[0].accounts,
        ["123456789012".into(), "111122223333".into()]
    );
    assert!(
        scan_text("user ann of account 123456789012").user_names.is_empty(),
        "nothing is masked"
    );
}

#[test]
fn the_beginning_of_an_id_is_truncated_and_no_id() {
    for text in [
        "AKIARZPUZDIK",
        "key AKIARZPU7,",
        "AKIARZPUZDIKFYHOWX2",
        "AKIARZPUZDIKFYHOW...",
        "AKIARZPUZDIK…",
        "AKIARZPU****",
    ] {
        let scan = scan_text(text);
        assert!(scan.ids.is_empty(), "{text}");
        assert_eq!(scan.truncated.len(), 1, "{text}");
    }
    for text in ["", "AKIA", "akiarzpuzdik", "AKIAXYZ", "SLOVAKIANS", "AKIA-RZPUZDIKFYHOWX26"] {
        let scan = scan_text(text);
        assert!(scan.is_empty() && scan.truncated.is_empty(), "{text}: {scan:?}");
    }
    let both = scan_text(&format!("AKIARZPUZDIK {ID}"));
    assert!(both.truncated.is_empty(), "the text has the rest, too");
}

#[test]
fn a_longer_id_that_aws_did_not_issue_is_never_cut() {
    let id = "AKIALOCAL0019ABCDEFGH";
    assert_eq!(ids(&format!("id={id}, ")), [id]);
}

#[test]
fn a_lower_case_id_must_be_a_whole_word() {
    assert_eq!(found("key akiarzpuzdikfyhowx26."), [(ID.to_owned(), IdForm::LowerCase)]);
    assert!(ids("xakiarzpuzdikfyhowx26 akiarzpuzdikfyhowx266").is_empty());
}

#[test]
fn an_id_keeps_its_strongest_form() {
    let text =
        format!("{}\n> {} and {ID}K7MDENG and {} and {ID}", &ID[..8], &ID[8..], ID.to_lowercase());
    assert_eq!(found(&text), [(ID.to_owned(), IdForm::Exact)]);
}

#[test]
fn what_separates_words_does_not_join_them() {
    let (start, end) = ID.split_at(12);
    for between in ["\0\0\0", "\u{8}", "</td><td>", "\0"] {
        assert!(ids(&format!("{start}{between}{end}")).is_empty(), "{between:?}");
    }
    let said = format!("quoted-printable {start}=\n{end}");
    assert_eq!(found(&said), [(ID.to_owned(), IdForm::Assembled)], "there is no such header");
}

#[test]
fn nothing_swallows_the_rest_of_a_text() {
    for opening in [
        "\u{9d}",
        "<!--",
        "\u{1b}]",
        "\u{1b}P",
        "\u{1b}_",
        "<a href='",
        "&",
        "[1;",
        "\\u{",
        "=?utf-8?Q?",
    ] {
        let text = format!("{opening} &#65;{}", &ID[1..]);
        assert_eq!(ids(&text), [ID], "{opening:?}");
    }
}

#[test]
fn long_texts_of_one_kind_are_scanned_in_time_that_grows_with_them() {
    // Quadratic time would take minutes.
    for piece in [
        "AKIARZPUZDIK ",
        "AKIALOCAL0019ABCDEFGH ",
        "AKIA************WX26\n",
        "arn:",
        "AKIA",
        "<!--",
        "<",
        "=?",
        "arn:aws:iam::123456789012:user/a ",
        "account 123456789012 AKIA****WX26 user a\n",
        "\u{1b}]",
        "\0",
        "&",
        "%",
    ] {
        let numbered = |at: usize| piece.replace("IK", &format!("IK{}", at % 6 + 2));
        scan_text(&(0..40_000).map(numbered).collect::<String>());
    }
}

#[test]
fn an_image_in_base64_has_no_id() {
    let mut state = 1u32;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    let text = STANDARD.encode(bytes.take(300_000).collect::<Vec<_>>());
    let lines: Vec<_> = text.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    let scan = scan_text(&lines.join("\n"));
    assert!(scan.is_empty(), "{scan:?}");
}

/// Encodes each character.
fn each(id: &str, encode: impl Fn(char) -> String) -> String {
    id.chars().map(encode).collect::<Vec<_>>().concat()
}
