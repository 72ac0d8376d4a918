"""Quirks: what the modes do to lists, to reads right after a create, and to the refusal of a deletion.

They never change what GET returns of a resource, so that tests can rely on it.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.value import replaced
from genai_ports.simulator.lists.modes import (
    ABSENT_FIELDS,
    CAPPED_PAGES,
    EXTRA_FIELDS,
    HIDDEN_AFTER_CREATE,
    HIDDEN_WORK_REQUESTS,
    IN_USE_NOT_ALLOWED,
    SHORT_PAGES,
    UNKNOWN_ENUM_VALUES,
)
from genai_ports.simulator.rules import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from genai_ports.api.kind import Kind
    from genai_ports.api.snapshot import Page
    from genai_ports.simulator.rules.refusals import Refusal
    from genai_ports.simulator.state.record import Record

    Modes: TypeAlias = Mapping[str, int | None]

_UNKNOWN: Final = {
    "unit_shape": "UNLISTED_SHAPE",
    "operation_type": "UNLISTED_OPERATION",
    "lifecycle_state": "UNLISTED_STATE",
}
"""Attributes whose enumeration is open, with a value that no SDK knows; the first that an item has is changed."""

_CAPABILITY: Final = "UNLISTED_CAPABILITY"
EXTRA: Final[Mapping[str, Any]] = {
    "compatibleDedicatedAiClusterShapes": [{"isDefault": True, "name": "LARGE_GENERIC", "quotaUnit": 1}],
    "isImageTextToTextSupported": False,
    "isImportModel": False,
    "referenceModelId": "",
}
"""Properties that a real response had and no documentation has."""


def page_size(modes: Modes, limit: int) -> int:
    """Return the largest number of items of a page.

    Example:
        >>> page_size({"short-pages": None}, 20), page_size({"capped-pages": 5}, 20), page_size({}, 20)
        (10, 5, 20)
    """
    size = max(1, limit // 2) if SHORT_PAGES in modes else limit
    return min(size, modes.get(CAPPED_PAGES) or size)


def check_visible(modes: Modes, kind: Kind, record: Record, now: datetime) -> None:
    """Refuse with 404 the read of a resource that is too young.

    Raises:
        NotFound: the mode `hidden-after-create` is on, and the resource is younger than its number of seconds. Base
            models are never hidden.
    """
    hidden = modes.get(HIDDEN_AFTER_CREATE)
    if hidden and record.order >= 0 and record.snapshot.time_created > now - timedelta(seconds=hidden):
        raise refusals.NOT_YET_VISIBLE(title=kind.title, identifier=record.snapshot.id, region=record.region)


def in_use(modes: Modes) -> Refusal:
    """Return the rule that refuses to delete a resource that another one uses."""
    return refusals.IN_USE_NOT_ALLOWED if IN_USE_NOT_ALLOWED in modes else refusals.IN_USE


def check_work_visible(modes: Modes, record: Record, now: datetime) -> None:
    """Refuse with 404 the read of a work request that is too young.

    Raises:
        NotFound: the mode `hidden-work-requests` is on, and the work request is younger than its number of seconds.
    """
    hidden, work = modes.get(HIDDEN_WORK_REQUESTS), record.snapshot
    if hidden and work.time_accepted > now - timedelta(seconds=hidden):
        raise refusals.NOT_YET_VISIBLE(title=WORK_REQUEST.title, identifier=work.id, region=record.region)


def apply_quirks(modes: Modes, page: Page[Any]) -> Page[Any]:
    """Return a page, changed by the modes that are on."""
    items = page.items
    if ABSENT_FIELDS in modes:
        items = tuple(map(_without_optional_attributes, items))
    if UNKNOWN_ENUM_VALUES in modes:
        items = tuple(map(_with_unknown_value, items))
    return page if items is page.items else replaced(page, items=items)


def extra_fields(modes: Modes) -> Mapping[str, Any] | None:
    """Return the undocumented properties of each item of a list, in Oracle's spelling; None without the mode."""
    return EXTRA if EXTRA_FIELDS in modes else None


def _without_optional_attributes(item: Any) -> Any:
    cls: Any = type(item)
    return replaced(item, **dict.fromkeys(_optional(cls)))


@cache
def _optional(cls: Any) -> tuple[str, ...]:
    """List the optional attributes of a class."""
    return tuple(field.name for field in fields(cls) if field.default is not MISSING)


def _with_unknown_value(item: Any) -> Any:
    capabilities = getattr(item, "capabilities", None)
    if capabilities is not None:
        return replaced(item, capabilities=(*capabilities, _CAPABILITY))
    for name, unknown in _UNKNOWN.items():
        if hasattr(item, name):
            return replaced(item, **{name: unknown})
    return item
