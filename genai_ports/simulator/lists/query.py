"""Lists: filters, sort, and keyset pages: a client gets each unchanged resource exactly once.

Source: "Lists and pages" in `docs/fidelity.md`; the meaning of several capabilities is our choice.
"""

from __future__ import annotations

from itertools import islice, starmap
from typing import TYPE_CHECKING, Any, Final

from sortedcontainers import SortedKeyList

from genai_ports.api.known_names import shown_name
from genai_ports.api.names import camel
from genai_ports.api.strings import TEXT, surrogate_in
from genai_ports.api.verbs import LIST
from genai_ports.simulator.lists.modes import EMPTY_PAGES, ENDLESS_LIST
from genai_ports.simulator.lists.page_token import read_token, write_token
from genai_ports.simulator.lists.quirks import page_size
from genai_ports.simulator.rules.compartment import check_compartment
from genai_ports.simulator.rules.refusals import QUERY_MISSING, QUERY_UNKNOWN, QUERY_VALUE
from genai_ports.simulator.state.record import POSITIONS, Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from genai_ports.api.call import Call, ListQuery
    from genai_ports.api.kind import Operation
    from genai_ports.simulator.lists.page_token import Place
    from genai_ports.simulator.state.ids import IdFactory
    from genai_ports.simulator.state.record import Index, Position

MAX_LIMIT: Final = 1000
_TIMES: Final = frozenset({"timeCreated", "timeAccepted", "timestamp"})
_PAGING: Final = ("limit", "page", "sortBy", "sortOrder")
_ANY_OF: Final = "capability"
"""The filter that takes several values; a resource matches if it has any of them."""
_STORED_AS: Final = {"work_request_id": "id"}
"""Filters whose name differs from the attribute that they match."""


def check_query(operation: Operation, query: ListQuery) -> None:
    """Refuse values that a list does not take."""
    if operation.verb is LIST:
        if query.compartment_id is None:
            raise QUERY_MISSING(parameter="compartmentId")
        check_compartment("compartmentId", query.compartment_id)
    for position, (name, given) in enumerate(query.filters.items(), 1):
        if name not in operation.filters:
            parameter = shown_name(name, position, _parameters(operation), what="filter")
            raise QUERY_UNKNOWN(parameter=parameter, operation=operation.name, known=", ".join(_parameters(operation)))
        allowed = operation.filters[name]
        for each in given if name == _ANY_OF and isinstance(given, tuple) else (given,):
            if isinstance(each, str) and (surrogate := surrogate_in(each)):
                raise QUERY_VALUE(parameter=camel(name), expected=TEXT, given=surrogate)
            if not isinstance(each, str) or (allowed and each not in allowed):
                expected = f"one of {', '.join(allowed)}" if allowed else "a string"
                raise QUERY_VALUE(parameter=camel(name), expected=expected, given=each)
    _one_of("sortBy", query.sort_by, operation.sort_keys)
    _one_of("sortOrder", query.sort_order, ("ASC", "DESC"))
    limit = query.limit
    if limit is not None and (type(limit) is not int or not 1 <= limit <= MAX_LIMIT):
        raise QUERY_VALUE(parameter="limit", expected=f"a whole number from 1 to {MAX_LIMIT}", given=limit)


def _parameters(operation: Operation) -> tuple[str, ...]:
    """List the parameters of a list operation."""
    own = ("compartmentId",) if operation.verb is LIST else ()
    return (*own, *map(camel, operation.filters), *_PAGING)


def _one_of(parameter: str, given: str | None, allowed: tuple[str, ...]) -> None:
    if given is not None and given not in allowed:
        raise QUERY_VALUE(parameter=parameter, expected=f"one of {', '.join(allowed)}", given=given)


class Lister:
    """One list call: its order, filters and first entry.

    Args:
        ids: signs the page tokens.
        call: the call, checked.
        region: where it goes.
        modes: those that are on.
    """

    def __init__(self, ids: IdFactory, call: Call, region: str, modes: Mapping[str, int | None]) -> None:
        query = call.query
        assert query  # noqa: S101  # for the type checkers: lists always have one
        self._ids = ids
        self._filters = query.filters
        self._page = query.page
        self._limit = query.limit or MAX_LIMIT
        self._empty_pages, self._is_endless = EMPTY_PAGES in modes, ENDLESS_LIST in modes
        if modes:
            self._limit = page_size(modes, self._limit)
        self.sort_key = query.sort_by or call.operation.sort_keys[0]
        default = "DESC" if self.sort_key in _TIMES else "ASC"
        self._descending = (query.sort_order or default) == "DESC"
        what = call.operation.name, region, call.target, query.compartment_id, sorted(query.filters.items())
        self._scope = repr((what, self.sort_key, self._descending))

    def page(self, index: Index, removed: datetime | None = None) -> tuple[list[Listed], str | None]:
        """Return the records of an index that are on the page, and the token of the next page.

        Args:
            index: the records.
            removed: leave out the records whose time was over then; default: there are none.
        """
        after, after_empty = self._place()
        if self._empty_pages and not after_empty:
            return [], write_token(self._ids, self._scope, after, after_empty=1)
        found = self._found(index, after, self._limit + 1, removed)
        more = len(found) > self._limit
        if more:
            found.pop()
        if not more and not self._is_endless:
            return found, None
        last = POSITIONS[self.sort_key](found[-1]) if found else after
        return found, write_token(self._ids, self._scope, last, after_empty=0 if more else after_empty + 1)

    def page_of(self, rows: Iterable[Any]) -> tuple[list[Listed], str | None]:
        """Return the page of rows that are in the order of their creation."""
        return self.page(SortedKeyList(starmap(Listed, enumerate(rows)), POSITIONS[self.sort_key]))

    def _place(self) -> Place:
        """Return where the page starts."""
        if self._page is None:
            return None, 0
        return read_token(self._ids, self._scope, self._page, as_time=self.sort_key in _TIMES)

    def _found(self, index: Index, after: Position | None, count: int, removed: datetime | None) -> list[Listed]:
        """Find the next records that match, `count` at most."""
        start, stop = self._bounds(index, after)
        if not self._filters and removed is None:
            # A slice of one or two of the lists inside: three times as fast as walking over the records.
            if not self._descending:
                return index[start : start + count]
            found = index[max(start, stop - count) : stop]
            found.reverse()
            return found
        tests = [_test(name, wanted) for name, wanted in self._filters.items()]
        records = index.islice(start, stop, reverse=self._descending)
        if removed is not None:
            records = _not_removed(records, removed)
        return list(islice((each for each in records if all(test(each.snapshot) for test in tests)), count))

    def _bounds(self, index: Index, after: Position | None) -> tuple[int, int]:
        """Return where the remaining records of an index start and stop."""
        if after is None:
            return 0, len(index)
        if self._descending:
            return 0, index.bisect_key_left(after)
        return index.bisect_key_right(after), len(index)


def _not_removed(records: Iterable[Any], now: datetime) -> Iterator[Listed]:
    return (each for each in records if each.removed_at is None or each.removed_at > now)


def _test(name: str, wanted: Any) -> Callable[[Any], bool]:
    if name == _ANY_OF:
        any_of = frozenset((wanted,) if isinstance(wanted, str) else wanted)
        return lambda shown: not any_of.isdisjoint(shown.capabilities)
    attribute = _STORED_AS.get(name, name)
    return lambda shown: bool(getattr(shown, attribute) == wanted)
