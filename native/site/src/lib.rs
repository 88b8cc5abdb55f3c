//! Site facts: what a site says about itself and its packages, in one type, whatever source they came from.
//!
//! A facts file is JSON; its format is [`SiteFacts`], its schema comes from [`schema`]. `docs/site-facts.md` says where
//! a live site has each fact. Later kinds of media add lists, never a second type.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod export;
mod facts;
mod merge;
mod read;

pub use facts::{
    Application, Architecture, Availability, Conflict, Content, Deployment, DeploymentType, DistributionPoint,
    ManagementPoint, Origin, Package, PackageKind, Ports, Purpose, Reference, SCHEMA_VERSION, SiteFacts, SiteType,
    TaskSequence, UnknownComputer,
};
pub use read::{FactsError, FactsErrorKind};

/// The JSON schema of a facts file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(SiteFacts).to_value()
}
