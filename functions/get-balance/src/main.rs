//! The `get-balance` binary.

fn main() {}
