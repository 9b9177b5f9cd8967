//! The `insert-timeoff` binary.

fn main() {}
