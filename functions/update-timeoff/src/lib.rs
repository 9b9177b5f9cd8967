//! The update-timeoff function.
