"""Traffic: which requests belong to this service, and their form in a recording, whatever server they went to."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from genai_ports.recording.cassette import FRAMING, Cassette, Interaction
from genai_ports.recording.provenance import SERVICE, UNSTATED, Provenance
from genai_ports.regions import DEFAULT_REGION, endpoint_url, find_region
from genai_ports.wire.hosts import is_service
from genai_ports.wire.http import JSON, HttpRequest, HttpResponse
from genai_ports.wire.routes import VERSION, region_of_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SIGNED: Final = frozenset(("authorization", "cookie", "set-cookie"))
"""Headers that no recording needs, not even until it is scrubbed."""

_DATES: Final = ("date", "x-date")
_PYTHON_SDK: Final = "Oracle-PythonSDK"
_PRODUCT: Final = re.compile(r"([\w.-]{1,60})/([\w.+-]{1,40})")


class Server(NamedTuple):
    """What is known of a server.

    Args:
        source: one of `genai_ports.recording.provenance.SOURCES`.
        region: the id of the region of paths that name none.
        seed: the seed of a fake server; empty for another server.
    """

    source: str
    region: str = DEFAULT_REGION
    seed: str = ""


class Message(NamedTuple):
    """A request or a response, as its transport has it: header names in any case, the body decompressed."""

    headers: Mapping[str, str]
    body: bytes = b""


def server_at(url: str) -> Server | None:
    """Return what the host of a URL says of its server: a real endpoint says its region; others say nothing."""
    host = urlsplit(url).hostname or ""
    return Server(SERVICE, region_of_host(host) or DEFAULT_REGION) if is_service(host) else None


def interaction_of(
    method: str, url: str, request: Message, status: int, response: Message, *, server: Server
) -> Interaction:
    """Return the recorded form of one request of this service and its response.

    The request goes to the real endpoint of its region, and its path names no region, whatever server it went to.

    Args:
        method: such as `GET`.
        url: the whole URL, percent-encoded.
        request: the headers and the body of the request.
        status: of the response.
        response: the headers and the body of the response.
        server: that the request went to.
    """
    parts = urlsplit(url)
    before, _, path = parts.path.partition(f"{VERSION}/")
    named = find_region(before.rpartition("/")[2])
    known = named.id if named else region_of_host(parts.netloc) or server.region
    unknown = is_service(parts.hostname or "") and not named and region_of_host(parts.netloc) is None
    headers = _lower(response.headers)
    content_type = headers.pop("content-type", JSON)
    return Interaction(
        f"{parts.scheme}://{parts.netloc}" if unknown else endpoint_url(known),
        HttpRequest(
            method,
            f"{VERSION}/{unquote(path)}",
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            _lower(request.headers),
            request.body,
        ),
        HttpResponse(status, headers, response.body, content_type),
    )


def provenance_of(
    interactions: Iterable[Interaction], servers: Iterable[Server], *, scenario: str = "", day: str = ""
) -> Provenance:
    """Return where a recording comes from.

    Args:
        interactions: as `interaction_of` returns them, not scrubbed.
        servers: all servers that the requests went to.
        scenario: its name.
        day: such as `2026-11-27`; default: the first date in a header.
    """
    recorded, known = tuple(interactions), tuple(dict.fromkeys(servers))
    sources = {server.source for server in known}
    return Provenance(
        source=sources.pop() if len(sources) == 1 else UNSTATED,
        recorded=day or next((found for each in recorded if (found := _day(each))), ""),
        scenario=scenario,
        region=Cassette(recorded).named_region,
        seed=", ".join(dict.fromkeys(server.seed for server in known if server.seed)),
        sdk=", ".join(dict.fromkeys(name for each in recorded if (name := _client(each.request.headers)))),
        note="" if len(known) == 1 else "Recorded from several servers.",
    )


def _client(headers: Mapping[str, str]) -> str:
    """Return name and version of the client, such as `oci 2.189.0`; empty if it names none."""
    products = _PRODUCT.findall(headers.get("user-agent", ""))
    if not products:
        return ""
    # The command line has its own name behind that of the SDK it is built on.
    name, version = next((each for each in products if each[0] == "Oracle-PythonCLI"), products[0])
    return f"{'oci' if name == _PYTHON_SDK else name} {version}"


def _day(each: Interaction) -> str:
    for headers in (each.request.headers, each.response.headers):
        for name in _DATES:
            try:
                return parsedate_to_datetime(headers[name]).date().isoformat()
            except (KeyError, ValueError):
                continue
    return ""


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    lower = {name.lower(): text for name, text in headers.items()}
    return {name: text for name, text in lower.items() if name not in (*FRAMING, *_SIGNED)}
