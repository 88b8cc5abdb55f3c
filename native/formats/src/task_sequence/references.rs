//! What a task sequence needs, with its boot image and its child task sequences, and what is odd about it.
//!
//! The rules, with what they rest on, are in `docs/task-sequences.md`, "References". Pure: what other task sequences say
//! comes from the caller.

use std::collections::{HashMap, HashSet};

use super::{ContentKind, IdForm, Listed, MOST_CHILDREN, Step, StepKind, StepUse, TaskSequence};

/// What is known about a task sequence.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its package ID.
    pub package_id: &'a str,
    /// Its boot image, which stands beside the sequence, never in it.
    pub boot_image: Option<&'a str>,
    /// The sequence.
    pub sequence: Option<&'a TaskSequence>,
}

/// Finds a task sequence by its package ID.
pub type Catalogue<'a> = dyn Fn(&str) -> Option<Entry<'a>> + 'a;

/// Where a reference was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceSource {
    /// The task sequence has it as boot image.
    BootImage,
    /// A step names it.
    Step,
    /// It is only in the list of references.
    List,
}

/// Whether a medium has to bring what is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needed {
    /// Yes.
    Yes,
    /// No: only disabled steps or groups have it, and the list has not.
    Disabled,
    /// No: it has no content.
    NoContent,
    /// It cannot be told what is meant: a placeholder, a variable, no ID.
    Unclear,
}

/// Something that a task sequence refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Package ID of the task sequence whose step it is.
    pub task_sequence: String,
    /// Path of the step, that of the step which runs a child in front; none for a boot image and what is only listed.
    pub step: Option<String>,
    /// What it is, as far as the step says.
    pub kind: ContentKind,
    /// Package ID or model name.
    pub id: String,
    /// Name that the step shows for it.
    pub name: Option<String>,
    /// Program of a package.
    pub program: Option<String>,
    /// Image or edition that the step takes.
    pub image_index: Option<String>,
    /// The step runs.
    pub enabled: bool,
    /// Whether a medium has to bring it.
    pub needed: Needed,
    /// Where it was found.
    pub source: ReferenceSource,
}

/// What is odd about a task sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// There is no boot image.
    NoBootImage,
    /// A child leads back to a task sequence that is running.
    Cycle {
        /// Path of the step.
        step: String,
        /// Package IDs from the first task sequence to the one that comes again.
        through: Vec<String>,
    },
    /// Task sequences run each other deeper than any real ones.
    TooDeep {
        /// Path of the step where the last one that is looked at runs the next.
        step: String,
    },
    /// A child that is not known: what it needs is known only from the list.
    ChildUnknown {
        /// Path of the step.
        step: String,
        /// Its package ID.
        id: String,
    },
    /// A step that was imported without what it needs.
    Placeholder {
        /// Path of the step.
        step: String,
    },
    /// A step takes an ID from a variable.
    ByVariable {
        /// Path of the step.
        step: String,
        /// What stands there.
        variable: String,
    },
    /// A step names something that is no ID.
    NotAnId {
        /// Path of the step.
        step: String,
        /// What stands there.
        text: String,
    },
    /// A step installs what variables name when it runs.
    DynamicList {
        /// Path of the step.
        step: String,
        /// Base name of the variables.
        variable: String,
    },
    /// An enabled step needs what the list has not: the list is stale.
    NotListed {
        /// Path of the step.
        step: String,
        /// The ID.
        id: String,
    },
    /// The list has what no step names.
    NotUsed {
        /// The ID.
        id: String,
    },
    /// The list has another program than the step.
    OtherProgram {
        /// Path of the step.
        step: String,
        /// The package ID.
        id: String,
        /// Program in the list.
        listed: String,
        /// Program in the step.
        program: String,
    },
    /// An enabled step of a type that this program does not know: what it needs may be missing.
    UnknownStep {
        /// Path of the step.
        step: String,
        /// Its type.
        type_name: String,
    },
}

/// What a task sequence needs and what is odd about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The boot image, what the steps name in the order in which they run, what is only listed.
    pub references: Vec<Reference>,
    /// In the same order.
    pub findings: Vec<Finding>,
}

