//! The reader: events of a pull parser in, a task sequence out.

use std::{io::BufRead, ops::Range};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    Limits, Listed, Step, TaskSequence, TaskSequenceError,
    steps::{Meaning, StepKind, Values, is_secret, meaning},
};
use crate::text::first_non_xml_char;

/// The variable that tells media apart.
const MEDIA_TYPE: &str = "_SMSTSMediaType";
/// Between the names of a path.
const SEPARATOR: &str = " / ";

pub(super) fn read(text: impl BufRead, limits: &Limits) -> Result<TaskSequence, TaskSequenceError> {
    // One byte more than is allowed tells a text that is too long from one that ends there.
    let mut reader = Reader::from_reader(text.take(limits.bytes.saturating_add(1)));
    reader.config_mut().expand_empty_elements = true;
    let mut state = State::new(limits);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        state.before = reader.buffer_position();
        let event = reader.read_event_into(&mut buffer);
        let offset = reader.buffer_position();
        if offset > limits.bytes {
            return Err(TaskSequenceError::TooLong { limit: limits.bytes });
        }
        match event.map_err(|error| of_parser(error, offset))? {
            Event::Eof => return state.finish(offset),
            event => state.take(event, offset)?,
        }
    }
}

/// The parser's own messages quote the text, which can be a secret.
fn of_parser(error: quick_xml::Error, offset: u64) -> TaskSequenceError {
    use quick_xml::Error;
    let reason = match error {
        Error::Io(error) => {
            return TaskSequenceError::Read(std::io::Error::new(error.kind(), error.to_string()));
        }
        Error::Syntax(_) => "an element, a comment or a section is not ended",
        Error::IllFormed(_) => "the elements do not fit into each other",
        Error::InvalidAttr(_) => "an attribute is not well-formed",
        Error::Encoding(_) => "the text is not UTF-8",
        _ => "it cannot be parsed here",
    };
    TaskSequenceError::Xml { offset, reason }
}

/// An element that is open.
enum Frame {
    Sequence,
    References,
    Group {
        enabled: bool,
        continue_on_error: bool,
        asks_media_type: bool,
        path: usize,
    },
    Step {
        step: Box<Step>,
        values: Values,
    },
    /// `defaultVarList` of a step, or `globalVarList`.
    Variables,
    Variable {
        name: String,
        meaning: Option<Meaning>,
        value: String,
        /// Where its value begins.
        from: u64,
    },
    /// A condition, and what is in it.
    Condition,
    /// Name of a variable in a condition.
    Asked(String),
    Other,
}

struct State<'l> {
    limits: &'l Limits,
    sequence: TaskSequence,
    open: Vec<Frame>,
    /// The names of the open groups.
    path: String,
    seen_root: bool,
    /// Where the event that is taken begins.
    before: u64,
}

impl<'l> State<'l> {
    fn new(limits: &'l Limits) -> Self {
        let (sequence, open, path) = (TaskSequence::default(), Vec::new(), String::new());
        Self { limits, sequence, open, path, seen_root: false, before: 0 }
    }

