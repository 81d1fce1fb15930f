//! The controls of the CIS AWS Foundations Benchmark that concern access keys, checked against the
//! credential report of one account. Pure: the report is read elsewhere.
//!
//! A control passes only if everything that it depends on is known: a row that cannot be read, or a
//! user that the report does not have, leaves it “not known” unless another row already fails.

mod benchmark;
mod check;
pub(crate) mod messages;
mod result;

pub(crate) use check::check;
pub(crate) use result::{CisReport, ControlResult, Finding, Verdict};

#[cfg(test)]
mod tests;
