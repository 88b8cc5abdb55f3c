//! Constants of the standards: the only thing that writer and reader have in common.
//!
//! ECMA-119 is ISO 9660, ECMA-167 is the base of UDF, "UDF" is OSTA UDF 1.02 unless another revision is named.

/// Bytes of a logical sector on optical media, and of a logical block of the images written here (ECMA-119 6.1.2, UDF
/// 2.1.5 "Logical Sector Size").
pub const SECTOR: u32 = 2048;
/// The same as a `u64`, for offsets.
pub const SECTOR_BYTES: u64 = SECTOR as u64;

/// First sector of the volume descriptors, after 16 sectors of system area (ECMA-119 6.2.1).
pub const VOLUME_DESCRIPTORS: u32 = 16;
/// Sector of the El Torito boot record (El Torito 1.0, 2.0 "Boot Record Volume Descriptor": fixed at 17).
pub const BOOT_RECORD: u32 = 17;
/// Standard identifier of ISO 9660 volume descriptors (ECMA-119 8.1.2).
pub const ISO_ID: &[u8; 5] = b"CD001";
/// ISO 9660 volume descriptor types (ECMA-119 8.1.1): boot record.
pub const ISO_BOOT: u8 = 0;
/// Primary volume descriptor.
pub const ISO_PRIMARY: u8 = 1;
/// Supplementary volume descriptor (Joliet is one of these).
pub const ISO_SUPPLEMENTARY: u8 = 2;
/// Volume descriptor set terminator.
pub const ISO_TERMINATOR: u8 = 255;
/// Directory record flag: the record is a directory (ECMA-119 9.1.6).
pub const ISO_FLAG_DIRECTORY: u8 = 0x02;
/// Directory record flag: not the final record of the file (ECMA-119 9.1.6).
pub const ISO_FLAG_MULTI_EXTENT: u8 = 0x80;
/// Escape sequence of Joliet level 3, UCS-2 level 3 (Joliet specification, "Escape Sequences"; ISO 2022).
pub const JOLIET_LEVEL_3: &[u8; 3] = b"%/E";

/// Boot system identifier of El Torito, padded with zero bytes to 32.
pub const EL_TORITO_ID: &[u8; 23] = b"EL TORITO SPECIFICATION";
/// Platform of a boot entry: 80x86 with a PC BIOS (El Torito 1.0, figure 2).
pub const PLATFORM_BIOS: u8 = 0x00;
/// Platform of a boot entry: UEFI (UEFI specification, 13.3.2 "El Torito").
pub const PLATFORM_UEFI: u8 = 0xEF;
/// Boot indicator of a bootable entry.
pub const BOOTABLE: u8 = 0x88;
/// Header indicator: more section headers follow.
pub const SECTION_MORE: u8 = 0x90;
/// Header indicator: the final section header.
pub const SECTION_LAST: u8 = 0x91;
/// Bytes of one entry of the boot catalogue.
pub const CATALOG_ENTRY: usize = 32;
/// Bytes of the virtual sectors that boot entries count in.
pub const BOOT_SECTOR: u64 = 512;

/// Identifiers of the UDF volume recognition sequence (ECMA-167 2/9, 3/9.1).
pub const BEA01: &[u8; 5] = b"BEA01";
/// The volume holds ECMA-167 2nd edition structures (UDF 1.02, 1.50).
pub const NSR02: &[u8; 5] = b"NSR02";
/// The volume holds ECMA-167 3rd edition structures (UDF 2.00 and later).
pub const NSR03: &[u8; 5] = b"NSR03";
/// End of the extended area.
pub const TEA01: &[u8; 5] = b"TEA01";

/// Sector of the first anchor (ECMA-167 3/8.4.2.1).
pub const ANCHOR: u32 = 256;
/// Least number of sectors of a volume descriptor sequence (UDF 2.2.3.1: 16 logical sectors).
pub const VDS_SECTORS: u32 = 16;

/// Bytes of a descriptor tag (ECMA-167 3/7.2).
pub const TAG_LEN: usize = 16;
/// Descriptor tag identifiers (ECMA-167 3/7.2.1): primary volume descriptor.
pub const TAG_PVD: u16 = 1;
/// Anchor volume descriptor pointer.
pub const TAG_ANCHOR: u16 = 2;
/// Volume descriptor pointer.
pub const TAG_VDP: u16 = 3;
/// Implementation use volume descriptor.
pub const TAG_IUVD: u16 = 4;
/// Partition descriptor.
pub const TAG_PARTITION: u16 = 5;
/// Logical volume descriptor.
pub const TAG_LVD: u16 = 6;
/// Unallocated space descriptor.
pub const TAG_USD: u16 = 7;
/// Terminating descriptor.
pub const TAG_TERMINATOR: u16 = 8;
/// Logical volume integrity descriptor.
pub const TAG_LVID: u16 = 9;
/// File set descriptor (ECMA-167 4/7.2.1).
pub const TAG_FSD: u16 = 256;
/// File identifier descriptor.
pub const TAG_FID: u16 = 257;
/// Allocation extent descriptor.
pub const TAG_AED: u16 = 258;
/// Indirect entry.
pub const TAG_INDIRECT: u16 = 259;
/// File entry.
pub const TAG_FILE_ENTRY: u16 = 261;
/// Extended file entry (ECMA-167 3rd edition).
pub const TAG_EXT_FILE_ENTRY: u16 = 266;

/// Length of a file entry before its extended attributes and allocation descriptors (ECMA-167 4/14.9).
pub const FILE_ENTRY_LEN: usize = 176;
/// The same of an extended file entry (ECMA-167 4/14.17).
pub const EXT_FILE_ENTRY_LEN: usize = 216;
/// Length of a file identifier descriptor before implementation use and name (ECMA-167 4/14.4).
pub const FID_LEN: usize = 38;
/// Length of an allocation extent descriptor before its allocation descriptors (ECMA-167 4/14.5).
pub const AED_LEN: usize = 24;
/// ICB file types (ECMA-167 4/14.6.6): directory.
pub const ICB_DIRECTORY: u8 = 4;
/// A sequence of bytes that the standard does not interpret: an ordinary file.
pub const ICB_FILE: u8 = 5;
/// File characteristics (ECMA-167 4/14.4.3): the name is a directory.
pub const FID_DIRECTORY: u8 = 0x02;
/// The name was deleted.
pub const FID_DELETED: u8 = 0x04;
/// The identifier of the parent directory.
pub const FID_PARENT: u8 = 0x08;

/// Longest file identifier of UDF in bytes, with the compression byte (UDF 2.1, "File Identifier": at most 255 bytes).
pub const UDF_NAME_BYTES: usize = 255;
/// Revision that the images written here carry, as the domain suffix holds it (UDF 2.1.4.3).
pub const UDF_REVISION: u16 = 0x0102;
/// Entity identifier of the domain (UDF 2.1.4.2).
pub const DOMAIN_ID: &[u8; 19] = b"*OSTA UDF Compliant";
/// Entity identifier of the implementation use volume descriptor (UDF 2.2.7).
pub const LV_INFO_ID: &[u8; 12] = b"*UDF LV Info";
/// Character set of UDF (UDF 2.1.2).
pub const OSTA_CS0: &[u8; 23] = b"OSTA Compressed Unicode";
