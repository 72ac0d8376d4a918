"""A listing fetches a page when it needs one, and all pages again for each iteration."""

from __future__ import annotations

from typing import Any, cast

import pytest

from genai_ports.api.snapshot import Page
from genai_ports.client.pagination import MOST_EMPTY_PAGES, MOST_EQUAL_PAGES, Listing
from genai_ports.errors import GenAiError, InvalidInput, NotExactlyOne


class Pages:
    """Pages under the tokens 1, 2, 3..., and a record of the requested tokens."""

    def __init__(self, *pages: tuple[str, ...]) -> None:
        self.pages = pages
        self.requested: list[str | None] = []

    def __call__(self, token: str | None) -> Page[str]:
        self.requested.append(token)
        number = int(token or 0)
        more = number + 1 < len(self.pages)
        return Page(items=self.pages[number], next_page=str(number + 1) if more else None)


def test_iteration_returns_all_items_page_after_page() -> None:
    pages = Pages(("a", "b"), (), ("c",))
    assert list(Listing(pages)) == ["a", "b", "c"]
    assert pages.requested == [None, "1", "2"]


def test_a_page_is_fetched_only_when_it_is_needed() -> None:
    pages = Pages(("a", "b"), ("c",))
    listing = Listing(pages)
    assert pages.requested == []
    items = iter(listing)
    assert [next(items), next(items)] == ["a", "b"]
    assert pages.requested == [None]
    assert next(items) == "c"
    assert pages.requested == [None, "1"]


def test_every_iteration_fetches_all_pages_again() -> None:
    pages = Pages(("a",), ("b",))
    listing = Listing(pages)
    assert list(listing) == list(listing)
    assert pages.requested == [None, "1", None, "1"]


def test_pages_returns_every_page_including_empty_ones() -> None:
    pages_read = list(Listing(Pages(("a",), (), ("b",))).pages())
    assert [(page.items, page.next_page) for page in pages_read] == [(("a",), "1"), ((), "2"), (("b",), None)]


def test_a_listing_is_neither_true_nor_false() -> None:
    pages = Pages(())
    with pytest.raises(TypeError, match=r"neither true nor false.*use listing\.first\(\) is not None"):
        bool(Listing(pages))
    with pytest.raises(TypeError, match="neither true nor false"):
        assert not Listing(pages)
    assert pages.requested == []


def test_a_list_of_empty_pages_without_end_is_given_up() -> None:
    count = 0

    def fetch(_: str | None) -> Page[str]:
        nonlocal count
        count += 1
        return Page(items=(), next_page=str(count))

    with pytest.raises(GenAiError, match="the list never ends: the service returned 1000 empty pages in a row"):
        Listing(fetch).first()
    assert count == MOST_EMPTY_PAGES


def test_many_empty_pages_are_legal() -> None:
    empty: tuple[tuple[str, ...], ...] = ((),) * (MOST_EMPTY_PAGES - 1)
    assert list(Listing(Pages(*empty, ("a",), *empty, ("b",)))) == ["a", "b"]


def test_iteration_can_start_with_any_page() -> None:
    assert list(Listing(Pages(("a",), ("b",), ("c",)), "1")) == ["b", "c"]


@pytest.mark.parametrize(
    ("pages", "first", "requested"),
    [([("a", "b")], "a", 1), ([(), ("a",)], "a", 2), ([("a",), ("b",)], "a", 1), ([()], None, 1)],
)
def test_first_fetches_no_more_pages_than_it_needs(
    pages: list[tuple[str, ...]], first: str | None, requested: int
) -> None:
    fetch = Pages(*pages)
    assert Listing(fetch).first() == first
    assert len(fetch.requested) == requested


@pytest.mark.parametrize("pages", [[("a",)], [(), ("a",)], [("a",), ()]])
def test_one_returns_the_only_item(pages: list[tuple[str, ...]]) -> None:
    assert Listing(Pages(*pages)).one() == "a"


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ([()], "expected one item, but there is none"),
        ([("a", "b")], "expected one item, but there are several: use narrower filters"),
        ([("a",), ("b",)], "expected one item, but there are several: use narrower filters"),
    ],
)
def test_one_refuses_no_item_and_several_items(pages: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(NotExactlyOne) as refused:
        Listing(Pages(*pages)).one()
    assert str(refused.value) == message
    assert isinstance(refused.value, GenAiError)
    assert isinstance(refused.value, LookupError)


@pytest.mark.parametrize("tokens", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_iteration_ends_when_a_page_token_returns(tokens: list[str]) -> None:
    after = dict(zip([None, *tokens], [*tokens, tokens[0]], strict=True))
    pages_read = Listing(lambda token: Page(items=(str(token),), next_page=after[token])).pages()
    assert [next(pages_read).items for _ in after] == [("None",), *((token,) for token in tokens)]
    with pytest.raises(GenAiError, match=r"^the list never ends: the service returned the same page token twice$"):
        next(pages_read)


def test_iteration_ends_when_the_token_that_it_started_with_returns() -> None:
    after = {"b": "a", "a": "b"}
    pages_read = Listing(lambda token: Page(items=(), next_page=after[token or ""]), "b").pages()
    assert [next(pages_read).next_page for _ in after] == ["a", "b"]
    with pytest.raises(GenAiError, match="the same page token twice"):
        next(pages_read)


def test_a_list_that_repeats_its_items_under_new_tokens_is_given_up():
    """As in https://github.com/oracle/oci-python-sdk/issues/718, where the plain SDK goes on for ever."""
    listing = Listing(lambda token: Page(items=("only",), next_page=str(int(token or 0) + 1)))
    with pytest.raises(GenAiError, match="the list never ends: 101 pages in a row have the same items"):
        list(listing)


def numbered(*items: str) -> Pages:
    """Return pages with these items: for an empty text, an empty page."""
    return Pages(*((item,) if item else () for item in items))


def test_items_that_repeat_for_a_while_are_listed() -> None:
    items = ["b", *"a" * MOST_EQUAL_PAGES, "c"]
    assert list(Listing(numbered(*items))) == items
    assert list(Listing(numbered(*"a" * (MOST_EQUAL_PAGES + 1)))) == ["a"] * (MOST_EQUAL_PAGES + 1)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (("b", *"a" * (MOST_EQUAL_PAGES + 1), "c"), "101 pages in a row have the same items"),
        (("a", *[""] * MOST_EMPTY_PAGES, "b"), "the service returned 1000 empty pages in a row"),
    ],
    ids=["equal", "empty"],
)
def test_the_count_begins_anew_after_another_page(items: tuple[str, ...], message: str) -> None:
    listing = Listing(numbered(*items))
    with pytest.raises(GenAiError, match=f"the list never ends: {message}"):
        list(listing)


@pytest.mark.parametrize("fetch", [None, 5, []])
def test_a_fetch_that_is_no_function_is_refused(fetch: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^fetch must be a function that takes the token of a page, not "):
        Listing(fetch)


def test_a_page_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^page must be "):
        Listing(Pages(()), cast("Any", 5))
