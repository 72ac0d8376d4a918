"""A pace is read from its name, and knows how long each kind of work takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.work.pace import INSTANT, MANUAL, REALISTIC, SECONDS, Pace, parse_pace

WORK = sorted(operation.operation_type for operation in OPERATIONS.values() if operation.operation_type)


@pytest.mark.parametrize(
    ("text", "pace"), [("instant", INSTANT), ("seconds", SECONDS), ("realistic", REALISTIC), ("manual", MANUAL)]
)
def test_four_paces_have_a_name(text: str, pace: Pace) -> None:
    assert parse_pace(text) is pace
    assert pace.name == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("instant", 0), ("seconds", 2), ("2s", 2), ("0s", 0), ("0.5s", 0.5), ("999999.999s", 999999.999)],
)
@pytest.mark.parametrize("work", WORK)
def test_a_number_of_seconds_is_how_long_everything_takes(text: str, seconds: float, work: str) -> None:
    pace = parse_pace(text)
    assert pace.duration(work) == timedelta(seconds=seconds)
    assert pace.polls is None


@pytest.mark.parametrize("work", WORK)
def test_the_realistic_pace_knows_every_kind_of_work(work: str) -> None:
    duration = REALISTIC.duration(work)
    assert duration is not None
    assert timedelta(minutes=1) <= duration <= timedelta(minutes=60)


def test_fine_tuning_takes_longest() -> None:
    assert max(WORK, key=lambda work: REALISTIC.duration(work) or timedelta()) == "CREATE_MODEL"


@pytest.mark.parametrize(("text", "looks"), [("reads", 3), ("reads:5", 5), ("reads:0", 0)])
def test_looks_take_the_place_of_time(text: str, looks: int) -> None:
    pace = parse_pace(text)
    assert pace.polls == looks
    assert pace.duration("CREATE_MODEL") is None


def test_by_hand_nothing_takes_any_time_or_looks() -> None:
    assert MANUAL.duration("CREATE_MODEL") is None
    assert MANUAL.polls is None


def test_a_pace_is_taken_as_it_is() -> None:
    own = Pace(name="mine", durations={"CREATE_MODEL": timedelta(days=1)})
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
    with pytest.raises(InvalidInput, match=r"unknown pace .*: use instant, seconds, 2s or another number, realistic"):
        parse_pace(text)
