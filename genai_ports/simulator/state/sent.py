"""What was sent: the contents of a call as the journal keeps them, without secrets and bounded in size."""

from __future__ import annotations

import builtins
import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.call import ListQuery
from genai_ports.api.frozen import FrozenDict
from genai_ports.api.known_names import shown_name
from genai_ports.api.schema import Array, Map, Node, Object, OneOf, Scalar, schema_of
from genai_ports.api.value import blank, made
from genai_ports.api.variant import UnknownVariant
from genai_ports.simulator.rules.secrets import MASK, is_sensitive, masked_input

if TYPE_CHECKING:
    from genai_ports.api.call import Call

NOT_KEPT: Final = "(not kept)"
"""In place of what has another type than the schema declares, of unknown properties, and of what is too large."""
_LONGEST_TEXT: Final = 4_000
_LONGEST_HEADER: Final = 255
_MOST_WHOLE: Final = 2**63
_MOST_PARTS: Final = 2_000
"""How many values of one call are kept."""


class Sent(NamedTuple):
    """What a client sent with a call.

    Args:
        details: the body, of the class of the operation's details; None if there was none, or it could not be read.
        query: the parameters of a list.
        if_match: the etag that the resource must still have.
        retry_token: the token that makes a repetition safe.
        user_agent: what the client says about itself; None in memory.
    """

    details: Any = None
    query: ListQuery | None = None
    if_match: str | None = None
    retry_token: str | None = None
    user_agent: str | None = None


def sent_by(call: Call) -> Sent:
    """Copy what a call carries. Secrets are masked: by the schema, and by their form."""
    return Sent(
        None if call.details is None else _copy_of_details(call),
        None if call.query is None else _copy_of_query(call.query),
        sent_header(call.if_match),
        sent_header(call.retry_token),
        sent_header(call.user_agent),
    )


def sent_header(text: object) -> str | None:
    """Copy the value of a header."""
    return None if text is None else str(_flat(text, _LONGEST_HEADER))


def _copy_of_details(call: Call) -> Any:
    cls = call.operation.details
    return _Copier().value(call.details) if cls is not None and isinstance(call.details, cls) else None


def _copy_of_query(query: ListQuery) -> ListQuery:
    copier = _Copier()
    return made(ListQuery, {name: copier.free(item) for name, item in vars(query).items()})


class _Copier:
    """Copies the parts of one call, as many as are kept."""

    def __init__(self) -> None:
        self._left = _MOST_PARTS

    def value(self, original: Any) -> Any:
        """Copy a value of the schema."""
        cls: Any = type(original)
        attributes = vars(original)
        copied: dict[str, Any] = dict(blank(cls))
        for each in schema_of(cls).attributes:
            current = attributes[each.name]
            if current is not None:
                copied[each.name] = MASK if each.is_secret else self._typed(each.node, current)
        return made(cls, copied)

    def _typed(self, node: Node, part: Any) -> Any:
        """Copy a part that has the type of its node; another one only if it has no parts itself."""
        match node:
            case Array(item) if isinstance(part, list | tuple):
                return tuple([self._typed(item, each) for each in part[: self._left]])
            case Object() | OneOf() if isinstance(part, _classes(node)):
                return self.value(part)
            case OneOf() if isinstance(part, UnknownVariant):
                names = tuple(part.document)[: self._left]
                kept = {shown_name(str(name), n): NOT_KEPT for n, name in enumerate(names, 1)}
                return UnknownVariant(document=FrozenDict(kept))
            case Map() | Scalar(type=builtins.object):
                return self.free(part)
            case _:
                is_text = isinstance(node, Scalar) and node.type is str
                return NOT_KEPT if isinstance(part, str) and not is_text else self._flat(part)

    def free(self, part: Any) -> Any:
        """Copy a part for which the schema takes any JSON."""
        if isinstance(part, Mapping):
            return FrozenDict(
                {self._flat(name): self._entry(name, each) for name, each in tuple(part.items())[: self._left]}
            )
        if isinstance(part, list | tuple):
            return tuple([self.free(each) for each in part[: self._left]])
        return self._flat(part)

    def _entry(self, name: Any, part: Any) -> Any:
        return MASK if isinstance(name, str) and is_sensitive(name) else self.free(part)

    def _flat(self, part: Any) -> Any:
        if not self._left:
            return NOT_KEPT
        self._left -= 1
        return _flat(part)


def _classes(node: Object | OneOf) -> tuple[type, ...]:
    return (node.cls,) if isinstance(node, Object) else tuple(node.variants.values())


def _flat(part: Any, longest: int = _LONGEST_TEXT) -> Any:
    """Copy a part that has no parts itself."""
    if isinstance(part, str):
        text = str.__str__(part)
        return masked_input(text) if len(text) <= longest else f"(not kept: {len(text)} characters)"
    if part is None or type(part) is bool or type(part) is datetime:
        return part
    is_number = type(part) is int or (type(part) is float and math.isfinite(part))
    return part if is_number and abs(part) < _MOST_WHOLE else NOT_KEPT
