"""Pseudonyms: they replace ids, tokens and names, have the same form, and are recognised by a mark and a check sum.

A pseudonym is a hash of the original. So the same original has the same pseudonym in each cassette and in each process,
and a request with the original can be matched with a recorded one. Who guesses an original can confirm the guess.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final

MARK: Final = "scrubbed"
"""Starts each pseudonym that is made of letters."""
HEX_MARK: Final = "5c2bbed"
"""Starts each pseudonym that is made of hexadecimal digits."""
SHORTEST: Final = 20
"""No pseudonym is shorter: a shorter one could be the same for two originals."""

_BASE32: Final = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_CHECK: Final = 4
_NAME: Final = 12
_HEX: Final = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_MARKED: Final = re.compile(rf"{MARK}(-?)([a-z2-7]{{{_NAME},}})0*|({HEX_MARK})([0-9a-f]{{9,}})", re.IGNORECASE)
_OCID_START: Final = re.compile(r"a[a-z]aaaaaa")
"""The start of the unique part of each OCID of a resource; it carries no information."""
_LONGEST_WITHOUT_START: Final = 40


@lru_cache(maxsize=65_536)
def token_pseudonym(text: str) -> str:
    """Return the pseudonym of an opaque token; hexadecimal text stays hexadecimal, in its case and length.

    Example:
        >>> token_pseudonym("0" * 32)
        '5c2bbedd912e119c42b29103d413a939'
        >>> token_pseudonym(token_pseudonym("abc")) == token_pseudonym("abc")
        True
    """
    if is_pseudonym(text):
        return text
    size = max(len(text), SHORTEST)
    if not _HEX.fullmatch(text):
        return _letters(text, size)
    found = HEX_MARK + _hex(text, size - len(HEX_MARK) - _CHECK)
    found += _hex(found, _CHECK)
    return found.upper() if text.isupper() else found


@lru_cache(maxsize=65_536)
def unique_pseudonym(ocid: str, unique: str) -> str:
    """Return the pseudonym of the unique part of an OCID, as long as the original if that has at least 20 characters.

    Args:
        ocid: the whole OCID.
        unique: its unique part.
    """
    start = unique[:8] if len(unique) >= _LONGEST_WITHOUT_START and _OCID_START.match(unique) else ""
    if is_pseudonym(unique.removeprefix(start)):
        return unique
    return start + _letters(ocid, max(len(unique) - len(start), SHORTEST))


@lru_cache(maxsize=65_536)
def name_pseudonym(name: str) -> str:
    """Return the pseudonym of a name, as long as the name if that has at least 21 characters.

    Example:
        >>> len(name_pseudonym("n" * 300))
        300
    """
    if is_pseudonym(name):
        return name
    body = _base32(name, _NAME - _CHECK)
    return f"{MARK}-{body}{_base32(f'-{body}', _CHECK)}".ljust(len(name), "0")


def is_pseudonym(text: str) -> bool:
    """Whether the whole text is a pseudonym."""
    matched = _MARKED.fullmatch(text)
    return matched is not None and _is_right(matched)


def without_pseudonyms(text: str) -> str:
    """Replace each pseudonym in a text with one space."""
    if MARK not in text and HEX_MARK not in text.lower():
        return text
    return _MARKED.sub(lambda matched: " " if _is_right(matched) else matched[0], text)


def _is_right(matched: re.Match[str]) -> bool:
    """Whether the check sum is right."""
    hyphen, body, mark, digits = matched.groups()
    if mark:
        digits = digits.lower()
        return digits.endswith(_hex(HEX_MARK + digits[:-_CHECK], _CHECK))
    if hyphen and len(body) != _NAME:
        return False
    return str(body).endswith(_base32(hyphen + body[:-_CHECK], _CHECK))


def _letters(original: str, size: int) -> str:
    body = _base32(original, size - len(MARK) - _CHECK)
    return MARK + body + _base32(body, _CHECK)


def _base32(text: str, size: int) -> str:
    return _digest(text, size).translate(_BASE32).decode()


def _hex(text: str, size: int) -> str:
    return _digest(text, size).hex()[:size]


def _digest(text: str, size: int) -> bytes:
    return hashlib.shake_256(b"genai-ports scrub\0" + text.encode(errors="surrogatepass")).digest(size)
