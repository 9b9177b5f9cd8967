//! What the operations take, and what they refuse.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod days;
mod forms;
mod long_days;
mod table;
