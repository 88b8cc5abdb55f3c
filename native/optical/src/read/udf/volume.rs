//! Finding a UDF volume: recognition sequence, anchors, volume descriptor sequences, integrity, file set.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use super::super::Descriptor;
use super::super::disk::Disk;
use super::super::fields::{le16, le32, le64, slice};
use super::super::findings::{FindingCode, Findings};
use super::icb::{self, Map};
use super::partition::Partition;
use super::{UdfVolume, maps, tag, text};
use crate::consts::{
    ANCHOR, BEA01, ISO_ID, NSR02, NSR03, SECTOR_BYTES, TAG_ANCHOR, TAG_FSD, TAG_IUVD, TAG_LVD, TAG_LVID, TAG_PARTITION,
    TAG_PVD, TAG_TERMINATOR, TAG_USD, TAG_VDP, TEA01, VOLUME_DESCRIPTORS,
};

/// Bytes of a descriptor outside of partitions.
const DESCRIPTOR: usize = 512;
/// Most of a volume descriptor sequence that is looked at, in sectors, and most sequences that one leads to.
const SEQUENCE_MAX: u64 = 256;
const SEQUENCES_MAX: usize = 16;
/// Most structures of the recognition sequence.
const RECOGNITION_MAX: u64 = 100;
/// Largest partition maps that are read: they may be longer than the 512 bytes of other descriptors.
const LVD_MAX: usize = 2048;

/// A place in sectors of the volume.
#[derive(Clone, Copy, PartialEq, Eq)]
struct SectorExtent {
    len: u64,
    sector: u32,
}

fn extent_ad(data: &[u8], at: usize) -> SectorExtent {
    SectorExtent { len: u64::from(le32(data, at) & 0x3FFF_FFFF), sector: le32(data, at + 4) }
}

/// A descriptor without its tag, and its volume descriptor sequence number.
struct Prevailing {
    number: u32,
    data: Vec<u8>,
}

