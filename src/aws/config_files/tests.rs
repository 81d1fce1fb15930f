//! Tests of the files as a whole. The expected values are those of botocore, unless a test says
//! otherwise.

use super::*;

/// Returns a profile's setting.
fn setting(config: &str, profile: &str, key: &str) -> Option<String> {
    from_texts(config, "").get(profile, key).map(str::to_owned)
}

/// Returns the syntax error of a profile as text.
fn error_of(files: &AwsConfigFiles, profile: &str) -> Option<String> {
    files.error_in(SectionKind::Profile, profile).map(ToString::to_string)
}

#[test]
fn the_credentials_file_wins_over_the_config_file() {
    let files = from_texts(
        "# first\r\n[default]\r\nregion = eu-west-1\r\naws_access_key_id = B\r\n[profile 'a b']\r\nREGION=x#y\r\n",
        "[default]\naws_access_key_id = A\nregion = eu-west-2\n",
    );
    assert_eq!(files.get("default", "region"), Some("eu-west-2"));
    assert_eq!(files.get("a b", "region"), Some("x#y"));
    assert_eq!(files.get("default", "aws_access_key_id"), Some("A"));
    assert_eq!(files.key_ids, ["B", "A"], "either may have issued a session");
}

#[test]
fn key_secret_and_token_are_from_one_file() {
    let key = "aws_access_key_id = A\naws_secret_access_key = S\n";
    let token = "aws_session_token = T\naws_security_token = T\n";
    let both = |config: &str, credentials: &str| {
        let files =
            from_texts(&format!("[default]\n{config}"), &format!("[default]\n{credentials}"));
        ["aws_secret_access_key", "aws_session_token", "aws_security_token", "region"]
            .map(|key| files.get("default", key).map(str::to_owned).unwrap_or_default())
    };
    let config = format!("region = r\n{token}");
    assert_eq!(both(&config, key), ["S", "", "", "r"], "a token in the config file only");
    let credentials = format!("{token}aws_secret_access_key = other\nregion = c\n");
    assert_eq!(both(key, &credentials), ["S", "", "", "c"], "the key is in the config file");
    let config = format!("{token}aws_access_key_id = B\naws_secret_access_key = other\n");
    assert_eq!(both(&config, "aws_access_key_id = A\n"), ["", "", "", ""], "no secret beside it");
    assert_eq!(both("", &format!("{key}{token}")), ["S", "T", "T", ""]);
}

#[test]
fn titles_are_split_into_two_words() {
    for (title, name) in [
        ("profile a", "a"),
        ("profile \t 'a b' ", "a b"),
        ("profile \"O'Neil \\\"x\\\"\"", "O'Neil \"x\""),
        ("profile a\\ b", "a b"),
        ("profile ''", ""),
        ("profile a]b", "a]b"),
        ("profile größe/☃#;=", "größe/☃#;="),
        ("profiles a", "a"),
        ("default", "default"),
        ("profile default", "default"),
    ] {
        let files = from_texts(&format!("[{title}]\nregion = r\n"), "");
        assert!(files.profiles.names().eq([name]), "{title}");
    }
    let files = from_texts("[sso-session 'Acme Corp']\nsso_region = r\n[services \"a b\"]\n", "");
    assert!(files.sso_sessions.contains("Acme Corp") && files.services.contains("a b"));
    let files = from_texts("", "[profile 'a b']\n[ c d ]\n");
    assert!(files.profiles.names().eq([" c d ", "profile 'a b'"]), "the title is the name");
}

#[test]
fn text_after_the_closing_bracket_is_ignored() {
    let text = "[default] # a\nregion = a\n[profile lake] /* s3://bucket */\nregion = b\n\
                [profile x]] = [y]\nregion = c\n";
    assert_eq!(setting(text, "default", "region").as_deref(), Some("a"));
    assert_eq!(setting(text, "lake", "region").as_deref(), Some("b"));
    assert_eq!(setting(text, "x]] = [y", "region"), None, "that title has four words");
}

#[test]
fn values_have_no_comments() {
    let text = "[default]\n# a\n ; b\ncredential_process = sh -c 'true ; cat x' # c\nregion = a;b\n\
                cli_pager = x\n  # no continuation\n  y\n\n  z\n\nmfa_serial =\n";
    let get = |key| setting(text, "default", key);
    assert_eq!(get("credential_process").as_deref(), Some("sh -c 'true ; cat x' # c"));
    assert_eq!(get("region").as_deref(), Some("a;b"));
    assert_eq!(get("cli_pager").as_deref(), Some("x\ny\n\nz"));
    assert_eq!(get("mfa_serial"), None);
}

