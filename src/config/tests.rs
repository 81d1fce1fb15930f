use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::{ActivityRegions, Region};

const DOCUMENTED: &str = include_str!("../../assets/config.toml");

fn file(text: &str) -> Result<KeyflipConfigFile, ConfigError> {
    KeyflipConfigFile::parse(Path::new("c.toml"), text)
}

fn settings(text: &str, env: &[(&str, &str)], global: &GlobalArgs) -> Settings {
    let env =
        |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Settings::resolve(file(text).unwrap(), &env, global)
}

fn plain(text: &str) -> Settings {
    settings(text, &[], &GlobalArgs::default())
}

fn source(of: &SettingSource) -> String {
    of.to_string()
}

#[test]
fn the_documented_file_has_the_default_values() {
    let values = |settings: &Settings| {
        settings.entries().into_iter().map(|entry| (entry.name, entry.value)).collect::<Vec<_>>()
    };
    assert_eq!(values(&plain(DOCUMENTED)), values(&plain("")));
    let written = plain(DOCUMENTED);
    assert!(
        matches!(written.theme.source, SettingSource::File { .. })
            && matches!(written.read_only.source, SettingSource::File { .. })
    );
}

#[test]
fn the_documented_examples_are_valid() {
    let uncommented: Vec<&str> = DOCUMENTED
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.is_empty() && !rest.starts_with(' '))
                .unwrap_or(line)
        })
        .collect();
    let settings = plain(&uncommented.join("\n"));
    assert_eq!(settings.scopes.len(), 2);
    assert_eq!(settings.bindings.len(), 1);
    assert!(
        settings.profile.value.is_some()
            && settings.region.value.is_some()
            && settings.journal.value.is_some()
    );
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let text = "region = 'a'\nprofile = 'f'\n\ntheme = 'mono'";
    let global = GlobalArgs { profile: Some("flag".into()), ..GlobalArgs::default() };
    let settings = settings(text, &[("AWS_PROFILE", "env"), ("AWS_DEFAULT_REGION", "b")], &global);
    assert_eq!(
        (settings.profile.value.as_deref(), source(&settings.profile.source).as_str()),
        (Some("flag"), "command line, --profile")
    );
    assert_eq!(source(&settings.region.source), "environment, AWS_DEFAULT_REGION");
    assert_eq!(
        (settings.theme.value, source(&settings.theme.source).as_str()),
        (ThemeName::Mono, "c.toml:4")
    );
    assert_eq!(source(&settings.mouse.source), "built in");
}

#[test]
fn both_variables_of_the_aws_cli_name_the_profile() {
    let profile =
        |env: &[(&str, &str)]| settings("profile = 'f'", env, &GlobalArgs::default()).profile;
    let (own, old) = (("AWS_PROFILE", "own"), ("AWS_DEFAULT_PROFILE", "old"));
    assert_eq!(profile(&[old]).value.as_deref(), Some("old"));
    assert_eq!(source(&profile(&[old]).source), "environment, AWS_DEFAULT_PROFILE");
    assert_eq!(profile(&[old, own]).value.as_deref(), Some("own"));
}

#[test]
fn no_color_and_a_dumb_terminal_disable_colors() {
    for env in [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "vt220"), ("TERM", "xterm-mono")] {
        let settings = settings("color = true", &[env], &GlobalArgs::default());
        assert_eq!(
            (settings.color.value, settings.color.source),
            (false, SettingSource::Environment(env.0))
        );
    }
    assert!(settings("", &[("TERM", "xterm")], &GlobalArgs::default()).color.value);
}

#[test]
fn read_only_follows_the_flag_then_the_profile_and_account_then_all() {
    let account = AccountId::from_service("123456789012");
    let text = "read_only = true\n[profiles.prod]\nread_only = false\n[accounts.123456789012]\nread_only = true\n\
                [profiles.sandbox]\nread_only = false\n";
    let by = |settings: &Settings, profile, account: &AccountId| {
        settings.read_only_by(profile, Some(account)).map(source)
    };
    let settings_of_file = plain(text);
    let elsewhere = AccountId::from_service("210987654321");
    assert_eq!(by(&settings_of_file, None, &elsewhere).as_deref(), Some("c.toml:1"));
    assert_eq!(by(&settings_of_file, Some("sandbox"), &elsewhere), None);
    assert_eq!(by(&settings_of_file, Some("prod"), &account).as_deref(), Some("c.toml:5"));
    let flag = GlobalArgs { read_only: true, ..GlobalArgs::default() };
    let by_flag = settings("[profiles.sandbox]\nread_only = false", &[], &flag);
    assert_eq!(
        by(&by_flag, Some("sandbox"), &elsewhere).as_deref(),
        Some("command line, --read-only")
    );
}

