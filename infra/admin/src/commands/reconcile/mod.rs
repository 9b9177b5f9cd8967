//! `reconcile`: requests of Genesys whose synchronisation failed or never ended, each with how it
//! stands in BambooHR and what to do.

mod matching;
mod verdict;
