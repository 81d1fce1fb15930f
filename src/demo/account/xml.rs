//! XML of the AWS query protocol.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Service;
use super::time_format::iso;

/// An XML document under construction.
#[derive(Debug)]
pub(crate) struct Xml {
    text: String,
    root: String,
}

impl Xml {
    /// Starts a document with this root element in the service's namespace.
    pub(crate) fn new(root: &str, service: Service) -> Self {
        let (host, version) = (service.as_str(), service.version());
        let text = format!("<{root} xmlns=\"https://{host}.amazonaws.com/doc/{version}/\">");
        Self { text, root: root.to_owned() }
    }

    /// Returns the complete document.
    pub(crate) fn finish(mut self) -> String {
        let _ = write!(self.text, "</{}>", self.root);
        self.text
    }

    /// Writes an element with child elements.
    pub(crate) fn group(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let _ = write!(self.text, "<{name}>");
        fill(self);
        let _ = write!(self.text, "</{name}>");
    }

    /// Writes an element with text.
    pub(crate) fn leaf(&mut self, name: &str, value: &str) {
        let _ = write!(self.text, "<{name}>");
        self.escape(value);
        let _ = write!(self.text, "</{name}>");
    }

    /// Writes an element if there is a value.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.leaf(name, value);
        }
    }

    /// Writes an element with a time.
    pub(crate) fn time(&mut self, name: &str, value: Timestamp) {
        self.leaf(name, &iso(value));
    }

    /// Writes a list with a `member` element for each entry.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.group(name, |xml| {
            for item in items {
                xml.group("member", |xml| each(xml, item));
            }
        });
    }

    /// Writes a list of texts.
    pub(crate) fn texts<'a>(&mut self, name: &str, items: impl IntoIterator<Item = &'a str>) {
        self.group(name, |xml| items.into_iter().for_each(|item| xml.leaf("member", item)));
    }

    /// Writes escaped text. Control characters become character references: XML 1.0
    /// forbids them, but SDK parsers accept them, which hostile names rely on.
    fn escape(&mut self, value: &str) {
        for c in value.chars() {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                '"' => self.text.push_str("&quot;"),
                c if c.is_control() => {
                    let _ = write!(self.text, "&#x{:x};", u32::from(c));
                }
                c => self.text.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        let mut xml = Xml::new("R", Service::Iam);
        xml.leaf("A", "</A>&\"\u{1b}[2J");
        assert!(xml.finish().ends_with("<A>&lt;/A&gt;&amp;&quot;&#x1b;[2J</A></R>"));
    }
}
