//! The section `[activity]`: what keyflip reads from CloudTrail.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::location::{ConfigError, FileLocation};
use super::messages;
use super::sourced::Sourced;
use crate::cli::parse_duration;
use crate::model::{ActivityRegions, ActivitySettings, Region};

/// The settings of `[activity]`. All are optional.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Activity {
    /// The Regions to read.
    pub regions: Sourced<ActivityRegions>,
    /// How long a key is watched after it was deactivated; zero for not at all.
    pub watch: Sourced<Duration>,
}

impl Default for Activity {
    fn default() -> Self {
        let built_in = ActivitySettings::default();
        Self {
            regions: Sourced::built_in(built_in.regions),
            watch: Sourced::built_in(built_in.watch),
        }
    }
}

/// The structure of the section.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawActivity {
    regions: Option<Spanned<RawRegions>>,
    watch: Option<Spanned<String>>,
}

/// A list of names, or one word.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected Regions")]
enum RawRegions {
    Word(String),
    Names(Vec<String>),
}

/// The word that stands for all Regions.
const ALL: &str = "all";

/// The longest time that a key is watched.
const MAX_WATCH: Duration = Duration::from_hours(24);

impl RawActivity {
    /// Checks the values.
    ///
    /// # Errors
    /// Returns an error with its line for a name that no Region can have, or for a time of the
    /// wrong form.
    pub(super) fn resolve(self, location: &FileLocation<'_>) -> Result<Activity, ConfigError> {
        let built_in = Activity::default();
        let regions = self.regions.map(|value| {
            let (span, source) = (value.span(), location.source(&value.span()));
            match regions(value.into_inner()) {
                Ok(value) => Ok(Sourced { value, source }),
                Err(error) => Err(location.error(Some(span), error.to_string())),
            }
        });
        let watch = self.watch.map(|value| match parse_duration(value.get_ref()) {
            Ok(watch) if watch <= MAX_WATCH => Ok(location.sourced(value, |_| watch)),
            _ => Err(location.error(Some(value.span()), messages::invalid_watch(value.get_ref()))),
        });
        Ok(Activity {
            regions: regions.transpose()?.unwrap_or(built_in.regions),
            watch: watch.transpose()?.unwrap_or(built_in.watch),
        })
    }
}

/// Reason why the Regions are not valid.
enum RegionsError {
    /// A word other than the one for all Regions.
    Word(String),
    /// A name that no Region can have.
    Name(String),
}

impl fmt::Display for RegionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Word(word) => messages::invalid_regions(word),
            Self::Name(name) => messages::invalid_region(name),
        })
    }
}

/// Checks the Regions. Each is kept once.
fn regions(raw: RawRegions) -> Result<ActivityRegions, RegionsError> {
    let names = match raw {
        RawRegions::Word(word) if word == ALL => return Ok(ActivityRegions::All),
        RawRegions::Word(word) => return Err(RegionsError::Word(word)),
        RawRegions::Names(names) => names,
    };
    let mut regions = Vec::new();
    for name in names {
        let region = Region::parse(&name).filter(|region| region.as_str() != ALL);
        let region = region.ok_or(RegionsError::Name(name))?;
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    Ok(if regions.is_empty() { ActivityRegions::Usual } else { ActivityRegions::Listed(regions) })
}

impl Activity {
    /// Returns the Regions in TOML; empty for the usual ones.
    pub(super) fn regions_in_toml(&self) -> String {
        match &self.regions.value {
            ActivityRegions::Usual => String::new(),
            ActivityRegions::All => format!("\"{ALL}\""),
            ActivityRegions::Listed(regions) => {
                let names: Vec<_> = regions.iter().map(|region| format!("\"{region}\"")).collect();
                format!("[{}]", names.join(", "))
            }
        }
    }

    /// Returns the time that a key is watched in TOML: `"30m"`.
    pub(super) fn watch_in_toml(&self) -> String {
        match self.watch.value.as_secs() {
            0 => "\"0\"".to_owned(),
            seconds if seconds % 3600 == 0 => format!("\"{}h\"", seconds / 3600),
            seconds if seconds % 60 == 0 => format!("\"{}m\"", seconds / 60),
            seconds => format!("\"{seconds}s\""),
        }
    }
}
