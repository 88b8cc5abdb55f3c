//! The rules of splitting, on sizes that are drawn by lot and on those that are hard.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const MIB: u64 = 1 << 20;

fn parcel(id: usize, rank: Rank, sizes: &[u64]) -> Parcel {
    let files = sizes.iter().enumerate().map(|(n, size)| (format!("SMS/PKG/P{id:07}/d{}/file{n}.bin", n % 3), *size));
    Parcel { name: format!("package P{id:07}"), rank, files: files.collect(), folders: Vec::new() }
}

/// A frame of two megabytes on the first disc, and of little on the others.
fn frame() -> Frame {
    let folder = || Entry::dir("SMS/PKG", 0);
    let boot = vec![Entry::file("sources/boot.wim", 2 * MIB, 0), Entry::file("SMS/data/x.ini", 40, 0), folder()];
    Frame { first: boot, boot: Vec::new(), later: vec![Entry::file("MediaLabel.txt", 30, 0), folder()] }
}

/// Every file is on one volume, no volume is too long, and what fits on one volume is on one.
fn check(frame: &Frame, parcels: &[Parcel], capacity: u64, volumes: &[Volume]) {
    let measure = Measure { frame, parcels };
    let mut seen: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, volume) in volumes.iter().enumerate() {
        assert_eq!(volume.bytes, measure.volume(at == 0, &volume.contents).unwrap());
        assert!(volume.bytes <= capacity, "{} > {capacity}", volume.bytes);
        for (number, share) in &volume.contents {
            *places.entry(*number).or_default() += 1;
            for index in (0..parcels[*number].files.len()).filter(|index| share.has_file(*index)) {
                *seen.entry((*number, index)).or_default() += 1;
            }
        }
    }
    assert_eq!(seen.len(), parcels.iter().map(|p| p.files.len()).sum::<usize>());
    assert!(seen.values().all(|count| *count == 1));
    for (number, count) in places.into_iter().filter(|(_, count)| *count > 1) {
        let alone = measure.volume(false, &[(number, Share::Whole)]).unwrap();
        assert!(alone > capacity, "{} is on {count} volumes and fits on one", parcels[number].name);
    }
}

/// As many volumes as there must be: by the bytes of all, and by the contents of which no two fit together.
fn lower_bound(frame: &Frame, parcels: &[Parcel], capacity: u64) -> usize {
    let measure = Measure { frame, parcels };
    let all: u64 = parcels.iter().map(cost::data).sum::<u64>() + measure.volume(true, &[]).unwrap();
    let large = parcels.iter().filter(|p| cost::data(p) > capacity / 2).count();
    usize::try_from(all.div_ceil(capacity)).unwrap().max(large)
}

#[test]
fn everything_on_one_disc_when_it_fits() {
    let parcels = [parcel(1, Rank::First, &[5 * MIB]), parcel(2, Rank::Last, &[MIB, 0, 7])];
    let volumes = split(&frame(), &parcels, 10 * MIB).unwrap();
    assert_eq!(volumes.len(), 1);
    check(&frame(), &parcels, 10 * MIB, &volumes);
}

#[test]
fn images_come_first_and_applications_last() {
    let parcels = [
        parcel(1, Rank::Last, &[4 * MIB]),
        parcel(2, Rank::Middle, &[3 * MIB]),
        parcel(3, Rank::First, &[2 * MIB]),
        parcel(4, Rank::Last, &[4 * MIB]),
    ];
    let volumes = split(&frame(), &parcels, 8 * MIB).unwrap();
    let numbers: Vec<Vec<usize>> = volumes.iter().map(|v| v.contents.iter().map(|c| c.0).collect()).collect();
    assert_eq!(numbers, [vec![2, 1], vec![0], vec![3]]);
}

#[test]
fn a_package_is_spread_only_when_no_disc_holds_it() {
    let parcels = [parcel(1, Rank::Last, &[3 * MIB; 7]), parcel(2, Rank::Middle, &[7 * MIB])];
    let volumes = split(&frame(), &parcels, 10 * MIB).unwrap();
    check(&frame(), &parcels, 10 * MIB, &volumes);
    let of = |number| volumes.iter().filter(|v| v.contents.iter().any(|c| c.0 == number)).count();
    assert_eq!((of(1), volumes.len()), (1, 4));
    assert!(of(0) > 1);
}

