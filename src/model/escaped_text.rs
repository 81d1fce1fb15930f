//! Text from outside that is safe to show, store and paste.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::escape_hidden;

/// A text whose hidden characters are escaped by [`escape_hidden`], also when it is deserialized.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EscapedText(Arc<str>);

/// A text that is not one of the expected ones, which are these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnexpectedText(pub &'static str);

impl From<&str> for EscapedText {
    fn from(text: &str) -> Self {
        Self(escape_hidden(text).into())
    }
}

impl From<String> for EscapedText {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<Arc<str>> for EscapedText {
    fn from(text: Arc<str>) -> Self {
        match escape_hidden(&text) {
            Cow::Owned(escaped) => Self(escaped.into()),
            Cow::Borrowed(_) => Self(text),
        }
    }
}

impl From<EscapedText> for Arc<str> {
    fn from(text: EscapedText) -> Self {
        text.0
    }
}

impl Deref for EscapedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EscapedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for EscapedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for UnexpectedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.0)
    }
}

impl Serialize for EscapedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for EscapedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = EscapedText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<EscapedText, E> {
                Ok(text.into())
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}
