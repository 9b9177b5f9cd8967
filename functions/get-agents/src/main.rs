//! The `get-agents` binary.

fn main() {}
