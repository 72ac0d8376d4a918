"""The journal remembers the last calls, and gives those that are asked for."""

from __future__ import annotations

import pytest

from genai_ports.simulator.clock import EPOCH
from genai_ports.simulator.journal import KEPT, Entry, Journal


def entry(number: int, operation: str = "get_model", resource: str | None = "a", status: int = 200) -> Entry:
    return Entry(EPOCH, operation, "us-chicago-1", resource, status, None, None, f"call-{number}")


def test_calls_are_told_oldest_first() -> None:
    journal = Journal()
    for number in range(3):
        journal.add(entry(number))
    assert [each.request_id for each in journal] == ["call-0", "call-1", "call-2"]


def test_only_the_last_calls_are_kept() -> None:
    journal = Journal()
    for number in range(KEPT + 1):
        journal.add(entry(number))
    assert len(journal) == KEPT
    assert next(iter(journal)).request_id == "call-1"


def test_a_walk_is_over_the_calls_of_its_beginning() -> None:
    journal = Journal()
    journal.add(entry(0))
    for each in journal:
        journal.add(each._replace(request_id="later"))
    assert len(journal) == 2


def test_what_was_cleared_is_forgotten() -> None:
    journal = Journal()
    journal.add(entry(0))
    journal.clear()
    assert (len(journal), journal.query()) == (0, ())


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"operation": "get_model"}, [0, 2]),
        ({"resource": "b"}, [1, 2]),
        ({"status": 404}, [2, 3]),
        ({"operation": "get_model", "resource": "b", "status": 404}, [2]),
        ({"operation": "get_endpoint"}, []),
    ],
)
def test_calls_are_found_that_match_all_that_is_given(filters: dict[str, object], expected: list[int]) -> None:
    journal = Journal()
    journal.add(entry(0))
    journal.add(entry(1, operation="delete_model", resource="b"))
    journal.add(entry(2, resource="b", status=404))
    journal.add(entry(3, operation="list_models", resource=None, status=404))
    found = journal.query(**filters)  # type: ignore[arg-type]
    assert [each.request_id for each in found] == [f"call-{number}" for number in expected]
