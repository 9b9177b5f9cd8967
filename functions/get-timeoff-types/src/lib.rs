//! The get-timeoff-types function.
