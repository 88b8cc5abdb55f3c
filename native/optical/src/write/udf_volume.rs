//! UDF around the partition: recognition sequence, anchors, volume descriptors, integrity.

use super::bytes::Bytes;
use super::out::Out;
use super::{WriteError, text, time};
use crate::Layout;
use crate::consts::{
    ANCHOR, BEA01, DOMAIN_ID, LV_INFO_ID, NSR02, OSTA_CS0, SECTOR, TAG_ANCHOR, TAG_IUVD, TAG_LEN, TAG_LVD, TAG_LVID,
    TAG_PARTITION, TAG_PVD, TAG_TERMINATOR, TAG_USD, TEA01, UDF_REVISION, VDS_SECTORS,
};
use crate::layout::place::{INTEGRITY, MAIN_VDS, PARTITION, RESERVE_VDS};
use crc::{CRC_16_XMODEM, Crc, Table};

/// Entity identifier of this writer. A domain of its own is not needed for a developer identifier (UDF 2.1.4.2): `*`
/// and a name.
const DEVELOPER_ID: &[u8] = b"*tsm-optical";
/// Length of the integrity sequence: 8 KiB, what UDF 2.2.4.6 asks for on media that can be rewritten.
const INTEGRITY_SECTORS: u32 = 4;
/// Domain flags: the volume cannot be written (UDF 2.1.4.3).
const HARD_WRITE_PROTECT: u8 = 1;

/// Beginning, NSR and terminating descriptor of the extended area (ECMA-167 2/9, 3/9.1).
pub(super) fn recognition(out: &mut Out<'_>) -> Result<(), WriteError> {
    for id in [BEA01, NSR02, TEA01] {
        let mut bytes = Bytes::new(SECTOR as usize);
        bytes.put(1, id);
        bytes.u8(6, 1);
        out.bytes(&bytes.0)?;
    }
    Ok(())
}

/// Makes the body of a volume descriptor and names its tag.
type Maker = fn(&Layout) -> (u16, Bytes);

/// Both volume descriptor sequences, the integrity sequence and the first anchor.
pub(super) fn descriptors(layout: &Layout, out: &mut Out<'_>) -> Result<(), WriteError> {
    for start in [MAIN_VDS, RESERVE_VDS] {
        out.zeros_to(start)?;
        let makers: [Maker; 6] = [primary, implementation_use, partition, logical_volume, unallocated, terminator];
        for (number, make) in (0u32..).zip(makers) {
            let (tag, mut bytes) = make(layout);
            if tag != TAG_TERMINATOR {
                bytes.u32(16, number); // volume descriptor sequence number
            }
            out.sector(&tagged(tag, start + number, bytes))?;
        }
    }
    out.zeros_to(INTEGRITY)?;
    out.sector(&tagged(TAG_LVID, INTEGRITY, integrity(layout)))?;
    out.sector(&tagged(TAG_TERMINATOR, INTEGRITY + 1, Bytes::new(512)))?;
    anchor(ANCHOR, out)
}

/// Anchor volume descriptor pointer (ECMA-167 3/10.2).
pub(super) fn anchor(block: u32, out: &mut Out<'_>) -> Result<(), WriteError> {
    out.zeros_to(block)?;
    let mut bytes = Bytes::new(512);
    put_extent(&mut bytes, 16, VDS_SECTORS * SECTOR, MAIN_VDS);
    put_extent(&mut bytes, 24, VDS_SECTORS * SECTOR, RESERVE_VDS);
    out.sector(&tagged(TAG_ANCHOR, block, bytes))
}

/// Puts the tag before a descriptor (ECMA-167 3/7.2): everything behind the tag is covered by the CRC. Serial number 1
/// everywhere (UDF 2.2.1.1).
pub(super) fn tagged(id: u16, location: u32, mut bytes: Bytes) -> Vec<u8> {
    let crc = CRC.checksum(&bytes.0[TAG_LEN..]);
    bytes.u16(0, id);
    bytes.u16(2, 2);
    bytes.u16(6, 1);
    bytes.u16(8, crc);
    bytes.u16(10, (bytes.0.len() - TAG_LEN) as u16);
    bytes.u32(12, location);
    let sum = bytes.0[..TAG_LEN].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.u8(4, sum);
    bytes.0
}

/// CRC of ITU-T V.41: polynomial x^16 + x^12 + x^5 + 1, starting from 0 (ECMA-167 1/7.2.6).
const CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_XMODEM);

/// `extent_ad` (ECMA-167 3/7.1).
fn put_extent(bytes: &mut Bytes, at: usize, len: u32, block: u32) {
    bytes.u32(at, len);
    bytes.u32(at + 4, block);
}

/// `charspec` of OSTA CS0 (UDF 2.1.2).
pub(super) fn put_charset(bytes: &mut Bytes, at: usize) {
    bytes.put(at + 1, OSTA_CS0);
}

/// The domain (UDF 2.1.4.3).
pub(super) fn put_domain(bytes: &mut Bytes, at: usize) {
    bytes.put(at + 1, DOMAIN_ID);
    bytes.u16(at + 24, UDF_REVISION);
    bytes.u8(at + 26, HARD_WRITE_PROTECT);
}

