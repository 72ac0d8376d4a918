"""The intake of a server: what the requests that are not complete may hold together, and who is read on."""

from __future__ import annotations

import pytest

from fake_server import limits
from fake_server.intake import Intake

CONNECTIONS = {name: object() for name in "abcd"}
A, B, C, D = CONNECTIONS.values()


@pytest.fixture
def intake(monkeypatch: pytest.MonkeyPatch) -> Intake:
    """An intake for 100 bytes, where a request of 10 bytes is small."""
    monkeypatch.setattr(limits, "MOST_INCOMPLETE", 100)
    monkeypatch.setattr(limits, "SMALL_REQUEST", 10)
    return Intake()


def read_on(intake: Intake) -> str:
    """Name the connections from which it reads on."""
    return "".join(name for name, connection in CONNECTIONS.items() if intake.takes(connection))


def test_below_the_limit_every_request_is_read_on_and_at_it_the_oldest_large_one_and_small_ones(intake: Intake) -> None:
    intake.count(A, 11)
    intake.count(B, 88)
    intake.count(C, 10)
    assert read_on(intake) == "abcd"
    intake.count(B, 89)
    assert read_on(intake) == "acd"
    intake.count(C, 11)
    assert read_on(intake) == "ad"


def test_what_is_forgotten_makes_room_for_the_next(intake: Intake) -> None:
    for connection in (A, B, C):
        intake.count(connection, 50)
    assert read_on(intake) == "ad"
    intake.forget(D)
    intake.forget(A)
    assert read_on(intake) == "abd"
    intake.forget(B)
    assert read_on(intake) == "abcd"


def test_a_small_request_after_a_large_one_on_the_same_connection_holds_nothing(intake: Intake) -> None:
    intake.count(A, 100)
    intake.count(B, 50)
    intake.count(A, 10)
    assert read_on(intake) == "abcd"
    intake.count(B, 100)
    intake.count(C, 11)
    assert read_on(intake) == "abd"
