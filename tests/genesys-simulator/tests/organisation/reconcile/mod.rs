//! `timeoff-admin reconcile` in the whole loop: the simulated Genesys, the gateway, BambooHR.

mod repairs;
mod rig;
mod verdicts;