    fn take(&mut self, event: Event<'_>, offset: u64) -> Result<(), TaskSequenceError> {
        match event {
            Event::Start(start) => self.start(&start, offset),
            Event::End(_) => self.end(offset),
            Event::Text(text) => self.text(&text.xml10_content(), offset),
            Event::CData(text) => self.text(&text.xml10_content(), offset),
            Event::GeneralRef(reference) => {
                let mut buffer = [0; 4];
                let character = resolved(&reference, offset)?;
                self.text(character.encode_utf8(&mut buffer), offset)
            }
            Event::DocType(_) => Err(TaskSequenceError::DocumentType(offset)),
            Event::Decl(declaration) => of_declaration(declaration.encoding(), offset),
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, offset: u64) -> Result<(), TaskSequenceError> {
        if self.open.len() >= self.limits.depth {
            return Err(self.too_many("elements inside each other", self.limits.depth, offset));
        }
        let name = element.local_name();
        let frame = match (self.open.last(), name.as_ref()) {
            (None, root) => self.root(root, element, offset)?,
            (Some(Frame::Sequence | Frame::Group { .. }), "group") => self.group(element, offset)?,
            (Some(Frame::Sequence | Frame::Group { .. }), "step" | "subtasksequence") => self.step(element, offset)?,
            (Some(Frame::Sequence), "referenceList") => Frame::References,
            (Some(Frame::Sequence), "globalVarList") | (Some(Frame::Step { .. }), "defaultVarList") => Frame::Variables,
            (Some(Frame::References), "reference") => {
                self.reference(element, offset)?;
                Frame::Other
            }
            (Some(Frame::Variables), "variable") => self.variable(element, offset)?,
            (Some(Frame::Group { .. } | Frame::Step { .. }), "condition") => Frame::Condition,
            (Some(Frame::Condition), "variable") => {
                let attributes = Attributes::of(element, self.limits, offset)?;
                if attributes.get("name") == Some("Variable") { Frame::Asked(String::new()) } else { Frame::Other }
            }
            (parent, _) => {
                let frame = if matches!(parent, Some(Frame::Condition)) { Frame::Condition } else { Frame::Other };
                Attributes::of(element, self.limits, offset)?;
                frame
            }
        };
        self.open.push(frame);
        Ok(())
    }

    fn root(&mut self, root: &str, element: &BytesStart<'_>, offset: u64) -> Result<Frame, TaskSequenceError> {
        if self.seen_root {
            return Err(TaskSequenceError::Xml { offset, reason: "there is more than one root element" });
        }
        self.seen_root = true;
        if root != "sequence" {
            return Err(TaskSequenceError::NotASequence { root: root.chars().take(60).collect() });
        }
        let attributes = Attributes::of(element, self.limits, offset)?;
        self.sequence.version = attributes.get("version").unwrap_or_default().to_owned();
        if self.sequence.version.starts_with("3.00") || attributes.get("name").is_some() {
            return Err(TaskSequenceError::Mdt { version: self.sequence.version.clone() });
        }
        Ok(Frame::Sequence)
    }

    fn group(&mut self, element: &BytesStart<'_>, offset: u64) -> Result<Frame, TaskSequenceError> {
        let attributes = Attributes::of(element, self.limits, offset)?;
        let enabled = self.enabled() && !attributes.is("disable");
        let continue_on_error = attributes.is("continueOnError");
        let frame = Frame::Group { enabled, continue_on_error, asks_media_type: false, path: self.path.len() };
        self.path = self.joined(attributes.get("name").unwrap_or("(group)"));
        if self.path.len() > self.limits.value {
            return Err(self.too_many("bytes in the names of groups", self.limits.value, offset));
        }
        Ok(frame)
    }

    fn step(&mut self, element: &BytesStart<'_>, offset: u64) -> Result<Frame, TaskSequenceError> {
        if self.sequence.steps.len() >= self.limits.steps {
            return Err(self.too_many("steps", self.limits.steps, offset));
        }
        let attributes = Attributes::of(element, self.limits, offset)?;
        let type_name = attributes.get("type").unwrap_or_default().to_owned();
        let step = Step {
            path: self.joined(attributes.get("name").unwrap_or("(step)")),
            kind: StepKind::of(&type_name),
            type_name,
            enabled: self.enabled() && !attributes.is("disable"),
            continue_on_error: attributes.is("continueOnError") || self.goes_on(),
            asks_media_type: self.open.iter().any(|frame| matches!(frame, Frame::Group { asks_media_type: true, .. })),
            uses: Vec::new(),
            image_index: None,
            base_variable: None,
            sets: None,
            secrets: Vec::new(),
        };
        Ok(Frame::Step { step: Box::new(step), values: Values::default() })
    }

    fn reference(&mut self, element: &BytesStart<'_>, offset: u64) -> Result<(), TaskSequenceError> {
        if self.sequence.listed.len() >= self.limits.steps {
            return Err(self.too_many("references", self.limits.steps, offset));
        }
        let attributes = Attributes::of(element, self.limits, offset)?;
        let text = |name| attributes.get(name).filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(id) = text("package") {
            self.sequence.listed.push(Listed::Package { id, program: text("program") });
        } else if let Some(id) = text("application") {
            self.sequence.listed.push(Listed::Application { id });
        }
        Ok(())
    }

    fn variable(&mut self, element: &BytesStart<'_>, offset: u64) -> Result<Frame, TaskSequenceError> {
        let attributes = Attributes::of(element, self.limits, offset)?;
        let name = attributes.get("name").unwrap_or_default();
        let property = attributes.get("property").unwrap_or_default();
        let meaning = match self.step_kind() {
            Some(kind) => meaning(kind, name, property),
            None => is_secret(name).then_some(Meaning::Secret),
        };
        let name = if meaning.is_some() { name.to_owned() } else { String::new() };
        Ok(Frame::Variable { name, meaning, value: String::new(), from: offset })
    }

    /// The kind of the step whose variables are read; none for the variables of the whole sequence.
    fn step_kind(&self) -> Option<StepKind> {
        self.open.iter().rev().find_map(|frame| match frame {
            Frame::Step { step, .. } => Some(step.kind),
            _ => None,
        })
    }

    fn text(&mut self, text: &str, offset: u64) -> Result<(), TaskSequenceError> {
        if first_non_xml_char(text).is_some() {
            return Err(TaskSequenceError::Xml { offset, reason: "a character that XML cannot carry" });
        }
        let limit = self.limits.value;
        match self.open.last_mut() {
            None if text.chars().all(|c| c.is_whitespace() || c == '\u{FEFF}') => Ok(()),
            None => Err(TaskSequenceError::Xml { offset, reason: "there is text outside the root element" }),
            Some(Frame::Variable { meaning: Some(_), value, .. } | Frame::Asked(value)) => {
                if value.len() + text.len() > limit {
                    return Err(self.too_many("bytes in a value", limit, offset));
                }
                value.push_str(text);
                Ok(())
            }
            Some(_) => Ok(()),
        }
    }

    fn end(&mut self, offset: u64) -> Result<(), TaskSequenceError> {
        match self.open.pop() {
            None => return Err(TaskSequenceError::Xml { offset, reason: "the elements do not fit into each other" }),
            Some(Frame::Group { path, .. }) => self.path.truncate(path),
            Some(Frame::Step { mut step, values }) => {
                self.sequence.secret_places.extend(values.finish(&mut step));
                // Most steps name one thing, and a vector that grows begins with room for four.
                step.uses.shrink_to_fit();
                step.secrets.shrink_to_fit();
                self.sequence.steps.push(*step);
            }
            Some(Frame::Variable { name, meaning: Some(meaning), value, from }) => {
                self.value(&name, meaning, &value, from..self.before);
            }
            Some(Frame::Asked(name)) if name.trim().eq_ignore_ascii_case(MEDIA_TYPE) => self.asks_media_type(),
            Some(_) => {}
        }
        Ok(())
    }

    fn value(&mut self, name: &str, meaning: Meaning, value: &str, place: Range<u64>) {
        let step = self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Step { step, values } => Some((step, values)),
            _ => None,
        });
        match step {
            Some((step, values)) => values.take(step, name, meaning, value, place),
            None if value.trim().is_empty() => {}
            None => {
                self.sequence.secrets.push(name.to_owned());
                self.sequence.secret_places.push(place);
            }
        }
    }

    /// The condition of the step or group that is read asks for the kind of media.
    fn asks_media_type(&mut self) {
        for frame in self.open.iter_mut().rev() {
            match frame {
                Frame::Group { asks_media_type, .. } => {
                    *asks_media_type = true;
                    return;
                }
                Frame::Step { step, .. } => {
                    step.asks_media_type = true;
                    return;
                }
                _ => {}
            }
        }
    }

    fn enabled(&self) -> bool {
        self.open.iter().all(|frame| !matches!(frame, Frame::Group { enabled: false, .. }))
    }

    /// A group that is open lets the task sequence go on when something in it fails.
    fn goes_on(&self) -> bool {
        self.open.iter().any(|frame| matches!(frame, Frame::Group { continue_on_error: true, .. }))
    }

    fn joined(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}{SEPARATOR}{name}", self.path) }
    }

    fn too_many(&self, what: &'static str, limit: usize, offset: u64) -> TaskSequenceError {
        TaskSequenceError::TooMany { what, limit, offset }
    }

    fn finish(self, offset: u64) -> Result<TaskSequence, TaskSequenceError> {
        if !self.seen_root {
            return Err(TaskSequenceError::Xml { offset, reason: "there is no root element" });
        }
        if !self.open.is_empty() {
            return Err(TaskSequenceError::Xml { offset, reason: "the text ends too early" });
        }
        Ok(self.sequence)
    }
}

