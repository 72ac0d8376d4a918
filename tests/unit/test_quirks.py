"""Quirks are legal: joined pages are the whole list, stale lists are an earlier list, extra fields add only."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import InMemoryModelRepository
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.api.kinds import IMPORTED_MODEL, KINDS, RESOURCE_KINDS
from genai_ports.api.verbs import CREATE
from genai_ports.errors import NotFound, ServiceError
from genai_ports.simulator.lists.quirks import EXTRA, check_visible, page_size
from genai_ports.simulator.state.clock import EPOCH, VirtualClock
from genai_ports.simulator.state.record import Record
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.client.pagination import Listing

    Step = tuple[Any, ...]

LAG = 5
PAGE_MODES = ("short-pages", "empty-pages", "capped-pages:1", "capped-pages:3", "capped-pages")
SORTS: list[dict[str, Any]] = [{}, {"sort_order": "ASC"}, {"sort_by": "displayName"}, {"lifecycle_state": "ACTIVE"}]


@pytest.mark.parametrize(
    ("modes", "limit", "size"),
    [
        ({}, 100, 100),
        ({"short-pages": None}, 100, 50),
        ({"short-pages": None}, 3, 1),
        ({"short-pages": None}, 1, 1),
        ({"capped-pages": 10}, 100, 10),
        ({"capped-pages": 10}, 4, 4),
        ({"short-pages": None, "capped-pages": 10}, 100, 10),
        ({"short-pages": None, "capped-pages": 10}, 4, 2),
    ],
)
def test_a_page_never_has_more_than_its_limit(modes: dict[str, int | None], limit: int, size: int) -> None:
    assert page_size(modes, limit) == size


@given(
    modes=st.lists(st.sampled_from(PAGE_MODES), unique_by=lambda mode: mode.partition(":")[0]),
    names=st.text("abc", max_size=12),
    limit=st.integers(1, 6),
    query=st.sampled_from([*SORTS, {"display_name": "a"}]),
)
def test_joined_short_pages_are_the_whole_list(modes: list[str], names: str, limit: int, query: dict[str, Any]) -> None:
    genai = InMemoryModelRepository()
    for name in names:
        genai.create_imported_model(ready.imported_model_details(display_name=name))
    kind = list(genai.list_imported_models(ready.COMPARTMENT, **query))
    genai.simulator.set_modes(*modes)
    pages = list(genai.list_imported_models(ready.COMPARTMENT, limit=limit, **query).pages())
    assert [item for page in pages for item in page.items] == kind
    assert max(len(page.items) for page in pages) <= limit
    assert [page.next_page is None for page in pages].count(True) == 1
    assert len({page.next_page for page in pages}) == len(pages)


class Story:
    """A world to which things are done one after the other.

    Args:
        modes: those that are on.
    """

    def __init__(self, *modes: str) -> None:
        self.genai = InMemoryModelRepository(pace="3s")
        self.genai.simulator.set_modes(*modes)
        self.made: list[str] = []

    def apply(self, step: Step) -> None:
        """Do one thing; that it may be refused is part of the story."""
        what, *arguments = step
        try:
            getattr(self, what)(*arguments)
        except ServiceError:
            return

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.genai.clock.sleep(seconds)

    def look(self, which: int) -> None:
        """Read one resource."""
        self.genai.get_imported_model(self._one(which))

    def create(self, name: str, compartment: str) -> None:
        """Make one."""
        details = ready.imported_model_details(display_name=name, compartment_id=compartment)
        self.made.append(self.genai.create_imported_model(details).id)

    def rename(self, which: int, name: str) -> None:
        """Give one another name."""
        self.genai.update_imported_model(self._one(which), UpdateImportedModelDetails(display_name=name))

    def move(self, which: int, compartment: str) -> None:
        """Move one to another compartment."""
        self.genai.change_imported_model_compartment(self._one(which), compartment)

    def delete(self, which: int) -> None:
        """Delete one."""
        self.genai.delete_imported_model(self._one(which))

    def _one(self, which: int) -> str:
        return self.made[which % len(self.made)] if self.made else "none"

    def lists(self) -> list[list[Any]]:
        """Walk the lists of both compartments, in several orders."""
        listings: list[Listing[Any]] = [
            self.genai.list_imported_models(compartment, limit=2, **query)
            for compartment in (ready.COMPARTMENT, ready.ELSEWHERE)
            for query in SORTS
        ]
        return [list(listing) for listing in listings]


COMPARTMENTS = st.sampled_from([ready.COMPARTMENT, ready.ELSEWHERE])
NAMES = st.sampled_from("abc")
WHICH = st.integers(0, 3)
WAITS = st.tuples(st.just("wait"), st.integers(1, 8))
STEPS = st.one_of(
    WAITS,
    WAITS,
    st.just(("wait", 14 * 24 * 3600)),
    st.tuples(st.just("create"), NAMES, COMPARTMENTS),
    st.tuples(st.just("rename"), WHICH, NAMES),
    st.tuples(st.just("move"), WHICH, COMPARTMENTS),
    st.tuples(st.just("delete"), WHICH),
    st.tuples(st.just("look"), WHICH),
)


def some_time_ago(steps: list[Step]) -> list[list[Any]]:
    """Tell a story but for its last seconds to a world whose lists are never late, and list what there is then."""
    left = sum(step[1] for step in steps if step[0] == "wait") - LAG
    kind = Story()
    for step in steps:
        if left < 0:
            break
        waits = step[0] == "wait"
        kind.apply(("wait", min(step[1], left)) if waits else step)
        left -= step[1] if waits else 0
    return kind.lists()


@settings(max_examples=300)
@given(st.lists(STEPS, max_size=20))
@example([("create", "a", ready.COMPARTMENT), ("wait", 8)])
def test_a_late_list_is_the_list_of_some_time_ago(steps: list[Step]) -> None:
    late = Story(f"stale-lists:{LAG}")
    for step in steps:
        late.apply(step)
    assert late.lists() == some_time_ago(steps)


@given(st.lists(STEPS, max_size=15), st.lists(STEPS, max_size=5))
def test_lists_are_never_late_once_the_mode_is_off(before: list[Step], after: list[Step]) -> None:
    kind, late = Story(), Story(f"stale-lists:{LAG}")
    for step in before:
        kind.apply(step)
        late.apply(step)
    late.genai.simulator.set_modes()
    assert late.lists() == kind.lists()
    for step in after:
        kind.apply(step)
        late.apply(step)
    assert late.lists() == kind.lists()


LISTS = tuple(kind.collection for kind in KINDS.values())


@pytest.fixture
def client() -> Client:
    """A client of a server on which there are resources of each kind."""
    app = create_app(Settings(clock="virtual"))
    genai = InMemoryModelRepository(simulator=app.worlds.get(TENANCY))
    ready.custom_model(genai)
    ready.endpoint(genai, model_id=ready.imported_model(genai, display_name="mine").id)
    for kind in RESOURCE_KINDS:
        getattr(genai, kind.operation(CREATE).name)(ready.details(genai, kind))
    return Client(app)


def items(client: Client, collection: str) -> list[dict[str, Any]]:
    """List a collection as it is on the wire."""
    response = client.get(f"/20231130/{collection}?compartmentId={ready.COMPARTMENT}")
    found: list[dict[str, Any]] = response.json["items"]  # type: ignore[index]  # always JSON
    assert found
    return found


def set_modes(client: Client, *modes: str) -> None:
    """Turn modes on, by their names."""
    app: Any = client.application
    app.worlds.get(TENANCY).set_modes(*modes)


@pytest.mark.parametrize("collection", LISTS)
def test_extra_properties_are_really_on_the_wire(client: Client, collection: str) -> None:
    before = items(client, collection)
    set_modes(client, "extra-fields")
    assert items(client, collection) == [{**item, **EXTRA} for item in before]
    assert EXTRA == {
        "compatibleDedicatedAiClusterShapes": [{"isDefault": True, "name": "LARGE_GENERIC", "quotaUnit": 1}],
        "isImageTextToTextSupported": False,
        "isImportModel": False,
        "referenceModelId": "",
    }
    assert not EXTRA.keys() & client.get(f"/20231130/{collection}/{before[0]['id']}").json.keys()  # type: ignore[union-attr]
    set_modes(client)
    assert items(client, collection) == before


def test_the_lines_of_a_log_have_extra_properties_too(client: Client) -> None:
    set_modes(client, "extra-fields")
    work = items(client, "workRequests")[0]
    [*lines] = client.get(f"/20231130/workRequests/{work['id']}/logs").json["items"]  # type: ignore[index]
    assert lines
    assert all(line.items() >= EXTRA.items() for line in lines)


@pytest.mark.parametrize("collection", LISTS)
def test_absent_fields_are_not_even_null_on_the_wire(client: Client, collection: str) -> None:
    before = items(client, collection)[0]
    set_modes(client, "absent-fields")
    after = items(client, collection)[0]
    assert after.keys() < before.keys()
    assert after.items() <= before.items()
    assert {"displayName", "timeFinished"}.isdisjoint(after)


@pytest.mark.parametrize(("order", "hidden"), [(-2, False), (-1, False), (0, True), (1, True)])
def test_only_what_is_created_is_hidden(order: int, hidden: bool) -> None:  # noqa: FBT001  # of the table
    made = ready.imported_model(InMemoryModelRepository())
    modes = {"hidden-after-create": 5}
    record = Record(order, "us-chicago-1", made)
    with pytest.raises(NotFound) if hidden else nullcontext():
        check_visible(modes, IMPORTED_MODEL, record, EPOCH + timedelta(seconds=4.999))
    check_visible(modes, IMPORTED_MODEL, record, EPOCH + timedelta(seconds=5))


def test_what_oracle_shares_is_never_hidden_however_early_it_is() -> None:
    clock = VirtualClock(datetime(2020, 1, 1, tzinfo=UTC))
    genai = InMemoryModelRepository(clock=clock, modes=["hidden-after-create"])
    base = ready.base_model(genai)
    assert base.time_created > clock.now()
    assert genai.get_model(base.id).id == base.id