/// Finds everything that a task sequence needs. Each child is looked into once for enabled steps and once for disabled
/// ones, however often it is used.
#[must_use]
pub fn resolve<'a>(root: &Entry<'a>, catalogue: &Catalogue<'a>) -> Resolution {
    let mut walk = Walk {
        catalogue,
        running: Vec::new(),
        seen: HashSet::new(),
        found: Resolution::default(),
        unknown_child: false,
    };
    walk.boot_image(root);
    walk.sequence(root, "", true);
    let unknown_child = walk.unknown_child;
    let mut found = walk.found;
    if let Some(sequence) = root.sequence {
        with_list(&mut found, sequence, root.package_id, unknown_child);
        judge(&mut found, sequence);
    }
    found
}

struct Walk<'a, 'c> {
    catalogue: &'c Catalogue<'a>,
    /// Package IDs from the first task sequence to the one that is looked at.
    running: Vec<String>,
    seen: HashSet<(String, bool)>,
    found: Resolution,
    unknown_child: bool,
}

impl<'a> Walk<'a, '_> {
    fn boot_image(&mut self, root: &Entry<'a>) {
        let Some(id) = root.boot_image else {
            self.found.findings.push(Finding::NoBootImage);
            return;
        };
        self.found.references.push(Reference {
            task_sequence: root.package_id.to_owned(),
            step: None,
            kind: ContentKind::BootImage,
            id: id.to_owned(),
            name: None,
            program: None,
            image_index: None,
            enabled: true,
            needed: Needed::Yes,
            source: ReferenceSource::BootImage,
        });
    }

    fn sequence(&mut self, entry: &Entry<'a>, prefix: &str, enabled: bool) {
        let key = entry.package_id.to_uppercase();
        let Some(sequence) = entry.sequence.filter(|_| self.seen.insert((key.clone(), enabled))) else { return };
        self.running.push(key);
        for step in &sequence.steps {
            self.step(entry.package_id, step, prefix, enabled);
        }
        self.running.pop();
    }

    fn step(&mut self, task_sequence: &str, step: &Step, prefix: &str, enabled: bool) {
        let path = if prefix.is_empty() { step.path.clone() } else { format!("{prefix} / {}", step.path) };
        let enabled = enabled && step.enabled;
        for of in &step.uses {
            self.reference(task_sequence, step, of, &path, enabled);
            if of.kind == ContentKind::TaskSequence && of.form == IdForm::Id {
                self.child(&of.id, &path, enabled);
            }
        }
        if !enabled {
            return;
        }
        if let Some(variable) = &step.base_variable {
            self.found.findings.push(Finding::DynamicList { step: path, variable: variable.clone() });
        } else if step.kind == StepKind::Unknown {
            self.found.findings.push(Finding::UnknownStep { step: path, type_name: step.type_name.clone() });
        }
    }

    fn reference(&mut self, task_sequence: &str, step: &Step, of: &StepUse, path: &str, enabled: bool) {
        let finding = match of.form {
            IdForm::Id => None,
            IdForm::Placeholder => Some(Finding::Placeholder { step: path.to_owned() }),
            IdForm::Variable => Some(Finding::ByVariable { step: path.to_owned(), variable: of.id.clone() }),
            IdForm::Other => Some(Finding::NotAnId { step: path.to_owned(), text: of.id.clone() }),
        };
        self.found.findings.extend(finding.filter(|_| enabled));
        let takes_image =
            matches!(of.kind, ContentKind::OperatingSystemImage | ContentKind::OperatingSystemUpgradePackage);
        self.found.references.push(Reference {
            task_sequence: task_sequence.to_owned(),
            step: Some(path.to_owned()),
            kind: of.kind,
            id: of.id.clone(),
            name: of.name.clone(),
            program: of.program.clone(),
            image_index: step.image_index.clone().filter(|_| takes_image),
            enabled,
            needed: match (of.form, of.kind) {
                (IdForm::Id, ContentKind::TaskSequence) => Needed::NoContent,
                (IdForm::Id, _) if enabled => Needed::Yes,
                (IdForm::Id, _) => Needed::Disabled,
                _ => Needed::Unclear,
            },
            source: ReferenceSource::Step,
        });
    }

    fn child(&mut self, id: &str, path: &str, enabled: bool) {
        let key = id.to_uppercase();
        if self.running.contains(&key) {
            let through = self.running.iter().cloned().chain([key]).collect();
            self.found.findings.push(Finding::Cycle { step: path.to_owned(), through });
            return;
        }
        if self.running.len() > MOST_CHILDREN {
            self.unknown_child = true;
            self.found.findings.push(Finding::TooDeep { step: path.to_owned() });
            return;
        }
        match (self.catalogue)(id).filter(|entry| entry.sequence.is_some()) {
            Some(entry) => self.sequence(&entry, path, enabled),
            None => {
                self.unknown_child = true;
                self.found.findings.push(Finding::ChildUnknown { step: path.to_owned(), id: id.to_owned() });
            }
        }
    }
}

