//! Descriptor tags (ECMA-167 3/7.2).

use super::super::fields::{le16, le32, slice, u8_at};
use super::super::findings::{FindingCode, Findings};
use crate::consts::TAG_LEN;
use crc::{CRC_16_XMODEM, Crc, Table};

/// The tag of `data`, if its checksum is right.
pub(super) fn id(data: &[u8]) -> Option<u16> {
    if data.len() < TAG_LEN {
        return None;
    }
    let sum = data[..4].iter().chain(&data[5..TAG_LEN]).fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    let id = le16(data, 0);
    (sum == u8_at(data, 4) && id != 0).then_some(id)
}

/// Notes a wrong CRC, and a location other than `location`.
pub(super) fn check(data: &[u8], location: u32, place: &str, findings: &mut Findings) {
    let covered = usize::from(le16(data, 10));
    let body = slice(data, TAG_LEN, covered);
    if body.len() < covered || crc(body) != le16(data, 8) {
        findings.add(FindingCode::Checksum, place, "the CRC of the descriptor is wrong");
    }
    if le32(data, 12) != location {
        findings.add(
            FindingCode::Location,
            place,
            format!("the descriptor says block {}, it is in block {location}", le32(data, 12)),
        );
    }
}

/// CRC of ITU-T V.41 (ECMA-167 1/7.2.6), which others call XMODEM.
const CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_XMODEM);

fn crc(bytes: &[u8]) -> u16 {
    CRC.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_of_the_standard_example() {
        assert_eq!(crc(&[0x70, 0x6A, 0x77]), 0x3299);
    }

    #[test]
    fn zeros_are_no_tag() {
        assert_eq!(id(&[0; 16]), None);
        assert_eq!(id(&[1]), None);
    }
}
