//! Prints accounts in each format.

use serde_json::{Value, json};

use crate::cli::Format;
use crate::commands::accounts::row::AccountRow;
use crate::commands::error::CommandError;
use crate::commands::output;
use crate::commands::table::{self, Column};
use crate::model::csv_line;

/// The columns of the table and of CSV. The last is there only if roles were asked for.
const COLUMNS: [&str; 5] = ["AccountId", "AccountName", "Email", "Route", "Roles"];

/// Prints accounts: as they come if the format allows it, else at the end.
pub(super) struct AccountPrinter {
    format: Format,
    with_roles: bool,
    buffered: Vec<AccountRow>,
    header_due: bool,
    printed: usize,
}

impl AccountPrinter {
    /// A printer that has no rows.
    pub(super) fn new(format: Format, with_roles: bool) -> Self {
        let header_due = format == Format::Csv;
        Self { format, with_roles, buffered: Vec::new(), header_due, printed: 0 }
    }

    /// Takes rows, and prints them if the format allows it.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn print_or_buffer(&mut self, rows: Vec<AccountRow>) -> Result<(), CommandError> {
        self.printed += rows.len();
        if !matches!(self.format, Format::Csv | Format::Jsonl) {
            self.buffered.extend(rows);
            return Ok(());
        }
        let mut text = self.header();
        for row in rows {
            match self.format {
                Format::Csv => text.push_str(&csv_line(self.shown(&row.cells()))),
                _ => text.push_str(&output::json_line(&row.json())),
            }
        }
        output::write(&text)
    }

    /// Prints the rows that were buffered. Returns the number of all rows.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn finish(mut self) -> Result<usize, CommandError> {
        let name = |row: &AccountRow| row.name.as_deref().map(str::to_lowercase);
        self.buffered.sort_by_cached_key(|row| (name(row).is_none(), name(row), row.id.clone()));
        let text = match self.format {
            Format::Table if self.buffered.is_empty() => String::new(),
            Format::Table => {
                let rows: Vec<_> = self.buffered.iter().map(AccountRow::cells).collect();
                let rows: Vec<_> = rows.iter().map(|cells| self.shown(cells).to_vec()).collect();
                let columns = table_columns(self.with_roles);
                table::fitted(self.shown(&columns), &rows, output::terminal_columns())
            }
            Format::Json => {
                output::pretty_json(&self.buffered.iter().map(AccountRow::json).collect())
            }
            Format::Jsonl | Format::Csv => self.header(),
        };
        output::write(&text)?;
        Ok(self.printed)
    }

    fn header(&mut self) -> String {
        if std::mem::take(&mut self.header_due) {
            csv_line(self.shown(&COLUMNS))
        } else {
            String::new()
        }
    }

    fn shown<'a, T>(&self, cells: &'a [T]) -> &'a [T] {
        if self.with_roles { cells } else { &cells[..cells.len() - 1] }
    }
}

/// Returns the columns of the table. Who asks for the roles needs them more than the e-mail
/// address.
fn table_columns(with_roles: bool) -> [Column; COLUMNS.len()] {
    let [id, name, email, route, roles] = COLUMNS;
    let email = Column::cut_to(email, 16).expendable(3);
    [
        Column::whole(id),
        Column::cut_to(name, 12),
        if with_roles { email.before_cuts() } else { email },
        Column::cut_to(route, 16).expendable(1),
        Column::cut_to(roles, 16).expendable(2),
    ]
}

impl AccountRow {
    /// Returns the route: the preferred one if the roles are known, else a profile or the sign-in.
    fn route(&self) -> Option<String> {
        match (&self.roles, &self.by_profile, &self.sign_in) {
            (Some(roles), ..) => roles.preferred.as_ref().map(ToString::to_string),
            (None, Some(profile), _) => Some(profile.to_string()),
            (None, None, sign_in) => sign_in.as_ref().map(|sign_in| format!("via {sign_in}")),
        }
    }

    /// Returns the route, or why there is none, if the roles are known.
    fn route_cell(&self) -> String {
        let reason = || self.roles.as_ref().and_then(|roles| roles.without_route);
        self.route().unwrap_or_else(|| reason().unwrap_or_default().to_owned())
    }

    /// Returns the cells, in the order of [`COLUMNS`].
    fn cells(&self) -> [String; COLUMNS.len()] {
        let text =
            |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
        let roles = self.roles.as_ref().map_or_else(String::new, |roles| match &roles.failure {
            Some(error) => error.to_string(),
            None => roles.names.join(" "),
        });
        [self.id.to_string(), text(&self.name), text(&self.email), self.route_cell(), roles]
    }

    fn json(&self) -> Value {
        let roles = self.roles.as_ref();
        json!({
            "AccountId": self.id.as_str(),
            "AccountName": self.name.as_deref(),
            "Email": self.email.as_deref(),
            "SsoSession": self.sign_in.as_deref(),
            "Profiles": self.profiles.iter().map(|name| &**name).collect::<Vec<_>>(),
            "Route": self.route(),
            "Roles": roles.map(|roles| roles.names.iter().map(|name| &**name).collect::<Vec<_>>()),
            "Error": roles.and_then(|roles| roles.failure.as_ref()).map(ToString::to_string),
        })
    }
}
