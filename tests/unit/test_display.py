"""Messages show of what a caller passed only what has the form of a name or of an OCID."""

from __future__ import annotations

import pytest

from genai_ports.api.display import display


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
        "a-" * 30 + "a",
    ],
)
def test_of_any_other_text_the_length_is_shown(text: str) -> None:
    assert display(text) == f"a string of {len(text)} characters"
