use std::path::Path;

use jiff::Timestamp;

use crate::ops::export::{Content, Document, ExportCell, ExportTable, Origin};
use crate::ops::file_format::FileFormat;

fn document(content: Content) -> Document {
    let origin = Origin {
        account: Some("acme-prod 123456789012".into()),
        endpoint: Some("DEMO".into()),
        coverage: Some("keys of 1 of 2 users read".into()),
        ..Origin::default()
    };
    let at: Timestamp = "2026-11-24T14:02:11Z".parse().unwrap();
    Document { name: "search".into(), title: "2 keys".into(), origin, at, content }
}

fn table() -> Document {
    let row = |user: &str, count| {
        vec![ExportCell::Text(user.to_owned()), count, ExportCell::Text("a|b".into())]
    };
    let rows = vec![row("=1+1", ExportCell::Count(3)), row("bob", ExportCell::Unknown)];
    document(Content::Table(ExportTable { columns: vec!["UserName", "Keys", "Result"], rows }))
}

#[test]
fn a_table_says_in_each_format_what_is_not_known() {
    let table = table();
    assert_eq!(
        table.text(FileFormat::Csv),
        "UserName,Keys,Result\n'=1+1,3,a|b\nbob,,a|b\n",
        "no formula"
    );
    let markdown = table.text(FileFormat::Markdown);
    assert!(markdown.starts_with(
        "# 2 keys\n\nAccount: acme-prod 123456789012 · Endpoint: DEMO · Coverage: keys of 1 of 2 \
         users read · Shown: 2026-11-24T14:02:11Z\n\n| UserName | Keys | Result |\n|---|---|---|\n"
    ), "{markdown}");
    assert!(markdown.ends_with("| bob | (not known) | a\\|b |\n"), "{markdown}");
    let json: serde_json::Value = serde_json::from_str(&table.text(FileFormat::Json)).unwrap();
    assert_eq!(json["Account"], "acme-prod 123456789012");
    assert_eq!(json["Endpoint"], "DEMO");
    assert_eq!(json["Rows"][0]["Keys"], 3);
    assert!(json["Rows"][1]["Keys"].is_null());
}

#[test]
fn lines_cannot_end_their_code_block_and_hide_nothing() {
    let lines = ["```", "\u{1b}[31m\u{202e}"].map(str::to_owned).to_vec();
    let markdown = document(Content::Lines(lines)).text(FileFormat::Markdown);
    assert!(markdown.contains("````text\n```\n"), "{markdown}");
    assert!(!markdown.contains(['\u{1b}', '\u{202e}']), "{markdown}");
}

#[test]
fn the_name_of_the_file_says_one_of_the_formats_offered() {
    let (table, lines) = (table(), document(Content::Lines(Vec::new())));
    let format = |document: &Document, name| document.format_of(Path::new(name));
    assert_eq!(format(&table, "x.CSV"), Some(FileFormat::Csv));
    assert_eq!(format(&table, "x"), Some(FileFormat::Markdown));
    assert_eq!(format(&table, "x.txt"), None);
    assert_eq!(format(&lines, "x.txt"), Some(FileFormat::PlainText));
    assert_eq!(format(&lines, "x.csv"), None);
}
