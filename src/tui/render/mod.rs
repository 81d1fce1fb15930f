//! Drawing: layout of the screen, theme, borders, tables and text.

pub(crate) mod ascii;
pub(crate) mod block;
mod glyphs;
pub(crate) mod layout;
pub(crate) mod table;
pub(crate) mod text_input;
pub(crate) mod text_wrap;
mod theme;

pub(crate) use theme::{TextTone, Theme};
