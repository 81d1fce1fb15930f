//! How the shared words are written in the journal: each as one JSON string.
//!
//! Used by serde as `with = "json_text"` for a value, `text::optional` for one
//! that may be unknown (`null`) and `text::list` for several.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

use crate::model::{
    AccountId, Arn, Direction, Endpoint, KeyId, KeyStatus, UserName, Verification, escape_hidden,
};

/// A value with a text of its own.
pub(crate) trait JsonText: Sized {
    /// The text that is written.
    fn text(&self) -> Cow<'_, str>;
    /// The value that was written as `text`, or why it is none.
    fn from_text(text: &str) -> Result<Self, String>;
}

impl JsonText for Arc<str> {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(escape_hidden(text).into())
    }
}

impl JsonText for AccountId {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl JsonText for Arn {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl JsonText for KeyId {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }
}

impl JsonText for UserName {
    /// The name as it is sent, so that an undo can send it again.
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.raw())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl JsonText for KeyStatus {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from_service(text))
    }
}

impl JsonText for Direction {
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

/// What stands before the URL of an endpoint that is not AWS's.
const NOT_AWS_PREFIX: &str = "NOT AWS ";

impl JsonText for Endpoint {
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

impl JsonText for Verification {
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
            _ => Err("a proof is “read”, “refusal” or “none”".to_owned()),
        }
    }
}

/// Writes a value as its text.
pub(in crate::changes) fn serialize<T: JsonText, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.text())
}

/// Reads a value from its text.
pub(in crate::changes) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Of::deserialize(deserializer).map(|Of(value)| value)
}

/// A value that is read from the text as it stands in the line, without a
/// copy of it: a journal has millions.
struct Of<T>(T);

impl<'de, T: JsonText> Deserialize<'de> for Of<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads<T>(PhantomData<T>);
        impl<T: JsonText> Visitor<'_> for Reads<T> {
            type Value = Of<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Of<T>, E> {
                T::from_text(text).map(Of).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Reads(PhantomData))
    }
}

/// A value that may be unknown: its text, or `null`.
pub(in crate::changes) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{JsonText, Of};

    #[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
    pub(in crate::changes) fn serialize<T: JsonText, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(JsonText::text).serialize(serializer)
    }

    pub(in crate::changes) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Option::deserialize(deserializer).map(|value: Option<Of<T>>| value.map(|Of(value)| value))
    }
}

/// Several values: an array of their texts.
pub(in crate::changes) mod list {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{JsonText, Of};

    pub(in crate::changes) fn serialize<T: JsonText, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(JsonText::text))
    }

    pub(in crate::changes) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let values = Vec::<Of<T>>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|Of(value)| value).collect())
    }
}
