//! The steps that run, in their order, with those of the child task sequences in the place of the steps that run them.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Catalogue, ContentKind, Entry, IdForm, MOST_CHILDREN, Step};

/// A step that runs.
#[derive(Debug, Clone)]
pub struct Running<'a> {
    /// The step, with what is said of it in its own task sequence.
    pub step: &'a Step,
    /// The task sequence goes on when it fails, or when the child that it is in fails.
    pub continue_on_error: bool,
    /// A condition of it, or of something around it, asks for the kind of media.
    pub asks_media_type: bool,
    /// Path of the step that runs its task sequence; empty in the first one.
    prefix: Rc<str>,
}

impl Running<'_> {
    /// Its path, that of the step which runs its task sequence in front.
    #[must_use]
    pub fn path(&self) -> String {
        if self.prefix.is_empty() { self.step.path.clone() } else { format!("{} / {}", self.prefix, self.step.path) }
    }
}

/// The steps that run.
#[derive(Debug, Clone, Default)]
pub struct RunningSteps<'a> {
    /// The steps in the order in which they run. A child that runs several times is there once, where it runs first.
    pub steps: Vec<Running<'a>>,
    /// Path of the first step that runs a child whose steps are not known, or too deep to be looked at.
    pub unknown_child: Option<String>,
}

/// The enabled steps of a task sequence and of its children. A child that leads back is not entered again.
#[must_use]
pub fn running_steps<'a>(root: &Entry<'a>, catalogue: &Catalogue<'a>) -> RunningSteps<'a> {
    let mut walk = Walk { catalogue, seen: HashSet::new(), found: RunningSteps::default() };
    walk.sequence(root, &Around { prefix: "".into(), continue_on_error: false, asks_media_type: false, depth: 0 });
    walk.found
}

/// What is around the steps of a task sequence.
struct Around {
    prefix: Rc<str>,
    continue_on_error: bool,
    asks_media_type: bool,
    /// How many task sequences run each other to get here.
    depth: usize,
}

struct Walk<'a, 'c> {
    catalogue: &'c Catalogue<'a>,
    /// Package IDs of the task sequences that were entered.
    seen: HashSet<String>,
    found: RunningSteps<'a>,
}

impl<'a> Walk<'a, '_> {
    fn sequence(&mut self, entry: &Entry<'a>, around: &Around) {
        let Some(sequence) = entry.sequence.filter(|_| self.seen.insert(entry.package_id.to_uppercase())) else {
            return;
        };
        for step in sequence.steps.iter().filter(|step| step.enabled) {
            let running = Running {
                step,
                continue_on_error: around.continue_on_error || step.continue_on_error,
                asks_media_type: around.asks_media_type || step.asks_media_type,
                prefix: around.prefix.clone(),
            };
            let (continue_on_error, asks_media_type) = (running.continue_on_error, running.asks_media_type);
            self.found.steps.push(running.clone());
            for of in step.uses.iter().filter(|of| of.kind == ContentKind::TaskSequence && of.form == IdForm::Id) {
                let child = (self.catalogue)(&of.id).filter(|entry| entry.sequence.is_some());
                match child.filter(|_| around.depth < MOST_CHILDREN) {
                    Some(entry) => {
                        let (prefix, depth) = (running.path().into(), around.depth + 1);
                        self.sequence(&entry, &Around { prefix, continue_on_error, asks_media_type, depth });
                    }
                    None if self.found.unknown_child.is_none() => self.found.unknown_child = Some(running.path()),
                    None => {}
                }
            }
        }
    }
}
