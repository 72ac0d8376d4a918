"""Listing: a list that fetches its pages while you iterate over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, Generic, NoReturn, TypeVar

from genai_ports import api
from genai_ports.api.checks import check_texts
from genai_ports.api.display import display
from genai_ports.errors import GenAiError, InvalidInput, NotExactlyOne

T = TypeVar("T")

MOST_EMPTY_PAGES: Final = 1000
"""How many pages in a row may be empty. A service that filters after it pages may return many; more never end."""
MOST_EQUAL_PAGES: Final = 100
"""How many pages in a row may have the items of the page before: a service has been seen that repeats its last page."""


class Listing(Generic[T]):
    """The result of a list operation. It fetches a page when it needs one, and starts again for each iteration.

    A listing is neither true nor false, and has no length: only requests could find out. Use
    `listing.first() is not None` and `len(list(listing))`.

    Args:
        fetch: returns the page of a token; for None, the first page.
        page: the token of the page to start with. Default: None, the first page.

    Example:
        >>> from genai_ports import connect
        >>> with connect("memory://eu-frankfurt-1") as genai:
        ...     models = genai.list_models("ocid1.compartment.oc1..example", vendor="openai")
        ...     sorted(model.display_name for model in models)
        ['openai.gpt-oss-120b', 'openai.gpt-oss-20b']
    """

    def __init__(self, fetch: Callable[[str | None], api.Page[T]], page: str | None = None) -> None:
        if not callable(fetch):
            raise InvalidInput(f"fetch must be a function that takes the token of a page, not {display(fetch)}")
        if page is not None:
            check_texts(page=page)
        self._fetch = fetch
        self._page = page

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(page.items for page in self.pages())

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a listing is neither true nor false, because it has sent no request: to know whether it has items, use "
            "listing.first() is not None; for all of its items, list(listing)"
        )

    def pages(self) -> Iterator[api.Page[T]]:
        """Iterate over the pages. A page may be empty although more pages follow.

        Raises:
            GenAiError: the list would never end: the service returned the same token twice, 1,000 empty pages in a row,
                or 100 times the items of the page before.
        """
        token = self._page
        seen, empty = {token}, 0
        equal = 0
        items: object = None
        while True:
            page = self._fetch(token)
            yield page
            token, empty = page.next_page, 0 if page.items else empty + 1
            equal = equal + 1 if page.items and page.items == items else 0
            items = page.items
            if token is None:
                return
            if token in seen:
                raise GenAiError("the list never ends: the service returned the same page token twice")
            if empty >= MOST_EMPTY_PAGES:
                raise GenAiError(f"the list never ends: the service returned {empty} empty pages in a row")
            if equal >= MOST_EQUAL_PAGES:
                raise GenAiError(f"the list never ends: {equal + 1} pages in a row have the same items")
            seen.add(token)

    def first(self) -> T | None:
        """Return the first item, or None if there is none."""
        return next(iter(self), None)

    def one(self) -> T:
        """Return the only item.

        Raises:
            NotExactlyOne: there is no item, or more than one.
        """
        items = iter(self)
        for item in items:
            if next(items, None) is None:
                return item
            raise NotExactlyOne("expected one item, but there are several: use narrower filters")
        raise NotExactlyOne("expected one item, but there is none")
