//! The subcommands, one file or folder each.

pub(crate) mod update_access_key;
