//! Rock Ridge: names of POSIX in the system use area of ISO 9660 records (IEEE P1281 "SUSP", P1282 "RRIP"). Read only,
//! and only what a list of files needs: names, folders that were moved because of the depth limit, symbolic links.

use std::io::{Read, Seek};

use super::disk::Disk;
use super::fields::{le32, slice, u8_at};

/// Most continuation areas of one record, and most bytes of one.
const CONTINUATIONS_MAX: usize = 32;
const AREA_MAX: usize = 4096;
/// Bytes of a continuation area that are one step of work.
const STEP_BYTES: usize = 32;
/// Longest name that is put together.
const NAME_MAX: usize = 1024;

/// What the system use area of a record says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RockRidge {
    /// The name, if it is given.
    pub(super) name: Option<String>,
    /// Block of the folder that the record stands for.
    pub(super) moved_to: Option<u32>,
    /// The folder is shown elsewhere, by a record that says where it was moved.
    pub(super) relocated: bool,
    /// The record is a symbolic link.
    pub(super) link: bool,
}

/// How many bytes of each system use area belong to others, if the first record of the root says that there is Rock
/// Ridge (SUSP 5.3).
pub(super) fn skip(root_record: &[u8]) -> Option<usize> {
    let area = system_use(root_record, 0);
    // CD-ROM XA puts 14 bytes of its own before.
    let entry =
        [0, 14].into_iter().map(|at| slice(area, at, 7)).find(|entry| entry.starts_with(b"SP\x07\x01\xBE\xEF"))?;
    Some(usize::from(u8_at(entry, 6)))
}

fn system_use(record: &[u8], skip: usize) -> &[u8] {
    let id = usize::from(u8_at(record, 32));
    let start = (33 + id).next_multiple_of(2);
    record.get(start + skip..).unwrap_or_default()
}

/// Reads the system use area of a record and the areas where it continues. Returns also how much work those were, in
/// steps: all records of a disc may name the same areas.
pub(super) fn read<R: Read + Seek>(
    disk: &mut Disk<R>,
    record: &[u8],
    skip: usize,
    block_size: u64,
) -> (RockRidge, usize) {
    let mut steps = 0;
    let mut found = RockRidge::default();
    let mut name = Vec::new();
    let mut area = system_use(record, skip).to_vec();
    for _ in 0..CONTINUATIONS_MAX {
        let Some((block, offset, len)) = entries(&area, &mut found, &mut name) else { break };
        let mut next = vec![0; AREA_MAX.min(len as usize)];
        let at = (u64::from(block) * block_size).saturating_add(offset.into());
        // What cannot be read is as if it were not there: the record has a plain name too.
        let Ok(filled) = disk.fill(at, &mut next) else { break };
        next.truncate(filled);
        steps += 1 + filled / STEP_BYTES;
        area = next;
    }
    if !name.is_empty() {
        found.name = Some(String::from_utf8_lossy(&name).into_owned());
    }
    (found, steps)
}

/// Takes the entries of one area. Returns where the next one is: block, offset in it, length (SUSP 5.1).
fn entries(area: &[u8], found: &mut RockRidge, name: &mut Vec<u8>) -> Option<(u32, u32, u32)> {
    let mut next = None;
    let mut at = 0;
    while let Some(entry) = area.get(at..).and_then(|rest| rest.get(..usize::from(u8_at(rest, 2)))) {
        if entry.len() < 4 {
            break;
        }
        at += entry.len();
        match slice(entry, 0, 2) {
            b"CE" => next = Some((le32(entry, 4), le32(entry, 12), le32(entry, 20))),
            // Flags 2 and 4 stand for the folder itself and its parent.
            b"NM" if u8_at(entry, 4) & 6 == 0 && name.len() < NAME_MAX => name.extend(slice(entry, 5, 255)),
            b"CL" => found.moved_to = Some(le32(entry, 4)),
            b"RE" => found.relocated = true,
            b"SL" => found.link = true,
            b"ST" => break,
            _ => {}
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn record(area: &[u8]) -> Vec<u8> {
        let mut record = vec![0; 34];
        record[32] = 1;
        record.extend(area);
        record
    }

    #[test]
    fn a_name_may_come_in_parts_and_continue_elsewhere() {
        let mut image = vec![0; 4096];
        image[2060..2060 + 8].copy_from_slice(b"NM\x08\x01\x00def");
        let mut disk = Disk::new(Cursor::new(image)).unwrap();
        let mut area = b"NM\x08\x01\x01abcCE\x1C\x01".to_vec();
        for field in [1u32, 12, 8] {
            area.extend(field.to_le_bytes());
            area.extend(field.to_be_bytes());
        }
        let (found, _) = read(&mut disk, &record(&area), 0, 2048);
        assert_eq!(found, RockRidge { name: Some("abcdef".into()), ..RockRidge::default() });
    }

    #[test]
    fn areas_that_lead_to_themselves_end() {
        let mut image = vec![0; 4096];
        let mut area = b"NM\x08\x01\x01abcCE\x1C\x01".to_vec();
        for field in [1u32, 0, 36] {
            area.extend(field.to_le_bytes());
            area.extend(field.to_be_bytes());
        }
        image[2048..2048 + area.len()].copy_from_slice(&area);
        let mut disk = Disk::new(Cursor::new(image)).unwrap();
        let (found, steps) = read(&mut disk, &record(&area), 0, 2048);
        assert!(found.name.unwrap().len() <= NAME_MAX + 255);
        assert_eq!(steps, CONTINUATIONS_MAX * 2);
    }

    #[test]
    fn the_root_says_whether_there_is_rock_ridge() {
        assert_eq!(skip(&record(b"SP\x07\x01\xBE\xEF\x00")), Some(0));
        assert_eq!(skip(&record(&[&[0; 14][..], b"SP\x07\x01\xBE\xEF\x0E"].concat())), Some(14));
        assert_eq!(skip(&record(b"")), None);
    }
}