#[test]
fn bindings_keep_their_line_for_later_checks() {
    let settings = plain("[keys]\ndeactivate = ['d', 'x']\n");
    let [binding] = &settings.bindings[..] else { panic!() };
    assert_eq!((binding.action.as_str(), binding.keys.len()), ("deactivate", 2));
    assert_eq!(source(&binding.source), "c.toml:2");
    assert!(
        settings
            .entries()
            .iter()
            .any(|e| e.name == "keys.deactivate" && e.value == "[\"d\", \"x\"]")
    );
}

#[test]
fn an_invalid_file_is_refused_with_line_and_reason() {
    for (text, line) in [
        ("mouse = true\ncolors = true\n", 2),
        ("\n\ntheme = 'pink'", 3),
        ("ascii = 'yes'", 1),
        ("[accounts.1234]\nread_only = true", 2),
        ("[profiles.prod]\nreadonly = true", 2),
        ("[keys]\nquit = 'q'", 2),
        ("a = = b", 1),
    ] {
        let error = file(text).unwrap_err();
        assert_eq!(error.line, Some(line), "{text}: {error}");
        assert!(
            error.to_string().starts_with(&format!(
                "Could not use the configuration file c.toml, line {line}: "
            )),
            "{error}"
        );
    }
}

#[test]
fn a_repeated_table_or_option_is_named() {
    for (text, line, name) in [
        ("[reach]\nfrom = 'a'\n\n[reach]\nroles = []", 4, "reach"),
        ("mouse = true\nmouse = false", 2, "mouse"),
        ("[profiles.prod]\nread_only = true\n[profiles.prod]\nread_only = true", 3, "prod"),
    ] {
        let error = file(text).unwrap_err();
        assert_eq!(error.line, Some(line), "{text}: {error}");
        assert!(
            error.reason.starts_with(&format!("“{name}” is there for the second time")),
            "{error}"
        );
    }
}

#[test]
fn an_explicit_configuration_file_must_exist() {
    let global =
        GlobalArgs { config: Some(PathBuf::from("/nowhere/at/all.toml")), ..GlobalArgs::default() };
    let error = Settings::load(&global).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Could not use the configuration file /nowhere/at/all.toml: No such file"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn any_file_is_parsed_or_refused_with_a_valid_line(
        text in any::<String>(),
        lines in prop::collection::vec("(profile|theme|read_only|mouse|keys|\\[keys\\]|\\[accounts\\.1\\]|[a-z]{1,5})( = (true|\"x\"|\\[\"t\"\\]|[0-9]{1,3}))?", 0..6),
    ) {
        for text in [text, lines.join("\n")] {
            if let Err(error) = file(&text) {
                let most = text.lines().count() + 1;
                prop_assert!(error.line.is_none_or(|line| (1..=most).contains(&line)), "{:?}", error);
                prop_assert!(!error.reason.is_empty());
            }
        }
    }
}

#[test]
fn an_error_names_what_is_allowed() {
    let refused = |text: &str| file(text).unwrap_err().to_string();
    assert!(
        refused("thmee = 'mono'").contains("unknown option “thmee” (did you mean “theme”?)"),
        "{}",
        refused("thmee = 'mono'")
    );
    for text in ["theme = ", "theme = mono", "theme = 3"] {
        let error = refused(text);
        assert!(
            error.contains("write theme = \"default\", \"high-contrast\" or \"mono\""),
            "{error}"
        );
    }
    assert!(
        refused("mouse = 'yes'").contains("write mouse = true or false"),
        "{}",
        refused("mouse = 'yes'")
    );
}

