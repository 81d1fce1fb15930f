//! Serde support for values of `model` that the journal writes as JSON strings.
//!
//! Used as `with = "string_serde"` for a value, `string_serde::optional` for one that may be unknown
//! (`null`), and `string_serde::list` for several.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

use crate::model::{
    AccountId, Arn, Direction, Endpoint, KeyId, KeyStatus, UserName, Verification, escape_hidden,
};

/// A value that is written as one string.
pub(crate) trait AsJsonString: Sized {
    /// Returns the text to write.
    fn text(&self) -> Cow<'_, str>;
    /// Returns the value that was written as `text`.
    ///
    /// # Errors
    /// Returns the reason if `text` is not such a value.
    fn from_text(text: &str) -> Result<Self, String>;
}

impl AsJsonString for Arc<str> {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(escape_hidden(text).into())
    }
}

impl AsJsonString for AccountId {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl AsJsonString for Arn {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl AsJsonString for KeyId {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }
}

impl AsJsonString for UserName {
    /// Returns the name as it is sent, so that an undo can send it again.
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.raw())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl AsJsonString for KeyStatus {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl AsJsonString for Direction {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Activate => "Active",
            Self::Deactivate => "Inactive",
        })
    }

    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "Active" => Ok(Self::Activate),
            "Inactive" => Ok(Self::Deactivate),
            _ => Err("a key can be set to Active or Inactive only".to_owned()),
        }
    }
}

/// Prefix of the URL of an endpoint that is not AWS's.
const NOT_AWS_PREFIX: &str = "NOT AWS ";

impl AsJsonString for Endpoint {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Aws => Cow::Borrowed("aws"),
            Self::Custom(url) => Cow::Owned(format!("{NOT_AWS_PREFIX}{url}")),
        }
    }

    fn from_text(text: &str) -> Result<Self, String> {
        match text.strip_prefix(NOT_AWS_PREFIX) {
            Some(url) => Ok(Self::Custom(escape_hidden(url).into())),
            None if text == "aws" => Ok(Self::Aws),
            None => Err(format!("an endpoint is “aws” or “{NOT_AWS_PREFIX}<url>”")),
        }
    }
}

impl AsJsonString for Verification {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::ByRead => "read",
            Self::ByRefusal => "refusal",
            Self::None => "none",
        })
    }

    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "read" => Ok(Self::ByRead),
            "refusal" => Ok(Self::ByRefusal),
            "none" => Ok(Self::None),
            _ => Err("a verification is “read”, “refusal” or “none”".to_owned()),
        }
    }
}

/// Serializes a value as its text.
pub(in crate::changes) fn serialize<T: AsJsonString, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.text())
}

/// Deserializes a value from its text.
pub(in crate::changes) fn deserialize<'de, T: AsJsonString, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    FromText::deserialize(deserializer).map(|FromText(value)| value)
}

/// A value that is parsed from the string in the line without copying it: a journal can have
/// millions.
struct FromText<T>(T);

impl<'de, T: AsJsonString> Deserialize<'de> for FromText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<T>(PhantomData<T>);
        impl<T: AsJsonString> Visitor<'_> for TextVisitor<T> {
            type Value = FromText<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<FromText<T>, E> {
                T::from_text(text).map(FromText).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

/// Serde support for a value that may be unknown: its text, or `null`.
pub(in crate::changes) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{AsJsonString, FromText};

    #[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
    pub(in crate::changes) fn serialize<T: AsJsonString, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(AsJsonString::text).serialize(serializer)
    }

    pub(in crate::changes) fn deserialize<'de, T: AsJsonString, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let value: Option<FromText<T>> = Option::deserialize(deserializer)?;
        Ok(value.map(|FromText(value)| value))
    }
}

/// Serde support for several values: an array of their texts.
pub(in crate::changes) mod list {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{AsJsonString, FromText};

    pub(in crate::changes) fn serialize<T: AsJsonString, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(AsJsonString::text))
    }

    pub(in crate::changes) fn deserialize<'de, T: AsJsonString, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let values = Vec::<FromText<T>>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|FromText(value)| value).collect())
    }
}
