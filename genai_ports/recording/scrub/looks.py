"""What looks like a secret, although no rule knows it: long strings that are neither words nor numbers."""

from __future__ import annotations

import re
from typing import Final

_RUN: Final = re.compile(r"[A-Za-z0-9+/=_$!%*~-]{20,}")
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])")
_PIECE: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]+")
_HIGHEST_SCORE: Final = 14
_SHARE: Final = 0.5
"""Of a run with words, so much may be something else."""
_LONGEST_NUMBER: Final = 8
_SHORTEST_WORD: Final = 3
_FREQUENT: Final = 0.7
_PAIRS: Final = frozenset(
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic "
    "ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un "
    "lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev "
    "ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu "
    "rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi rc rr eg au ck ew qw".split()
)
"""The pairs of letters that are frequent in English words. Random letters have few of them."""


def look_of_secret(text: str) -> str | None:
    """Return what a text looks like, such as `a long hexadecimal string`; None for harmless text.

    Example:
        >>> look_of_secret("the DedicatedAiCluster genai-ports-fine-tune-cluster-2 is being created")
        >>> look_of_secret("key 4f9Zk2LqXw81RbTn6YcVd3")
        'a long string without words'
    """
    if _HEX.search(text):
        return "a long hexadecimal string"
    return "a long string without words" if any(map(_is_random, _RUN.findall(text))) else None


def _is_random(run: str) -> bool:
    """Whether a run has many characters outside of words, and changes often between letters and digits."""
    pieces = _PIECE.findall(run)
    unknown = changes = 0
    for before, piece, after in zip(["-", *pieces], pieces, [*pieces[1:], "-"], strict=False):
        stands_alone = not before[-1].isalnum() and not after[0].isalnum()
        if not _is_known(piece, stands_alone=stands_alone):
            unknown += len(piece)
        changes += before[-1].isalnum() and piece[0].isalnum() and before[-1].isdigit() != piece[0].isdigit()
    score = unknown + 2 * changes
    return score > _HIGHEST_SCORE and score > _SHARE * len(run)


def _is_known(piece: str, *, stands_alone: bool) -> bool:
    """Whether a piece is a word, a short number or punctuation."""
    if len(piece) < _SHORTEST_WORD:
        return stands_alone or not piece.isalnum() or (piece.isdigit() and len(piece) > 1)
    if len(set(piece)) == 1:
        return True
    if piece.isdigit():
        return len(piece) <= _LONGEST_NUMBER
    word = piece.lower()
    pairs = [word[n : n + 2] for n in range(len(word) - 1)]
    return word.isalpha() and sum(pair in _PAIRS for pair in pairs) / len(pairs) >= _FREQUENT
