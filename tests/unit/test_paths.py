"""Messages and the journal show the known parts of a path, and of the others only the length."""

from __future__ import annotations

import pytest

from genai_ports.errors import MethodNotAllowed
from genai_ports.simulator.rules.paths import is_known, shown_method, shown_path, shown_target
from genai_ports.simulator.rules.refusals import method_not_allowed

OCID = "ocid1.generativeaimodel.oc1.phx.aaa"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("", ""),
        ("/20231130/models", "/20231130/models"),
        (f"/ord/20231130/models/{OCID}", f"/ord/20231130/models/{OCID}"),
        ("/eu-frankfurt-1/20231130/models/secret", "/eu-frankfurt-1/20231130/models/(6 characters)"),
        ("/20231130/actions/chat", "/20231130/actions/chat"),
        ("/1" * 9, "/(1 character)" * 9),
        ("/1" * 10, "/(1 character)" * 10),
        ("/1" * 11, "/(1 character)" * 9 + "/(3 characters)"),
    ],
)
def test_a_path_shows_its_known_parts(path: str, shown: str) -> None:
    assert shown_path(path) == shown


@pytest.mark.parametrize(("part", "known"), [("", True), ("-", True), ("models", True), ("phx", True), ("mine", False)])
def test_a_part_is_known_or_not(part: str, known: bool) -> None:  # noqa: FBT001  # of the table
    assert is_known(part) is known


def test_a_method_of_http_is_shown() -> None:
    assert (shown_method("QUERY"), shown_method("get")) == ("QUERY", "(a method of 3 characters)")


def test_a_target_is_shown_if_it_is_an_ocid() -> None:
    assert [shown_target(each) for each in (None, "", OCID, "secret")] == [None, "", OCID, "(6 characters)"]


@pytest.mark.parametrize(("methods", "allowed"), [(("PUT", "GET"), "GET, HEAD, PUT"), (("POST",), "POST")])
def test_a_method_that_is_not_allowed_is_refused_with_those_that_are(methods: tuple[str, ...], allowed: str) -> None:
    error = method_not_allowed("PATCH", "/20231130/models", methods)
    assert isinstance(error, MethodNotAllowed)
    assert error.allowed == allowed
    assert error.message == f"/20231130/models does not support PATCH; use {allowed}."
