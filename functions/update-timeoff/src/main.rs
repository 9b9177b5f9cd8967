//! The `update-timeoff` binary.

fn main() {}
