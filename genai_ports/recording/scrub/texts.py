"""Texts: replace known secrets and ids, also where they are percent-encoded, escaped as in JSON, or in base64."""

from __future__ import annotations

import base64
import binascii
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from genai_ports.recording.scrub.looks import look_of_secret
from genai_ports.recording.scrub.pseudonyms import without_pseudonyms
from genai_ports.recording.scrub.rules import apply_rules, kinds_found
from genai_ports.simulator.catalogue import public_names_and_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH: Final = 4
"""Secrets are found in so many encodings around each other."""
_PERCENT: Final = re.compile(r"[^\s\"<>]*%[0-9A-Fa-f]{2}[^\s\"<>]*")
_OCID: Final = re.compile(r"ocid1\.[\w.-]+", re.ASCII)
_ESCAPE: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\[\"\\/bfnrt]")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_WRAPPED: Final = re.compile(r"[A-Za-z0-9+/_-]{60,}(?:\r?\n[A-Za-z0-9+/_-]{2,})+={0,2}")
"""Base64 in several lines."""
_STRING: Final = re.compile(r'(?:[^"\\]|\\.)+', re.DOTALL)
"""Text between two quotes."""
_ANY_ESCAPE: Final = re.compile(rf"{_ESCAPE.pattern}|%[0-9A-Fa-f]{{2}}")
_PLAIN_BASE64: Final = str.maketrans("-_", "+/", "\r\n=")
_WITHOUT_LINES: Final = str.maketrans("", "", "\r\n\t")
_BASE64_REPLACEMENT: Final = "scrubbed-base64"
_URL_SAFE: Final = "/:?&=@+,;!$'()*~"


@lru_cache(maxsize=65_536)
def scrub_text(text: str, depth: int = _DEPTH) -> str:
    """Replace what is known to be secret or private.

    Args:
        text: any text.
        depth: secrets are found in so many encodings around each other.
    """
    for _ in range(_DEPTH):
        before, text = text, _pass(text, depth)
        if text == before:
            break
    return text


@lru_cache(maxsize=65_536)
def kinds_in(text: str, depth: int = _DEPTH) -> tuple[str, ...]:
    """List what is secret in a text, or looks so, in any encoding; nothing for a text that is scrubbed."""
    kinds = kinds_found(text)
    look = look_of_secret(_without_readable(text))
    if look:
        kinds.append(look)
    if depth:
        for view in _views(text):
            kinds.extend(kinds_in(view, depth - 1))
        kinds.extend(_strong_kinds(text))
    return tuple(dict.fromkeys(kinds))


def _pass(text: str, depth: int) -> str:
    text = apply_rules(text)
    if not depth:
        return text
    if "%" in text:
        text = _PERCENT.sub(lambda matched: _percent(matched[0], depth - 1), text)
    if "\\" in text:
        text = _STRING.sub(lambda matched: _escaped(matched[0], depth - 1), text)
    if "\n" in text:
        text = _WRAPPED.sub(lambda matched: _base64(matched[0], depth - 1), text)
    return _BASE64.sub(lambda matched: _base64(matched[0], depth - 1), text)


def _escaped(run: str, depth: int) -> str:
    plain = _unescaped(run)
    scrubbed = plain if plain == run else scrub_text(plain, depth)
    return run if scrubbed == plain else json.dumps(scrubbed, ensure_ascii=False)[1:-1]


def _percent(run: str, depth: int) -> str:
    plain = unquote(run)
    scrubbed = scrub_text(plain, depth)
    return run if scrubbed == plain else quote(scrubbed, safe=_URL_SAFE, errors="surrogatepass")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda matched: str(json.loads(f'"{matched[0]}"')), text)


def _base64(run: str, depth: int) -> str:
    plain = _readable(run)
    if plain is not None:
        scrubbed = scrub_text(plain, depth)
        return run if scrubbed == plain else _encoded(scrubbed, like=run)
    if "/" in run:
        return "/".join(_base64(part, depth) for part in run.split("/"))
    return _BASE64_REPLACEMENT if _strong_kinds(run) else run


def _encoded(text: str, like: str) -> str:
    code = base64.urlsafe_b64encode if set(like) & set("-_") else base64.b64encode
    found = code(text.encode()).decode()
    return found if like.endswith("=") else found.rstrip("=")


def _views(text: str) -> Iterator[str]:
    """Decode a text in each way that changes it."""
    if "%" in text and (plain := unquote(text)) != text:
        yield plain
    if "\\" in text and (plain := _unescaped(text)) != text:
        yield plain
    for run in (*_runs(text), *_WRAPPED.findall(text)):
        if (found := _readable(run)) is not None:
            yield found


def _runs(text: str) -> Iterator[str]:
    """List what can be base64; a slash can be a part of it, or stand before it."""
    for run in _BASE64.findall(text):
        yield run
        if "/" in run:
            yield from run.split("/")


def _strong_kinds(text: str) -> list[str]:
    """List the secrets in base64 that starts within a run, such as directly behind a word."""
    views = [view for run in _BASE64.findall(without_pseudonyms(text)) for view in _phases(run)]
    return kinds_found("\0".join(views), strong=True) if views else []


def _phases(run: str) -> Iterator[str]:
    plain = run.translate(_PLAIN_BASE64)
    for start in range(4):
        part = plain[start:]
        yield base64.b64decode(part[: len(part) // 4 * 4] + _tail(part)).decode("latin-1")


def _tail(part: str) -> str:
    rest = part[len(part) // 4 * 4 :]
    return rest.ljust(4, "=") if len(rest) > 1 else ""


@lru_cache(maxsize=65_536)
def _readable(run: str) -> str | None:
    """Decode base64; None if the result is not text."""
    plain = run.translate(_PLAIN_BASE64)
    try:
        text = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if text.translate(_WITHOUT_LINES).isprintable() else None


def _without_readable(text: str) -> str:
    """Remove from a text what does not count for its look: pseudonyms, public names, and base64 of readable text."""
    text = without_pseudonyms(text)
    if "\\" in text or "%" in text:
        text = _ANY_ESCAPE.sub(" ", text)
    if "ocid1." in text:
        text = _OCID.sub(lambda matched: " " if matched[0] in public_names_and_ids() else matched[0], text)
    text = _BASE64.sub(lambda matched: _unreadable(matched[0]), text)
    return " ".join(word for word in text.split() if word.strip(".,:;'\"()") not in public_names_and_ids())


def _unreadable(run: str) -> str:
    """Return what is not base64 of text."""
    if _readable(run) is not None:
        return " "
    return "/".join(part for part in run.split("/") if not part or _readable(part) is None)
