"""The check: each place of a cassette that is not scrubbed, or that looks like a secret. Nothing unsafe is written."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from genai_ports.api.checks import check_instance
from genai_ports.recording.cassette import Cassette, json_body
from genai_ports.recording.scrub.findings import Finding
from genai_ports.recording.scrub.scrubber import scrubbed_interaction
from genai_ports.recording.scrub.texts import kinds_in
from genai_ports.wire.routes import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.provenance import Provenance

_Place: TypeAlias = "str | tuple[Any, ...]"
"""A text, or a step from another place: its key and number, None and the number of a key, or the number of an item."""
_PLAIN_KEY: Final = re.compile(r"[A-Za-z][\w-]{0,39}", re.ASCII)
_NOT_SCRUBBED: Final = "not scrubbed"
_BINARY: Final = "\0"
"""Stands for bytes that are not text."""


def check_cassette(cassette: Cassette) -> tuple[Finding, ...]:
    """List every place of a cassette that is not scrubbed, or that looks like a secret in any encoding.

    Returns:
        The places with what was found there, never with the value; nothing for a cassette that can be written.
    """
    check_instance("cassette", cassette, Cassette)
    return tuple(
        Finding(f"interaction {number}: {place}", kind)
        for number, each in enumerate(cassette.interactions, 1)
        for place, kind in _findings(each)
    )


def check_provenance(provenance: Provenance) -> tuple[Finding, ...]:
    """List the fields of a provenance that look like a secret."""
    return tuple(
        Finding(f"provenance.{_written(at)}", kind)
        for name, value in asdict(provenance).items()
        for at, text in _leaves(list(value) if isinstance(value, tuple) else value, name)
        for kind in kinds_in(text)
    )


def _findings(each: Interaction) -> Iterator[tuple[str, str]]:
    if f"{VERSION}/" not in each.request.path:
        yield "request.uri", "a request of another service"
    scrubbed = scrubbed_interaction(each, each.region or "")
    expected = None if scrubbed == each else dict(_places(scrubbed))
    for place, text in _places(each):
        kinds = ("bytes that are not text",) if text == _BINARY else kinds_in(text)
        yield from ((_written(place), kind) for kind in kinds)
        if not kinds and expected is not None and expected.get(place) != text:
            yield _written(place), _NOT_SCRUBBED


def _places(each: Interaction) -> Iterator[tuple[_Place, str]]:
    """List each text of an interaction with its place."""
    request, response = each.request, each.response
    yield "request.method", request.method
    yield "request.uri: origin", each.origin
    yield "request.uri: path", request.path
    for number, (name, text) in enumerate(request.query):
        yield f"request.uri: name of parameter {number + 1}", name
        yield f"request.uri: {_shown(name, number)} (parameter {number + 1})", text
    yield from _headers("request", request.headers)
    yield from _body("request.body", request.body)
    yield from _headers("response", response.headers)
    yield "response.headers.content-type", response.content_type
    yield from _body("response.body", response.body)


def _headers(side: str, headers: Any) -> Iterator[tuple[str, str]]:
    for number, (name, text) in enumerate(headers.items()):
        yield f"{side}.headers: name {number + 1}", name
        yield f"{side}.headers.{_shown(name, number)}", text


def _body(place: str, body: bytes) -> Iterator[tuple[_Place, str]]:
    if not body:
        return
    document = json_body(body)
    if document is not None:
        yield from _leaves(document, f"{place}: ")
        return
    try:
        yield place, body.decode()
    except UnicodeDecodeError:
        yield place, _BINARY


def _leaves(value: Any, place: _Place) -> list[tuple[_Place, str]]:
    """List the texts of a JSON value, its keys and numbers too."""
    found: list[tuple[_Place, str]] = []
    _collect(value, place, found)
    return found


def _collect(value: Any, place: _Place, found: list[tuple[_Place, str]]) -> None:
    if isinstance(value, dict):
        for number, (key, each) in enumerate(value.items()):
            found.append(((place, None, number), key))
            _collect(each, (place, key, number), found)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _collect(each, (place, number), found)
    elif value is not None:
        found.append((place, str(value)))


def _written(place: _Place) -> str:
    """Write a place for a finding; most places have none, so their text is not made."""
    if isinstance(place, str):
        return place
    start, *step = _written(place[0]), *place[1:]
    if len(step) == 1:
        return f"{start}[{step[0]}]"
    key, number = step
    if key is None:
        return f"{start}<key {number + 1}>"
    return f"{start}{'' if start.endswith(' ') else '.'}{_shown(key, number)}"


def _shown(name: str, number: int) -> str:
    """Return a name for a place; a number if the name itself looks secret."""
    return name if _PLAIN_KEY.fullmatch(name) and not kinds_in(name) else f"<{number + 1}>"
