"""A pace is read from its name, and knows how long each kind of work takes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.work.pace import Pace, parse_pace

if TYPE_CHECKING:
    from genai_ports.api.kind import Operation

WORK = [operation for operation in OPERATIONS.values() if operation.work]
ALL_WORK = pytest.mark.parametrize("operation", WORK, ids=lambda operation: operation.name)


@pytest.mark.parametrize("text", ["instant", "seconds", "realistic", "manual"])
def test_four_paces_have_a_name(text: str) -> None:
    assert parse_pace(text) is parse_pace(text)
    assert parse_pace(text).name == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("instant", 0),
        ("seconds", 2),
        ("2s", 2),
        ("0s", 0),
        ("0.5s", 0.5),
        ("999999.999s", 999999.999),
        ("10m", 600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("366d", 366 * 86_400),
    ],
)
@ALL_WORK
def test_a_number_with_a_unit_is_how_long_everything_takes(text: str, seconds: float, operation: Operation) -> None:
    pace = parse_pace(text)
    assert pace.duration(operation) == timedelta(seconds=seconds)
    assert pace.polls is None


@ALL_WORK
def test_the_realistic_pace_knows_every_kind_of_work(operation: Operation) -> None:
    duration = parse_pace("realistic").duration(operation)
    assert duration is not None
    assert timedelta(minutes=1) <= duration <= timedelta(minutes=60)


def test_fine_tuning_takes_longest() -> None:
    longest = max(WORK, key=lambda operation: parse_pace("realistic").duration(operation) or timedelta())
    assert longest.name == "create_model"


@pytest.mark.parametrize(("text", "reads"), [("reads", 3), ("reads:5", 5), ("reads:0", 0)])
def test_reads_take_the_place_of_time(text: str, reads: int) -> None:
    pace = parse_pace(text)
    assert pace.polls == reads
    assert pace.duration(OPERATIONS["create_model"]) is None


def test_with_the_pace_manual_neither_time_nor_reads_matter() -> None:
    assert parse_pace("manual").duration(OPERATIONS["create_model"]) is None
    assert parse_pace("manual").polls is None


def test_a_pace_is_taken_as_it_is() -> None:
    own = Pace(name="mine", time=timedelta(days=1))
    assert parse_pace(own) is own


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fast",
        "2",
        "s",
        "-1s",
        "1.s",
        ".5s",
        "0.0001s",
        "1000000s",
        "366d1s",
        "1e3s",
        "2S",
        "2 s",
        "٢s",
        "reads:",
        "reads:-1",
        "Instant",
        2,
        2.0,
        True,
        None,
        ["instant"],
        b"instant",
    ],
)
def test_anything_else_is_refused_with_what_would_be_right(text: Any) -> None:
    with pytest.raises(
        InvalidInput, match=r"unknown pace .*: use instant, seconds, a time such as 2s, 10m or 1h, realistic"
    ):
        parse_pace(text)


MINUTES_AND_LINES = {
    "create_model": (60, [0, 10, 10, 90]),
    "delete_model": (2, [0]),
    "create_imported_model": (48, [0, 20, 80]),
    "update_imported_model": (1, [0]),
    "delete_imported_model": (2, [0]),
    "create_endpoint": (10, [0, 70]),
    "update_endpoint": (2, [0]),
    "delete_endpoint": (5, [0]),
    "create_dedicated_ai_cluster": (30, [0, 60]),
    "update_dedicated_ai_cluster": (10, [0]),
    "delete_dedicated_ai_cluster": (5, [0]),
    "create_generative_ai_private_endpoint": (5, [0, 60]),
    "update_generative_ai_private_endpoint": (2, [0]),
    "delete_generative_ai_private_endpoint": (2, [0]),
}
"""The minutes of each operation's work at the pace `realistic`, and the percentages at which its log has a line."""


def test_work_takes_the_stated_minutes_and_logs_at_the_stated_percentages() -> None:
    found = {
        name: (operation.work.minutes, [line.percent for line in operation.work.log])
        for name, operation in OPERATIONS.items()
        if operation.work
    }
    assert found == MINUTES_AND_LINES
