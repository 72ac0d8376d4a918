"""Unkind pages: shorter than asked for, capped, or empty although more follow; all that is legal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.client.pagination import NotExactlyOne
from genai_ports.testing import ready
from genai_ports.testing.contract.port.pages import fill

if TYPE_CHECKING:
    from genai_ports.client.pagination import Listing
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.simulated.harness import Harness

UNKIND = (
    ("short-pages",),
    ("capped-pages:1",),
    ("empty-pages",),
    ("short-pages", "capped-pages:3", "empty-pages"),
)
"""Modes, one by one and together."""


def sizes(listing: Listing[Any]) -> list[int]:
    """Tell how many items each page has; only the last may be without a token of a next one."""
    pages = list(listing.pages())
    assert [page.next_page is None for page in pages] == [False] * (len(pages) - 1) + [True]
    return [len(page.items) for page in pages]


def begin_failed_import(harness: Harness) -> str:
    """Let an import fail half-way; give the OCID of its work request, which has errors and logs then."""
    _, work_id = ready.begin_import(harness.genai)
    harness.simulator.fail(work_id, percent=60)
    harness.pass_time(3600)
    return work_id


def walks(genai: GenAi, work_id: str) -> dict[str, list[Any]]:
    """Walk lists of every sort: with filters, in another order, of work requests, errors and logs."""
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
    """What is true of pages that are legal and unkind."""

    @pytest.mark.parametrize(("limit", "expected"), [(4, [2, 2, 1]), (5, [2, 2, 1]), (2, [1] * 5), (1, [1] * 5)])
    def test_short_pages_have_half_of_what_was_asked_for(
        self, harness: Harness, limit: int, expected: list[int]
    ) -> None:
        """Though more follow, and one item at least."""
        fill(harness.genai, 5)
        harness.simulator.set_modes("short-pages")
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT, limit=limit)) == expected

    def test_short_pages_are_half_of_a_hundred_unless_asked(self, harness: Harness) -> None:
        """Who names no limit gets fewer than the usual number, too."""
        fill(harness.genai, 51)
        harness.simulator.set_modes("short-pages")
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT)) == [50, 1]

    @pytest.mark.parametrize(
        ("mode", "limit", "expected"),
        [
            ("capped-pages:3", 1000, [3, 3, 3, 2]),
            ("capped-pages:3", None, [3, 3, 3, 2]),
            ("capped-pages:3", 2, [2, 2, 2, 2, 2, 1]),
            ("capped-pages", 1000, [10, 1]),
        ],
    )
    def test_capped_pages_have_no_more_than_the_number(
        self, harness: Harness, mode: str, limit: int | None, expected: list[int]
    ) -> None:
        """Whatever was asked for; ten unless told. Fewer can still be asked for."""
        fill(harness.genai, 11)
        harness.simulator.set_modes(mode)
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT, limit=limit)) == expected

    def test_an_empty_page_comes_before_each_page(self, harness: Harness) -> None:
        """Before the first and before the last, too."""
        fill(harness.genai, 5)
        harness.simulator.set_modes("empty-pages")
        assert sizes(harness.genai.list_imported_models(ready.COMPARTMENT, limit=2)) == [0, 2, 0, 2, 0, 1]

    def test_an_empty_list_may_have_a_next_page(self, harness: Harness) -> None:
        """Which is empty, and the last."""
        harness.simulator.set_modes("empty-pages")
        listing = harness.genai.list_imported_models(ready.COMPARTMENT)
        assert sizes(listing) == [0, 0]
        assert listing.first() is None
        with pytest.raises(NotExactlyOne, match="there is none"):
            listing.one()

    def test_an_empty_page_does_not_keep_first_and_one_from_finding(self, harness: Harness) -> None:
        """A listing walks on until there is something."""
        genai = harness.genai
        harness.simulator.set_modes("empty-pages", "capped-pages:1")
        [only] = fill(genai, 1)
        listing = genai.list_imported_models(ready.COMPARTMENT)
        assert listing.one().id == only
        newest, _ = fill(genai, 2)
        first = listing.first()
        assert first is not None
        assert first.id == newest
        with pytest.raises(NotExactlyOne, match="there are several"):
            listing.one()

    @pytest.mark.parametrize("modes", UNKIND, ids=" ".join)
    def test_unkind_pages_bring_the_same_items_in_the_same_order(
        self, realistic: Harness, modes: tuple[str, ...]
    ) -> None:
        """Each once, in the list of every operation."""
        genai = realistic.genai
        ready.endpoint(genai)
        fill(genai, 7)
        work_id = begin_failed_import(realistic)
        kind = walks(genai, work_id)
        assert min(len(items) for items in kind.values()) >= 1
        realistic.simulator.set_modes(*modes)
        assert walks(genai, work_id) == kind

    def test_a_walk_goes_on_when_a_mode_is_turned_on_or_off(self, harness: Harness) -> None:
        """Tokens stay true, also that of an empty first page."""
        made = fill(harness.genai, 6)
        seen: list[str] = []
        pages = harness.genai.list_imported_models(ready.COMPARTMENT, limit=4).pages()
        for modes in (("empty-pages",), ("short-pages",), ("empty-pages",), ("empty-pages", "capped-pages:1"), ()):
            harness.simulator.set_modes(*modes)
            seen += [item.id for item in next(pages).items]
        seen += [item.id for page in pages for item in page.items]
        assert seen == made

    def test_what_stays_is_met_once_in_unkind_pages_too(self, harness: Harness) -> None:
        """Whatever comes and goes between two of them."""
        genai = harness.genai
        made = fill(genai, 6)
        harness.simulator.set_modes("empty-pages", "short-pages")
        pages = genai.list_imported_models(ready.COMPARTMENT, limit=4, lifecycle_state="ACTIVE").pages()
        seen = [item.id for _ in range(3) for item in next(pages).items]
        assert seen == made[:2]
        ready.finish(genai, genai.delete_imported_model(made[1]))
        ready.finish(genai, genai.delete_imported_model(made[2]))
        fill(genai, 1)
        seen += [item.id for page in pages for item in page.items]
        assert seen == made[:2] + made[3:]

    def test_kindness_comes_back(self, harness: Harness) -> None:
        """With no modes, pages are full again; they are those given last, and no others."""
        fill(harness.genai, 5)
        listing = harness.genai.list_imported_models(ready.COMPARTMENT, limit=4)
        harness.simulator.set_modes("short-pages", "empty-pages")
        harness.simulator.set_modes("short-pages")
        assert sizes(listing) == [2, 2, 1]
        harness.simulator.set_modes()
        assert sizes(listing) == [4, 1]
