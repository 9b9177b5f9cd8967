"""What each function is asked in a run that is to use every right of its role."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

# call(method, path, body, query) gives the answer, and ends the scenario where it is another error
# than the one that it is to fail with (fails).
Call = Callable[..., dict]
Scenario = Callable[[Call, str, Callable[[str], Call]], None]

# The method of a call that stands for the schedule's event.
SCHEDULED = "scheduled"


def _control(simulator: str, method: str, path: str, body: dict | None = None) -> None:
    request = urllib.request.Request(
        f"{simulator}/control{path}",
        method=method,
        headers={"content-type": "application/json"},
        data=None if body is None else json.dumps(body).encode(),
    )
    urllib.request.urlopen(request, timeout=10).close()


def _leave(**changes: Any) -> dict:
    leave = {
        "agentId": "452",
        "dates": ["2026-12-01", "2026-12-02"],
        "payableMinutes": [480, 480],
        "timeOffStatus": "APPROVED",
        "timeOffTypeId": "83",
        "notes": "Family visit",
    }
    return leave | changes


def _types(call: Call, _simulator: str, _start: object) -> None:
    call("GET", "/timeoff-types")


def _balances(call: Call, _simulator: str, _start: object) -> None:
    dates, types = "2026-12-01,2026-12-02", "83,85,90"
    call("POST", "/balances", {"agentId": "452", "inputDates": dates, "inputTimeOffTypeIds": types})


def _inserts(call: Call, simulator: str, _start: object) -> None:
    first = call("POST", "/timeoff-requests", _leave())
    again = call("POST", "/timeoff-requests", _leave())
    assert first["timeOffRequestId"] == again["timeOffRequestId"], "one request got two ids"
    pending = _leave(dates=["2026-12-08"], payableMinutes=[60], timeOffStatus="PENDING")
    call("POST", "/timeoff-requests", pending)
    # The input of a call that fails is kept.
    call("POST", "/timeoff-requests", _leave(agentId="999999"), fails="AGENT_NOT_FOUND")
    # Cancelled by hand in BambooHR, then inserted anew.
    cancelled = f"/requests/{first['timeOffRequestId']}/status"
    _control(simulator, "PUT", cancelled, {"status": "canceled"})
    call("POST", "/timeoff-requests", _leave())


def _updates(call: Call, _simulator: str, start: Callable[[str], Call]) -> None:
    path = "/timeoff-requests"
    made = start("InsertTimeoff")("POST", path, _leave())["timeOffRequestId"]
    days = ["2026-12-01", "2026-12-02", "2026-12-03"]
    longer = _leave(dates=days, payableMinutes=[480, 480, 480], inputTimeOffRequestId=made)
    changed = call("PUT", path, longer)["timeOffRequestId"]
    call("PUT", path, longer)
    cancelled = {"timeOffStatus": "CANCELED"}
    call("PUT", path, longer | cancelled)
    by_id = {"agentId": "452", "inputTimeOffRequestId": changed, "timeOffTypeId": "83"}
    call("PUT", path, by_id | cancelled)
    # The input of a call that fails is kept.
    unknown = by_id | cancelled | {"inputTimeOffRequestId": "4000000"}
    call("PUT", path, unknown, fails="REQUEST_NOT_FOUND")
    # Without an id and without such a request: the key is marked closed.
    call("PUT", path, _leave(inputTimeOffRequestId="") | cancelled)
    # The schedule that looks after open writes; here there are none.
    call(SCHEDULED, "")


def _agents(call: Call, simulator: str, _start: object) -> None:
    listed = call("GET", "/agents")
    assert listed["agentCount"] > 10, listed["agentCount"]
    call("GET", "/agents/452")
    call("GET", "/agents", query={"email": listed["emails"][0]})
    call("GET", "/agents/999999")
    call("GET", "/agents", query={"email": "nobody@example.com"})
    call("GET", "/agents")
    # Somebody leaves, somebody's address changes: the refresh and the next list write it.
    _control(simulator, "DELETE", f"/employees/{listed['externalIds'][1]}")
    call(SCHEDULED, "")
    changed = f"/employees/{listed['externalIds'][2]}"
    _control(simulator, "PUT", changed, {"workEmail": "changed@example.com"})
    call("GET", "/agents")


SCENARIOS: dict[str, Scenario] = {
    "GetAgents": _agents,
    "GetTimeoffTypes": _types,
    "GetBalance": _balances,
    "InsertTimeoff": _inserts,
    "UpdateTimeoff": _updates,
}
