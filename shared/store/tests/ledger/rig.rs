//! An agent's ledger in a table of its own, and what the tests put into it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use contract::{ExternalId, RequestKey, TimeOffRequestId, TimeOffTypeId, Unit};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use local_aws::{Fault, Injection, TestTable};
use store::{
    Claim, KeptLeave, Lease, LeaseAnswer, Ledger, SentStatus, Subject, Table, UnsettledEntry,
};

/// The attributes of one item.
pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) const END: Date = date(2026, 12, 3);
pub(crate) const DAY: i64 = 86_400;

pub(crate) fn agent() -> ExternalId {
    ExternalId::new(452).unwrap()
}

pub(crate) fn key(number: u64) -> RequestKey {
    format!("{number:012x}").parse().unwrap()
}

pub(crate) fn request(number: u64) -> TimeOffRequestId {
    TimeOffRequestId::new(number).unwrap()
}

pub(crate) fn at(second: i64) -> Timestamp {
    "2026-11-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

pub(crate) fn leave_on(start: Date, end: Date) -> KeptLeave {
    let amounts = BTreeMap::from([(start, "7.5".parse().unwrap())]);
    KeptLeave { type_id: TimeOffTypeId::new(83).unwrap(), unit: Unit::Hours, start, end, amounts }
}

pub(crate) fn leave() -> KeptLeave {
    leave_on(date(2026, 12, 1), END)
}

pub(crate) fn claim(sent: i64, previous: Option<u64>) -> Claim {
    Claim {
        sent_at: at(sent),
        status: SentStatus::Requested,
        sends: 1,
        previous: previous.map(request),
        seen: Vec::new(),
    }
}

pub(crate) struct Rig {
    pub dynamo: TestTable,
    pub table: Table,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        let dynamo = TestTable::create().await.unwrap();
        // Without the SDK's retries one fault is one failed call.
        let retries = aws_sdk_dynamodb::config::retry::RetryConfig::disabled();
        let config = dynamo.client().config().to_builder().retry_config(retries).build();
        let table = Table::new(aws_sdk_dynamodb::Client::from_conf(config), dynamo.name());
        Self { dynamo, table }
    }

    pub(crate) async fn ask(&self, token: &str, now: i64, until: i64) -> LeaseAnswer {
        self.table.ask_lease(agent(), token, at(now), at(until)).await.unwrap()
    }

    pub(crate) async fn lease(&self, token: &str, now: i64, until: i64) -> Lease {
        match self.ask(token, now, until).await {
            LeaseAnswer::Granted(lease) => lease,
            LeaseAnswer::Held(until) => panic!("held until {until}"),
        }
    }

    pub(crate) async fn ledger(&self, lease: &Lease, now: i64) -> Ledger {
        self.table.ledger(lease, at(now)).await.unwrap()
    }

    pub(crate) async fn save(&self, lease: &Lease, ledger: &mut Ledger, now: i64) {
        self.table.save(lease, ledger, at(now)).await.unwrap();
    }

    /// A save that fails, and was applied if `fault` is a lost answer.
    pub(crate) async fn save_in_vain(&self, lease: &Lease, ledger: &mut Ledger, fault: Fault) {
        self.dynamo.faults().inject(Injection::of(fault).on("TransactWriteItems").once());
        self.table.save(lease, ledger, at(1)).await.unwrap_err();
        assert!(ledger.is_changed(), "what was not saved is still to be saved");
    }

    /// The subjects of all entries of the partition `UNSETTLED`.
    pub(crate) async fn unsettled(&self, now: i64) -> Vec<Subject> {
        self.entries(now).await.into_iter().map(|entry| entry.subject).collect()
    }

    pub(crate) async fn entries(&self, now: i64) -> Vec<UnsettledEntry> {
        self.table.unsettled(at(now)).await.unwrap()
    }

    pub(crate) async fn item(&self, pk: &str, sk: &str) -> Option<Item> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let key = HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))]);
        let get = self.dynamo.client().get_item().table_name(self.dynamo.name());
        get.set_key(Some(key)).send().await.unwrap().item
    }

    pub(crate) async fn put(&self, item: Item) {
        let put = self.dynamo.client().put_item().table_name(self.dynamo.name());
        put.set_item(Some(item)).send().await.unwrap();
    }

    /// Every item of the table.
    pub(crate) async fn items(&self) -> Vec<Item> {
        let scan = self.dynamo.client().scan().table_name(self.dynamo.name());
        scan.send().await.unwrap().items.unwrap()
    }
}

pub(crate) fn number(item: &Item, attribute: &str) -> i64 {
    item[attribute].as_n().unwrap().parse().unwrap()
}
