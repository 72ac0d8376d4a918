"""Bodies: names, tags and secrets are found by their property, everything else by its form."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from genai_ports.recording.cassette import json_body
from genai_ports.recording.scrub.pseudonyms import name_pseudonym, token_pseudonym
from genai_ports.recording.scrub.rules import REPLACEMENT
from genai_ports.recording.scrub.texts import scrub_text
from genai_ports.simulator.catalogue import public_names_and_ids

KEPT: Final = "genai-ports"
"""Names and keys of tags that start so stay: the scenarios use them, so that cassettes can be read."""

_NAMES: Final = frozenset(
    "displayname description dnsprefix namespacename bucketname objectname prefixname namespace bucket object".split()
)
"""The properties and query parameters that hold names of a user's choice, in lower case."""
_TAGS: Final = frozenset({"freeformTags", "definedTags", "systemTags", "securityAttributes"})
_TOKENS: Final = frozenset({"commit", "etag"})
_ORACLES: Final = frozenset({"Oracle-Tags", "CreatedBy", "CreatedOn", "orcl-cloud", "free-tier-retained", "mode"})
_SECRET: Final = re.compile(
    r"pass(?:word|wd|phrase)$|secret|tokens?$|(?:api|private|access|signing)_?key|key_?id$|credential|authorization"
    r"|cookie|signature|fingerprint|user_?name$|created_?by$|principal|e?mail$",
    re.IGNORECASE,
)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_PROPERTY: Final = re.compile(r'"([A-Za-z]+)"(\s*:\s*)"((?:[^"\\]|\\.)*)')
_BROKEN_TAGS: Final = re.compile(r'"(?:\w+Tags|securityAttributes)"\s*:\s*\{[^}\s].*', re.DOTALL)


def scrub_body(body: bytes) -> bytes:
    """Scrub a body. Bytes that are not text stay as they are, and the check reports them."""
    document = json_body(body)
    try:
        return dump(_scrub(document)) if document is not None else _scrub_unparsed(body)
    except RecursionError:
        return body


def dump(document: Any) -> bytes:
    """Write compact JSON as text that people can read."""
    try:
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # an unpaired surrogate
        return json.dumps(document, separators=(",", ":")).encode()


def scrub_property(name: str, value: str) -> str:
    """Scrub a text that has a name, such as a property or a query parameter."""
    if not value:
        return value
    if _SECRET.search(name):
        return REPLACEMENT
    if name == "fqdn":
        first, dot, rest = value.partition(".")
        return scrub_name(first) + dot + scrub_text(rest)
    if name in _TOKENS:
        return token_pseudonym(value)
    return scrub_name(value) if is_name(name) else _scrub_text_or_json(value)


def is_name(name: str) -> bool:
    """Whether a property holds a name of a user's choice, also if a client misspelt it, such as `display_name`."""
    return name.replace("_", "").replace("-", "").lower() in _NAMES


def scrub_name(name: str) -> str:
    """Return the pseudonym of a name of a user's choice; public names and those of scenarios stay."""
    if name.startswith(KEPT) or name in public_names_and_ids() or not name:
        return scrub_text(name)
    return name_pseudonym(name)


def _scrub(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        is_base = value.get("type") == "BASE" and "capabilities" in value
        members = ((scrub_text(key), each) for key, each in value.items())
        return {key: _member(key, each, is_base=is_base) for key, each in members}
    if isinstance(value, list):
        return [_scrub(each, name) for each in value]
    return scrub_property(name, value) if isinstance(value, str) else value


def _scrub_text_or_json(text: str) -> str:
    if not text.startswith(("{", "[")):
        return scrub_text(text)
    try:
        document = json.loads(text)
        return scrub_text(dump(_scrub(document)).decode())
    except (ValueError, RecursionError):
        return scrub_text(text)


def _member(name: str, value: Any, *, is_base: bool) -> Any:
    if name in _TAGS:
        return _tags(value)
    return _scrub(value, "" if is_base and name == "displayName" else name)


def _tags(value: Any, *, is_kept: bool = False) -> Any:
    """Replace the values of tags, and their keys and namespaces if they are not Oracle's."""
    if isinstance(value, dict):
        return {_tag_key(key): _tags(each, is_kept=is_kept or _is_kept(key, each)) for key, each in value.items()}
    if isinstance(value, list):
        return [_tags(each, is_kept=is_kept) for each in value]
    if is_kept:
        return scrub_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        return REPLACEMENT if value else value
    return value if value is None or isinstance(value, bool) else 0


def _tag_key(key: str) -> str:
    return scrub_text(key) if key.startswith(KEPT) or key in _ORACLES else name_pseudonym(key)


def _is_kept(key: str, value: Any) -> bool:
    is_harmless = isinstance(value, str) and bool(_TIME.fullmatch(value) or value in ("true", "false", "enforce"))
    return key.startswith(KEPT) or (key in _ORACLES and is_harmless)


def _scrub_unparsed(body: bytes) -> bytes:
    """Scrub text that is not JSON, such as HTML, or JSON that was cut off."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    text = _BROKEN_TAGS.sub(_cut_tags, text)
    return scrub_text(_PROPERTY.sub(_property, text)).encode()


def _cut_tags(matched: re.Match[str]) -> str:
    """Drop what follows the first tag of broken JSON: nobody can say where the tags end."""
    return matched[0][: matched[0].index("{") + 1]


def _property(matched: re.Match[str]) -> str:
    name, colon, value = matched.groups()
    return f'"{name}"{colon}"{scrub_property(name, value)}'
