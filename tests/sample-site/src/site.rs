//! The site: what is asked for and what was made.
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use tsm_site::PackageKind;

use crate::boot::given::BootPrograms;
use crate::boot::signed::Signers;
use crate::console::{CAPTURE_SEQUENCE, console_tree};
use crate::library::LibraryWriter;
use crate::maker::Maker;
use crate::tree::Tree;

/// The site code of the make-believe site; its package IDs begin with it.
pub const SITE_CODE: &str = "PS1";
/// Time of everything in the site, seconds since 1970: 2023-11-14T22:13:20Z.
pub const MADE_AT: i64 = 1_700_000_000;
/// The folder of the content library's first drive.
pub const PRIMARY: &str = "SCCMContentLib";
/// The folder of the content library's second drive.
pub const SECOND: &str = "SCCMContentLibE";
/// A task sequence that captures, as a stand-in for the one that is public nowhere.
pub const CAPTURE: &str = "capture.xml";
/// The folder of a console.
pub const CONSOLE: &str = "console";
/// The site facts.
pub const FACTS: &str = "facts.json";
/// What was made, for [`Site::open`].
const MADE: &str = "sample-site.json";

/// What the site is to be like.
#[derive(Debug, Clone, Default)]
pub struct SiteOptions {
    /// Decides every byte that looks random.
    pub seed: u64,
    /// Adds a file of this size, bytes, to the boot image PS100005, which is then stored without compression.
    pub large_boot_image: Option<u64>,
    /// Makes the operating system image PS100020 a file of this size, bytes, most of it a hole: for sizes above 4 GiB.
    pub sparse_os_image: Option<u64>,
    /// Adds the package PS100021 with this many files of 4 KiB; 0 for none.
    pub many_files: u32,
    /// Adds so many packages of one small file each, which the task sequence needs; 0 for none.
    pub many_packages: u32,
    /// Files to load libwim from before the system's own.
    pub libwim: Vec<Utf8PathBuf>,
    /// Boot programs for the x64 boot images in place of the stand-ins.
    pub boot_programs: Option<BootPrograms>,
    /// Signs the UEFI boot programs of the boot image PS100005, those of both generations.
    pub signers: Option<Signers>,
}

impl SiteOptions {
    /// The usual site of another seed.
    #[must_use]
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// The same with a package of `count` small files.
    #[must_use]
    pub fn many_files(self, count: u32) -> Self {
        Self { many_files: count, ..self }
    }
}

/// A file of a content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFile {
    /// Its path with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, 64 upper-case hexadecimal digits: its name in FileLib.
    pub hash: String,
    /// Windows' `FILE_ATTRIBUTE_*`.
    pub attributes: u32,
    /// Last write, seconds since 1970.
    pub modified: i64,
}

/// A content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeContent {
    /// The content ID.
    pub id: String,
    /// Hash over the whole, 64 upper-case hexadecimal digits.
    pub hash: String,
    /// Its files by path.
    pub files: Vec<MadeFile>,
    /// Its folders by path, those with something in them too.
    pub folders: Vec<String>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadePackage {
    /// The package ID.
    pub id: String,
    /// What it holds.
    pub kind: PackageKind,
    /// Its name.
    pub name: String,
    /// The version of its source.
    pub version: u32,
    /// The architecture, for boot images.
    pub architecture: Option<tsm_site::Architecture>,
    /// What is current of it.
    pub contents: Vec<MadeContent>,
    /// What is left of older versions.
    pub old_contents: Vec<MadeContent>,
}

/// A make-believe site in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    #[serde(skip)]
    root: Utf8PathBuf,
    /// The seed it was made from.
    pub seed: u64,
    /// Its packages by ID.
    pub packages: Vec<MadePackage>,
}

impl Site {
    /// Makes a site in `dir`, which must be empty or not there.
    ///
    /// # Errors
    /// A folder with something in it, no libwim, or what the file system says.
    pub fn generate(dir: &Utf8Path, options: &SiteOptions) -> Result<Self> {
        let root = empty_folder(dir)?;
        let packages = Maker::make(&root, options)?;
        console_tree(MADE_AT).write_to(&root.join(CONSOLE))?;
        std::fs::write(root.join(CAPTURE), CAPTURE_SEQUENCE).context("the task sequence that captures")?;
        Self { root, seed: options.seed, packages }.written()
    }

