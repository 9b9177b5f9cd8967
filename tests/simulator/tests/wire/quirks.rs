//! How accounts differ.
