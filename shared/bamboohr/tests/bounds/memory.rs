//! How much memory the worst answers take: this process' own, the server's share included.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::time::Duration;

use bamboohr::{EmailField, EmployeeField, EmployeeId, EmployeeQuery, Error, ErrorKind};
use futures_util::future::join_all;
use jiff::civil::date;

use crate::server::{Reply, api, serve};

const BUDGET: Duration = Duration::from_secs(120);
const MEGABYTE: usize = 1024 * 1024;

/// A figure of `/proc/self/status` in MB.
fn megabytes(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

async fn eight_calculators(reply: Reply) -> Vec<Result<bamboohr::Balances, Error>> {
    let url = serve(move |_| reply.clone());
    let api = api(&url, BUDGET);
    let ids = (1..=8).map(|id| EmployeeId::new(id).unwrap());
    join_all(ids.map(|id| api.balances(id, date(2026, 12, 1)))).await
}

fn page(rows: &str, next: usize) -> Reply {
    let meta = format!(r#"{{"total":4000000,"page":{{"nextCursor":"{next}"}}}}"#);
    Reply::whole(&format!(r#"{{"data":[{rows}],"meta":{meta}}}"#))
}

async fn employees(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Error {
    let query = EmployeeQuery {
        email_field: EmailField::WorkEmail,
        fields: vec![EmployeeField::DepartmentName],
    };
    api(&serve(reply), BUDGET).employees(&query).await.unwrap_err()
}

async fn requests(reply: Reply) -> Result<Vec<bamboohr::Request>, Error> {
    let url = serve(move |_| reply.clone());
    let id = EmployeeId::new(452).unwrap();
    api(&url, BUDGET).requests(id, date(2026, 1, 1), date(2026, 12, 31)).await
}

/// One test, because what is measured is the most that the process ever had.
#[tokio::test]
async fn the_worst_answers_take_little_memory() {
    let before = megabytes("VmRSS");
    let mut highest = before;
    let mut report = |what: &str, limit: u64| {
        let now = megabytes("VmHWM");
        println!("{what}: {} MB at most, {} MB of them new", now - before, now - highest.min(now));
        assert!(now - before < limit, "{what}: {} MB", now - before);
        highest = now;
    };

    for (begin, chunk) in [("[", "0,"), ("[{\"timeOffType\":\"", "9"), ("[", "[")] {
        for answer in eight_calculators(Reply::endless(begin, &chunk.repeat(4_096))).await {
            assert_eq!(answer.unwrap_err().kind(), &ErrorKind::BadResponse);
        }
    }
    report("endless calculators", 64);

    let small = format!("[{}0]", "0,".repeat(50_000));
    let large = format!("[{}{{}}]", r#"{"timeOffType":"1","units":"x"},"#.repeat(30_000));
    for body in [small, large] {
        for answer in eight_calculators(Reply::whole(&body)).await {
            assert!(answer.is_ok());
        }
    }
    report("large calculators", 64);

    let rows = |page: usize, email: &str| {
        let row = |number: usize| {
            let id = 1 + page * 2_500 + number;
            format!(
                r#"{{"employeeId":"{id}","status":"Active","workEmail":"{id}{email}","departmentName":null}}"#
            )
        };
        (0..2_500).map(row).collect::<Vec<_>>().join(",")
    };
    let error = employees(move |number| page(&rows(number, "@example.com"), number)).await;
    assert_eq!(error.kind(), &ErrorKind::BadResponse, "{error}");
    report("pages without end", 96);

    let long = "x".repeat(3_000);
    let error = employees(move |number| page(&rows(number, &long), number)).await;
    assert_eq!(error.kind(), &ErrorKind::BadResponse, "{error}");
    report("pages of 8 MB", 96);

    let error = employees(|_| Reply::endless(r#"{"data":["#, &"{},".repeat(2_000))).await;
    assert_eq!(error.kind(), &ErrorKind::BadResponse, "{error}");
    report("a page without end", 96);

    let request = |id: usize| {
        format!(
            r#"{{"id":{id},"employeeId":452,"status":{{"status":"approved"}},"start":"2026-06-15","end":"2026-06-15","notes":{{"employee":"{}"}}}}"#,
            "n".repeat(250)
        )
    };
    let mut body = String::with_capacity(16 * MEGABYTE);
    for id in 1..=40_000 {
        body.push(if id == 1 { '[' } else { ',' });
        body.push_str(&request(id));
    }
    body.push(']');
    assert!((14 * MEGABYTE..16 * MEGABYTE).contains(&body.len()), "{}", body.len());
    let reply = Reply::whole(&body);
    drop(body);
    assert_eq!(requests(reply).await.unwrap().len(), 40_000);
    report("requests of 15 MB", 128);

    let another = |times| Reply::whole(&format!("[{}{{}}]", r#"{"employeeId":4},"#.repeat(times)));
    let error = requests(another(60_000)).await.unwrap_err();
    assert!(error.to_string().contains("more than 60000 rows"), "{error}");
    report("a list of too many rows", 128);
}
