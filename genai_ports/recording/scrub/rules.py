"""The secrets and ids that are known by their form: what they look like in a text, and what replaces them."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.ocids import is_plain
from genai_ports.recording.scrub.looks import look_of_secret
from genai_ports.recording.scrub.pseudonyms import is_pseudonym, token_pseudonym, unique_pseudonym
from genai_ports.regions import find_region
from genai_ports.simulator.catalogue import public_names_and_ids
from genai_ports.simulator.rules.secrets import ISSUED_KEYS, ISSUED_TOKENS, JSON_WEB_TOKEN, SENSITIVE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

REPLACEMENT: Final = "scrubbed"
_EMAIL: Final = "someone@example.com"
_LABEL: Final = r"[\w\x80-\U0010ffff-]+"
"""A part of the name of a mail server."""
_IPV4: Final = "192.0.2.1"
_IPV6: Final = "2001:db8::1"
_OCID_PARTS: Final = 5
_LONGEST_WORD: Final = 40
_SENSITIVE_HINTS: Final = "pass|pwd|secret|token|key|credential|signature|authorization|cookie"

_ISSUED_HINTS: Final = (
    "gho_|ghp_|ghs_|ghu_|ghr_|github_pat_|glpat-|npm_|xox|akia|asia|aroa|aida|agpa|aiza|sk-|sk_|rk-|rk_"
)


class Rule(NamedTuple):
    """A form of secret.

    Args:
        kind: what it is, for findings.
        pattern: its form.
        replace: returns what replaces a match; the match itself if it is harmless.
        hints: each match has one of these texts, in any case. They are found faster than the pattern.
        is_strong: whether the form is so special that random bytes do not have it.
    """

    kind: str
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]
    hints: tuple[str, ...]
    is_strong: bool = False

    def apply(self, text: str, lowered: str) -> str:
        """Replace each match.

        Args:
            text: any text.
            lowered: the text in lower case.
        """
        for hint in self.hints:
            if hint in lowered:
                return self.pattern.sub(self.replace, text)
        return text


def apply_rules(text: str) -> str:
    """Replace what each rule finds in a text."""
    lowered = text.lower()
    for rule in rules():
        replaced = rule.apply(text, lowered)
        if replaced != text:
            text, lowered = replaced, replaced.lower()
    return text


def kinds_found(text: str, *, strong: bool = False) -> list[str]:
    """List the kinds of secret that the rules find in a text.

    Args:
        text: any text.
        strong: whether only strong rules count.
    """
    lowered = text.lower()
    return [rule.kind for rule in (strong_rules() if strong else rules()) if rule.apply(text, lowered) != text]


def _by(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _value(matched: re.Match[str]) -> str:
    """Replace the value of `name=value`; after a colon only what cannot be a word of a sentence."""
    start, value = matched.groups()
    if value.lower().startswith(REPLACEMENT) or is_pseudonym(value):
        return matched[0]
    is_prose = start.endswith(" ") and ":" in start and value.isalpha() and value.islower()
    return matched[0] if is_prose else start + REPLACEMENT


def _ocid(matched: re.Match[str]) -> str:
    text = matched[0]
    if text in public_names_and_ids():
        return text
    version, *parts = text.split(".")
    if len(parts) < _OCID_PARTS - 1:
        return ".".join([version, *map(_plain, parts)])
    kind, realm, segment = parts[:3]
    unique = ".".join(parts[3:])
    segment = segment if find_region(segment) else _plain(segment)
    return ".".join([version, _plain(kind), _plain(realm), segment, unique_pseudonym(text, unique)])


def _plain(part: str) -> str:
    """Return a part of an OCID as it is if it can be a name of Oracle's, else its pseudonym."""
    is_word = not part or (is_plain(part) and len(part) <= _LONGEST_WORD and not look_of_secret(part))
    return part if is_word or is_pseudonym(part) else token_pseudonym(part)


def _segments(matched: re.Match[str]) -> str:
    return "/".join(map(token_pseudonym, matched[0].split("/")))


def _uuid(matched: re.Match[str]) -> str:
    digits = token_pseudonym(matched[0].replace("-", "").lower())
    found = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return found.upper() if matched[0].upper() == matched[0] else found


def _ipv6(matched: re.Match[str]) -> str:
    try:
        IPv6Address(matched[0])
    except ValueError:
        return matched[0]
    return _IPV6


