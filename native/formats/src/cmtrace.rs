//! Lines of a log in the form that CMTrace and the product's own logs have.
//!
//! `<![LOG[message]LOG]!><time="HH:mm:ss.fff+480" date="MM-dd-yyyy" component="..." context="" type="1" thread="1112"
//! file="source.cpp:1457">`; see `docs/formats.md`, "Log".

use std::fmt;

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

const START: &str = "<![LOG[";
const END: &str = "]LOG]!>";

/// How important a line is; CMTrace shows warnings yellow and errors red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `type="0"`
    Verbose,
    /// `type="1"`
    Information,
    /// `type="2"`
    Warning,
    /// `type="3"`
    Error,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text; may have line ends in it.
    pub message: String,
    /// When; milliseconds are written.
    pub time: Timestamp,
    /// Local time minus UTC; whole minutes are written.
    pub offset: Offset,
    /// Which part of the program says it.
    pub component: String,
    /// Context, mostly empty.
    pub context: String,
    /// How important it is.
    pub severity: Severity,
    /// Thread ID.
    pub thread: u32,
    /// Source file, with the line behind a colon.
    pub file: String,
}

/// Why text is not a line of such a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Does not begin with `<![LOG[`.
    #[error("not a log line: it does not begin with <![LOG[")]
    NoStart,
    /// The message has no `]LOG]!>` behind it.
    #[error("the log line's message does not end with ]LOG]!>")]
    NoEnd,
    /// An attribute that must be there.
    #[error("the log line has no attribute {0}")]
    Missing(&'static str),
    /// An attribute with a value that cannot be.
    #[error("the log line's {attribute} is '{}', which cannot be", .value.escape_debug())]
    Value {
        /// Attribute.
        attribute: &'static str,
        /// Its value.
        value: String,
    },
}

impl fmt::Display for Line {
    /// The line without line end. A message that holds the end mark gets a blank into it, attributes lose their quotes
    /// and line ends: no text can forge a second line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.time.to_zoned(TimeZone::fixed(self.offset)).datetime();
        // The bias of Windows: minutes to add to the local time to get UTC.
        let bias = -self.offset.seconds() / 60;
        write!(f, "{START}{}{END}<", self.message.replace(END, "]LOG]! >"))?;
        let milliseconds = local.subsec_nanosecond() / 1_000_000;
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        write!(f, "time=\"{hour:02}:{minute:02}:{second:02}.{milliseconds:03}{bias:+04}\" ")?;
        write!(f, "date=\"{:02}-{:02}-{:04}\" ", local.month(), local.day(), local.year())?;
        write!(f, "component=\"{}\" context=\"{}\" ", attribute(&self.component), attribute(&self.context))?;
        write!(f, "type=\"{}\" thread=\"{}\" ", self.severity as u8, self.thread)?;
        write!(f, "file=\"{}\">", attribute(&self.file))
    }
}

fn attribute(text: &str) -> String {
    text.chars().map(|c| if c == '"' || c.is_control() { '\'' } else { c }).collect()
}

impl std::str::FromStr for Line {
    type Err = LineError;

    /// Reads one line, whose message may span several.
    fn from_str(text: &str) -> Result<Self, LineError> {
        let text = text.trim_start_matches(['\u{FEFF}', '\r', '\n']);
        let rest = text.strip_prefix(START).ok_or(LineError::NoStart)?;
        let (message, attributes) = rest.split_once(END).ok_or(LineError::NoEnd)?;
        let get = |name: &'static str| attribute_of(attributes, name).ok_or(LineError::Missing(name));
        let (time, date, severity, thread) = (get("time")?, get("date")?, get("type")?, get("thread")?);
        let (time, offset) = instant(time, date)?;
        let severity = match severity {
            "0" => Severity::Verbose,
            "1" => Severity::Information,
            "2" => Severity::Warning,
            "3" => Severity::Error,
            other => return Err(LineError::Value { attribute: "type", value: other.to_owned() }),
        };
        let wrong_thread = || LineError::Value { attribute: "thread", value: thread.to_owned() };
        Ok(Self {
            message: message.to_owned(),
            time,
            offset,
            component: get("component")?.to_owned(),
            context: get("context")?.to_owned(),
            severity,
            thread: thread.parse().map_err(|_| wrong_thread())?,
            file: get("file")?.to_owned(),
        })
    }
}

