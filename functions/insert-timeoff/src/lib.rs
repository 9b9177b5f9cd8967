//! The insert-timeoff function.
