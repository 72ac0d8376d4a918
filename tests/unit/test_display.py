"""Messages show of what a caller passed only what has the form of a name or of an OCID."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from genai_ports.api.display import display, named, type_name

NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)


class OwnZone(tzinfo):
    """A time zone of a caller, whose repr can be anything."""


class OwnDate(date):
    """A date of a caller, whose repr can be anything."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2s",
        "5000",
        "instnt",
        "us-phonix-1",
        "stale-lists:1.5",
        "H100_X1",
        "TooManyRequest",
        "request.networkSource.name",
        "openai/gpt-oss-20b",
        "-".join(["a" * 15] * 3 + ["a" * 12]),  # 60 characters
        "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_a_name_is_shown(text: str) -> None:
    assert display(text) == repr(text)


@pytest.mark.parametrize(
    "text",
    [
        "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567",
        "AKIAIOSFODNN7EXAMPLE",
        "550e8400-e29b-41d4-a716-446655440000",
        "4111-1111-1111-1111",
        "my password",
        "password=a",
        "me@host",
        "a\nb",
        "-----BEGIN",
        "aB3",
        "a" * 17,
        "-".join(["a" * 15] * 3 + ["a" * 13]),
    ],
)
def test_of_any_other_text_the_length_is_shown(text: str) -> None:
    assert display(text) == f"a string of {len(text)} characters"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (False, "False"),
        (7, "7"),
        (2**64 - 1, "18446744073709551615"),
        (2**64, "an integer of 65 bits"),
        (-(2**64), "an integer of 65 bits"),
        (1.5, "1.5"),
        (float("inf"), "inf"),
        (date(2026, 7, 15), "datetime.date(2026, 7, 15)"),
        (NOON, "datetime.datetime(2026, 7, 15, 12, 0, tzinfo=datetime.timezone.utc)"),
        (NOON.replace(tzinfo=None), "datetime.datetime(2026, 7, 15, 12, 0)"),
        (
            NOON.replace(tzinfo=timezone(timedelta())),
            "datetime.datetime(2026, 7, 15, 12, 0, tzinfo=datetime.timezone.utc)",
        ),
        (
            NOON.replace(tzinfo=ZoneInfo("Europe/London")),
            "datetime.datetime(2026, 7, 15, 12, 0, tzinfo=zoneinfo.ZoneInfo(key='Europe/London'))",
        ),
        (NOON.replace(tzinfo=OwnZone()), "a value of type datetime"),
        (OwnDate(2026, 7, 15), "a value of type OwnDate"),
        ([1], "a value of type list"),
        (OwnZone, "a value of type type"),
    ],
)
def test_of_other_values_numbers_and_times_are_shown(value: Any, text: str) -> None:
    assert display(value) == text


def test_a_description_right_after_a_noun_is_in_parentheses() -> None:
    assert [named("short"), named("my secret"), named([1])] == [
        "'short'",
        "(a string of 9 characters)",
        "(a value of type list)",
    ]


@pytest.mark.parametrize(
    ("name", "shown"), [("Own", "Own"), ("A" * 60, "A" * 60), ("A" * 61, "A" * 60), ("Größe", r"Gr\xf6\xdfe")]
)
def test_the_name_of_a_class_is_short_and_in_ascii(name: str, shown: str) -> None:
    assert type_name(type(name, (), {})) == shown
