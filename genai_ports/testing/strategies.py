"""Hypothesis strategies for the JSON of Oracle's resources, derived from the schemas of the domain classes.

Use them to test code that reads responses of the service: `documents(Model)` makes what it can send today, and
`with_surprises(documents(Model))` what it can send after its next release.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from hypothesis import strategies as st

from genai_ports.api.schema import Array, Attribute, Map, Node, Object, OneOf, Scalar, schema_of
from genai_ports.wire import decode

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Document: TypeAlias = dict[str, Any]

SURPRISE = "surprise"
"""The prefix of the names of unknown properties and, in upper case, of unknown constants."""


@cache
def documents(cls: type) -> st.SearchStrategy[Document]:
    """Make JSON objects that a domain class can hold.

    Args:
        cls: one of the classes of `genai_ports.api`.

    Returns:
        a strategy of dicts that have every required property and some of the others. A property that can be null may
        be null. Variants are known ones. Enumerations are open: their values are any text.
    """
    schema = schema_of(cls)
    tag = {schema.discriminator: st.just(schema.tag)} if schema.discriminator else {}
    return st.fixed_dictionaries(
        tag | {each.json_name: _values(each) for each in schema.attributes if each.is_required},
        optional={each.json_name: _values(each) for each in schema.attributes if not each.is_required},
    )


def instances(cls: type[T]) -> st.SearchStrategy[T]:
    """Make instances of a domain class, read from `documents(cls)`."""
    known: Any = cls
    return documents(known).map(lambda document: decode(cls, document))


def with_surprises(strategy: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    """Add to documents what the current version does not know.

    Args:
        strategy: makes the documents.

    Returns:
        a strategy of the same documents, with changes at any depth: an object may have a property whose name begins
        with `surprise`. A string that is not a time (such as a value of an enumeration, or of a discriminator) may be
        replaced by a constant that begins with `SURPRISE`.
    """
    return st.composite(lambda draw: _surprised(draw(strategy), draw))()


def json_values() -> st.SearchStrategy[Any]:
    """Make anything that JSON can hold."""
    leaves = st.none() | st.booleans() | st.integers() | _FINITE | st.text()
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


def timestamps() -> st.SearchStrategy[str]:
    """Make times as the service writes them: UTC in milliseconds, such as `2024-01-05T02:19:51.103Z`."""
    moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    return moments.map(lambda moment: moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_OF_TYPE: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(),
    float: _FINITE,
    bool: st.booleans(),
    datetime: timestamps(),
    object: json_values(),
}
_ENDINGS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=4)
_UNKNOWN_CONSTANTS = _ENDINGS.map(f"{SURPRISE.upper()}_".__add__)
_UNKNOWN_PROPERTIES = st.dictionaries(_ENDINGS.map(SURPRISE.__add__), json_values(), max_size=1)


def _values(attribute: Attribute) -> st.SearchStrategy[Any]:
    values = _of_type(attribute.node)
    return st.none() | values if attribute.is_nullable else values


def _of_type(node: Node) -> st.SearchStrategy[Any]:
    match node:
        case Scalar(type=cls):
            return _OF_TYPE[cls]
        case Object(cls=cls):
            return st.deferred(lambda: documents(cls))  # some classes contain themselves
        case Array(item=item):
            return st.lists(_of_type(item), max_size=3)
        case Map(entry=entry):
            return st.dictionaries(st.text(), _of_type(entry), max_size=2)
        case OneOf(variants=variants):
            return st.one_of([documents(cls) for cls in variants.values()])


def _surprised(item: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    if isinstance(item, dict):
        kept = {name: part if name.startswith("time") else _surprised(part, draw) for name, part in item.items()}
        return kept | draw(_UNKNOWN_PROPERTIES)
    if isinstance(item, list):
        return [_surprised(part, draw) for part in item]
    return draw(st.just(item) | _UNKNOWN_CONSTANTS) if isinstance(item, str) else item
