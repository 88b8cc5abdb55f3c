//! Tests from outside the product; all of them are in `tests/`. The library itself is empty.
#![forbid(unsafe_code)]
