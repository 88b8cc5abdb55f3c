//! What the fuzz targets share: the packed form of an image, and how an image is read.

pub mod mutate;
pub mod packed;
pub mod read;
