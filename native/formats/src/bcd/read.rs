//! The reader of stores.
//!
//! Lenient where genuine stores are odd: nothing is asked of the `Description` of the root, whose `KeyName` is garbage on
//! some Windows media; a number may have 1 to 8 bytes; what has no known form is kept as bytes.

use super::{BcdError, Device, Element, ElementValue, Object, Store};
use crate::registry::{Hive, Key, Value, ValueKind};

pub(super) fn store(bytes: &[u8]) -> Result<Store, BcdError> {
    let root = Hive::open(bytes)?.tree()?;
    let objects = below(&root, "Objects").ok_or(BcdError::NotAStore("Objects"))?;
    Ok(Store { objects: objects.keys.iter().map(object).collect::<Result<_, _>>()? })
}

fn below<'a>(key: &'a Key, name: &str) -> Option<&'a Key> {
    key.keys.iter().find(|below| below.name.eq_ignore_ascii_case(name))
}

fn value_of<'a>(key: &'a Key, name: &str) -> Option<&'a Value> {
    key.values.iter().find(|value| value.name.eq_ignore_ascii_case(name))
}

fn object(key: &Key) -> Result<Object, BcdError> {
    let kind = below(key, "Description").and_then(|description| value_of(description, "Type"));
    let kind = kind.and_then(|value| integer(&value.data)).and_then(|number| u32::try_from(number).ok());
    let kind = kind.ok_or_else(|| BcdError::NoType(key.name.clone()))?;
    let keys = below(key, "Elements").map(|elements| elements.keys.as_slice()).unwrap_or_default();
    let mut elements: Vec<Element> = keys.iter().filter_map(element).collect();
    elements.sort_by_key(|element| element.id);
    Ok(Object { id: key.name.to_lowercase(), kind, elements })
}

/// An element; `None` for a key that is none.
fn element(key: &Key) -> Option<Element> {
    let id = u32::from_str_radix(&key.name, 16).ok()?;
    let value = value_of(key, "Element")?;
    Some(Element { id, value: decoded(id, value).unwrap_or_else(|| ElementValue::Bytes(value.data.clone())) })
}

/// The four bits behind the class in an element's number say which form its value has.
fn decoded(id: u32, value: &Value) -> Option<ElementValue> {
    let data = value.data.as_slice();
    let texts = || -> Option<Vec<String>> {
        matches!(value.kind, ValueKind::Text | ValueKind::ExpandText | ValueKind::TextList).then(|| texts(data))
    };
    Some(match id >> 24 & 0x0f {
        1 => ElementValue::Device(Device::from_bytes(data)?),
        2 => ElementValue::Text(texts()?.into_iter().next().unwrap_or_default()),
        3 => ElementValue::Object(texts()?.into_iter().next()?.to_lowercase()),
        4 => ElementValue::ObjectList(texts()?.iter().map(|id| id.to_lowercase()).collect()),
        5 => ElementValue::Integer(integer(data)?),
        6 => ElementValue::Boolean(integer(data)? != 0),
        7 => {
            let (numbers, rest) = data.as_chunks::<8>();
            if !rest.is_empty() {
                return None;
            }
            ElementValue::IntegerList(numbers.iter().map(|number| u64::from_le_bytes(*number)).collect())
        }
        _ => return None,
    })
}

/// A number of 1 to 8 bytes, little-endian.
fn integer(data: &[u8]) -> Option<u64> {
    matches!(data.len(), 1..=8).then(|| data.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The texts in front of the first empty one.
fn texts(data: &[u8]) -> Vec<String> {
    let units: Vec<u16> = data.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    units.split(|unit| *unit == 0).take_while(|text| !text.is_empty()).map(String::from_utf16_lossy).collect()
}
