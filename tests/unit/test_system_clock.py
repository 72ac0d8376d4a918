"""The machine's own clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from genai_ports import InvalidInput
from genai_ports.backends import system_clock
from genai_ports.backends.system_clock import SystemClock


def test_it_returns_the_time_of_the_machine_in_utc():
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before - timedelta(milliseconds=1) < now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


@pytest.mark.parametrize("microsecond", [0, 999, 1000, 5000, 5999, 998_000, 999_999])
def test_it_returns_whole_milliseconds(monkeypatch, microsecond):
    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 7, 15, microsecond=microsecond, tzinfo=tz)

    monkeypatch.setattr(system_clock, "datetime", Stopped)
    assert SystemClock().now() == datetime(2026, 7, 15, microsecond=microsecond - microsecond % 1000, tzinfo=UTC)


def test_it_sleeps_for_the_requested_time(monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    SystemClock().sleep(2.5)
    assert slept == [2.5]


def test_it_can_be_put_forward_and_again():
    clock = SystemClock()
    clock.advance(3600)
    clock.advance(0.5)
    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(seconds=3599) < ahead <= timedelta(seconds=3600.5)


def test_putting_one_clock_forward_leaves_others_alone():
    clock = SystemClock()
    SystemClock().advance(3600)
    assert clock.now() <= datetime.now(UTC)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), -float("inf")])
def test_it_is_never_put_back_and_never_by_what_is_no_number(seconds):
    clock = SystemClock()
    with pytest.raises(InvalidInput, match=r"^seconds must be a finite number from 0, not"):
        clock.advance(seconds)


@pytest.mark.parametrize("seconds", [1e12, 1e300])
def test_it_is_never_put_past_the_last_year_it_can_show(seconds):
    clock = SystemClock()
    with pytest.raises(InvalidInput, match="moves the clock beyond 9000, its last year"):
        clock.advance(seconds)
    assert clock.now() <= datetime.now(UTC)


def test_after_a_reset_it_shows_real_time_again():
    clock = SystemClock()
    clock.advance(3600)
    clock.reset()
    assert clock.now() <= datetime.now(UTC)
