//! How the active keys of an account are distributed: by age, last use, owner. Each bar of the
//! distribution has a filter that finds its keys.

mod bars;
mod count;
#[cfg(test)]
pub(crate) mod random_keys;
mod running_count;

pub(crate) use bars::{BarId, GROUPS};
pub(crate) use count::{BarCount, Overview, RootKeys};
pub(crate) use running_count::RunningCount;

#[cfg(test)]
mod tests;