impl PartialEq for Prevailing {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

/// The descriptors of a sequence that prevail: of each kind those with the highest number.
#[derive(Default, PartialEq)]
struct Sequence {
    primary: Option<Prevailing>,
    logical: Option<Prevailing>,
    /// By partition number.
    partitions: BTreeMap<u16, Prevailing>,
    terminated: bool,
}

pub(in super::super) fn open<R: Read + Seek>(
    disk: &mut Disk<R>,
    descriptors: &mut Vec<Descriptor>,
    findings: &mut Findings,
) -> io::Result<Option<UdfVolume>> {
    let recognised = recognition(disk, descriptors)?;
    let Some((sector, main, reserve)) = anchors(disk, recognised, descriptors, findings)? else {
        if recognised {
            findings.add(FindingCode::Missing, "UDF", "recognised, but no anchor was found");
        }
        return Ok(None);
    };
    if !recognised {
        findings.add(FindingCode::Missing, "UDF", "the volume recognition sequence does not name it");
    }
    let first = sequence(disk, sector, main, "UDF main sequence", Some(descriptors), findings)?;
    let second = sequence(disk, sector, reserve, "UDF reserve sequence", None, findings)?;
    if first != second {
        findings.add(FindingCode::Mismatch, "UDF reserve sequence", "it differs from the main sequence");
    }
    let complete = |sequence: &Sequence| sequence.logical.is_some() && !sequence.partitions.is_empty();
    let sequence = if complete(&first) { first } else { second };
    if !complete(&sequence) {
        findings.add(
            FindingCode::Damaged,
            "UDF",
            "neither volume descriptor sequence has a logical volume and a partition",
        );
        return Ok(None);
    }
    mount(disk, sector, &sequence, descriptors, findings)
}

/// Whether the recognition sequence holds NSR02 or NSR03 (ECMA-167 2/8.3).
fn recognition<R: Read + Seek>(disk: &mut Disk<R>, descriptors: &mut Vec<Descriptor>) -> io::Result<bool> {
    let mut found = false;
    let mut head = [0; 7];
    let mut offset = u64::from(VOLUME_DESCRIPTORS) * SECTOR_BYTES;
    // With sectors of 4096 bytes each structure takes one of those.
    for _ in 0..RECOGNITION_MAX {
        if disk.fill(offset, &mut head)? < head.len() {
            break;
        }
        let id = slice(&head, 1, 5);
        let name = match id {
            id if id == ISO_ID => None,
            id if id == BEA01 => Some("UDF beginning of the extended area"),
            id if id == NSR02 => Some("UDF recognition NSR02"),
            id if id == NSR03 => Some("UDF recognition NSR03"),
            id if id == TEA01 => Some("UDF end of the extended area"),
            b"BOOT2" | b"CDW02" => None,
            [0, 0, 0, 0, 0] if !offset.is_multiple_of(4096) => None,
            _ => break,
        };
        found |= id == NSR02 || id == NSR03;
        descriptors.extend(name.map(|name| Descriptor { offset, name: name.to_owned() }));
        if id == TEA01 {
            break;
        }
        offset += SECTOR_BYTES;
    }
    Ok(found)
}

/// Sector size and sequences of the first anchor that can be used; all usual places and sector sizes are tried
/// (ECMA-167 3/8.4.2.1).
fn anchors<R: Read + Seek>(
    disk: &mut Disk<R>,
    recognised: bool,
    descriptors: &mut Vec<Descriptor>,
    findings: &mut Findings,
) -> io::Result<Option<(u64, SectorExtent, SectorExtent)>> {
    for sector in [2048u64, 512, 4096, 1024] {
        let last = (disk.len() / sector).saturating_sub(1);
        let mut found = None;
        let mut missing = Vec::new();
        for place in [u64::from(ANCHOR), last, last.saturating_sub(u64::from(ANCHOR))] {
            let mut data = [0; DESCRIPTOR];
            let complete = disk.fill(place * sector, &mut data)? == data.len();
            // Only a tag that names its own place counts: another sector size could stumble over it.
            let here = complete && tag::id(&data) == Some(TAG_ANCHOR) && u64::from(le32(&data, 12)) == place;
            if !here {
                missing.push(place);
                continue;
            }
            descriptors.push(Descriptor { offset: place * sector, name: "UDF anchor".into() });
            tag::check(&data, place as u32, &format!("UDF anchor in sector {place}"), findings);
            let pair = (sector, extent_ad(&data, 16), extent_ad(&data, 24));
            if found.is_some_and(|first| first != pair) {
                findings.add(
                    FindingCode::Mismatch,
                    format!("UDF anchor in sector {place}"),
                    "it differs from the first anchor",
                );
            }
            found = found.or(Some(pair));
        }
        if let Some(found) = found {
            if missing.len() > 1 && recognised {
                findings.add(FindingCode::Missing, "UDF", format!("only one anchor; none in sectors {missing:?}"));
            }
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Reads a volume descriptor sequence and those it leads to.
fn sequence<R: Read + Seek>(
    disk: &mut Disk<R>,
    sector: u64,
    extent: SectorExtent,
    name: &str,
    mut descriptors: Option<&mut Vec<Descriptor>>,
    findings: &mut Findings,
) -> io::Result<Sequence> {
    let mut sequence = Sequence::default();
    let mut next = Some(extent);
    for _ in 0..SEQUENCES_MAX {
        let Some(extent) = next.take() else { break };
        for index in 0..(extent.len / sector).min(SEQUENCE_MAX) {
            let number = u64::from(extent.sector) + index;
            let mut data = vec![0; LVD_MAX];
            let filled = disk.fill(number * sector, &mut data)?;
            data.truncate(filled);
            let Some(id) = tag::id(&data) else { break };
            tag::check(&data, number as u32, &format!("{name}, sector {number}"), findings);
            if let Some(list) = descriptors.as_deref_mut() {
                list.push(Descriptor { offset: number * sector, name: descriptor_name(id).to_owned() });
            }
            match id {
                TAG_TERMINATOR => {
                    sequence.terminated = true;
                    return Ok(sequence);
                }
                TAG_VDP => {
                    next = Some(extent_ad(&data, 20));
                    break;
                }
                _ => sequence.take(id, data),
            }
        }
    }
    if !sequence.terminated {
        findings.add(FindingCode::Missing, name, "it has no terminating descriptor");
    }
    Ok(sequence)
}

impl Sequence {
    /// Keeps a descriptor if it prevails over the one there is: by its sequence number (ECMA-167 3/8.4.3).
    fn take(&mut self, id: u16, mut data: Vec<u8>) {
        let number = le32(&data, 16);
        let newer = |old: Option<&Prevailing>| old.is_none_or(|old| old.number <= number);
        let covered = usize::from(le16(&data, 10)) + 16;
        data.truncate(covered.max(DESCRIPTOR));
        // Tag and number differ between the main and the reserve sequence, which are compared.
        data.iter_mut().take(20).for_each(|byte| *byte = 0);
        match id {
            TAG_PVD if newer(self.primary.as_ref()) => self.primary = Some(Prevailing { number, data }),
            TAG_LVD if newer(self.logical.as_ref()) => self.logical = Some(Prevailing { number, data }),
            TAG_PARTITION if newer(self.partitions.get(&le16(&data, 22))) => {
                self.partitions.insert(le16(&data, 22), Prevailing { number, data });
            }
            _ => {}
        }
    }
}

fn descriptor_name(id: u16) -> &'static str {
    match id {
        TAG_PVD => "UDF primary volume descriptor",
        TAG_VDP => "UDF volume descriptor pointer",
        TAG_IUVD => "UDF implementation use volume descriptor",
        TAG_PARTITION => "UDF partition descriptor",
        TAG_LVD => "UDF logical volume descriptor",
        TAG_USD => "UDF unallocated space descriptor",
        TAG_TERMINATOR => "UDF terminating descriptor",
        _ => "UDF descriptor of another type",
    }
}

fn mount<R: Read + Seek>(
    disk: &mut Disk<R>,
    sector: u64,
    sequence: &Sequence,
    descriptors: &mut Vec<Descriptor>,
    findings: &mut Findings,
) -> io::Result<Option<UdfVolume>> {
    let logical = sequence.logical.as_ref().map_or(&[][..], |logical| &logical.data);
    let block_size = u64::from(le32(logical, 212));
    if !matches!(block_size, 512 | 1024 | 2048 | 4096 | 8192 | 16384 | 32768) {
        findings.add(FindingCode::Damaged, "UDF logical volume descriptor", format!("a block size of {block_size}"));
        return Ok(None);
    }
    let physical = physical_partitions(disk.len(), sector, sequence, findings);
    let partitions = maps::partitions(disk, logical, block_size, &physical, findings)?;
    let map = Map { partitions: &partitions, block_size };
    let Some(root) = file_set(disk, map, logical, descriptors, findings)? else { return Ok(None) };
    let mut volume = UdfVolume {
        label: text::dstring(logical, 84, 128),
        volume_label: sequence.primary.as_ref().map(|primary| text::dstring(&primary.data, 24, 32)),
        revision: le16(logical, 216 + 24),
        block_size,
        root,
        partitions,
        counts: None,
        next_unique: None,
    };
    integrity(disk, sector, extent_ad(logical, 432), &mut volume, descriptors, findings)?;
    Ok(Some(volume))
}

/// First byte and bytes of each partition, by its number.
fn physical_partitions(
    image: u64,
    sector: u64,
    sequence: &Sequence,
    findings: &mut Findings,
) -> BTreeMap<u16, (u64, u64)> {
    let place = |Prevailing { data, .. }: &Prevailing| {
        (u64::from(le32(data, 188)) * sector, u64::from(le32(data, 192)) * sector)
    };
    let partitions: BTreeMap<_, _> = sequence.partitions.iter().map(|(number, data)| (*number, place(data))).collect();
    for (number, (start, len)) in &partitions {
        if start + len > image {
            let text = format!("{len} bytes from byte {start} reach beyond the end of the image");
            findings.add(FindingCode::OutOfRange, format!("UDF partition {number}"), text);
        }
    }
    partitions
}

/// The root directory's file entry, from the file set descriptor (ECMA-167 4/14.1).
fn file_set<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: Map<'_>,
    logical: &[u8],
    descriptors: &mut Vec<Descriptor>,
    findings: &mut Findings,
) -> io::Result<Option<super::Block>> {
    let place = "UDF file set descriptor";
    let missing = |findings: &mut Findings, text: String| {
        findings.add(FindingCode::Damaged, place, text);
        Ok(None)
    };
    let Some((block, offset)) = icb::long_ad(logical, 248).and_then(|block| Some((block, map.offset(block)?))) else {
        return missing(findings, "the logical volume does not say where it is".into());
    };
    let mut data = [0; DESCRIPTOR];
    disk.fill(offset, &mut data)?;
    if tag::id(&data) != Some(TAG_FSD) {
        return missing(findings, format!("block {} does not hold it", block.number));
    }
    tag::check(&data, block.number, place, findings);
    descriptors.push(Descriptor { offset, name: place.to_owned() });
    match icb::long_ad(&data, 400) {
        Some(root) => Ok(Some(root)),
        None => missing(findings, "it names no root directory".into()),
    }
}

/// Follows the integrity sequence to its last descriptor (ECMA-167 3/10.10).
fn integrity<R: Read + Seek>(
    disk: &mut Disk<R>,
    sector: u64,
    extent: SectorExtent,
    volume: &mut UdfVolume,
    descriptors: &mut Vec<Descriptor>,
    findings: &mut Findings,
) -> io::Result<()> {
    let place = "UDF integrity descriptor";
    let mut last = None;
    let mut next = Some(extent);
    for _ in 0..SEQUENCES_MAX {
        let Some(extent) = next.take().filter(|extent| extent.len >= sector) else { break };
        for index in 0..(extent.len / sector).min(SEQUENCE_MAX) {
            let number = u64::from(extent.sector) + index;
            let mut data = vec![0; DESCRIPTOR];
            if disk.fill(number * sector, &mut data)? < DESCRIPTOR || tag::id(&data) != Some(TAG_LVID) {
                break;
            }
            tag::check(&data, number as u32, place, findings);
            next = Some(extent_ad(&data, 32));
            last = Some((number * sector, data));
        }
    }
    let Some((offset, data)) = last else {
        findings.add(FindingCode::Missing, place, "there is none");
        return Ok(());
    };
    descriptors.push(Descriptor { offset, name: place.to_owned() });
    if le32(&data, 28) != 1 {
        findings.add(FindingCode::NotClosed, place, "the volume was not closed");
    }
    let partitions = usize::try_from(le32(&data, 72)).unwrap_or(usize::MAX).min(DESCRIPTOR);
    let implementation = 80 + partitions * 8;
    if le32(&data, 76) >= 46 && implementation + 46 <= data.len() {
        volume.counts = Some((le32(&data, implementation + 32), le32(&data, implementation + 36)));
    }
    volume.next_unique = Some(le64(&data, 40));
    check_sizes(&data, partitions, volume, findings);
    Ok(())
}

/// The size table names the blocks of each partition.
fn check_sizes(data: &[u8], partitions: usize, volume: &UdfVolume, findings: &mut Findings) {
    for (index, partition) in volume.partitions.iter().enumerate().take(partitions) {
        let blocks = u64::from(le32(data, 80 + (partitions + index) * 4));
        if let Partition::Physical { len, .. } = partition
            && blocks != len / volume.block_size
        {
            let text = format!("it says {blocks} blocks for partition {index}, which has {}", len / volume.block_size);
            findings.add(FindingCode::Mismatch, "UDF integrity descriptor", text);
        }
    }
}
