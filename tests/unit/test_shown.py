"""Messages and the journal show of what a client sent OCIDs and short values; of all else, the type and the length."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.api.shown import beside_noun, characters, entry_path, is_ocid, shown


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-5, "-5"),
        (999_999_999, "999999999"),
        (-999_999_999, "-999999999"),
        (10**9, "a longer number"),
        (-(10**9), "a longer number"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        (0.1234567891, "0.1234567891"),
        (0.12345678912, "a longer number"),
        ("", "an empty string"),
        ("x", "a string of 1 character"),
        ("hunter2", "a string of 7 characters"),
        ("\udfff", r"'\udfff'"),
        ("a\udfff", "a string of 2 characters"),
        ("ocid1.tenancy.oc1..my-team", "ocid1.tenancy.oc1..my-team"),
        ({}, "an object"),
        (MappingProxyType({"a": 1}), "an object"),
        (ChangeCompartmentDetails(compartment_id="a"), "an object"),
        ([], "an array"),
        ((1,), "an array"),
        ({1}, "set"),
        (b"a", "bytes"),
    ],
)
def test_what_a_client_sent_is_shown(given: Any, text: str) -> None:
    assert shown(given) == text


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("a string of 7 characters", "(a string of 7 characters)"),
        ("an object", "(an object)"),
        ("'another'", "'another'"),
        ("5", "5"),
    ],
)
def test_a_description_beside_a_noun_is_in_parentheses(text: str, beside: str) -> None:
    assert beside_noun(text) == beside


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ocid1.compartment.oc1..example", True),
        ("ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaa", True),
        ("ocid1.tenancy.oc1..a\n", False),
        ("ocid1.tenancy.oc1..hf_AbCdEfGhIjKlMnOpQrStUv", False),
        ("ocid1.tenancy.oc1", False),
        ("", False),
    ],
)
def test_an_ocid_has_its_form(text: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_ocid(text) is is_one


def test_an_entry_is_named_by_its_position() -> None:
    assert [entry_path("freeformTags", 2), entry_path("", 1)] == ["freeformTags.(entry 2)", "(entry 1)"]


def test_a_length_is_in_words() -> None:
    assert [characters(""), characters("a"), characters("ab")] == ["0 characters", "1 character", "2 characters"]
