//! Sections by name.

use std::sync::OnceLock;

use crate::aws::config_files::parser::{KEY_ID_SETTING, Section, SectionValues};
use crate::aws::config_files::syntax_error::{LineProblem, SettingLocation, SyntaxError};

/// Names of the settings that hold a session token, in the AWS CLI's order.
pub(in crate::aws) const TOKEN_SETTINGS: [&str; 2] = ["aws_security_token", "aws_session_token"];

/// One of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Config,
    Credentials,
}

/// The sections of one kind. They are parsed when they are used.
#[derive(Default)]
pub(in crate::aws) struct Sections(Vec<NamedSection>);

/// A section of one file.
struct NamedSection {
    name: Name,
    kind: FileKind,
    section: Section,
    /// The settings of all sections of this name; in the first of them.
    merged: OnceLock<Box<MergedSection>>,
}

/// The name of what a section configures.
pub(super) enum Name {
    /// So many bytes at the end of the title.
    EndOfTitle(usize),
    /// A name that is in quotes, or has escaped characters.
    Unquoted(Box<str>),
}

/// The settings of all sections of one name.
#[derive(Default)]
struct MergedSection {
    values: SectionValues,
    error: Option<SyntaxError>,
    has_own_key: bool,
}

impl NamedSection {
    fn name(&self) -> &str {
        match &self.name {
            Name::EndOfTitle(length) => {
                let title = self.section.title();
                &title[title.len() - length..]
            }
            Name::Unquoted(name) => name,
        }
    }
}

impl Sections {
    /// Adds a section of the config file.
    pub(super) fn add_config(&mut self, name: Name, section: Section) {
        self.add(name, FileKind::Config, section);
    }

    /// Adds a section of the credentials file, whose name is the whole title. Those of the config
    /// file must have been added.
    pub(super) fn add_credentials(&mut self, section: Section) {
        self.add(Name::EndOfTitle(section.title().len()), FileKind::Credentials, section);
    }

    fn add(&mut self, name: Name, kind: FileKind, section: Section) {
        self.0.push(NamedSection { name, kind, section, merged: OnceLock::new() });
    }

    /// Sorts the sections. Those of one name stay in the order in which they were added.
    pub(super) fn sort(&mut self) {
        self.0.sort_by(|a, b| a.name().cmp(b.name()));
    }

    /// Returns whether there is no section.
    pub(in crate::aws) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the names, sorted.
    pub(in crate::aws) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name().map(|(name, _)| name)
    }

    /// Returns the names, sorted, and the settings.
    pub(in crate::aws) fn iter(&self) -> impl Iterator<Item = (&str, &SectionValues)> {
        self.by_name().filter_map(|(name, group)| Some((name, &merged(group)?.values)))
    }

    /// Returns whether there is a section of that name.
    pub(in crate::aws) fn contains(&self, name: &str) -> bool {
        !self.named(name).is_empty()
    }

    /// Returns the settings of a section. They are empty if it has a syntax error.
    pub(in crate::aws) fn get(&self, name: &str) -> Option<&SectionValues> {
        Some(&merged(self.named(name))?.values)
    }

    /// Returns the sections of the credentials file.
    pub(super) fn of_credentials(&self) -> impl Iterator<Item = &Section> {
        let sections = self.0.iter().filter(|section| section.kind == FileKind::Credentials);
        sections.map(|section| &section.section)
    }

    /// Returns the syntax error of a section.
    pub(super) fn error_in(&self, name: &str) -> Option<&SyntaxError> {
        merged(self.named(name))?.error.as_ref()
    }

    /// Returns the location of a setting, whose name is in lower case.
    pub(super) fn location_of(&self, name: &str, key: &str) -> Option<SettingLocation> {
        self.named(name).iter().rev().find_map(|section| section.section.location_of(key))
    }

    /// Returns whether a section of the credentials file has an access key.
    pub(super) fn has_own_key(&self, name: &str) -> bool {
        merged(self.named(name)).is_some_and(|section| section.has_own_key)
    }

    fn by_name(&self) -> impl Iterator<Item = (&str, &[NamedSection])> {
        let groups = self.0.chunk_by(|a, b| a.name() == b.name());
        groups.filter_map(|group| Some((group.first()?.name(), group)))
    }

    fn named(&self, name: &str) -> &[NamedSection] {
        let start = self.0.partition_point(|section| section.name() < name);
        let from = &self.0[start..];
        &from[..from.partition_point(|section| section.name() == name)]
    }
}

/// Returns the settings of all sections of one name.
fn merged(group: &[NamedSection]) -> Option<&MergedSection> {
    Some(group.first()?.merged.get_or_init(|| Box::new(merge(group))))
}

fn merge(group: &[NamedSection]) -> MergedSection {
    let mut merged = MergedSection::default();
    for (at, NamedSection { kind, section, .. }) in group.iter().enumerate() {
        let is_repeated = group[..at].iter().any(|former| section.repeats(&former.section));
        let error = is_repeated.then(|| section.title_error(LineProblem::SectionTwice));
        let parsed = section.parse();
        if let Some(error) = error.or(parsed.error) {
            merged.error.get_or_insert(error);
        }
        match kind {
            // It replaces one whose name is written differently: `[profile "a"]` for `[profile a]`.
            FileKind::Config => merged.values = parsed.values,
            FileKind::Credentials => merged.add_credentials(parsed.values),
        }
    }
    if merged.error.is_some() {
        merged.values.clear();
    }
    merged
}

impl MergedSection {
    /// Adds a section of the credentials file, whose settings take precedence. Access key ID,
    /// secret and token are all from one file.
    fn add_credentials(&mut self, mut values: SectionValues) {
        if values.contains_key(KEY_ID_SETTING) {
            self.has_own_key = true;
            self.values.retain(|key, _| !belongs_to_key(key));
        } else if self.values.contains_key(KEY_ID_SETTING) {
            values.retain(|key, _| !belongs_to_key(key));
        }
        self.values.extend(values);
    }
}

/// Returns whether a setting only works together with the access key ID of its file.
fn belongs_to_key(setting: &str) -> bool {
    [KEY_ID_SETTING, "aws_secret_access_key"].contains(&setting)
        || TOKEN_SETTINGS.contains(&setting)
}