#[test]
fn reach_has_sources_and_its_errors_have_lines() {
    let text = "[reach]\nsso_session = \"corp\"\nsso_roles = [\"A\"]\n\
                roles = [\"Break\",\n  \"arn:{partition}:iam::{account}:role/X\"]\nfrom = \"hub\"\n\
                external_id = \"acme-7731\"\n";
    let reach = plain(text).reach;
    assert_eq!(reach.sso_session.value.as_deref(), Some("corp"));
    assert_eq!(source(&reach.roles.source), "c.toml:4");
    assert_eq!(reach.roles.value.len(), 2);
    for (text, error) in [
        (
            "[reach]\nroles = [\"A\",\n\"arn:aws:iam::123456789012:role/A\"]",
            "line 3: “arn:aws:iam::123456789012:role/A” cannot be assumed in another account: the ARN names one account; write {account} in its place.",
        ),
        ("[reach]\nsso_roles = [\"\"]", "line 2: the text is empty"),
        ("[reach]\nexternal_id = \"x y\"", "line 2: “x y” is not an external ID"),
        ("[reach]\nrole = \"A\"", "line 2: unknown option “role” (did you mean “roles”?)"),
        ("[reach]\nsso_roles = \"A\"", "write sso_roles = a list of strings"),
    ] {
        let found = file(text).unwrap_err().to_string();
        assert!(found.contains(error), "{found}");
    }
}

#[test]
fn activity_has_sources_and_its_errors_have_lines() {
    let built_in = plain("").activity;
    assert_eq!(built_in, Activity::default());
    assert_eq!(built_in.watch.value, Duration::from_mins(30));
    let text =
        "[activity]\nregions = [\"eu-west-1\", \"eu-west-1\", \"xx-new-1\"]\nwatch = \"90s\"\n";
    let activity = plain(text).activity;
    let listed = ["eu-west-1", "xx-new-1"].map(Region::known).to_vec();
    assert_eq!(activity.regions.value, ActivityRegions::Listed(listed));
    assert_eq!(source(&activity.regions.source), "c.toml:2");
    assert_eq!(activity.watch.value, Duration::from_secs(90));
    let shown: Vec<_> = plain(text).entries().into_iter().map(|e| (e.name, e.value)).collect();
    for (name, value) in
        [("activity.regions", r#"["eu-west-1", "xx-new-1"]"#), ("activity.watch", r#""90s""#)]
    {
        assert!(shown.contains(&(name.into(), value.into())), "{shown:?}");
    }
    let all = plain("[activity]\nregions = \"all\"\nwatch = \"2 h\"").activity;
    assert_eq!((&all.regions.value, all.watch_in_toml()), (&ActivityRegions::All, "\"2h\"".into()));
    let none = plain("[activity]\nregions = []\nwatch = \"0\"").activity;
    assert_eq!((none.regions.value, none.watch.value), (ActivityRegions::Usual, Duration::ZERO));
    for (text, error) in [
        ("[activity]\nregions = [\"eu west\"]", "line 2: “eu west” is not a Region"),
        ("[activity]\nregions = [\"all\"]", "line 2: “all” is not a Region"),
        ("[activity]\n\nregions = \"eu-west-1\"", "line 3: “eu-west-1” is not a list of Regions"),
        ("[activity]\nregions = 3", "line 2: expected Regions; write regions = a list"),
        ("[activity]\nwatch = \"30\"", "line 2: “30” is not a time of at most 24h"),
        ("[activity]\nwatch = \"-1m\"", "line 2: “-1m” is not a time"),
        ("[activity]\nwatch = \"25h\"", "line 2: “25h” is not a time of at most 24h"),
        ("[activity]\nwatch = \"99999999999999999999h\"", "is not a time"),
        ("[activity]\nwatch = 30", "write watch = a time in double quotes"),
        (
            "[activity]\nregion = \"all\"",
            "line 2: unknown option “region” (did you mean “regions”?)",
        ),
    ] {
        let found = file(text).unwrap_err().to_string();
        assert!(found.contains(error), "{found}");
    }
}

#[test]
fn saved_filters_are_checked_with_their_lines() {
    let settings =
        plain("[filters]\nstale = \"status:active unused>90d\"\n\"c-i_1\" = \"user:ci-*\"");
    assert_eq!(settings.saved_filters().get("stale"), Some("status:active unused>90d"));
    let entry = settings.entries().into_iter().find(|entry| entry.name == "filters.c-i_1").unwrap();
    assert_eq!(
        (entry.value.as_str(), source(&entry.source).as_str()),
        ("\"user:ci-*\"", "c.toml:3")
    );
    for (filter, reason) in [
        ("a = \"foo:bar\"", "line 2: the filter “a” is not valid at column 1: Unknown term “foo”"),
        ("\"a b\" = \"x\"", "line 2: “a b” cannot name a filter: use letters, digits, - and _"),
        ("a = \" \"", "line 2: the text is empty"),
        ("a = \"@b\"", "line 2: the filter “a” uses another saved filter"),
    ] {
        let found = file(&format!("[filters]\n{filter}\n")).unwrap_err().to_string();
        assert!(found.contains(reason), "{found}");
    }
}
