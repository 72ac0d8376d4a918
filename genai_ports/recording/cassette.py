"""A cassette: recorded requests and responses, read from the file format of vcrpy (YAML, version 1).

Source of the format: vcrpy's `serialize` module. It also has header names in any case, several values of a header, and
bodies that are compressed; all of them are read.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import yaml

from genai_ports.api.checks import check_path
from genai_ports.errors import ConfigurationError
from genai_ports.ocids import parse_ocid
from genai_ports.regions import DEFAULT_REGION, find_region
from genai_ports.wire.http import JSON, HttpRequest, HttpResponse
from genai_ports.wire.routes import find_route, region_of_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.wire.routes import Route

FORMAT_VERSION: Final = 1
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FRAMING: Final = frozenset(
    """
    connection content-encoding content-length keep-alive proxy-authenticate proxy-authorization te trailer
    transfer-encoding upgrade
    """.split()
)
"""Headers about the bytes on the wire. A cassette has none: the body is stored in another form."""
_PATH_SAFE: Final = "/:@!$&'()*+,;=~"


class Interaction(NamedTuple):
    """A request and its response.

    Args:
        origin: scheme and host of the request, such as `https://generativeai.us-chicago-1.oci.oraclecloud.com`.
        request: the request; header names in lower case.
        response: the response; header names in lower case.
    """

    origin: str
    request: HttpRequest
    response: HttpResponse

    @property
    def route(self) -> Route | None:
        """The operation of the request; None if its path or method is not one of the API."""
        return find_route(self.request.method, self.request.path)

    @property
    def region(self) -> str | None:
        """The region id that the path or the host names; None if neither does."""
        route = self.route
        return (route and route.region) or region_of_host(urlsplit(self.origin).netloc)

    @property
    def uri(self) -> str:
        """The whole URI of the request, percent-encoded."""
        query = f"?{urlencode(self.request.query)}" if self.request.query else ""
        return f"{self.origin}{quote(self.request.path, safe=_PATH_SAFE)}{query}"


class Cassette(NamedTuple):
    """The interactions of one recording, in their order."""

    interactions: tuple[Interaction, ...]

    @property
    def named_region(self) -> str:
        """The id of the region that most requests name: in their path or host, else in the OCID of their target."""
        named = Counter(found.id for each in self.interactions if (found := find_region(_named_by(each))))
        return named.most_common(1)[0][0] if named else ""

    @property
    def region(self) -> str:
        """The same, or `us-chicago-1` if no request names a region."""
        return self.named_region or DEFAULT_REGION


def _named_by(each: Interaction) -> str:
    if each.region:
        return each.region
    ocid = parse_ocid(each.route.target) if each.route and each.route.target else None
    return ocid.region_segment if ocid else ""


def load_cassette(path: Path | str) -> Cassette:
    """Read a cassette.

    Args:
        path: a file that genai_ports, vcrpy or pytest-recording wrote.

    Raises:
        ConfigurationError: the file cannot be read, or is not a cassette; the message says where.
    """
    check_path("path", path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"cannot read the cassette {path}: {reason}") from None
    return parse_cassette(text, str(path))


def parse_cassette(text: str, name: str = "the cassette") -> Cassette:
    """Read the text of a cassette.

    Args:
        text: YAML.
        name: of the cassette, for messages.

    Raises:
        ConfigurationError: the text is not a cassette; the message says where.
    """
    items = [item for line, part in _parts(text) for item in _items(part, line, name)]
    return Cassette(tuple(_interaction(item, f"{name}: interaction {n}") for n, item in enumerate(items, 1)))


def json_body(body: bytes) -> Any:
    """Return the JSON value of a body; None for an empty body or other text."""
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Split the YAML at each interaction: the reader is slow for large documents, because of garbage collection.

    Yields:
        How many lines of the text a part leaves out before it, and the part.
    """
    head, *items = text.split("\n- ")
    if not head.rstrip().endswith("interactions:") or not items:
        yield 0, text
        return
    line, last = head.count("\n"), len(items) - 1
    for number, item in enumerate(items):
        yield line, f"interactions:\n- {item}" + ("" if number == last else f"\nversion: {FORMAT_VERSION}\n")
        line += item.count("\n") + 1


def _items(text: str, line: int, name: str) -> list[Any]:
    try:
        document = yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or type(error).__name__  # the whole message quotes the file
        mark = getattr(error, "problem_mark", None)
        place = f" at line {line + mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{name} is not YAML: {problem}{place}") from None
    if not isinstance(document, dict) or not isinstance(document.get("interactions"), list):
        raise ConfigurationError(f"{name} is not a cassette: it has no list of interactions")
    if document.get("version") != FORMAT_VERSION:
        raise ConfigurationError(f"{name} has not the format of vcrpy, version {FORMAT_VERSION}: check its last line")
    return list(document["interactions"])


def _interaction(item: Any, where: str) -> Interaction:
    request, response = _mapping(item, "request", where), _mapping(item, "response", where)
    uri, method = (_text(request, name, where) for name in ("uri", "method"))
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError(f"{where}: request.uri is not an http or https URL")
    status = _mapping(response, "status", f"{where}: response").get("code")
    if not isinstance(status, int):
        raise ConfigurationError(f"{where}: response.status.code must be a number")
    sent, received = _headers(request, f"{where}: request"), _headers(response, f"{where}: response")
    body = response.get("body")
    if isinstance(body, Mapping):
        body = body.get("string")
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Interaction(
        f"{parts.scheme}://{parts.netloc}",
        HttpRequest(method.upper(), unquote(parts.path), query, _kept(sent), _body(request.get("body"), sent, where)),
        HttpResponse(
            status,
            {name: value for name, value in _kept(received).items() if name != "content-type"},
            _body(body, received, where),
            received.get("content-type", JSON),
        ),
    )


def _mapping(item: Any, name: str, where: str) -> Mapping[str, Any]:
    found = item.get(name) if isinstance(item, Mapping) else None
    if not isinstance(found, Mapping):
        raise ConfigurationError(f"{where}: {name} is missing")
    return found


def _text(item: Mapping[str, Any], name: str, where: str) -> str:
    found = item.get(name)
    if not isinstance(found, str):
        raise ConfigurationError(f"{where}: request.{name} must be text")
    return found


def _headers(item: Mapping[str, Any], where: str) -> dict[str, str]:
    headers = item.get("headers") or {}
    if not isinstance(headers, Mapping):
        raise ConfigurationError(f"{where}.headers must be a mapping")
    return {
        str(name).lower(): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in headers.items()
    }


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in FRAMING}


def _body(body: Any, headers: Mapping[str, str], where: str) -> bytes:
    """Return a body as bytes, without compression and without the spaces of indented JSON."""
    if body is None:
        return b""
    if not isinstance(body, str | bytes):
        raise ConfigurationError(f"{where}: a body must be text")
    raw = body.encode() if isinstance(body, str) else _decompressed(body, headers.get("content-encoding", ""), where)
    document = json_body(raw)
    return raw if document is None else json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _decompressed(body: bytes, encoding: str, where: str) -> bytes:
    try:
        if encoding == "gzip" or body.startswith(b"\x1f\x8b"):
            return gzip.decompress(body)
        return zlib.decompress(body) if encoding == "deflate" else body
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{where}: the body cannot be decompressed: {error}") from None
