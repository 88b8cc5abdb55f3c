//! How much data the benchmarks work on.

/// The sizes that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SizeName {
    /// For looking whether everything works.
    Quick,
    /// A tenth of the full one.
    Small,
    /// What is promised: 3 GB in 200 files, and 30,000 files of 4 KiB.
    Full,
}

/// A tree of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shape {
    /// How many files.
    pub files: u64,
    /// Bytes of all files together.
    pub bytes: u64,
}

/// Bytes of a small file.
const SMALL: u64 = 4 << 10;

impl Shape {
    const fn of(files: u64, bytes: u64) -> Self {
        Self { files, bytes }
    }

    /// So many files of 4 KiB.
    pub const fn small(files: u64) -> Self {
        Self::of(files, files * SMALL)
    }

    /// Bytes that a disc image of it has at most, in round numbers.
    pub fn image_bytes(self) -> u64 {
        self.bytes + self.files * 6144 + (2 << 20)
    }
}

impl SizeName {
    /// Few large files.
    pub fn large(self) -> Shape {
        match self {
            Self::Quick => Shape::of(20, 50_000_000),
            Self::Small => Shape::of(200, 300_000_000),
            Self::Full => Shape::of(200, 3_000_000_000),
        }
    }

    /// Many small files.
    pub fn small(self) -> Shape {
        Shape::small(match self {
            Self::Quick => 1_000,
            Self::Small => 3_000,
            Self::Full => 30_000,
        })
    }

    /// The files of an operating system.
    pub fn system(self) -> Shape {
        match self {
            Self::Quick => Shape::of(400, 40_000_000),
            Self::Small => Shape::of(2_000, 200_000_000),
            Self::Full => Shape::of(10_000, 1_000_000_000),
        }
    }

    /// Ten times as many files, and again.
    pub fn more_files(self) -> Vec<Shape> {
        let most = self.small().files;
        let counts = [most / 100, most / 10, most, if self == Self::Full { most * 10 } else { most }];
        let mut shapes: Vec<Shape> = counts.into_iter().map(Shape::small).collect();
        shapes.dedup();
        shapes
    }

    /// How many small files are got over HTTP to see how that grows: so many, and ten times as many.
    pub fn retrieved(self) -> [u64; 2] {
        match self {
            Self::Quick => [100, 1_000],
            Self::Small => [1_000, 10_000],
            Self::Full => [10_000, 100_000],
        }
    }

    /// Ten times as many bytes in as many files, and again.
    pub fn more_bytes(self) -> Vec<Shape> {
        let Shape { files, bytes } = self.large();
        [bytes / 100, bytes / 10, bytes].map(|bytes| Shape::of(files, bytes)).into()
    }

    /// How many fresh processes the PowerShell benchmark starts of each kind.
    pub fn processes(self) -> u32 {
        if self == Self::Quick { 3 } else { 9 }
    }

    /// The next smaller size.
    pub fn smaller(self) -> Option<Self> {
        match self {
            Self::Quick => None,
            Self::Small => Some(Self::Quick),
            Self::Full => Some(Self::Small),
        }
    }

    /// Bytes that must be free: the tree (the library shares its bytes), a copy of it, one disc image, and some to spare.
    pub fn room(self) -> u64 {
        let most = self.large().image_bytes().max(self.more_files().last().map_or(0, |shape| shape.image_bytes()));
        most * 3 + most / 4
    }
}
