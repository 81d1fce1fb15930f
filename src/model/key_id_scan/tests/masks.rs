//! Masked IDs.

use super::{ID, ids, masked};
use crate::model::KeyId;
use crate::model::key_id_scan::scan_text;

#[test]
fn masked_ids_are_patterns_and_no_ids() {
    for (text, pattern) in [
        ("AKIA************WX26", "AKIA*WX26"),
        ("AKIARZPUZDIKFY****", "AKIARZPUZDIKFY*"),
        ("AKIA••••••••••••WX26", "AKIA*WX26"),
        ("AKIARZ...WX26", "AKIARZ*WX26"),
        ("AKIAXXXXXXXXXXXXWX26", "AKIA*WX26"),
        ("AKIAxxxxxxxxxxxxWX26", "AKIA*WX26"),
        ("AKIA[REDACTED]WX26", "AKIA*WX26"),
        ("AKIARZPUZDIKFY<redacted>", "AKIARZPUZDIKFY*"),
        ("Access Key ID: ****-****-WBAA", "*WBAA"),
        ("****************WX26", "*WX26"),
        ("the access key ending in WX26 is public", "*WX26"),
        (r"AKIA\*\*\*\*\*\*\*\*\*\*\*\*WX26", "AKIA*WX26"),
        (r"AKIA\_\_\_\_\_\_\_\_\_\_\_\_WX26", "AKIA*WX26"),
        ("AKIA **** **** **** WX26", "AKIA*WX26"),
        ("AKIA RZPU •••• •••• WX26", "AKIARZPU*WX26"),
        ("AKIARZPUZDIK*WX26", "AKIARZPUZDIK*WX26"),
        ("Secret scanning: key ****************WX26", "*WX26"),
        ("access_key     ****************WX26 shared-credentials-file", "*WX26"),
        ("<b>AKIA</b>************WX26", "AKIA*WX26"),
    ] {
        assert_eq!(masked(text), [pattern], "{text}");
        assert!(ids(text).is_empty() && scan_text(text).truncated.is_empty(), "{text}");
    }
    for text in [
        "AKIA",
        "AKIA****",
        "AKIA************XYZ8",
        "AKIARZ...ABC1D",
        "AKIAXXXXXXXXXXXXXXXX",
        "****-****-6006",
        "****WARNING",
        "**AKIA**",
        ID,
        "the access key ending in a moment",
        "AKIA **** WX26",
        "AKIARZPU*ZDIK*FYHO",
        "secret_key     ****************ABCD shared-credentials-file",
        "  \"SecretAccessKey\": \"****************ABCD\"",
        "the secret access key ending in ABCD",
        "Password: ****************ABCD",
        "session token is ****************ABCD",
    ] {
        assert!(masked(text).is_empty(), "{text}: {:?}", masked(text));
        assert!(text == ID || ids(text).is_empty(), "{text}");
    }
    let key = |id| KeyId::parse(id).unwrap();
    let scan = scan_text("AKIA************WX26");
    assert!(
        scan.masked[0].id.matches(&key(ID))
            && !scan.masked[0].id.matches(&key("AKIARZPUZDIKJ3TBYUFZ"))
    );
    assert_eq!(scan.masked[0].id.to_string(), "AKIA************WX26");
    assert!(masked(&format!("AKIA************WX26 is {ID}")).is_empty(), "the text has it in full");
}
