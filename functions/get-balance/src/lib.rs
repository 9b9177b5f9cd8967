//! The get-balance function.