def _rule(
    kind: str,
    pattern: str,
    replace: str | Callable[[re.Match[str]], str],
    hints: str,
    *,
    is_strong: bool = False,
    flags: int = 0,
) -> Rule:
    function = _by(replace) if isinstance(replace, str) else replace
    return Rule(kind, re.compile(pattern, re.ASCII | flags), function, tuple(hints.split("|")), is_strong)


@cache
def strong_rules() -> tuple[Rule, ...]:
    """Return the rules for forms that random bytes do not have."""
    return tuple(rule for rule in rules() if rule.is_strong)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order in which they apply."""
    any_case = re.IGNORECASE
    return (
        _rule(
            "PEM block",
            r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)",
            "scrubbed-pem",
            "-----begin ",
            is_strong=True,
            flags=re.DOTALL,
        ),
        _rule(
            "request signature",
            r"Signature\s+(?:version|keyId|algorithm|headers|signature)=[^\r\n]*",
            "scrubbed-signature",
            "signature",
            is_strong=True,
            flags=any_case,
        ),
        _rule(
            "bearer token",
            r"\b(?:Bearer|Basic)\s+(?=(?-i:\S*[\dA-Z=_])|\S{16})(?!scrubbed)[A-Za-z0-9._~+/=$-]{8,}",
            "Bearer scrubbed",
            "bearer|basic",
            flags=any_case,
        ),
        _rule("session token", r"ST\$(?!scrubbed)[^\s\"',;&<>/]*", "ST$scrubbed", "st$"),
        _rule("JSON web token", JSON_WEB_TOKEN, "scrubbed-jwt", "eyj", is_strong=True),
        _rule(
            "Hugging Face token", r"(?:hf_|api_org_)[A-Za-z0-9]{8,}", "scrubbed-token", "hf_|api_org_", is_strong=True
        ),
        _rule("token", f"{ISSUED_TOKENS}|{ISSUED_KEYS}", "scrubbed-token", _ISSUED_HINTS, is_strong=True),
        _rule("key fingerprint", r"(?:[0-9a-f]{2}:){15,63}[0-9a-f]{2}", "scrubbed-fingerprint", ":", flags=any_case),
        _rule(
            "bucket",
            r"oci://(?!scrubbed@scrubbed)[^\s@/\"'<>]+@[^\s\"'<>]+",
            "oci://scrubbed@scrubbed/scrubbed",
            "oci://",
        ),
        _rule(
            "bucket",
            r"(?:/p/[^\s/\"'<>]+)?/n/(?!scrubbed/)[^\s/\"'<>]+/b/[^\s/\"'<>]+(?:/o(?:/[^\s\"'<>]*)?)?",
            "/n/scrubbed/b/scrubbed/o/scrubbed",
            "/n/",
        ),
        _rule("user in a URL", r"(?<=://)(?!scrubbed@)[^\s/@]+@", "scrubbed@", "://"),
        _rule("e-mail address", rf"[^\s@<>\"'(),:;=/\\%&?]+@{_LABEL}(?:\.{_LABEL})+", _EMAIL, "@"),
        _rule(
            "secret in the form name=value",
            rf"((?:{SENSITIVE_NAMES})[\"']?\s*[=:]\s*[\"']?)([^\s\"',;&<>]+)",
            _value,
            _SENSITIVE_HINTS,
            flags=any_case,
        ),
        _rule("OCID without pseudonym", r"ocid1\.[\w.-]*[\w-]", _ocid, "ocid1.", is_strong=True, flags=any_case),
        _rule(
            "OCID without pseudonym", r"ocidv\d+:(?!scrubbed)[\w.:-]*[\w-]", "ocidv1:scrubbed", "ocidv", is_strong=True
        ),
        _rule("request id", r"(?<![0-9A-Za-z])[0-9A-F]{32}(?:/[0-9A-F]{32})+(?![0-9A-Za-z])", _segments, "/"),
        _rule(
            "UUID",
            r"(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z])",
            _uuid,
            "-",
            flags=any_case,
        ),
        _rule(
            "etag",  # both etags in the simulator's message about one that does not match
            r"(?<![0-9A-Za-z])[0-9a-f]{32}(?=\S*, (?:\S+, )*but the |: read it again)",
            lambda matched: token_pseudonym(matched[0]),
            "but the |: read it again",
        ),
        _rule("IP address", r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", _IPV4, "."),
        _rule("IP address", r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", _ipv6, ":", flags=any_case),
    )
