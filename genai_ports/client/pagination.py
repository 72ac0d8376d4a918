"""Listing: a list that fetches its pages as it is walked, and again each time it is walked anew."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

from genai_ports.errors import GenAiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from genai_ports.api.snapshot import Page

T = TypeVar("T")


class NotExactlyOne(GenAiError, LookupError):
    """`one()` was asked of a list that has none or several."""


class Listing(Generic[T]):
    """The answer to a list operation: lazy and re-iterable; nothing is fetched before it is walked.

    Args:
        fetch: fetches the page of a token; of None, the first.
        page: the token to begin with; None for the first page.

    Example:
        >>> from genai_ports import connect
        >>> with connect("memory://eu-frankfurt-1") as genai:
        ...     models = genai.list_models("ocid1.compartment.oc1..example", vendor="openai")
        ...     sorted(model.display_name for model in models)
        ['openai.gpt-oss-120b', 'openai.gpt-oss-20b']
    """

    def __init__(self, fetch: Callable[[str | None], Page[T]], page: str | None = None) -> None:
        self._fetch = fetch
        self._page = page

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(page.items for page in self.pages())

    def pages(self) -> Iterator[Page[T]]:
        """Walk page by page; a page may be empty although more follow.

        Raises:
            GenAiError: a page names itself as the next one, so that the walk would never end.
        """
        token = self._page
        page = self._fetch(token)
        yield page
        while page.next_page is not None:
            if page.next_page == token:
                raise GenAiError("the list does not end: a page names itself as the next one")
            token = page.next_page
            page = self._fetch(token)
            yield page

    def first(self) -> T | None:
        """Give the first item; None where there is none."""
        return next(iter(self), None)

    def one(self) -> T:
        """Give the only item.

        Raises:
            NotExactlyOne: there is none, or more than one.
        """
        items = iter(self)
        for item in items:
            if next(items, None) is None:
                return item
            raise NotExactlyOne("expected one item, and there are several: filter more narrowly")
        raise NotExactlyOne("expected one item, and there is none")
