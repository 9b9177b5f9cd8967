//! `timeoff-admin reconcile` in the whole loop: the simulated Genesys, the gateway, BambooHR.

mod killed;
mod meanwhile;
mod repairs;
mod rig;
mod verdicts;
mod whole_loop;
