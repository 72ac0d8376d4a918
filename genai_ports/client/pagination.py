"""Listing: a list that fetches its pages while you iterate over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from genai_ports import api
from genai_ports.errors import GenAiError, NotExactlyOne

T = TypeVar("T")


class Listing(Generic[T]):
    """The result of a list operation. It fetches a page when it needs one, and starts again for each iteration.

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
        self._fetch = fetch
        self._page = page

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(page.items for page in self.pages())

    def pages(self) -> Iterator[api.Page[T]]:
        """Iterate over the pages. A page may be empty although more pages follow.

        Raises:
            GenAiError: the service returned the same token twice, so the list would never end.
        """
        token = self._page
        seen = {token}
        while True:
            page = self._fetch(token)
            yield page
            token = page.next_page
            if token is None:
                return
            if token in seen:
                raise GenAiError("the list never ends: the service returned the same page token twice")
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
