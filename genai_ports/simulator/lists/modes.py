"""Modes: awkward behaviour of lists, of reads right after a create, and of a refused deletion. See `quirks`.

Source: each mode names its own; see "Quirks" in `docs/fidelity.md`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from genai_ports.api.display import display, named
from genai_ports.api.strings import check_text
from genai_ports.api.value import Value, value
from genai_ports.errors import InvalidInput
from genai_ports.simulator.rules.refusals import DERIVED, DOCUMENTED, OUR_CHOICE, RECORDED
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORM: Final = re.compile(r"(?P<name>[a-z-]+)(?::(?P<number>[0-9]{1,5}))?")


@value
class Mode(Value):
    """One mode.

    Args:
        name: its name, in kebab case.
        text: what it does.
        evidence: `recorded`, `documented`, `derived` or `our choice`.
        source: what the evidence is.
        number: what the number after the name means; empty if the mode takes no number.
        default: the default of the number; None if the mode takes no number.
        most: the largest number.
    """

    name: str
    text: str
    evidence: str
    source: str
    number: str = ""
    default: int | None = None
    most: int = 86_400


MODES: Final[dict[str, Mode]] = {}
"""All modes, by name."""


def _mode(
    name: str,
    text: str,
    evidence: str,
    source: str,
    *,
    number: str = "",
    default: int | None = None,
    most: int = 86_400,
) -> str:
    MODES[name] = Mode(
        name=name, text=text, evidence=evidence, source=source, number=number, default=default, most=most
    )
    return name


SHORT_PAGES: Final = _mode(
    "short-pages",
    "a page has half as many items as `limit`, though more follow",
    DOCUMENTED,
    "`limit` is the most that a page may have, not what it must have",
)
CAPPED_PAGES: Final = _mode(
    "capped-pages",
    "no page has more items than the number, whatever `limit` is",
    DOCUMENTED,
    "`limit` is the most that a page may have, not what it must have",
    number="items",
    default=10,
)
EMPTY_PAGES: Final = _mode(
    "empty-pages",
    "before each page there is an empty page with a next token",
    DOCUMENTED,
    "Oracle's page on using the API: a page may be empty although more results remain",
)
UNKNOWN_ENUM_VALUES: Final = _mode(
    "unknown-enum-values",
    "items of lists have an enumeration value that no SDK knows",
    RECORDED,
    "a capability in the lists of ten regions that the CLI prints as UNKNOWN_ENUM_VALUE",
)
ABSENT_FIELDS: Final = _mode(
    "absent-fields",
    "items of lists have their required attributes only",
    DERIVED,
    "which attributes are required, in the SDK's types",
)
EXTRA_FIELDS: Final = _mode(
    "extra-fields",
    "items of lists have undocumented properties, such as `compatibleDedicatedAiClusterShapes`",
    RECORDED,
    "a client's type for lists of models, written after a real response",
)
HIDDEN_AFTER_CREATE: Final = _mode(
    "hidden-after-create",
    "GET of a resource returns 404 until it is that many seconds old",
    DERIVED,
    "the Terraform provider retries a 404 for a while after creation",
    number="seconds on the simulator's clock",
    default=5,
)
HIDDEN_WORK_REQUESTS: Final = _mode(
    "hidden-work-requests",
    "GET of a work request, its errors and its logs returns 404 until it is that many seconds old",
    DERIVED,
    "the Terraform provider retries a 404 for a while after creation",
    number="seconds on the simulator's clock",
    default=5,
)
STALE_LISTS: Final = _mode(
    "stale-lists",
    "lists show the resources as they were that many seconds ago",
    OUR_CHOICE,
    "nothing documents that lists show a change at once",
    number="seconds on the simulator's clock",
    default=5,
)
SAME_NAMES: Final = _mode(
    "same-names",
    "there are that many of each base model, under one display name",
    RECORDED,
    "lists of 2024, with four models called cohere.command",
    number="models",
    default=4,
    most=100,
)
ENDLESS_LIST: Final = _mode(
    "endless-list",
    "every page has a next token: after the last item come empty pages without end. A client must give up",
    OUR_CHOICE,
    "not legal: a test for clients that must not follow tokens for ever",
)
IN_USE_NOT_ALLOWED: Final = _mode(
    "in-use-not-allowed",
    "deleting a resource that another one uses is 403 `NotAllowed`, not 409 `Conflict`",
    RECORDED,
    "of hosted deployments, another resource of the same control plane: the Terraform provider and "
    "github.com/sogawa-yk/jetuse, June 2026",
)


def read_modes(texts: Iterable[str]) -> dict[str, int | None]:
    """Read modes as a mapping of names to numbers; `mode_texts` writes them.

    Args:
        texts: such as `short-pages` or `stale-lists:30`.

    Raises:
        InvalidInput: a mode does not exist, takes no number or appears twice, or its number is out of range.

    Example:
        >>> read_modes(["short-pages", "stale-lists:30", "same-names"])
        {'short-pages': None, 'stale-lists': 30, 'same-names': 4}
    """
    given: dict[str, str] = {}
    modes: dict[str, int | None] = {}
    for text in texts:
        name, number = _read(text)
        if name in given:
            raise InvalidInput(f"mode {name} is repeated, as {given[name]} and {text}: pass it once")
        given[name], modes[name] = text, number
    return modes


def mode_texts(modes: Mapping[str, int | None]) -> list[str]:
    """Write modes as texts, in order; `read_modes` reads them.

    Example:
        >>> mode_texts({"short-pages": None, "stale-lists": 30})
        ['short-pages', 'stale-lists:30']
    """
    return [name if number is None else f"{name}:{number}" for name, number in modes.items()]


def _read(text: str) -> tuple[str, int | None]:
    if not isinstance(text, str):
        raise InvalidInput(f"a mode must be a string, such as short-pages, not {display(text)}")
    check_text("a mode", text)
    form = _FORM.fullmatch(text)
    mode = MODES.get(form["name"]) if form else None
    if form is None or mode is None:
        raise InvalidInput(f"mode {named(text)} does not exist{did_you_mean(text, MODES)}; known: {', '.join(MODES)}")
    if form["number"] is None:
        return mode.name, mode.default
    number = int(form["number"])
    if mode.default is None:
        raise InvalidInput(f"mode {mode.name} takes no number, but has {number}")
    if not 1 <= number <= mode.most:
        raise InvalidInput(f"the number of {mode.name} must be from 1 to {mode.most}, not {number}")
    return mode.name, number
