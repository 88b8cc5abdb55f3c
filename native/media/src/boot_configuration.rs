//! Boot configurations (BCD): shown as objects and elements, and checked for what they point at.

mod check;
mod show;

pub(crate) use check::{of_medium, of_plan, refuse_astray};
pub(crate) use show::show;
pub use show::{BootConfiguration, BootConfigurationElement, BootConfigurationObject};
