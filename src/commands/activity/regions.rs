//! The Regions of `--regions`.

use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::model::{ActivityRegions, Region};

/// Returns the Regions of the option, else those of the configuration.
///
/// # Errors
/// Returns an error for a name that cannot be that of a Region.
pub(super) fn regions(
    option: Option<&str>,
    context: &CommandContext,
) -> Result<ActivityRegions, CommandError> {
    match option {
        Some(text) => parse(text),
        None => Ok(context.session_factory.activity_settings().regions),
    }
}

/// Parses `all`, or names separated by commas.
fn parse(text: &str) -> Result<ActivityRegions, CommandError> {
    if text.eq_ignore_ascii_case("all") {
        return Ok(ActivityRegions::All);
    }
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let parse = |name: &str| {
        Region::parse(name).ok_or_else(|| CommandError::InvalidRegion(name.to_owned()))
    };
    Ok(ActivityRegions::Listed(names.map(parse).collect::<Result<_, _>>()?))
}
