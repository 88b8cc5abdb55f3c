//! The trees of a disc that systems like less than the one that the medium is read by. They are read by a thread of its own
//! meanwhile, and then compared with it.

use crate::window::Window;
use camino::Utf8Path;
use std::fs::File;
use tsm_optical::{FileInfo, Finding, FindingCode, Image, ReadError, Tree, differences};

/// The trees but the first one.
pub(super) struct OtherTrees {
    trees: Vec<(Tree, Result<Vec<FileInfo>, ReadError>)>,
    /// What was odd when they were read.
    noted: Vec<Finding>,
}

impl OtherTrees {
    /// Reads the trees of the image at `path`. `None` when it is none: then the medium is none either, or a folder.
    pub fn read(path: &Utf8Path) -> Option<Self> {
        let mut image = Image::open(Window::new(File::open(path).ok()?)).ok()?;
        let others: Vec<Tree> = image.trees().into_iter().skip(1).collect();
        let trees = others.iter().map(|tree| (*tree, image.files(*tree))).collect();
        let noted = others.iter().flat_map(|tree| image.findings_of_tree(*tree)).collect();
        Some(Self { trees, noted })
    }

    /// Where they differ from the first tree, and what is odd about them.
    pub fn findings(self, tree: Tree, files: &[FileInfo]) -> Vec<Finding> {
        let mut findings = self.noted;
        for (other, read) in self.trees {
            match read {
                Ok(there) => findings.extend(differences((tree, files), (other, &there))),
                Err(e) => {
                    findings.push(Finding { code: FindingCode::Damaged, place: other.to_string(), text: e.to_string() })
                }
            }
        }
        findings
    }
}