/// The attributes of an element, entities resolved.
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn of(element: &BytesStart<'_>, limits: &Limits, offset: u64) -> Result<Self, TaskSequenceError> {
        let mut list = Vec::new();
        for attribute in element.attributes() {
            let attribute =
                attribute.map_err(|_| TaskSequenceError::Xml { offset, reason: "an attribute is not well-formed" })?;
            let value =
                attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| TaskSequenceError::Entity(offset))?;
            if value.len() > limits.value {
                return Err(TaskSequenceError::TooMany { what: "bytes in an attribute", limit: limits.value, offset });
            }
            if first_non_xml_char(&value).is_some() {
                return Err(TaskSequenceError::Xml { offset, reason: "a character that XML cannot carry" });
            }
            list.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        Ok(Self(list))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether an attribute says yes.
    fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// The character of a reference: a number, or one of the five entities of XML.
fn resolved(reference: &BytesRef<'_>, offset: u64) -> Result<char, TaskSequenceError> {
    let bad = |_| TaskSequenceError::Xml { offset, reason: "a character reference that is none" };
    if let Some(character) = reference.resolve_char_ref().map_err(bad)? {
        return Ok(character);
    }
    match reference.xml10_content().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(TaskSequenceError::Entity(offset)),
    }
}

/// The text comes in as UTF-8; a declaration of UTF-16 stays behind when text is decoded.
fn of_declaration<E>(
    encoding: Option<Result<std::borrow::Cow<'_, str>, E>>,
    offset: u64,
) -> Result<(), TaskSequenceError> {
    let known = |name: &str| ["utf-8", "utf-16", "us-ascii"].iter().any(|known| name.eq_ignore_ascii_case(known));
    match encoding {
        None => Ok(()),
        Some(Ok(name)) if known(&name) => Ok(()),
        Some(_) => Err(TaskSequenceError::Xml { offset, reason: "it declares an encoding other than UTF-8 or UTF-16" }),
    }
}
