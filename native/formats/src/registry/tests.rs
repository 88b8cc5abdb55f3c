//! Tests of hives: what is written is read back, and every fault is told with its place. What other programs say of these
//! hives is tested in `tests/blackbox`.
use super::*;

/// A hive with short and long names and values of every length class, and enough keys to fill several bins.
fn sample() -> Key {
    let mut many = Key::new("Many");
    for number in 0..300 {
        many.keys.push(Key::new(format!("{{key {number:03}}}")).with_value(Value::dword("Type", number)));
    }
    Key::new("NewStoreRoot")
        .with_key(many)
        .with_key(
            Key::new("Description")
                .with_value(Value::text("KeyName", "BCD\u{e4}\u{1f511}"))
                .with_value(Value::text_list("", &["a", "bc"]))
                .with_value(Value::binary("long", vec![7; 9000]))
                .with_value(Value { name: "\u{416}".into(), kind: ValueKind::Other(77), data: Vec::new() }),
        )
        .with_key(Key::new("\u{416}\u{e4}"))
}

fn bytes() -> Vec<u8> {
    sample().to_hive(133_444_736_000_000_000).unwrap()
}

/// The same tree with keys in the order in which a hive keeps them.
fn sorted(mut key: Key) -> Key {
    key.keys.sort_by_key(|below| folded(&below.name));
    key.keys = key.keys.into_iter().map(sorted).collect();
    key
}

fn fault(bytes: &[u8]) -> HiveError {
    match Hive::open(bytes) {
        Err(error) => error,
        Ok(hive) => hive.tree().unwrap_err(),
    }
}

/// Changes a hive and makes its checksum right again.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = bytes();
    change(&mut bytes);
    let sum = checksum(&bytes);
    put(&mut bytes, 508, sum);
    bytes
}

