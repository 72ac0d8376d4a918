"""A listing fetches a page when it gets to it, and all of them anew each time it is walked."""

from __future__ import annotations

import pytest

from genai_ports.api.snapshot import Page
from genai_ports.client.pagination import Listing, NotExactlyOne
from genai_ports.errors import GenAiError


class Pages:
    """Pages under the tokens 1, 2, 3..., and a record of the tokens that were asked for."""

    def __init__(self, *pages: tuple[str, ...]) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    def __call__(self, token: str | None) -> Page[str]:
        self.asked.append(token)
        number = int(token or 0)
        more = number + 1 < len(self.pages)
        return Page(items=self.pages[number], next_page=str(number + 1) if more else None)


def test_all_items_are_walked_page_after_page() -> None:
    pages = Pages(("a", "b"), (), ("c",))
    assert list(Listing(pages)) == ["a", "b", "c"]
    assert pages.asked == [None, "1", "2"]


def test_nothing_is_fetched_before_it_is_walked_and_no_page_before_it_is_needed() -> None:
    pages = Pages(("a", "b"), ("c",))
    listing = Listing(pages)
    assert pages.asked == []
    items = iter(listing)
    assert [next(items), next(items)] == ["a", "b"]
    assert pages.asked == [None]
    assert next(items) == "c"
    assert pages.asked == [None, "1"]


def test_every_walk_fetches_anew() -> None:
    pages = Pages(("a",), ("b",))
    listing = Listing(pages)
    assert list(listing) == list(listing)
    assert pages.asked == [None, "1", None, "1"]


def test_pages_are_given_whole_and_an_empty_one_too() -> None:
    walked = list(Listing(Pages(("a",), (), ("b",))).pages())
    assert [(page.items, page.next_page) for page in walked] == [(("a",), "1"), ((), "2"), (("b",), None)]


def test_a_walk_may_begin_with_any_page() -> None:
    assert list(Listing(Pages(("a",), ("b",), ("c",)), "1")) == ["b", "c"]


@pytest.mark.parametrize(
    ("pages", "first", "asked"),
    [([("a", "b")], "a", 1), ([(), ("a",)], "a", 2), ([("a",), ("b",)], "a", 1), ([()], None, 1)],
)
def test_the_first_item_is_had_with_as_few_pages_as_can_be(
    pages: list[tuple[str, ...]], first: str | None, asked: int
) -> None:
    fetch = Pages(*pages)
    assert Listing(fetch).first() == first
    assert len(fetch.asked) == asked


@pytest.mark.parametrize("pages", [[("a",)], [(), ("a",)], [("a",), ()]])
def test_the_only_item_is_given(pages: list[tuple[str, ...]]) -> None:
    assert Listing(Pages(*pages)).one() == "a"


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ([()], "expected one item, but there is none"),
        ([("a", "b")], "expected one item, but there are several: use narrower filters"),
        ([("a",), ("b",)], "expected one item, but there are several: use narrower filters"),
    ],
)
def test_none_or_several_are_not_one(pages: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(NotExactlyOne) as refused:
        Listing(Pages(*pages)).one()
    assert str(refused.value) == message
    assert isinstance(refused.value, GenAiError)
    assert isinstance(refused.value, LookupError)


@pytest.mark.parametrize("tokens", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_list_that_returns_to_a_page_does_not_go_on_for_ever(tokens: list[str]) -> None:
    after = dict(zip([None, *tokens], [*tokens, tokens[0]], strict=True))
    walked = Listing(lambda token: Page(items=(str(token),), next_page=after[token])).pages()
    assert [next(walked).items for _ in after] == [("None",), *((token,) for token in tokens)]
    with pytest.raises(GenAiError, match=r"^the list never ends: the service returned the same page token twice$"):
        next(walked)


def test_a_list_that_returns_to_the_page_where_it_started_does_not_go_on_for_ever() -> None:
    after = {"b": "a", "a": "b"}
    walked = Listing(lambda token: Page(items=(), next_page=after[token or ""]), "b").pages()
    assert [next(walked).next_page for _ in after] == ["a", "b"]
    with pytest.raises(GenAiError, match="the same page token twice"):
        next(walked)
