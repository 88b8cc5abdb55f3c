//! The one HTTP client of the product.
//!
//! A [`Client`] asks servers that an admin named: it knows whom to trust ([`Trust`]), who to be ([`Identity`]), how long
//! to wait and how often to try ([`Patience`]), and says every refusal in plain words ([`NetError`]). It never goes to
//! another server than the one it was sent to, whatever that one answers. What carries its requests is a [`Transport`]:
//! [`Standard`] (HTTP/1.1, TLS by rustls) everywhere; others, such as Windows' own with the caller's identity, are handed in.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod client;
mod error;
mod identity;
mod introduced;
mod message;
mod pace;
mod patience;
mod refusal;
mod standard;
mod trust;
mod url;

pub use client::{Answer, Client};
pub use error::{NetError, NetErrorKind};
pub use identity::{Identity, IdentityError};
pub use introduced::Introduced;
pub use message::{Method, Request, Response, Transport};
pub use patience::Patience;
pub use standard::Standard;
pub use trust::{Trust, TrustError};
pub use url::{Url, UrlError, decode, encode_segment};
