//! Objects of the provider of a site as the console writes them into export files: CIM-XML (DMTF DSP0201), elements
//! `INSTANCE`, `PROPERTY`, `PROPERTY.ARRAY`, `PROPERTY.OBJECTARRAY`. What else is there, qualifiers above all, is read over.

use quick_xml::{Reader, XmlVersion, events::Event};

/// Elements inside each other; real objects have ten.
const MOST_DEPTH: usize = 64;

/// An object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instance {
    /// Its class, such as `SMS_TaskSequencePackage`.
    pub class: String,
    properties: Vec<(String, Value)>,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// One text, or the texts of an array.
    Texts(Vec<String>),
    /// Objects.
    Objects(Vec<Instance>),
}

/// Why text holds no objects. Repeats none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CimError {
    /// No well-formed XML.
    #[error("no well-formed XML at byte {0}")]
    Xml(u64),
    /// A document type definition, or an entity other than the five of XML.
    #[error("a document type definition or an entity at byte {0}, which is not allowed")]
    Entity(u64),
    /// Elements are inside each other without end.
    #[error("too many elements inside each other at byte {0}")]
    Deep(u64),
    /// No object.
    #[error("no object of a site in it")]
    Empty,
}

impl Instance {
    /// Reads the objects of a text; most texts have one.
    ///
    /// # Errors
    /// See [`CimError`].
    pub fn read(text: &str) -> Result<Vec<Self>, CimError> {
        let mut state = State::default();
        walk(text, &mut state)?;
        if state.found.is_empty() { Err(CimError::Empty) } else { Ok(state.found) }
    }

