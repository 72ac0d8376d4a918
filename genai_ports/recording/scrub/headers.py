"""Headers: the ones that a recording keeps. All others are dropped, unknown ones too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from genai_ports.recording.scrub.pseudonyms import token_pseudonym
from genai_ports.recording.scrub.texts import scrub_text
from genai_ports.wire.http import JSON, NEXT_PAGE, REQUEST_HEADERS, RESPONSE_HEADERS, RETRY_AFTER, RULE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXT: Final = "text/plain"
_MEDIA_TYPE: Final = re.compile(
    r"(?:\*/\*|application/(?:problem\+)?(?:json|xml)|text/(?:plain|html|xml))(?:; ?charset=utf-8|; ?q=[01](?:\.\d)?)?",
    re.IGNORECASE,
)
_RETRY_AFTER: Final = re.compile(r"\d{1,9}|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_RULE: Final = re.compile(r"[a-z_]{1,60}")
_TOKEN: Final = re.compile(r"[^\s\"/*,]+")


def scrub_request_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep the headers of a request that matter; names in lower case."""
    return _scrubbed(headers, _REQUEST)


def scrub_response_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep the headers of a response that matter; names in lower case."""
    return _scrubbed(headers, _RESPONSE)


def scrub_content_type(text: str) -> str:
    """Return a media type that is known; `text/plain` for all others."""
    return text if _MEDIA_TYPE.fullmatch(text) else TEXT


def scrub_tokens(text: str) -> str:
    """Replace each part of a header by its pseudonym; quotes, slashes and commas between them stay."""
    return _TOKEN.sub(lambda matched: _token(matched[0]), text)


def _token(text: str) -> str:
    return text if text == "W" else token_pseudonym(text)


def _media_types(text: str) -> str:
    return ", ".join(part for part in re.split(r"\s*,\s*", text) if _MEDIA_TYPE.fullmatch(part))


def _only(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: text if pattern.fullmatch(text) else ""


_REQUEST: Final[Mapping[str, Callable[[str], str]]] = {
    "accept": _media_types,
    "content-type": lambda text: text if _MEDIA_TYPE.fullmatch(text) else JSON,
    **dict.fromkeys(REQUEST_HEADERS.values(), scrub_tokens),
}
_RESPONSE: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(RESPONSE_HEADERS.values(), scrub_tokens),
    RESPONSE_HEADERS["work_request_id"]: scrub_text,
    RESPONSE_HEADERS["model_deprecation_info"]: scrub_text,
    NEXT_PAGE: scrub_tokens,
    RETRY_AFTER: _only(_RETRY_AFTER),
    RULE: _only(_RULE),
}
"""How each header that is kept is scrubbed; an empty result drops it."""


def _scrubbed(headers: Mapping[str, str], rules: Mapping[str, Callable[[str], str]]) -> dict[str, str]:
    given = {name.lower(): text for name, text in headers.items()}
    found = {name: rules[name](text) for name, text in given.items() if name in rules}
    return {name: text for name, text in found.items() if text}