    /// Makes a site in `dir` whose library holds one package with one content, the given tree; without boot images, and so
    /// without libwim. For trees that a test makes up.
    ///
    /// # Errors
    /// A folder with something in it, or what the file system says.
    pub fn of_tree(dir: &Utf8Path, package: &str, tree: Tree) -> Result<Self> {
        let root = empty_folder(dir)?;
        let mut library = LibraryWriter::new(&root.join(PRIMARY), &root.join(SECOND))?;
        let content = library.content(&format!("{package}.1"), tree)?;
        library.package(package, Some(1), &[&content.id])?;
        library.finish()?;
        let package = MadePackage {
            id: package.to_owned(),
            kind: PackageKind::Package,
            name: "A tree".to_owned(),
            version: 1,
            architecture: None,
            contents: vec![content],
            old_contents: Vec::new(),
        };
        Self { root, seed: 0, packages: vec![package] }.written()
    }

    /// Writes the facts, and what [`Self::open`] needs.
    fn written(self) -> Result<Self> {
        self.facts().and_then(|facts| write_json(&self.facts_path(), &facts))?;
        write_json(&self.root.join(MADE), &self)?;
        Ok(self)
    }

    /// A site that was made earlier.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(dir: &Utf8Path) -> Result<Self> {
        let root = absolute(dir)?;
        let path = root.join(MADE);
        let text = std::fs::read_to_string(&path).with_context(|| format!("no sample site: cannot read {path}"))?;
        let site: Self = serde_json::from_str(&text).with_context(|| format!("no sample site: {path}"))?;
        Ok(Self { root, ..site })
    }

    /// The folder of the site, absolute.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The folders of the content library, the primary drive first.
    #[must_use]
    pub fn libraries(&self) -> [Utf8PathBuf; 2] {
        [self.root.join(PRIMARY), self.root.join(SECOND)]
    }

    /// The folder of a console: the programs that start media in a running Windows.
    #[must_use]
    pub fn console(&self) -> Utf8PathBuf {
        self.root.join(CONSOLE)
    }

    /// A task sequence for capture media.
    #[must_use]
    pub fn capture_sequence(&self) -> Utf8PathBuf {
        self.root.join(CAPTURE)
    }

    /// The site facts as a file.
    #[must_use]
    pub fn facts_path(&self) -> Utf8PathBuf {
        self.root.join(FACTS)
    }

    /// A package by its ID.
    #[must_use]
    pub fn package(&self, id: &str) -> Option<&MadePackage> {
        self.packages.iter().find(|package| package.id.eq_ignore_ascii_case(id))
    }

    /// Where the bytes of a hash lie, on either drive.
    #[must_use]
    pub fn file_of_hash(&self, hash: &str) -> Option<Utf8PathBuf> {
        let folder = hash.get(..4)?;
        let place = |library: Utf8PathBuf| library.join("FileLib").join(folder).join(hash);
        self.libraries().map(place).into_iter().find(|path| path.is_file())
    }

    /// The file `boot.<package>.wim` of a boot image in the library.
    #[must_use]
    pub fn boot_wim(&self, package: &str) -> Option<Utf8PathBuf> {
        let file = self.package(package)?.contents.first()?.files.first()?;
        self.file_of_hash(&file.hash)
    }
}

/// The folder of a new site: made, or found empty.
fn empty_folder(dir: &Utf8Path) -> Result<Utf8PathBuf> {
    let root = absolute(dir)?;
    std::fs::create_dir_all(&root).with_context(|| format!("cannot make {root}"))?;
    let mut entries = root.read_dir_utf8().with_context(|| format!("cannot list {root}"))?;
    if entries.next().is_some() {
        bail!("{root} is not empty: a sample site wants a folder of its own");
    }
    Ok(root)
}

fn absolute(dir: &Utf8Path) -> Result<Utf8PathBuf> {
    camino::absolute_utf8(dir).with_context(|| format!("cannot tell the full path of {dir}"))
}

pub(crate) fn write_json(path: &Utf8Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).with_context(|| format!("cannot write {path}"))?;
    text.push('\n');
    std::fs::write(path, text).with_context(|| format!("cannot write {path}"))
}
