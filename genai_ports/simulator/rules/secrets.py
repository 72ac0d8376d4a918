"""Secrets: a text that has the form of one is masked, wherever it occurs."""

from __future__ import annotations

import re
from typing import Final

_OF_HUGGING_FACE: Final = r"(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{20,}"
"""Tokens have 34 letters and digits after the prefix; names with the same prefix are shorter or have separators."""
_PRIVATE_KEY: Final = r"(?s:-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))"


def masked(text: str) -> str:
    """Return a message with its Hugging Face tokens and private keys masked.

    Example:
        >>> masked("modelId must be the id of a model, not 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567'.")
        "modelId must be the id of a model, not '(a secret)'."
        >>> masked("There is no bucket hf_transfer.")
        'There is no bucket hf_transfer.'
    """
    return re.sub(f"{_OF_HUGGING_FACE}|{_PRIVATE_KEY}", "(a secret)", text)
