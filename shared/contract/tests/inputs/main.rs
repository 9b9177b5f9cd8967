//! What the operations take, and what they refuse.

mod days;
mod forms;
mod long_days;
mod table;
