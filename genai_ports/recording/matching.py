"""Matching: what of a request decides which recorded request it is.

Method, region, path, query in any order, and body as JSON. The region prefix of a path and the host only name the
region. Retry tokens, request ids, dates and signatures are no part of it. A page token is matched as it was recorded: a
client gets it from a replayed response.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.recording.cassette import json_body
from genai_ports.wire.routes import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.wire.http import HttpRequest

READS: Final = frozenset({"GET", "HEAD"})
_PREFIX: Final = re.compile(rf"/({REGION})(?=/\d{{8}}/)")
_SUBJECT: Final = re.compile(r"/\d{8}/([^/]+)(?:/([^/]+))?")
_OCID: Final = "ocid1."


class Key(NamedTuple):
    """What requests have in common that are the same for a replay.

    Args:
        method: such as `GET`; `HEAD` is a `GET`.
        region: a region id.
        path: decoded, without a region prefix.
        query: names and values, sorted.
        body: canonical JSON, or the bytes of another body; empty for no body.
    """

    method: str
    region: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: str | bytes


class Subject(NamedTuple):
    """What a request is about, in a region: one resource by its id, or a collection by its name."""

    region: str
    name: str


def key_of(request: HttpRequest, region: str) -> Key:
    """Return the key of a request.

    Args:
        request: the request; a region in its path wins.
        region: the region id otherwise.
    """
    method, path, query, _, body = request
    named = None if path.startswith("/2") else _PREFIX.match(path)  # nearly always the version of the API is first
    if named:
        region, path = named[1], path[named.end() :]
    return Key(
        "GET" if method == "HEAD" else method,
        region,
        path,
        tuple(sorted(query)) if query else (),
        _canonical(body) if body else "",
    )


def subject_of(key: Key) -> Subject:
    """Return the resource that a request names in its path, or else the collection."""
    found = _SUBJECT.match(key.path)
    return Subject(key.region, (found[2] or found[1]) if found else key.path)


def ocids_in(document: Any) -> Iterator[str]:
    """Yield the OCIDs that are values in a JSON document."""
    if isinstance(document, str):
        if document.startswith(_OCID):
            yield document
    elif isinstance(document, dict | list):
        for each in document.values() if isinstance(document, dict) else document:
            yield from ocids_in(each)


def _canonical(body: bytes) -> str | bytes:
    document = json_body(body)
    return body if document is None else json.dumps(document, sort_keys=True, separators=(",", ":"))