#[test]
fn a_section_without_the_prefix_profile_is_no_profile() {
    let files = from_texts("[prod]\nregion = x\n[ profile a ]\n[plugins]\n['profile' b]\n", "");
    assert!(files.profiles.is_empty());
    assert_eq!((files.unprefixed[0].title(), files.unprefixed[0].location().line), ("prod", 1));
    assert_eq!(files.first_unnamed_error(), None);
}

#[test]
fn nested_settings_stay_with_their_key() {
    let files = from_texts(
        "[services s]\niam =\n  endpoint_url = http://x\nsts =\n  endpoint_url = http://y\n",
        "",
    );
    assert_eq!(*files.services.get("s").unwrap()["iam"], "\nendpoint_url = http://x");
}

#[test]
fn indented_settings_and_colons_are_read_as_the_aws_cli_reads_them() {
    let text = " [default]\n  aws_access_key_id = A\n  # near\n  aws_secret_access_key : b=c\n\tregion=x\n [p]\n";
    let files = from_texts("", text);
    assert_eq!(files.get("default", "aws_access_key_id"), Some("A"));
    assert_eq!(files.get("default", "aws_secret_access_key"), Some("b=c"));
    assert_eq!(files.get("default", "region"), Some("x"));
    assert!(files.profiles.contains("p"));
}

#[test]
fn the_section_default_in_capitals_is_inherited_and_a_later_spelling_replaces_a_section() {
    let text = "[profile a]\nregion = a\n[DEFAULT]\nregion = d\noutput = json\n[profile b]\n\
                [profile \"a\"]\ncli_pager = c\n";
    assert_eq!(setting(text, "a", "region").as_deref(), Some("d"));
    assert_eq!(setting(text, "a", "cli_pager").as_deref(), Some("c"));
    assert_eq!(setting(text, "b", "output").as_deref(), Some("json"));
    let text = "[profile default]\nregion = a\noutput = text\n[default]\nregion = b\n";
    assert_eq!(setting(text, "default", "region").as_deref(), Some("b"));
    assert_eq!(setting(text, "default", "output"), None);
}

/// Python joins the lines, and the AWS CLI shows the whole value.
#[test]
fn an_indented_line_below_a_setting_of_one_line_costs_its_section() {
    let secret = "aws_secret_access_key = wJalrXUtnFEMI";
    for setting in
        ["region = eu-west-1", "SSO_Region = x", "role_arn:x", "mfa_serial =", "services = s"]
    {
        let text = format!("[default]\noutput = json\n[profile a]\n{setting}\n\n\t{secret}\n");
        let files = from_texts(&text, "");
        let error = error_of(&files, "a").unwrap();
        assert_eq!(
            error,
            "Syntax error in /home/a/.aws/config, line 6: the line continues the setting above; \
             remove its indentation."
        );
        assert!(files.profiles.get("a").unwrap().is_empty(), "{setting}");
    }
    let nested = "[profile a]\ns3 =\n  region = x\ncredential_process = sh\n  -c true\n";
    assert_eq!(error_of(&from_texts(nested, ""), "a"), None);
    let split = setting(nested, "a", "credential_process");
    assert_eq!(split.as_deref(), Some("sh\n-c true"), "a command may have several lines");
}

#[test]
fn the_location_of_a_setting_is_in_the_file_that_counts() {
    let files = from_texts(
        "[sso-session s]\nsso_region = x\n[profile a]\nregion = x\nregion_x = y\n  region = z\n",
        "[b]\n[a]\n Region : y\n",
    );
    let location =
        |kind, name, key| files.location_of(kind, name, key).map(|location| location.to_string());
    let region = location(SectionKind::Profile, "a", "region");
    assert_eq!(region.as_deref(), Some("/home/a/.aws/credentials, line 3"));
    let region = location(SectionKind::SsoSession, "s", "sso_region");
    assert_eq!(region.as_deref(), Some("/home/a/.aws/config, line 2"));
    assert_eq!(location(SectionKind::Profile, "b", "region"), None);
}