/// The identifier of this implementation; the operating system is left undefined, so that all make the same bytes (UDF
/// 2.1.4.3).
pub(super) fn put_developer(bytes: &mut Bytes, at: usize) {
    bytes.put(at + 1, DEVELOPER_ID);
}

/// Primary volume descriptor (ECMA-167 3/10.1, UDF 2.2.2).
fn primary(layout: &Layout) -> (u16, Bytes) {
    let options = &layout.options;
    let mut bytes = Bytes::new(512);
    bytes.put(24, &text::dstring(&options.label, 32));
    bytes.u16(56, 1); // volume sequence number, of
    bytes.u16(58, 1); // at most one
    bytes.u16(60, 2); // interchange level: a single volume
    bytes.u16(62, 3);
    bytes.u32(64, 1); // character set 0
    bytes.u32(68, 1);
    // UDF 2.2.2.5: the first sixteen characters make it unique, eight of them are a time.
    let set = format!(
        "{:08X}{:08X}{:08X}{}",
        options.epoch as u32,
        options.unique as u32,
        (options.unique >> 32) as u32,
        options.volume_set
    );
    bytes.put(72, &text::dstring(&set, 128));
    put_charset(&mut bytes, 200);
    put_charset(&mut bytes, 264);
    bytes.put(376, &time::timestamp(options.epoch));
    put_developer(&mut bytes, 388);
    (TAG_PVD, bytes)
}

/// Implementation use volume descriptor with the logical volume information (UDF 2.2.7).
fn implementation_use(layout: &Layout) -> (u16, Bytes) {
    let options = &layout.options;
    let mut bytes = Bytes::new(512);
    bytes.put(21, LV_INFO_ID);
    bytes.u16(44, UDF_REVISION);
    put_charset(&mut bytes, 52);
    bytes.put(116, &text::dstring(&options.label, 128));
    bytes.put(244, &text::dstring(&options.publisher, 36));
    bytes.put(280, &text::dstring(&options.preparer, 36));
    bytes.put(316, &text::dstring(&options.application, 36));
    put_developer(&mut bytes, 352);
    (TAG_IUVD, bytes)
}

/// Partition descriptor: read-only, no space tables (ECMA-167 3/10.5, UDF 2.2.14).
fn partition(layout: &Layout) -> (u16, Bytes) {
    let mut bytes = Bytes::new(512);
    bytes.u16(20, 1); // space is allocated
    bytes.u8(24, 0);
    bytes.put(25, b"+NSR02");
    bytes.u32(184, 1); // read-only
    bytes.u32(188, PARTITION);
    bytes.u32(192, layout.places.partition_blocks());
    put_developer(&mut bytes, 196);
    (TAG_PARTITION, bytes)
}

/// Logical volume descriptor with one type 1 partition map (ECMA-167 3/10.6, UDF 2.2.4).
fn logical_volume(layout: &Layout) -> (u16, Bytes) {
    let mut bytes = Bytes::new(446);
    put_charset(&mut bytes, 20);
    bytes.put(84, &text::dstring(&layout.options.label, 128));
    bytes.u32(212, SECTOR);
    put_domain(&mut bytes, 216);
    bytes.u32(248, 2 * SECTOR); // the file set descriptor and its terminator, at block 0 of partition 0
    bytes.u32(264, 6);
    bytes.u32(268, 1);
    put_developer(&mut bytes, 272);
    put_extent(&mut bytes, 432, INTEGRITY_SECTORS * SECTOR, INTEGRITY);
    bytes.put(440, &[1, 6, 1, 0, 0, 0]);
    (TAG_LVD, bytes)
}

/// Unallocated space descriptor; required even when it lists nothing (UDF 2.2.5).
fn unallocated(_: &Layout) -> (u16, Bytes) {
    (TAG_USD, Bytes::new(24))
}

fn terminator(_: &Layout) -> (u16, Bytes) {
    (TAG_TERMINATOR, Bytes::new(512))
}

/// Logical volume integrity descriptor of a closed volume (ECMA-167 3/10.10, UDF 2.2.6).
fn integrity(layout: &Layout) -> Bytes {
    let mut bytes = Bytes::new(134);
    bytes.put(16, &time::timestamp(layout.options.epoch));
    bytes.u32(28, 1); // closed
    bytes.u64(40, super::udf_files::next_unique_id(layout));
    bytes.u32(72, 1);
    bytes.u32(76, 46);
    bytes.u32(80, 0); // free blocks
    bytes.u32(84, layout.places.partition_blocks());
    put_developer(&mut bytes, 88);
    bytes.u32(120, layout.file_count() as u32);
    bytes.u32(124, layout.directory_count() as u32);
    for at in [128, 130, 132] {
        bytes.u16(at, UDF_REVISION); // to read, to write, and at most written by
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_of_the_standard_example() {
        assert_eq!(CRC.checksum(&[0x70, 0x6A, 0x77]), 0x3299);
    }

    #[test]
    fn the_tag_checksum_leaves_itself_out() {
        let tag = tagged(TAG_TERMINATOR, 7, Bytes::new(512));
        let sum =
            tag[..16].iter().enumerate().filter(|(at, _)| *at != 4).fold(0u8, |sum, (_, byte)| sum.wrapping_add(*byte));
        assert_eq!(tag[4], sum);
    }
}
