//! What a medium is on: a disc image or a folder. Both list their files and read them alike.

use crate::window::Window;
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{self, Read};
use tsm_optical::{FileInfo, Image, Tree};

/// No path in Windows has more folders; a deeper tree is a loop.
const DEEPEST_FOLDER: usize = 128;

/// What a medium is on.
pub(crate) enum Carrier {
    /// A disc image, and the tree that systems prefer.
    Disc(Box<Image<Window>>, Tree),
    /// A folder.
    Folder(Utf8PathBuf),
}

impl Carrier {
    /// Opens a medium and lists its files and folders, those of a disc in its preferred tree. Also gives what is in a folder
    /// and is neither a file nor a folder.
    pub fn open(path: &Utf8Path) -> Result<(Self, Vec<FileInfo>, Vec<String>)> {
        let fault =
            |message: String| Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str());
        if path.is_dir() {
            let mut listing = Listing { root: path, files: Vec::new(), odd: Vec::new() };
            listing
                .list(path, "", 0)
                .map_err(|e| fault(format!("The files of the folder '{path}' cannot be listed.")).source(e))?;
            return Ok((Self::Folder(path.to_owned()), listing.files, listing.odd));
        }
        let file = File::open(path).map_err(|e| fault(format!("The medium '{path}' cannot be opened.")).source(e))?;
        let mut image = Image::open(Window::new(file))
            .map_err(|e| fault(format!("'{path}' is not a disc image: {e}.")).source(e))?;
        let tree = image.trees().first().copied().unwrap_or(Tree::Iso);
        let files =
            image.files(tree).map_err(|e| fault(format!("The files of '{path}' cannot be listed: {e}.")).source(e))?;
        Ok((Self::Disc(Box::new(image), tree), files, Vec::new()))
    }

    /// The bytes of a file.
    pub fn read<'a>(&'a mut self, file: &'a FileInfo) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Disc(image, _) => Box::new(image.read_file(file)),
            Self::Folder(root) => Box::new(File::open(root.join(&file.path))?),
        })
    }

    /// The disc image, when it is one.
    pub fn disc(&mut self) -> Option<&mut Image<Window>> {
        match self {
            Self::Disc(image, _) => Some(image),
            Self::Folder(_) => None,
        }
    }

    /// The label that systems show; a folder has none.
    pub fn label(&self) -> Option<String> {
        match self {
            Self::Disc(image, _) => {
                let labels = image.labels();
                labels.udf.clone().or_else(|| labels.joliet.clone()).or_else(|| labels.iso.clone())
            }
            Self::Folder(_) => None,
        }
    }

    /// The length of the image, when it is one.
    pub fn image_length(&self) -> Option<u64> {
        match self {
            Self::Disc(image, _) => Some(image.len()),
            Self::Folder(_) => None,
        }
    }
}

/// A folder that is being listed.
struct Listing<'a> {
    root: &'a Utf8Path,
    files: Vec<FileInfo>,
    odd: Vec<String>,
}

impl Listing<'_> {
    /// Links are not followed: no medium has any.
    fn list(&mut self, folder: &Utf8Path, relative: &str, depth: usize) -> io::Result<()> {
        if depth > DEEPEST_FOLDER {
            return Err(io::Error::other(format!("'{folder}' is more than {DEEPEST_FOLDER} folders deep")));
        }
        let mut entries = folder.read_dir_utf8()?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by(|a, b| a.file_name().cmp(b.file_name()));
        for entry in entries {
            let name = entry.file_name();
            let path = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
            let meta = std::fs::symlink_metadata(entry.path())?;
            let modified = meta.modified().ok().and_then(|t| jiff::Timestamp::try_from(t).ok()).map(|t| t.as_second());
            let info =
                |size| FileInfo { path: path.clone(), size, is_dir: meta.is_dir(), modified, extents: Vec::new() };
            if meta.is_dir() {
                self.files.push(info(0));
                self.list(&self.root.join(&path), &path, depth + 1)?;
            } else if meta.is_file() {
                self.files.push(info(meta.len()));
            } else {
                self.odd.push(path);
            }
        }
        Ok(())
    }
}
