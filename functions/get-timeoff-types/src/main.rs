//! The `get-timeoff-types` binary.

fn main() {}
