//! The get-agents function.
