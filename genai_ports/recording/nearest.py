"""The nearest recorded request to one that was not recorded, and how they differ."""

from __future__ import annotations

import json
from itertools import product, zip_longest
from typing import TYPE_CHECKING, Any, Final

from genai_ports.recording.cassette import json_body
from genai_ports.simulator.rules.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from genai_ports.recording.matching import Key

_MOST_SHOWN: Final = 80
"""How many characters of a value a message shows."""
_MOST_DIFFERENCES: Final = 5


def explain(keys: Iterable[Key], recorded: Iterable[tuple[int, Key]]) -> str:
    """Return the nearest of the recorded requests and the differences, as the end of a message.

    Args:
        keys: of the request that was not recorded: as it was sent, and scrubbed.
        recorded: the numbers and keys of the recorded ones.
    """
    found = min(product(keys, recorded), key=lambda each: _distance(each[0], each[1][1]), default=None)
    if found is None:
        return "the recording is empty"
    key, (number, nearest) = found
    differences = [*_differences(key, nearest)]
    more = len(differences) - _MOST_DIFFERENCES
    shown = "; ".join(differences[:_MOST_DIFFERENCES]) + (f"; and {more} more" if more > 0 else "")
    return f"the nearest recorded request is interaction {number}, {name_of(nearest)}: {shown}"


def name_of(key: Key) -> str:
    """Return the method, the path and the names of the query parameters of a request."""
    names = f"?{'&'.join(dict.fromkeys(name for name, _ in key.query))}" if key.query else ""
    return masked(f"{key.method} {key.path}{names}")


def _distance(key: Key, other: Key) -> tuple[int, ...]:
    parts = sum(a != b for a, b in zip_longest(key.path.split("/"), other.path.split("/")))
    query = len(set(key.query) ^ set(other.query))
    body = 0 if key.body == other.body else 1 + sum(1 for _ in _differences_in_body(key, other))
    return key.method != other.method, parts, key.region != other.region, query + body


def _differences(key: Key, other: Key) -> Iterator[str]:
    for name in ("method", "region", "path"):
        sent, recorded = getattr(key, name), getattr(other, name)
        if sent != recorded:
            yield f"{name}: sent {_shown(sent)}, recorded {_shown(recorded)}"
    yield from _differences_of("query parameter", _by_name(key), _by_name(other))
    yield from _differences_in_body(key, other)


def _differences_in_body(key: Key, other: Key) -> Iterator[str]:
    if key.body == other.body:
        return
    sent, recorded = (
        _flat(json_body(each.body.encode()) if isinstance(each.body, str) else None) for each in (key, other)
    )
    if sent == recorded:
        yield "the bodies differ, and one of them is not JSON"
    yield from _differences_of("property", sent, recorded)


def _differences_of(what: str, sent: dict[str, Any], recorded: dict[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*sent, *recorded)):
        if name not in recorded:
            yield f"{what} {name}: sent {_shown(sent[name])}, not recorded"
        elif name not in sent:
            yield f"{what} {name}: recorded {_shown(recorded[name])}, not sent"
        elif sent[name] != recorded[name]:
            yield f"{what} {name}: sent {_shown(sent[name])}, recorded {_shown(recorded[name])}"


def _by_name(key: Key) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in key.query:
        values[name] = f"{values[name]}, {text}" if name in values else text
    return values


def _flat(document: Any, prefix: str = "") -> dict[str, Any]:
    """Map the path of each property to its value, such as `source.modelId`."""
    if not isinstance(document, dict):
        return {prefix: document} if prefix else {}
    found: dict[str, Any] = {}
    for name, each in document.items():
        found |= _flat(each, f"{prefix}.{name}" if prefix else str(name))
    return found


def _shown(given: Any) -> str:
    text = masked(json.dumps(given, ensure_ascii=False))
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
