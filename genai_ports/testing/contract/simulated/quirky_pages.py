"""Quirks of pages: pages that are short, capped or empty although more follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import GenAiError, NotExactlyOne
from genai_ports.testing import ready
from genai_ports.testing.contract.port.pages import import_models

if TYPE_CHECKING:
    from genai_ports.api.imported_model import ImportedModelSummary
    from genai_ports.client.pagination import Listing
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.simulated.harness import Harness

QUIRKS = (
    ("short-pages",),
    ("capped-pages:1",),
    ("empty-pages",),
    ("short-pages", "capped-pages:3", "empty-pages"),
)
"""Modes of pages, alone and together."""


def sizes(listing: Listing[Any]) -> list[int]:
    """Return the number of items of each page. Only the last page may have no token."""
    pages = list(listing.pages())
    assert [page.next_page is None for page in pages] == [False] * (len(pages) - 1) + [True]
    return [len(page.items) for page in pages]


def begin_failed_import(harness: Harness) -> str:
    """Import a model, and let it fail half-way; return the OCID of its work request, which has errors and logs."""
    _, work_id = ready.begin_import(harness.genai)
    harness.simulator.fail(work_id, percent=60)
    harness.pass_time(3600)
    return work_id


def all_lists(genai: GenAi, work_id: str) -> dict[str, list[Any]]:
    """Read lists of every operation, some with filters or in another order."""
    here = ready.COMPARTMENT
    listings: dict[str, Listing[Any]] = {
        "models": genai.list_models(here),
        "models of a vendor": genai.list_models(here, vendor="cohere", capability=["CHAT"], limit=3),
        "imported models": genai.list_imported_models(here, limit=2),
        "imported models by name": genai.list_imported_models(here, sort_by="displayName", limit=3),
        "clusters": genai.list_dedicated_ai_clusters(here),
        "endpoints": genai.list_endpoints(here),
        "work requests": genai.list_work_requests(here, limit=2),
        "work requests, oldest first": genai.list_work_requests(here, limit=5, sort_order="ASC"),
        "errors": genai.list_work_request_errors(work_id, limit=1),
        "logs": genai.list_work_request_logs(work_id, limit=2),
    }
    return {name: list(listing) for name, listing in listings.items()}


class QuirkyPageBehaviours:
    """What is true of the quirks of pages."""

    @pytest.mark.parametrize(("limit", "expected"), [(4, [2, 2, 1]), (5, [2, 2, 1]), (2, [1] * 5), (1, [1] * 5)])
    def test_short_pages_have_half_the_limit(self, harness: Harness, limit: int, expected: list[int]) -> None:
        """They have at least one item, and more pages follow."""
        import_models(harness.genai, 5)
        harness.simulator.set_modes("short-pages")
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT, limit=limit)) == expected

    @pytest.mark.parametrize(("modes", "expected"), [((), 1000), (("short-pages",), 500)])
    def test_a_page_has_1000_items_by_default(self, harness: Harness, modes: tuple[str, ...], expected: int) -> None:
        """A short one has 500."""
        harness.simulator.set_modes("same-names:100", *modes)
        first, second, *_ = harness.genai.list_models(ready.COMPARTMENT).pages()
        assert (len(first.items), len(second.items)) == (expected, expected)

    @pytest.mark.parametrize(
        ("mode", "limit", "expected"),
        [
            ("capped-pages:3", 1000, [3, 3, 3, 2]),
            ("capped-pages:3", None, [3, 3, 3, 2]),
            ("capped-pages:3", 2, [2, 2, 2, 2, 2, 1]),
            ("capped-pages", 1000, [10, 1]),
        ],
    )
    def test_capped_pages_have_at_most_that_number_of_items(
        self, harness: Harness, mode: str, limit: int | None, expected: list[int]
    ) -> None:
        """The default is ten. A lower limit still applies."""
        import_models(harness.genai, 11)
        harness.simulator.set_modes(mode)
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT, limit=limit)) == expected

    def test_an_empty_page_comes_before_each_page(self, harness: Harness) -> None:
        """This includes the first and the last page."""
        import_models(harness.genai, 5)
        harness.simulator.set_modes("empty-pages")
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT, limit=2)) == [0, 2, 0, 2, 0, 1]

    @pytest.mark.parametrize("modes", [("endless-list",), ("endless-list", "empty-pages", "short-pages")], ids=str)
    def test_a_client_gives_up_a_list_that_never_ends(self, harness: Harness, modes: tuple[str, ...]) -> None:
        """All items come first, each once; after them come empty pages, and each has another next token."""
        genai = harness.genai
        made = import_models(genai, 5)
        harness.simulator.set_modes(*modes)
        listing = genai.list_imported_models(ready.COMPARTMENT, limit=2, sort_order="ASC", sort_by="timeCreated")
        seen: list[ImportedModelSummary] = []
        with pytest.raises(GenAiError, match="the list never ends: the service returned 1000 empty pages in a row"):
            seen.extend(listing)
        assert sorted(item.id for item in seen) == sorted(made)
        with pytest.raises(GenAiError, match="the list never ends"):
            genai.list_endpoints(ready.COMPARTMENT).first()
        harness.simulator.set_modes()
        assert len(list(listing)) == 5

    @pytest.mark.parametrize("name", ["errors", "logs"])
    def test_the_rows_of_a_work_request_never_end_either(self, realistic: Harness, name: str) -> None:
        """The mode applies to every list."""
        work_id = begin_failed_import(realistic)
        realistic.simulator.set_modes("endless-list")
        pages = getattr(realistic.genai, f"list_work_request_{name}")(work_id).pages()
        tokens = [next(pages).next_page for _ in range(20)]
        assert None not in tokens
        assert len({*tokens}) == 20

    def test_an_empty_list_can_have_a_next_page(self, harness: Harness) -> None:
        """That page is empty and the last one."""
        harness.simulator.set_modes("empty-pages")
        listing = harness.genai.list_imported_models(ready.COMPARTMENT)
        assert sizes(listing) == [0, 0]
        assert listing.first() is None
        with pytest.raises(NotExactlyOne, match="there is none"):
            listing.one()

    def test_first_and_one_read_past_empty_pages(self, harness: Harness) -> None:
        """They continue until they find an item."""
        genai = harness.genai
        harness.simulator.set_modes("empty-pages", "capped-pages:1")
        [only] = import_models(genai, 1)
        listing = genai.list_imported_models(ready.COMPARTMENT)
        assert listing.one().id == only
        newest, _ = import_models(genai, 2)
        first = listing.first()
        assert first is not None
        assert first.id == newest
        with pytest.raises(NotExactlyOne, match="there are several"):
            listing.one()

    @pytest.mark.parametrize("modes", QUIRKS, ids=" ".join)
    def test_modes_of_pages_do_not_change_the_items(self, realistic: Harness, modes: tuple[str, ...]) -> None:
        """Each list has the same items in the same order."""
        genai = realistic.genai
        ready.endpoint(genai)
        import_models(genai, 7)
        work_id = begin_failed_import(realistic)
        usual = all_lists(genai, work_id)
        assert min(len(items) for items in usual.values()) >= 1
        realistic.simulator.set_modes(*modes)
        assert all_lists(genai, work_id) == usual

    def test_page_tokens_stay_valid_when_modes_change(self, harness: Harness) -> None:
        """This includes the token of an empty first page."""
        made = import_models(harness.genai, 6)
        seen: list[str] = []
        pages = harness.genai.list_imported_models(ready.COMPARTMENT, limit=4).pages()
        for modes in (("empty-pages",), ("short-pages",), ("empty-pages",), ("empty-pages", "capped-pages:1"), ()):
            harness.simulator.set_modes(*modes)
            seen += [item.id for item in next(pages).items]
        seen += [item.id for page in pages for item in page.items]
        assert seen == made

    def test_resources_that_stay_are_listed_once_with_modes_of_pages(self, harness: Harness) -> None:
        """Others come and go between two pages."""
        genai = harness.genai
        made = import_models(genai, 6)
        harness.simulator.set_modes("empty-pages", "short-pages")
        pages = genai.list_imported_models(ready.COMPARTMENT, limit=4, lifecycle_state="ACTIVE").pages()
        seen = [item.id for _ in range(3) for item in next(pages).items]
        assert seen == made[:2]
        ready.finish(genai, genai.delete_imported_model(made[1]))
        ready.finish(genai, genai.delete_imported_model(made[2]))
        import_models(genai, 1)
        seen += [item.id for page in pages for item in page.items]
        assert seen == made[:2] + made[3:]

    def test_modes_can_be_turned_off(self, harness: Harness) -> None:
        """`set_modes` replaces all modes. Without modes, pages are full again."""
        import_models(harness.genai, 5)
        listing = harness.genai.list_imported_models(ready.COMPARTMENT, limit=4)
        harness.simulator.set_modes("short-pages", "empty-pages")
        harness.simulator.set_modes("short-pages")
        assert sizes(listing) == [2, 2, 1]
        harness.simulator.set_modes()
        assert sizes(listing) == [4, 1]