/// botocore refuses the whole file, or drops the section without a word.
#[test]
fn an_odd_line_costs_its_section_alone() {
    let lines = [
        ("[profile bad]\nwJalrXUtnFEMI\nregion = x", 4, "has no equals sign"),
        ("[profile bad]\n= wJalrXUtnFEMI", 4, "has no name"),
        ("[profile bad]\ns3 =\n  wJalrXUtnFEMI", 5, "has no equals sign"),
        ("[profile bad]\nregion = x\nRegion = wJalrXUtnFEMI", 5, "appears a second time"),
        ("[profile bad]\nregion = x\n[profile bad]", 5, "appears a second time"),
    ];
    for (section, line, reason) in lines {
        let text = format!("[default]\nregion = a\n{section}\n[profile c]\nregion = c\n");
        let files = from_texts(&text, "[bad]\nregion = y\n");
        let error = error_of(&files, "bad").unwrap();
        let beginning = format!("Syntax error in /home/a/.aws/config, line {line}: ");
        assert!(error.starts_with(&beginning) && error.contains(reason), "{error}");
        assert!(!error.contains("wJalr"), "{error}");
        assert!(files.profiles.get("bad").unwrap().is_empty(), "its settings are not used");
        assert_eq!(files.get("default", "region"), Some("a"));
        assert_eq!(files.get("c", "region"), Some("c"));
        assert_eq!((error_of(&files, "default"), error_of(&files, "c")), (None, None));
    }
}

#[test]
fn a_section_without_a_readable_name_is_remembered_for_the_profile_that_is_missing() {
    for (title, name, reason) in [
        ("[profile a b]", "a b", "must have exactly two words"),
        ("[profile]", "profile", "must have exactly two words"),
        ("[profile 'a b]", "a b", "a quote that is not closed"),
        ("[profile a\\]", "a", "ends with a backslash"),
        ("[profile a", "a", "has no closing bracket"),
        ("[sso-session Acme Corp]", "Acme Corp", "must have exactly two words"),
        ("[]", "", "the section has no name"),
    ] {
        let text = format!("[default]\nregion = x\n{title}\naws_access_key_id = A\nregion = y\n");
        let files = from_texts(&text, "");
        assert_eq!(files.get("default", "region"), Some("x"), "{title}");
        assert!(files.profiles.names().eq(["default"]), "{title}");
        assert!(files.key_ids.contains(&"A".to_owned()), "{title}");
        let error = files.error_instead_of(name).unwrap().to_string();
        assert!(error.contains("line 3: ") && error.contains(reason), "{error}");
        assert_eq!(files.error_instead_of("other"), None);
        assert_eq!(files.first_unnamed_error().unwrap().to_string(), error);
    }
}

#[test]
fn lines_above_all_sections_and_other_encodings_cost_no_profile() {
    let mut files = from_texts("", "");
    let path = Arc::from(Path::new("/x"));
    let bytes = b"\xef\xbb\xbfkey = v\n# \xe9\n[a]\nregion = r\n[b]\nname = \xe9\nregion = r\n[c\xe9]\n[d]\rregion = r\n";
    files.add(&path, bytes.to_vec().into(), FileKind::Credentials);
    assert_eq!(files.stray_line().unwrap().line, 1);
    assert_eq!((files.get("a", "region"), files.get("d", "region")), (Some("r"), Some("r")));
    assert_eq!(
        error_of(&files, "b").unwrap(),
        "Syntax error in /x, line 6: the line is not UTF-8 text."
    );
    assert_eq!(files.first_unnamed_error().unwrap().line, 8);
    let utf16: Vec<u8> = "\u{feff}[default]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut files = from_texts("", "");
    files.add(&path, utf16.into(), FileKind::Config);
    assert_eq!(files.stray_line().unwrap().problem, LineProblem::NotUtf8);
}

#[test]
fn an_indented_title_continues_a_setting_only_within_a_section() {
    let text = "region =\n [default]\noutput =\n  [profile a]\n [profile b]\nregion = r\n";
    let files = from_texts(text, "");
    assert_eq!(files.stray_line().unwrap().line, 1);
    assert!(files.profiles.names().eq(["default"]), "the others belong to `output`");
    assert_eq!(
        error_of(&files, "default").unwrap().split(", ").nth(1),
        Some("line 4: the setting has no equals sign.")
    );
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(
        setting("\u{feff}[default]\nregion = x\n", "default", "region").as_deref(),
        Some("x")
    );
}