    /// The text of a property; none when it is empty or not there.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Texts(texts) => texts.first().map(String::as_str).filter(|text| !text.is_empty()),
            Value::Objects(_) => None,
        }
    }

    /// The same, taken out of the object: a task sequence can be large.
    pub fn take_text(&mut self, name: &str) -> Option<String> {
        let (_, value) = self.properties.iter_mut().find(|(other, _)| other == name)?;
        match value {
            Value::Texts(texts) => texts.first_mut().map(std::mem::take).filter(|text| !text.is_empty()),
            Value::Objects(_) => None,
        }
    }

    /// The number of a property.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u32> {
        self.text(name)?.trim().parse().ok()
    }

    /// The objects of a property.
    #[must_use]
    pub fn objects(&self, name: &str) -> &[Self] {
        match self.value(name) {
            Some(Value::Objects(objects)) => objects,
            _ => &[],
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

/// The texts of `string` elements: how lists of objects are packed, each object as the text of one of them.
///
/// # Errors
/// See [`CimError`].
pub fn strings(text: &str) -> Result<Vec<String>, CimError> {
    let mut state = State { only_strings: true, ..State::default() };
    walk(text, &mut state)?;
    Ok(state.strings)
}

fn walk(text: &str, state: &mut State) -> Result<(), CimError> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().expand_empty_elements = true;
    loop {
        let event = reader.read_event();
        let offset = reader.buffer_position();
        match event.map_err(|_| CimError::Xml(offset))? {
            Event::Eof if state.open.is_empty() => return Ok(()),
            Event::Eof => return Err(CimError::Xml(offset)),
            Event::Start(element) => {
                let mut name = String::new();
                for attribute in element.attributes() {
                    let attribute = attribute.map_err(|_| CimError::Xml(offset))?;
                    if matches!(attribute.key.as_ref(), "NAME" | "CLASSNAME") {
                        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
                        name = value.map_err(|_| CimError::Entity(offset))?.into_owned();
                    }
                }
                state.start(element.name().as_ref(), name, offset)?;
            }
            Event::End(_) => state.end(),
            Event::Text(text) => state.text(&text.xml10_content()),
            Event::CData(text) => state.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let number = reference.resolve_char_ref().map_err(|_| CimError::Xml(offset))?;
                let character = match (number, reference.xml10_content().as_ref()) {
                    (Some(character), _) => character,
                    (None, "amp") => '&',
                    (None, "lt") => '<',
                    (None, "gt") => '>',
                    (None, "quot") => '"',
                    (None, "apos") => '\'',
                    _ => return Err(CimError::Entity(offset)),
                };
                state.text(character.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(CimError::Entity(offset)),
            _ => {}
        }
    }
}

enum Frame {
    Instance(Instance),
    Property {
        name: String,
        texts: Vec<String>,
        objects: Vec<Instance>,
    },
    /// What stands between a property and its values.
    Array,
    Value(String),
    Other,
}

#[derive(Default)]
struct State {
    open: Vec<Frame>,
    found: Vec<Instance>,
    strings: Vec<String>,
    only_strings: bool,
}

impl State {
    fn start(&mut self, element: &str, name: String, offset: u64) -> Result<(), CimError> {
        if self.open.len() >= MOST_DEPTH {
            return Err(CimError::Deep(offset));
        }
        // Qualifiers have values too.
        let in_property = matches!(self.open.last(), Some(Frame::Property { .. } | Frame::Array));
        self.open.push(match element {
            "string" if self.only_strings => Frame::Value(String::new()),
            _ if self.only_strings => Frame::Other,
            "INSTANCE" => Frame::Instance(Instance { class: name, properties: Vec::new() }),
            "PROPERTY" | "PROPERTY.ARRAY" | "PROPERTY.OBJECTARRAY" | "PROPERTY.OBJECT" => {
                Frame::Property { name, texts: Vec::new(), objects: Vec::new() }
            }
            "VALUE" if in_property => Frame::Value(String::new()),
            "VALUE.ARRAY" | "VALUE.OBJECTARRAY" | "VALUE.OBJECT" if in_property => Frame::Array,
            _ => Frame::Other,
        });
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(Frame::Value(value)) = self.open.last_mut() {
            value.push_str(text);
        }
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Frame::Value(value)) if self.only_strings => self.strings.push(value),
            Some(Frame::Value(value)) => {
                if let Some((texts, _)) = self.property() {
                    texts.push(value);
                }
            }
            Some(Frame::Instance(instance)) => match self.property() {
                Some((_, objects)) => objects.push(instance),
                None => self.found.push(instance),
            },
            Some(Frame::Property { name, texts, objects }) => {
                let value = if objects.is_empty() { Value::Texts(texts) } else { Value::Objects(objects) };
                if let Some(Frame::Instance(instance)) = self.open.last_mut() {
                    instance.properties.push((name, value));
                }
            }
            _ => {}
        }
    }

    /// The values of the property that is open, with nothing but arrays in it.
    fn property(&mut self) -> Option<(&mut Vec<String>, &mut Vec<Instance>)> {
        self.open.iter_mut().rev().find(|frame| !matches!(frame, Frame::Array)).and_then(|frame| match frame {
            Frame::Property { texts, objects, .. } => Some((texts, objects)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str = r#"<INSTANCE CLASSNAME="SMS_TaskSequencePackage">
      <QUALIFIER NAME="dynamic" TYPE="boolean"><VALUE>TRUE</VALUE></QUALIFIER>
      <PROPERTY NAME="Name" TYPE="string"><QUALIFIER NAME="CIMTYPE"><VALUE>string</VALUE></QUALIFIER><VALUE>Deploy &amp; go</VALUE></PROPERTY>
      <PROPERTY NAME="Empty" TYPE="string"><VALUE></VALUE></PROPERTY>
      <PROPERTY NAME="None" TYPE="string"></PROPERTY>
      <PROPERTY NAME="SourceVersion" TYPE="uint32"><VALUE>7</VALUE></PROPERTY>
      <PROPERTY NAME="Sequence" TYPE="string"><VALUE><![CDATA[<sequence>]]]]><![CDATA[></sequence>]]></VALUE></PROPERTY>
      <PROPERTY.ARRAY NAME="Scopes" TYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE>b</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>
      <PROPERTY.OBJECTARRAY NAME="References"><QUALIFIER NAME="x"><VALUE>q</VALUE></QUALIFIER><VALUE.OBJECTARRAY>
        <VALUE.OBJECT><INSTANCE CLASSNAME="SMS_TaskSequence_Reference">
          <PROPERTY NAME="Package" TYPE="string"><VALUE>PS100001</VALUE></PROPERTY></INSTANCE></VALUE.OBJECT>
        <VALUE.OBJECT><INSTANCE CLASSNAME="SMS_TaskSequence_Reference"/></VALUE.OBJECT>
      </VALUE.OBJECTARRAY></PROPERTY.OBJECTARRAY>
    </INSTANCE>"#;

    #[test]
    fn an_object_is_read_with_its_properties_and_without_its_qualifiers() {
        let found = Instance::read(OBJECT).unwrap();
        let object = &found[0];
        assert_eq!((found.len(), object.class.as_str()), (1, "SMS_TaskSequencePackage"));
        assert_eq!(object.text("Name"), Some("Deploy & go"));
        assert_eq!(
            (object.clone().take_text("Name"), object.clone().take_text("Empty")),
            (Some("Deploy & go".into()), None)
        );
        assert_eq!((object.text("Empty"), object.text("None"), object.text("Other")), (None, None, None));
        assert_eq!(object.number("SourceVersion"), Some(7));
        // A section that is split because its text holds the end of one.
        assert_eq!(object.text("Sequence"), Some("<sequence>]]></sequence>"));
        let references = object.objects("References");
        assert_eq!((references.len(), references[0].text("Package")), (2, Some("PS100001")));
        assert_eq!((object.text("Scopes"), object.objects("Name").len()), (Some("a"), 0));
    }

    #[test]
    fn objects_in_strings_are_unpacked() {
        let packed = OBJECT.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let list = format!("\u{FEFF}<ArrayOfString xmlns:x=\"y\"><string>{packed}</string><string/></ArrayOfString>");
        let texts = strings(&list).unwrap();
        assert_eq!((texts.len(), Instance::read(&texts[0]).unwrap()), (2, Instance::read(OBJECT).unwrap()));
    }

    #[test]
    fn bombs_and_broken_text_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]><INSTANCE CLASSNAME='x'/>";
        assert!(matches!(Instance::read(bomb), Err(CimError::Entity(_))));
        assert!(matches!(Instance::read("<INSTANCE>&b;</INSTANCE>"), Err(CimError::Entity(_))));
        for bad in ["<INSTANCE>", "<INSTANCE></X>", "<INSTANCE a='1' a='2'/>", "<INSTANCE"] {
            assert!(matches!(Instance::read(bad), Err(CimError::Xml(_))), "{bad}");
        }
        assert_eq!(Instance::read("<other/>"), Err(CimError::Empty));
        assert_eq!(Instance::read("text"), Err(CimError::Empty));
        assert!(matches!(Instance::read(&"<INSTANCE>".repeat(100)), Err(CimError::Deep(_))));
    }
}
