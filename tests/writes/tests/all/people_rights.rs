//! The verdict on people's leave: what a person made or changed, no call changes, unless it equals
//! a leave that Genesys asked for, or Genesys named it by an id that stands for it.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr_simulator::{Actor, Change, Date, Decimal, HistoryEntry, RequestView};
use writes::Rig;

/// A leave without its status and notes.
pub(crate) type Content = (u64, BTreeMap<Date, Decimal>);

/// What Genesys may touch of an agent's leave.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// The ids that Genesys was given.
    pub(crate) ids: BTreeSet<u64>,
    /// The leaves that Genesys asked for, beside those that were sent.
    pub(crate) asked: Vec<Content>,
    /// An update inserted a closed leave anew, by its old id: what came of it has no previous
    /// request in BambooHR.
    pub(crate) has_reopened: bool,
    /// How much of the histories was judged.
    judged: u64,
}

impl Rights {
    /// The requests of the agent that people made or changed, and that calls changed without any
    /// right since this was last asked. One line each.
    pub(crate) fn wronged(&mut self, rig: &Rig, agent: u64, by_id: bool) -> Vec<String> {
        let histories = histories(rig, agent);
        let sent: Vec<Content> =
            histories.values().filter_map(|history| sent(history)).map(content).collect();
        let is_wrong = |history: &&Vec<HistoryEntry>| {
            let Some(last) = history.iter().rfind(|entry| entry.by == Actor::Person) else {
                return false;
            };
            // What was asked for before the person came is nobody's fault.
            let is_changed = history
                .iter()
                .any(|entry| entry.asked_after >= last.order && entry.order > self.judged);
            is_changed
                && ![&sent, &self.asked].iter().any(|it| it.contains(&content(&last.left)))
                && !(by_id && self.is_named(&last.left, &histories))
        };
        let wronged = histories.values().filter(is_wrong);
        let wronged = wronged.map(|history| format!("changed against people: {history:#?}"));
        let wronged = wronged.collect();
        let orders = histories.values().flatten().map(|entry| entry.order);
        self.judged = orders.max().unwrap_or_default().max(self.judged);
        wronged
    }

    /// Whether an id that Genesys was given stands for the request: it is that one, or was sent to
    /// take its place, or took it by an edit that left its content alone.
    fn is_named(
        &self,
        request: &RequestView,
        histories: &BTreeMap<u64, Vec<HistoryEntry>>,
    ) -> bool {
        let Some(first) = histories.get(&request.id).and_then(|history| history.first()) else {
            return false;
        };
        let is_sent = first.by == Actor::Api;
        let previous = first.left.previous.and_then(|previous| histories.get(&previous)?.last());
        let takes_named_place = match previous {
            Some(HistoryEntry { left, .. }) => {
                (is_sent || content(left) == content(&first.left)) && self.is_named(left, histories)
            }
            None => is_sent && self.has_reopened,
        };
        takes_named_place || self.ids.contains(&request.id)
    }
}

/// Everything that was ever done to the agent's requests, by their ids, deleted ones included.
fn histories(rig: &Rig, agent: u64) -> BTreeMap<u64, Vec<HistoryEntry>> {
    let by_id = |history: Vec<HistoryEntry>| Some((history.first()?.left.id, history));
    rig.hris.histories(agent).into_iter().filter_map(by_id).collect()
}

/// The request as it was sent, if it was.
fn sent(history: &[HistoryEntry]) -> Option<&RequestView> {
    let first = history.first()?;
    (first.by == Actor::Api && first.change == Change::Created).then_some(&first.left)
}

fn content(request: &RequestView) -> Content {
    let has_amount = |(_, amount): &(&Date, &Decimal)| !amount.is_zero();
    let amounts = request.dates.iter().filter(has_amount);
    (request.type_id, amounts.map(|(day, amount)| (*day, amount.normalize())).collect())
}

/// Whether no person ever touched the request.
pub(crate) fn is_ours_alone(rig: &Rig, id: u64) -> bool {
    rig.hris.history(id).iter().all(|entry| entry.by == Actor::Api)
}

/// Everything that was ever done to the agent's requests, for whoever has to find out.
pub(crate) fn story_of(rig: &Rig, agent: u64) -> Vec<String> {
    let mut entries: Vec<_> = histories(rig, agent).into_values().flatten().collect();
    entries.sort_by_key(|entry| entry.order);
    let line = |entry: &HistoryEntry| {
        let HistoryEntry { order, by, change, asked_after, left, .. } = entry;
        let late = if asked_after + 1 < *order { ", late" } else { "" };
        format!(
            "{order}{late}: {by:?} {change:?} {}, type {}, {:?}, previous {:?}, note {:?}, {:?}",
            left.id, left.type_id, left.dates, left.previous, left.employee_note, left.status,
        )
    };
    entries.iter().map(line).collect()
}