/// The value of ` name="value"` or `<name="value"`.
fn attribute_of<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes.strip_prefix('<')?;
    loop {
        let (found, behind) = rest.trim_start().split_once("=\"")?;
        let (value, next) = behind.split_once('"')?;
        if found == name {
            return Some(value);
        }
        rest = next;
    }
}

fn instant(time: &str, date: &str) -> Result<(Timestamp, Offset), LineError> {
    let wrong_time = || LineError::Value { attribute: "time", value: time.to_owned() };
    let wrong_date = || LineError::Value { attribute: "date", value: date.to_owned() };
    let sign = time.rfind(['+', '-']).ok_or_else(wrong_time)?;
    let (clock, bias) = time.split_at(sign);
    let minutes: i32 = bias.parse().map_err(|_| wrong_time())?;
    let seconds = minutes.checked_mul(-60).ok_or_else(wrong_time)?;
    let offset = Offset::from_seconds(seconds).map_err(|_| wrong_time())?;

    let mut parts = date.split('-');
    let (Some(month), Some(day), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(wrong_date());
    };
    let date_time = format!("{year}-{month}-{day}T{clock}");
    let local: DateTime = date_time.parse().map_err(|_| wrong_date())?;
    let time = offset.to_timestamp(local).map_err(|_| wrong_time())?;
    Ok((time, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attributes of a real TSMBootstrap log.
    const REAL: &str = "<![LOG[Hello]LOG]!><time=\"13:27:03.016+480\" date=\"01-08-2019\" component=\"TSMBootstrap\" context=\"\" type=\"1\" thread=\"1112\" file=\"tslogging.cpp:1457\">";

    fn line(message: &str) -> Line {
        Line {
            message: message.into(),
            time: "2019-01-08T21:27:03.016Z".parse().unwrap(),
            offset: Offset::from_hours(-8).unwrap(),
            component: "TSMBootstrap".into(),
            context: String::new(),
            severity: Severity::Information,
            thread: 1112,
            file: "tslogging.cpp:1457".into(),
        }
    }

    #[test]
    fn written_as_the_product_does() {
        assert_eq!(line("Hello").to_string(), REAL);
        assert_eq!(REAL.parse(), Ok(line("Hello")));
    }

    #[test]
    fn the_bias_has_the_sign_of_windows() {
        for (seconds, bias) in [(0, "+000"), (3600, "-060"), (19_800, "-330"), (-34_200, "+570")] {
            let one = Line { offset: Offset::from_seconds(seconds).unwrap(), ..line("x") };
            assert!(one.to_string().contains(&format!(".016{bias}\"")), "{one}");
            assert_eq!(one.to_string().parse(), Ok(one));
        }
        let short: Line = REAL.replace("+480", "-60").parse().unwrap();
        assert_eq!(short.offset.seconds(), 3600);
    }

    #[test]
    fn no_text_forges_a_second_line() {
        let one = line("a]LOG]!><time=\"\r\nb");
        let back: Line = one.to_string().parse().unwrap();
        assert_eq!(back.message, "a]LOG]! ><time=\"\r\nb");
        let one = Line { component: "a\" type=\"3\"\n".into(), ..line("x") };
        let back: Line = one.to_string().parse().unwrap();
        assert_eq!((back.component.as_str(), back.severity), ("a' type='3''", Severity::Information));
    }

    #[test]
    fn other_text_is_refused_with_the_reason() {
        let wrong = |text: &str| text.parse::<Line>().unwrap_err();
        assert_eq!(wrong(""), LineError::NoStart);
        assert_eq!(wrong("<![LOG[abc"), LineError::NoEnd);
        assert_eq!(wrong("<![LOG[abc]LOG]!>"), LineError::Missing("time"));
        assert_eq!(wrong(&REAL.replace("thread=", "tread=")), LineError::Missing("thread"));
        for (old, new, attribute) in [
            ("type=\"1\"", "type=\"9\"", "type"),
            ("\"1112\"", "\"-1\"", "thread"),
            ("01-08", "13-08", "date"),
            ("+480", "+99999999999", "time"),
            ("+480", "", "time"),
            ("13:27", "25:27", "date"),
        ] {
            let error = wrong(&REAL.replace(old, new));
            assert!(
                matches!(error, LineError::Value { attribute: found, .. } if found == attribute),
                "{old} {error:?}"
            );
        }
    }
}
