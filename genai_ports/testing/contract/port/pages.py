"""Pages: limits, page tokens, and lists that change while they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import InvalidParameter
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness


def import_models(genai: GenAi, count: int) -> list[str]:
    """Import that many models; return their ids, newest first."""
    details = ready.imported_model_details()
    return [genai.create_imported_model(details).id for _ in range(count)][::-1]


def second_page(genai: GenAi, **query: Any) -> str:
    """Return the token of the second page of imported models."""
    token = next(genai.list_imported_models(ready.COMPARTMENT, limit=2, **query).pages()).next_page
    assert token is not None
    return token


class PageBehaviours:
    """What is true of pages."""

    @needs(Capability.FRESH)
    def test_a_page_has_more_than_a_hundred_items_by_default(self, genai: GenAi) -> None:
        """All of 101 items are on one page."""
        made = import_models(genai, 101)
        pages = list(genai.list_imported_models(ready.COMPARTMENT).pages())
        assert [[item.id for item in page.items] for page in pages] == [made]

    @needs(Capability.FRESH)
    @pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (1000, [5])])
    def test_a_limit_is_the_size_of_a_page(self, genai: GenAi, limit: int, sizes: list[int]) -> None:
        """All pages but the last are full. Only the last has no token. Each item is listed once, in order."""
        made = import_models(genai, 5)
        pages = list(genai.list_imported_models(ready.COMPARTMENT, limit=limit).pages())
        assert [len(page.items) for page in pages] == sizes
        assert [page.next_page is None for page in pages] == [False] * (len(sizes) - 1) + [True]
        assert [item.id for page in pages for item in page.items] == made

    @pytest.mark.parametrize("limit", [0, -1, 1001])
    def test_a_limit_outside_1_to_1000_is_refused(self, harness: PortHarness, limit: int) -> None:
        """0, -1 and 1001 are not accepted."""
        with harness.refuses(InvalidParameter, "query-value"):
            harness.genai.list_imported_models(ready.COMPARTMENT, limit=limit).first()

    def test_a_list_can_start_at_a_page(self, genai: GenAi) -> None:
        """`page=` continues from the token of that page."""
        made = import_models(genai, 5)
        rest = genai.list_imported_models(ready.COMPARTMENT, limit=2, page=second_page(genai))
        assert [item.id for item in rest] == made[2:]

    def test_the_page_size_may_change_between_pages(self, genai: GenAi) -> None:
        """A token does not depend on the page size."""
        made = import_models(genai, 5)
        rest = genai.list_imported_models(ready.COMPARTMENT, limit=1000, page=second_page(genai))
        assert [item.id for item in rest] == made[2:]

    @pytest.mark.parametrize("sort", [{}, {"sort_by": "displayName"}, {"sort_order": "ASC"}], ids=str)
    def test_resources_that_stay_are_listed_once_while_others_come_and_go(
        self, genai: GenAi, sort: dict[str, Any]
    ) -> None:
        """Creations and deletions between two pages cause neither gaps nor duplicates."""
        made = {name: ready.imported_model(genai, display_name=name).id for name in "bdfhjl"}
        pages = genai.list_imported_models(ready.COMPARTMENT, limit=2, lifecycle_state="ACTIVE", **sort).pages()
        seen = [item.id for item in next(pages).items]
        coming = [identifier for identifier in made.values() if identifier not in seen]
        for gone in (seen[-1], coming[1]):
            ready.finish(genai, genai.delete_imported_model(gone))
        for name in "aceg":
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        seen += [item.id for page in pages for item in page.items]
        assert len(seen) == len(set(seen))
        assert {*made.values()} - {*seen} == {coming[1]}

    @pytest.mark.parametrize(
        "query",
        [
            {"display_name": "another"},
            {"sort_order": "ASC"},
            {"sort_by": "displayName"},
            {"sort_by": "displayName", "sort_order": "DESC"},
            {"lifecycle_state": "ACTIVE"},
            {"region": "eu-frankfurt-1"},
        ],
        ids=str,
    )
    def test_a_page_token_of_another_query_is_refused(self, harness: PortHarness, query: dict[str, Any]) -> None:
        """Filters, order and region are part of the query."""
        import_models(harness.genai, 5)
        token = second_page(harness.genai)
        with harness.refuses(InvalidParameter, "page-token"):
            harness.genai.list_imported_models(ready.COMPARTMENT, limit=2, page=token, **query).first()

    def test_a_page_token_of_another_list_is_refused(self, harness: PortHarness) -> None:
        """The compartment and the operation are part of the query."""
        import_models(harness.genai, 5)
        token = second_page(harness.genai)
        with harness.refuses(InvalidParameter, "page-token"):
            harness.genai.list_imported_models(ready.ELSEWHERE, page=token).first()
        with harness.refuses(InvalidParameter, "page-token"):
            harness.genai.list_dedicated_ai_clusters(ready.COMPARTMENT, page=token).first()

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_a_page_token_of_another_world_is_refused(self, open_harness: OpenPortHarness) -> None:
        """Another seed gives other tokens, even if the resources are the same."""
        one, another = open_harness(seed=1), open_harness(seed=2)
        import_models(one.genai, 5)
        import_models(another.genai, 5)
        token = second_page(one.genai)
        with another.refuses(InvalidParameter, "page-token"):
            another.genai.list_imported_models(ready.COMPARTMENT, page=token).first()

    @pytest.mark.parametrize("token", ["2", "not a token", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "é"])
    def test_an_invalid_page_token_is_refused(self, harness: PortHarness, token: str) -> None:
        """Tokens are opaque."""
        import_models(harness.genai, 3)
        with harness.refuses(InvalidParameter, "page-token"):
            harness.genai.list_imported_models(ready.COMPARTMENT, page=token).first()

    def test_a_changed_page_token_is_refused(self, harness: PortHarness) -> None:
        """Tokens are signed."""
        import_models(harness.genai, 5)
        token = second_page(harness.genai)
        changed = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
        with harness.refuses(InvalidParameter, "page-token"):
            harness.genai.list_imported_models(ready.COMPARTMENT, limit=2, page=changed).first()

    @needs(Capability.FRESH)
    def test_pages_of_a_filtered_list_are_full(self, genai: GenAi) -> None:
        """Resources that do not match take no room on a page."""
        for name in "ababab":
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        pages = list(genai.list_imported_models(ready.COMPARTMENT, display_name="a", limit=2).pages())
        assert [[item.display_name for item in page.items] for page in pages] == [["a", "a"], ["a"]]