#[test]
fn a_disc_that_cannot_hold_the_boot_files_says_how_much_is_missing() {
    let parcels = [parcel(1, Rank::Middle, &[5 * MIB])];
    let error = split(&frame(), &parcels, 2 * MIB).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CapacityForBoot);
    let needed = Measure { frame: &frame(), parcels: &parcels }.volume(true, &[]).unwrap();
    assert!(error.message().contains(&format!("is {} bytes too small", needed - 2 * MIB)), "{error}");
}

#[test]
fn a_disc_that_cannot_hold_the_largest_file_says_how_much_is_missing() {
    let parcels = [parcel(1, Rank::First, &[9 * MIB]), parcel(2, Rank::Middle, &[MIB])];
    let error = split(&frame(), &parcels, 8 * MIB).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CapacityForFile);
    let needed = Measure { frame: &frame(), parcels: &parcels }.volume(false, &[(0, Share::Whole)]).unwrap();
    assert!(error.message().contains(&format!("is {} bytes too small", needed - 8 * MIB)), "{error}");
    assert_eq!(error.target_object(), Some("SMS/PKG/P0000001/d0/file0.bin"));
}

/// The bound that weighs contents is beyond what fits here by less than a block: the layout decides.
#[test]
fn a_content_that_fits_exactly_is_on_a_disc_of_its_own() {
    let parcels = [parcel(1, Rank::First, &[9 * MIB]), parcel(2, Rank::Middle, &[5 * MIB])];
    let capacity = Measure { frame: &frame(), parcels: &parcels }.volume(false, &[(0, Share::Whole)]).unwrap();
    let volumes = split(&frame(), &parcels, capacity).unwrap();
    check(&frame(), &parcels, capacity, &volumes);
    assert_eq!(volumes.len(), 2);
}

#[test]
fn the_same_contents_give_the_same_volumes() {
    let parcels: Vec<Parcel> = (0..200).map(|n| parcel(n, Rank::Middle, &[(n as u64 * 7919) % (3 * MIB)])).collect();
    assert_eq!(split(&frame(), &parcels, 20 * MIB).unwrap(), split(&frame(), &parcels, 20 * MIB).unwrap());
}

fn ranks() -> impl Strategy<Value = Rank> {
    prop_oneof![1 => Just(Rank::First), 4 => Just(Rank::Middle), 4 => Just(Rank::Last)]
}

/// As contents are: most are small, a few are large, none is larger than a disc.
fn realistic() -> impl Strategy<Value = Vec<Parcel>> {
    let size = prop_oneof![6 => 0..200_000u64, 3 => 0..2 * MIB, 1 => MIB..12 * MIB];
    prop::collection::vec((ranks(), prop::collection::vec(size, 1..4)), 5..80)
        .prop_map(|all| all.into_iter().enumerate().map(|(n, (rank, sizes))| parcel(n, rank, &sizes)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_file_is_on_one_volume_and_every_volume_fits(parcels in realistic(), capacity in 13 * MIB..40 * MIB) {
        let frame = frame();
        let volumes = split(&frame, &parcels, capacity).unwrap();
        check(&frame, &parcels, capacity, &volumes);
        let least = lower_bound(&frame, &parcels, capacity);
        prop_assert!(volumes.len() <= least + 1, "{} volumes, at least {least}", volumes.len());
    }

    /// What is weighed is never less than what the layout takes.
    #[test]
    fn the_cost_is_an_upper_bound(
        sizes in prop::collection::vec(0..300_000u64, 1..60),
        names in prop::collection::vec("[a-zA-Z0-9 ._\u{e4}\u{20ac}-]{1,80}[a-z]", 60),
    ) {
        let frame = frame();
        let files = sizes.iter().enumerate().map(|(n, size)| {
            (format!("SMS/PKG/P0000001/{}{n}/{}{n}", names[n % 7], names[n]), *size)
        });
        let parcels = [Parcel { name: String::new(), rank: Rank::Middle, files: files.collect(), folders: Vec::new() }];
        let measure = Measure { frame: &frame, parcels: &parcels };
        let (with, without) = (measure.volume(false, &[(0, Share::Whole)]), measure.volume(false, &[]));
        let bound = cost::parcel(&parcels[0], &shared_folders(&frame)) + cost::ROUNDING;
        // An image is a multiple of 32 KiB.
        prop_assert!(with.unwrap() <= without.unwrap() + bound.next_multiple_of(32 << 10));
    }
}
