//! XML text as the files in a password envelope have it: how values are written, how the text ends, why it cannot be read.

use std::borrow::Cow;

use crate::profile::VariablesProfile;

/// Line end in front of the final NUL: what the `xml` property of MSXML puts behind a document.
pub(crate) const LINE_END: &str = "\r\n";

/// Ends the text: spaces in front of the last line end, so that its length in bytes has the remainder that the profile
/// wants, and the NUL.
pub(crate) fn finish(text: &mut String, settings: &VariablesProfile) {
    let (modulus, remainder) = (settings.plain_length_modulus, settings.plain_length_remainder);
    let length = (text.encode_utf16().count() + LINE_END.len() + 1) * 2;
    // Both numbers are even (they are checked before), so one modulus is enough.
    let missing = (remainder + modulus - length % modulus) % modulus;
    text.extend(std::iter::repeat_n(' ', missing / 2));
    text.push_str(LINE_END);
    text.push('\0');
}

/// Adds a value. A CDATA section cannot hold `]]>`, and an XML parser turns CR LF in it into LF: both split the section.
pub(crate) fn push_cdata(text: &mut String, value: &str) {
    text.push_str("<![CDATA[");
    let mut rest = value;
    while let Some(place) = rest.find(['\r', ']']) {
        let (before, from) = rest.split_at(place);
        text.push_str(before);
        rest = if let Some(after) = from.strip_prefix('\r') {
            text.push_str("]]>&#13;<![CDATA[");
            after
        } else if let Some(after) = from.strip_prefix("]]>") {
            text.push_str("]]]]><![CDATA[>");
            after
        } else {
            text.push(']');
            &from[1..]
        };
    }
    text.push_str(rest);
    text.push_str("]]>");
}

/// The value of an attribute, which stands in double quotes.
pub(crate) fn escape_attribute(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\t', '\r', '\n']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() * 6);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\r' | '\n' => escaped.push_str(&format!("&#{};", u32::from(character))),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// The parser's own messages quote the text, which can be a secret.
pub(crate) fn reason_of(error: &roxmltree::Error) -> &'static str {
    use roxmltree::Error;
    match error {
        Error::DtdDetected => "a DTD is not allowed here",
        Error::NodesLimitReached => "too many elements",
        Error::NoRootNode => "there is no root element",
        Error::UnclosedRootNode => "the root element is not closed",
        Error::UnexpectedCloseTag(..) | Error::UnexpectedEntityCloseTag(..) => "a closing tag does not match",
        Error::NonXmlChar(..) => "a character that XML cannot carry",
        Error::DuplicatedAttribute(..) => "an attribute is there twice",
        Error::UnexpectedEndOfStream => "the text ends too early",
        _ => "it cannot be parsed here",
    }
}