fn put(bytes: &mut [u8], at: usize, word: u32) {
    bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Where the root's cell is in the file, without the four bytes of its length.
const ROOT: usize = BLOCK + BIN_HEAD + 4;

#[test]
fn what_is_written_is_read_back() {
    let bytes = bytes();
    assert_eq!(bytes.len() % BLOCK, 0);
    let hive = Hive::open(&bytes).unwrap();
    assert_eq!(hive.tree().unwrap(), sorted(sample()));
}

#[test]
fn keys_and_values_are_found_without_regard_to_case() {
    let bytes = bytes();
    let hive = Hive::open(&bytes).unwrap();
    let key = hive.key(&["many", "{KEY 123}"]).unwrap().unwrap();
    assert_eq!(&*key.value("TYPE").unwrap().unwrap().data().unwrap(), &123_u32.to_le_bytes());
    assert!(hive.key(&["many", "{key 300}"]).unwrap().is_none());
    assert!(key.value("other").unwrap().is_none());
}

#[test]
fn what_does_not_fit_is_not_written() {
    let twice = Key::new("r").with_key(Key::new("a")).with_key(Key::new("A"));
    let long = Key::new("x".repeat(256));
    let large = Key::new("r").with_value(Value::binary("x", vec![0; (1 << 20) + 1]));
    for key in [twice, long, large, Key::new(""), Key::new("a\\b")] {
        assert!(matches!(key.to_hive(0).unwrap_err().fault, HiveFault::CannotWrite(_)));
    }
}

#[test]
fn the_head_is_checked() {
    assert_eq!(fault(b"MZ").fault, HiveFault::NotAHive);
    assert_eq!(fault(&[]).fault, HiveFault::NotAHive);
    assert_eq!(fault(&bytes()[..BLOCK - 1]).fault, HiveFault::Truncated);
    assert_eq!(fault(&bytes()[..BLOCK * 2]).fault, HiveFault::Truncated);
    for (at, word) in [(20, 2), (24, 2), (24, 7), (28, 1), (32, 0)] {
        assert!(matches!(fault(&changed(|b| put(b, at, word))).fault, HiveFault::Unknown(_)), "{at}");
    }
}

#[test]
fn a_wrong_checksum_is_told() {
    let mut bytes = bytes();
    bytes[100] ^= 1;
    assert!(matches!(fault(&bytes), HiveError { offset: 508, fault: HiveFault::Checksum { .. } }));
}

#[test]
fn a_hive_that_was_not_closed_in_order_is_told() {
    assert_eq!(fault(&changed(|b| put(b, 4, 2))), HiveError { offset: 4, fault: HiveFault::Dirty(2, 1) });
}

#[test]
fn lengths_of_four_gigabytes_are_told() {
    // Bins, a bin, a cell, the numbers of keys and of values, the length of a value.
    let changes: [fn(&mut Vec<u8>); 6] = [
        |b| put(b, 40, 0xffff_f000),
        |b| put(b, BLOCK + 8, 0xffff_f000),
        |b| put(b, ROOT - 4, 0x8000_0000),
        |b| put(b, ROOT + 20, u32::MAX),
        |b| put(b, ROOT + 36, u32::MAX),
        |b| {
            let vk = b.windows(2).position(|w| w == b"vk").unwrap();
            put(b, vk + 4, 0x7fff_ffff);
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let error = fault(&changed(change));
        assert!(matches!(error.fault, HiveFault::Damaged(_) | HiveFault::Truncated), "{number}: {error}");
    }
}

/// The first key below the root is made the root itself.
#[test]
fn circles_are_told() {
    let circle = changed(|b| {
        let list = BLOCK + word(b, ROOT + 28) + 4;
        put(b, list + 4, 0x20);
    });
    assert_eq!(fault(&circle).fault, HiveFault::Circle);
    // Twice the same key is a circle too, though it ends.
    let twice = changed(|b| {
        let list = BLOCK + word(b, ROOT + 28) + 4;
        let first = u32::try_from(word(b, list + 4)).unwrap();
        put(b, list + 12, first);
    });
    assert_eq!(fault(&twice).fault, HiveFault::Circle);
}

#[test]
fn offsets_that_lead_astray_are_told() {
    for offset in [0, 8, 0x21, 0xffff_fff8, u32::MAX] {
        assert!(matches!(fault(&changed(|b| put(b, 36, offset))).fault, HiveFault::Damaged(_)), "{offset:x}");
        assert!(matches!(fault(&changed(|b| put(b, ROOT + 28, offset))).fault, HiveFault::Damaged(_)), "{offset:x}");
    }
    // A free cell.
    assert!(matches!(fault(&changed(|b| put(b, ROOT - 4, 0x60))).fault, HiveFault::Damaged(_)));
    // A bin that is none, one that lies elsewhere than it says.
    assert!(matches!(fault(&changed(|b| b[BLOCK] = b'H')).fault, HiveFault::Damaged(_)));
    assert!(matches!(fault(&changed(|b| put(b, BLOCK + 4, 0x1000))).fault, HiveFault::Damaged(_)));
}

/// A person can look at the place with any hex editor.
#[test]
fn a_fault_names_its_place() {
    let error = fault(&changed(|b| put(b, BLOCK + 4, 0x1000)));
    assert_eq!(error.to_string(), "there is no bin where one has to be (offset 0x1000)");
}

/// What Windows itself writes from version 1.4 on: long data in pieces, and lists of lists.
#[test]
fn newer_forms_are_read() {
    let data: Vec<u8> = (0..40_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let mut root = Key::new("r").with_value(Value::binary("big", vec![0; 16]));
    for piece in data.chunks(16_344) {
        root.values.push(Value::binary("piece", piece.to_vec()));
    }
    root.values.push(Value::binary("list", vec![0; 12]));
    root = root.with_key(Key::new("a")).with_key(Key::new("b"));
    let mut bytes = root.to_hive(0).unwrap();
    let list = word(&bytes, ROOT + 40);
    let value = |bytes: &[u8], index: usize| word(bytes, BLOCK + list + 4 + index * 4);
    let place = |bytes: &[u8], index: usize| word(bytes, BLOCK + value(bytes, index) + 4 + 8);
    // The pieces' cells are listed in one cell, and the first value becomes their head.
    for piece in 0..3 {
        let cell = u32::try_from(place(&bytes, piece + 1)).unwrap();
        let at = BLOCK + place(&bytes, 4) + 4 + piece * 4;
        put(&mut bytes, at, cell);
    }
    let head = BLOCK + place(&bytes, 0) + 4;
    bytes[head..head + 4].copy_from_slice(b"db\x03\0");
    let pieces = u32::try_from(place(&bytes, 4)).unwrap();
    put(&mut bytes, head + 4, pieces);
    let value = BLOCK + value(&bytes, 0) + 4;
    put(&mut bytes, value + 4, 40_000);
    put(&mut bytes, 24, 5);
    let sum = checksum(&bytes);
    put(&mut bytes, 508, sum);
    let hive = Hive::open(&bytes).unwrap();
    let big = hive.root().unwrap().value("big").unwrap().unwrap();
    assert_eq!(&*big.data().unwrap(), &data[..]);
    put(&mut bytes, value + 4, 16_344 * 4);
    let hive = Hive::open(&bytes).unwrap();
    assert!(hive.root().unwrap().value("big").unwrap().unwrap().data().is_err());
}

#[test]
fn lists_of_lists_are_read_and_end_there() {
    let root = Key::new("r")
        .with_value(Value::binary("ri", b"ri\x01\0........".to_vec()))
        .with_key(Key::new("a"))
        .with_key(Key::new("b"));
    let mut bytes = root.to_hive(0).unwrap();
    let cell = word(&bytes, BLOCK + word(&bytes, BLOCK + word(&bytes, ROOT + 40) + 4) + 4 + 8);
    let plain = u32::try_from(word(&bytes, ROOT + 28)).unwrap();
    put(&mut bytes, BLOCK + cell + 8, plain);
    put(&mut bytes, ROOT + 28, u32::try_from(cell).unwrap());
    let names = |bytes: &[u8]| -> Result<Vec<String>, HiveError> {
        Ok(Hive::open(bytes)?.root()?.keys()?.into_iter().map(|key| key.name).collect())
    };
    assert_eq!(names(&bytes).unwrap(), ["a", "b"]);
    put(&mut bytes, BLOCK + cell + 8, u32::try_from(cell).unwrap());
    assert!(matches!(names(&bytes).unwrap_err().fault, HiveFault::Damaged(_)));
}

/// Every byte of head, bins and cells in turn: an error or a tree, never a panic or a wait.
#[test]
fn no_changed_byte_does_harm() {
    let small = Key::new("r").with_key(Key::new("a").with_value(Value::text("v", "some text"))).with_key(Key::new("b"));
    let whole = small.to_hive(0).unwrap();
    for at in (0..48).chain(BLOCK..BLOCK + 0x300) {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let sum = checksum(&bytes);
            put(&mut bytes, 508, sum);
            if let Ok(hive) = Hive::open(&bytes) {
                let _ = hive.tree();
            }
        }
    }
    for length in (0..whole.len()).step_by(61) {
        assert!(Hive::open(&whole[..length]).is_err());
    }
}
