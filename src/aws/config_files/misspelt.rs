//! Titles that the AWS CLI does not read as those of the section that is missing: `[prod]` for
//! `[profile prod]` in the config file, `[profile prod]` for `[prod]` in the credentials file.

use crate::aws::config_files::parser::Section;
use crate::aws::config_files::{AwsConfigFiles, SectionKind};
use crate::aws::messages;

impl AwsConfigFiles {
    /// Returns a hint for a section that is missing, or has no credentials: how to correct its
    /// title, or the line that cannot be used. That of another section can only have been its title
    /// if it is missing.
    pub(in crate::aws) fn hint_for_missing(&self, kind: SectionKind, name: &str) -> Option<String> {
        let exists = kind == SectionKind::Profile && self.profiles.contains(name);
        let other = || if exists { self.stray_line() } else { self.first_unnamed_error() };
        let of_error = || {
            let error = self.error_instead_of(name).or_else(other)?;
            Some(messages::maybe_that_line(error))
        };
        self.title_hint(kind, name).or_else(of_error)
    }

    /// Returns a hint that names a title to correct.
    pub(in crate::aws) fn title_hint(&self, kind: SectionKind, name: &str) -> Option<String> {
        let prefix = match kind {
            SectionKind::Profile => "profile",
            SectionKind::SsoSession => "sso-session",
            SectionKind::Services => "services",
        };
        let is_it =
            |section: &&Section| bare_name(section.title(), prefix).eq_ignore_ascii_case(name);
        let hint = |section: &Section, right: &str| {
            messages::change_title(section.title(), right, &section.location())
        };
        if let Some(section) = self.unprefixed.iter().find(is_it) {
            let quote = if name.contains(char::is_whitespace) { "\"" } else { "" };
            return Some(hint(section, &format!("{prefix} {quote}{name}{quote}")));
        }
        let is_other = |section: &&Section| section.title() != name && is_it(section);
        let mut in_credentials = self.profiles.of_credentials();
        let section = in_credentials.find(is_other).filter(|_| kind == SectionKind::Profile)?;
        Some(hint(section, name))
    }
}

/// Returns a title without the prefix of its kind, in any spelling, and without quotes.
fn bare_name<'a>(title: &'a str, prefix: &str) -> &'a str {
    let title = title.trim();
    let (first, rest) = title.split_once(char::is_whitespace).unwrap_or(("", title));
    let is_prefix = first.replace('_', "-").eq_ignore_ascii_case(prefix);
    let name = if is_prefix { rest } else { title };
    name.trim_matches([' ', '\t', '"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;

    #[test]
    fn each_misspelt_title_is_named_with_the_right_one() {
        for title in ["a b", " profile a b ", "Profile 'a b'", "\"A B\""] {
            let hint =
                from_texts(&format!("\n[{title}]\n"), "").title_hint(SectionKind::Profile, "a b");
            let expected =
                format!("Change [{title}] to [profile \"a b\"] in /home/a/.aws/config, line 2.");
            assert_eq!(hint, Some(expected));
        }
        for title in ["profile a", " a ", "A", "\"a\"", "PROFILE a"] {
            let files = from_texts("[profile a]\n", &format!("[{title}]\n"));
            let hint = files.hint_for_missing(SectionKind::Profile, "a");
            let expected = format!("Change [{title}] to [a] in /home/a/.aws/credentials, line 1.");
            assert_eq!(hint, Some(expected));
        }
        for title in ["sso_session s", "s", "SSO-session s"] {
            let files = from_texts(&format!("[{title}]\n"), "");
            let hint = files.hint_for_missing(SectionKind::SsoSession, "s");
            let expected =
                format!("Change [{title}] to [sso-session s] in /home/a/.aws/config, line 1.");
            assert_eq!(hint, Some(expected));
        }
        let files = from_texts("[profile a]\n", "[a]\n[b]\n");
        assert_eq!(files.hint_for_missing(SectionKind::Profile, "a"), None);
        let files = from_texts("[profile a]\n", "aws_access_key_id = A\n");
        let hint = files.hint_for_missing(SectionKind::Profile, "a").unwrap();
        assert!(hint.contains("credentials, line 1: settings must come after"), "{hint}");
        let files = from_texts("[profile a]\nregion = x\n[profile 'b]\n", "");
        assert_eq!(files.hint_for_missing(SectionKind::Profile, "a"), None);
        assert!(files.hint_for_missing(SectionKind::Profile, "c").unwrap().contains("line 3"));
    }
}
