"""The store finds a resource by its id, and keeps the list of each compartment in order, by every requested key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from genai_ports.api.imported_model import ImportedModel, ImportedModelSummary
from genai_ports.api.value import narrowed, replaced
from genai_ports.simulator.state.clock import EPOCH, VirtualClock
from genai_ports.simulator.state.record import Record
from genai_ports.simulator.state.table import Table as TableAtATime

HERE, THERE = "us-chicago-1", "eu-frankfurt-1"


def snapshot(identifier: str, name: str = "a", minutes: int = 0, compartment: str = "one") -> ImportedModel:
    return ImportedModel(
        id=identifier,
        compartment_id=compartment,
        capabilities=("RERANK",),
        lifecycle_state="ACTIVE",
        time_created=EPOCH + timedelta(minutes=minutes),
        display_name=name,
        description="only in the whole",
    )


def summary(whole: Any) -> Any:
    return narrowed(whole, ImportedModelSummary)


class Table(TableAtATime):
    """A table whose methods get the time from a clock."""

    def __init__(self, now: Any, shared: Any = None) -> None:
        super().__init__("timeCreated", "imported_model:ImportedModelSummary", shared)
        self._now = now

    def add(self, *resource: Any) -> Record:
        return super().add(*resource, self._now())

    def replace(self, *resource: Any) -> None:
        super().replace(*resource, self._now())

    def remove(self, *resource: Any) -> None:
        super().remove(*resource, self._now())

    def partition(self, *place: Any) -> Any:
        return super().partition(*place, self._now())

    def lag_behind(self, *lag: Any) -> None:
        super().lag_behind(*lag, self._now())


@pytest.fixture
def table() -> Table:
    return Table(VirtualClock().now)


def shown(table: Table, sort_key: str = "timeCreated", region: str = HERE, compartment: str = "one") -> list[str]:
    return [each.id for each in table.summaries(list(table.partition(region, compartment).index(sort_key)))]


def test_a_resource_is_found_by_its_id_whatever_its_region(table: Table) -> None:
    record = table.add(1, THERE, snapshot("x"))
    assert table.get("x") is record
    assert table.get("y") is None
    assert (len(table), list(table)) == (1, [record])
    assert (record.order, record.region, record.version, record.works) == (1, THERE, 1, ())


def test_lists_are_sorted_and_ties_are_in_the_order_of_making(table: Table) -> None:
    for order, (identifier, minutes) in enumerate([("late", 2), ("first", 1), ("second", 1), ("early", 0)]):
        table.add(order, HERE, snapshot(identifier, minutes=minutes))
    assert shown(table) == ["early", "first", "second", "late"]


def test_a_compartment_shows_its_own_in_its_region(table: Table) -> None:
    table.add(1, HERE, snapshot("here"))
    table.add(2, THERE, snapshot("there"))
    table.add(3, HERE, snapshot("two", compartment="two"))
    assert (shown(table), shown(table, region=THERE), shown(table, compartment="two")) == (["here"], ["there"], ["two"])


def test_an_unknown_compartment_is_empty_and_leaves_no_trace(table: Table) -> None:
    table.add(1, HERE, snapshot("x"))
    partitions = [table.partition(HERE, f"unknown {number}") for number in range(3)]
    assert {id(each) for each in partitions} == {id(partitions[0])}
    assert list(partitions[0].index("displayName")) == []


def test_what_oracle_shares_is_shown_beside_what_is_made() -> None:
    base = snapshot("base", name="b", minutes=-1)
    table = Table(VirtualClock().now, lambda region: [Record(-1, region, base)])
    assert shown(table) == ["base"]
    table.add(1, HERE, snapshot("own"))
    assert shown(table) == ["base", "own"]
    assert shown(table, "displayName") == ["own", "base"]
    assert table.get("base") is None


@pytest.mark.parametrize("asked_before", [True, False])
def test_every_order_follows_every_change(table: Table, asked_before: bool) -> None:  # noqa: FBT001  # a parameter
    first = table.add(1, HERE, snapshot("first", name="m"))
    second = table.add(2, HERE, snapshot("second", name="n"))
    if asked_before:
        assert shown(table, "displayName") == ["first", "second"]
        assert shown(table, "lifecycleState") == ["first", "second"]
    table.add(3, HERE, snapshot("third", name="a"))
    table.replace(first, replaced(first.snapshot, display_name="z", lifecycle_state="DELETING"))
    table.remove(second)
    assert shown(table) == ["first", "third"]
    assert shown(table, "displayName") == ["third", "first"]
    assert shown(table, "lifecycleState") == ["third", "first"]
    assert table.get("second") is None


def test_a_change_makes_a_version_with_a_summary_and_no_etag_yet(table: Table) -> None:
    record = table.add(1, HERE, snapshot("x"))
    record.etag = "known"
    assert table.summaries([record])[0].display_name == "a"
    table.replace(record, replaced(record.snapshot, display_name="new"))
    assert (record.version, record.etag) == (2, None)
    [listed] = table.partition(HERE, "one").index("timeCreated")
    assert listed is record
    assert table.summaries([listed]) == (record.summary,)
    assert type(record.summary) is ImportedModelSummary
    assert record.summary.display_name == "new"


def test_what_moves_leaves_every_order_of_its_compartment_and_joins_those_of_the_other(table: Table) -> None:
    record = table.add(1, HERE, snapshot("x", name="b"))
    table.add(2, HERE, snapshot("y", name="a", compartment="two"))
    assert shown(table, "displayName") == ["x"]
    assert shown(table, "displayName", compartment="two") == ["y"]
    table.replace(record, replaced(record.snapshot, compartment_id="two"))
    assert shown(table, "displayName") == shown(table) == []
    assert shown(table, "displayName", compartment="two") == ["y", "x"]


def test_a_list_that_lags_shows_each_change_that_much_later() -> None:
    clock = VirtualClock()
    table = Table(clock.now)
    table.add(1, HERE, snapshot("before"))
    table.lag_behind(timedelta(seconds=5))
    record = table.add(2, HERE, snapshot("x", name="old"))
    clock.advance(2)
    table.replace(record, replaced(record.snapshot, display_name="new", compartment_id="two"))
    clock.advance(2)
    table.remove(record)
    assert table.get("x") is None
    seen = []
    for _ in range(6):
        seen.append((shown(table), shown(table, compartment="two")))
        clock.advance(1)
    assert seen == [
        (["before"], []),
        (["before", "x"], []),
        (["before", "x"], []),
        (["before"], ["x"]),
        (["before"], ["x"]),
        (["before"], []),
    ]


def test_a_stale_list_keeps_nothing_overdue_without_list_calls() -> None:
    clock = VirtualClock()
    table = Table(clock.now)
    table.lag_behind(timedelta(seconds=5))
    record = table.add(1, HERE, snapshot("x"))
    for _ in range(100):
        clock.advance(60)
        table.replace(record, record.snapshot)
    assert len(table._late) == 1  # nobody can see it but in memory


def test_a_list_that_lags_catches_up_when_it_is_to_lag_otherwise() -> None:
    clock = VirtualClock()
    table = Table(clock.now)
    table.lag_behind(timedelta(seconds=5))
    first = table.add(1, HERE, snapshot("first"))
    assert shown(table) == []
    table.lag_behind(timedelta(seconds=9))
    assert shown(table) == ["first"]
    table.add(2, HERE, snapshot("second"))
    clock.advance(8)
    assert shown(table) == ["first"]
    table.lag_behind(timedelta())
    assert shown(table) == ["first", "second"]
    table.add(3, HERE, snapshot("third"))
    assert shown(table) == ["first", "second", "third"]
    table.replace(first, replaced(first.snapshot, lifecycle_state="DELETING"))
    states = [each.lifecycle_state for each in table.summaries(table.partition(HERE, "one").index("timeCreated"))]
    assert states == ["DELETING", "ACTIVE", "ACTIVE"]


def test_a_new_index_during_a_stale_list_shows_what_the_others_show() -> None:
    clock = VirtualClock()
    table = Table(clock.now)
    record = table.add(1, HERE, snapshot("x", name="b"))
    table.add(2, HERE, snapshot("y", name="a"))
    table.lag_behind(timedelta(seconds=5))
    table.replace(record, replaced(record.snapshot, display_name="0"))
    assert shown(table, "displayName") == ["y", "x"]
    clock.advance(5)
    assert shown(table, "displayName") == ["x", "y"]


def test_what_is_shared_can_change_and_what_is_made_stays() -> None:
    def sharing(*identifiers: str) -> Any:
        bases = [snapshot(each, name=each, minutes=-1) for each in identifiers]
        return lambda region: [Record(-1 - n, region, base) for n, base in enumerate(bases)]

    table = Table(VirtualClock().now, sharing("one"))
    record = table.add(0, HERE, snapshot("own", name="x"))
    assert shown(table, region=THERE) == ["one"]
    table.share(sharing("one", "two"))
    assert (shown(table), shown(table, region=THERE)) == (["two", "one", "own"], ["two", "one"])
    assert shown(table, "displayName") == ["one", "two", "own"]
    table.share(sharing())
    table.remove(record)
    assert (shown(table), shown(table, region=THERE)) == ([], [])


def test_a_record_is_removed_from_its_time_on(table: Table) -> None:
    record = table.add(1, HERE, snapshot("x"))
    assert record.is_removed(EPOCH) is False
    record.removed_at = EPOCH
    times = (EPOCH - timedelta(seconds=1), EPOCH, EPOCH + timedelta(seconds=1))
    assert [record.is_removed(each) for each in times] == [False, True, True]


def test_what_lists_show_late_stays_late_when_what_is_shared_changes() -> None:
    clock = VirtualClock()
    table = Table(clock.now)
    record = table.add(1, HERE, snapshot("moved"))
    table.lag_behind(timedelta(seconds=5))
    table.add(2, HERE, snapshot("new"))
    table.replace(record, replaced(record.snapshot, compartment_id="two"))
    table.share(lambda _: ())
    assert (shown(table), shown(table, compartment="two")) == (["moved"], [])
    clock.advance(5)
    assert (shown(table), shown(table, compartment="two")) == (["new"], ["moved"])


def test_a_change_during_settlement_is_late_from_when_it_fell_due() -> None:
    clock, due = VirtualClock(), [EPOCH + timedelta(seconds=3)]
    table = Table(lambda: due[0] if due else clock.now())
    table.lag_behind(timedelta(seconds=5))
    clock.advance(7)
    table.add(1, HERE, snapshot("x"))
    due.clear()
    assert shown(table) == []
    clock.advance(1)
    assert shown(table) == ["x"]