/// Adds what is only in the list. With a child that is not known it may be the child's, so nothing is odd about it then.
fn with_list(found: &mut Resolution, sequence: &TaskSequence, package_id: &str, unknown_child: bool) {
    let used: HashSet<String> = found.references.iter().map(|reference| reference.id.to_uppercase()).collect();
    for listed in &sequence.listed {
        let (kind, id, program, form) = match listed {
            Listed::Application { id } => (ContentKind::Application, id, None, IdForm::of_application(id)),
            Listed::Package { id, program } => {
                // `*` stands with child task sequences, and a grandchild has no program at all.
                let kind =
                    if program.as_deref() == Some("*") { ContentKind::TaskSequence } else { ContentKind::Package };
                (kind, id, program.clone(), IdForm::of_package(id))
            }
        };
        if used.contains(&id.to_uppercase()) {
            continue;
        }
        if !unknown_child && form == IdForm::Id {
            found.findings.push(Finding::NotUsed { id: id.clone() });
        }
        found.references.push(Reference {
            task_sequence: package_id.to_owned(),
            step: None,
            kind,
            id: id.clone(),
            name: None,
            program,
            image_index: None,
            enabled: true,
            needed: match (form, kind) {
                (IdForm::Id, ContentKind::TaskSequence) => Needed::NoContent,
                (IdForm::Id, _) => Needed::Yes,
                _ => Needed::Unclear,
            },
            source: ReferenceSource::List,
        });
    }
}

/// Compares steps and list, and takes as needed what the list has although its steps are disabled.
fn judge(found: &mut Resolution, sequence: &TaskSequence) {
    let listed: HashSet<String> = sequence.listed.iter().map(|listed| listed.to_string().to_uppercase()).collect();
    let programs = programs(sequence);
    let mut told = HashSet::new();
    for reference in found.references.iter_mut().filter(|r| r.source == ReferenceSource::Step) {
        let key = reference.id.to_uppercase();
        let Some(step) = &reference.step else { continue };
        let of_package = programs.get(&key).map(Vec::as_slice).unwrap_or_default();
        match reference.needed {
            Needed::Disabled if listed.contains(&key) => reference.needed = Needed::Yes,
            Needed::Yes if !listed.contains(&key) && told.insert(key) => {
                found.findings.push(Finding::NotListed { step: step.clone(), id: reference.id.clone() });
            }
            _ => {}
        }
        let Some(program) = reference.program.as_ref().filter(|_| reference.enabled) else { continue };
        let same = of_package.iter().any(|listed| listed.eq_ignore_ascii_case(program));
        if let Some(listed) = of_package.first().filter(|_| !same) {
            let (id, listed, program) = (reference.id.clone(), (*listed).to_owned(), program.clone());
            found.findings.push(Finding::OtherProgram { step: step.clone(), id, listed, program });
        }
    }
}

/// The programs that the list has, by package in upper case.
fn programs(sequence: &TaskSequence) -> HashMap<String, Vec<&str>> {
    let mut programs: HashMap<String, Vec<&str>> = HashMap::new();
    for listed in &sequence.listed {
        if let Listed::Package { id, program: Some(program) } = listed {
            programs.entry(id.to_uppercase()).or_default().push(program);
        }
    }
    programs
}
