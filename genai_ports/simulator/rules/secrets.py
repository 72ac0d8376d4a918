"""Secrets: a text that has the form of one is masked, wherever it occurs."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_OF_HUGGING_FACE: Final = r"(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{20,}"
"""Tokens have 34 letters and digits after the prefix; names with the same prefix are shorter or have separators."""
_PRIVATE_KEY: Final = r"(?s:-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))"

ISSUED_TOKENS: Final = (
    r"gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{20,}|xox[abeprs]-[\w-]{10,}"
    r"|(?:AKIA|ASIA|AROA|AIDA|AGPA)[A-Z0-9]{16}|AIza[\w-]{30,}"
)
"""The form of tokens and key ids of well-known services."""
ISSUED_KEYS: Final = r"[sr]k[-_](?:live_|test_|proj-|ant-)?[\w-]{20,}"
"""The form of keys whose prefix can be the end of a word, such as in `task-for-fine-tuning-of-models`."""
JSON_WEB_TOKEN: Final = r"eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*"  # noqa: S105  # a pattern
SENSITIVE_NAMES: Final = (
    r"pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|credentials?"
    r"|key[_-]?id|signature|authorization|cookie"
)
"""Names of what is secret, in any case."""

_HINTS: Final = (
    *(
        "hf_",
        "-----begin ",
        "gho_",
        "ghp_",
        "ghs_",
        "ghu_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "npm_",
        "xox",
        "akia",
        "asia",
    ),
    *("aroa", "aida", "agpa", "aiza", "sk-", "sk_", "rk-", "rk_", "eyj", "bearer", "basic", "st$", "/p/"),
)
"""Each text with a secret, except for those after `=` or `:`, has one of these in any case. They are found fast."""

MASK: Final = "(a secret)"


def masked(text: str) -> str:
    """Return a message with its Hugging Face tokens and private keys masked.

    Example:
        >>> masked("modelId must be the id of a model, not 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567'.")
        "modelId must be the id of a model, not '(a secret)'."
        >>> masked("There is no bucket hf_transfer.")
        'There is no bucket hf_transfer.'
    """
    return re.sub(f"{_OF_HUGGING_FACE}|{_PRIVATE_KEY}", MASK, text)


def masked_input(text: str) -> str:
    """Return a text that a client sent with everything masked that has the form of a secret.

    Example:
        >>> masked_input("see https://me:hunter2@example.com, password=Sup3rS3cret")
        'see https://(a secret)@example.com, password=(a secret)'
        >>> masked_input("The token count of train.jsonl")
        'The token count of train.jsonl'
    """
    lowered = text.lower()
    has_hint = any(map(lowered.__contains__, _HINTS)) or "=" in text or ":" in text
    return _has_form().sub(_mask, text) if has_hint else text


def is_sensitive(name: str) -> bool:
    """Whether a name says that its value is a secret.

    Example:
        >>> is_sensitive("apiKey"), is_sensitive("team")
        (True, False)
    """
    return re.search(SENSITIVE_NAMES, name, re.IGNORECASE) is not None


def _mask(found: re.Match[str]) -> str:
    return f"{found['name'] or ''}{MASK}"


@cache
def _has_form() -> re.Pattern[str]:
    return re.compile(
        rf"hf_[A-Za-z0-9]{{20,}}(?:_[A-Za-z0-9]{{20,}})*|{_PRIVATE_KEY}"
        rf"|{ISSUED_TOKENS}|(?<![A-Za-z0-9]){ISSUED_KEYS}|{JSON_WEB_TOKEN}"
        r"|(?i:\b(?:Bearer|Basic))\s+(?=\S*[\dA-Z=_]|\S{16})[A-Za-z0-9._~+/=$-]{8,}"
        r"|(?<=://)[^\s/@]+(?=@)|ST\$[^\s\"',;&<>/]+|(?<=/p/)[^\s/]+(?=/n/)"
        rf"|(?P<name>(?i:{SENSITIVE_NAMES})[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&<>]+",
        re.ASCII,
    )
