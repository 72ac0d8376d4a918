"""Lists: for any content and any query, each match is listed once and in order, page by page."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fake_server import Settings, create_app
from genai_ports import InMemoryModelRepository, LoraTrainingConfig, SdkModelRepository
from genai_ports.api.kinds import ENDPOINT, IMPORTED_MODEL, MODEL, OPERATIONS, RESOURCE_KINDS, WORK_REQUEST
from genai_ports.api.names import snake
from genai_ports.api.value import narrowed
from genai_ports.api.verbs import LIST, UPDATE
from genai_ports.errors import GenAiError, InvalidParameter
from genai_ports.regions import resolve_region
from genai_ports.simulator.catalogue import base_models
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready
from genai_ports.testing.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from genai_ports.api.kind import Kind
    from genai_ports.api.snapshot import Page
    from genai_ports.client.repository import Repository

    Begin = Callable[[int], tuple[Repository, Simulator]]

REGIONS = ("us-chicago-1", "eu-frankfurt-1")
COMPARTMENTS = ("ocid1.compartment.oc1..one", "ocid1.tenancy.oc1..root")
BEHIND_THE_SCENES = "ocid1.compartment.oc1..behind"
LISTS = sorted(name for name, operation in OPERATIONS.items() if operation.verb is LIST)


@pytest.fixture(scope="module", params=["memory", "sdk"])
def begin(request: pytest.FixtureRequest) -> Iterator[Begin]:
    """What begins a fresh world of a seed, whose work is only done by hand."""
    if request.param == "memory":
        yield _begin_in_memory
        return
    app = create_app(Settings(pace="manual", clock="virtual"))
    with SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(app)) as genai:

        def begin(seed: int) -> tuple[Repository, Simulator]:
            app.worlds.reset(TENANCY, Settings(seed=seed, pace="manual", clock="virtual"))
            return genai, app.worlds.get(TENANCY)

        yield begin


def _begin_in_memory(seed: int) -> tuple[Repository, Simulator]:
    simulator = Simulator(seed=seed, pace="manual")
    return InMemoryModelRepository(simulator=simulator), simulator


class Plan(NamedTuple):
    """A resource to be made."""

    kind: Kind
    name: str
    region: str
    compartment: str
    state: str
    pause: float


def plans(operation: str, *, regions: int = 1, compartments: int = 1) -> st.SearchStrategy[Plan]:
    """FaultRegistry for what a list is about."""
    kind = OPERATIONS[operation].kind
    others = ("a_b", "a-b") if kind in (IMPORTED_MODEL, WORK_REQUEST) else ("ä", "a b")
    return st.builds(
        Plan,
        kind=st.sampled_from(RESOURCE_KINDS) if kind is WORK_REQUEST else st.just(kind),
        name=st.sampled_from(["a", "b", "B", *others]),
        region=st.sampled_from(REGIONS[:regions]),
        compartment=st.sampled_from(COMPARTMENTS[:compartments]),
        state=st.sampled_from(["ACTIVE", "CREATING", "FAILED", "DELETING", "DELETED"]),
        pause=st.sampled_from([0, 0, 0.001, 60]),
    )


class Populace:
    """Makes resources in a world, in memory for speed, and then moves, changes and deletes them."""

    def __init__(self, simulator: Simulator, planned: list[Plan]) -> None:
        self.simulator = simulator
        self.genai = InMemoryModelRepository(simulator=simulator)
        self.made: list[tuple[Kind, str]] = []
        self.stage = {region: self._stage(region) for region in REGIONS}
        for plan in planned:
            self.make(plan)

    def _stage(self, region: str) -> tuple[str, str, str]:
        """A base model that can be fine-tuned, a fine-tuning cluster and a hosting cluster."""
        base = ready.base_model(self.genai, region=region, capability="FINE_TUNE").id
        return base, self._cluster("FINE_TUNING", region), self._cluster("HOSTING", region)

    def _cluster(self, purpose: str, region: str) -> str:
        details = ready.cluster_details(compartment_id=BEHIND_THE_SCENES, type=purpose)
        cluster = self.genai.create_dedicated_ai_cluster(details, region=region)
        self.simulator.finish(cluster.id)
        return cluster.id

    def make(self, plan: Plan) -> None:
        made = getattr(self.genai, f"create_{plan.kind.name}")(self._details(plan), region=plan.region)
        self.made.append((plan.kind, made.id))
        if plan.state == "FAILED":
            self.simulator.fail(made.id)
        elif plan.state != "CREATING":
            self.simulator.finish(made.id)
        if plan.state in ("DELETING", "DELETED"):
            self._do("delete", plan.kind, made.id)
        if plan.state == "DELETED":
            self.simulator.finish(made.id)
        self.simulator.clock.sleep(plan.pause)

    def _details(self, plan: Plan) -> Any:
        base, training, hosting = self.stage[plan.region]
        common = {"compartment_id": plan.compartment, "display_name": plan.name}
        if plan.kind is MODEL:
            tuning = ready.fine_tuning(training)
            return ready.model_details(self.genai, base_model_id=base, fine_tune_details=tuning, **common)
        if plan.kind is IMPORTED_MODEL:
            capability = "EMBEDDING" if plan.name == "a" else "RERANK"
            return ready.imported_model_details(vendor=plan.name, capabilities=(capability,), **common)
        if plan.kind is ENDPOINT:
            return ready.endpoint_details(self.genai, model_id=base, dedicated_ai_cluster_id=hosting, **common)
        return replace(ready.details(self.genai, plan.kind), **common)

    def _do(self, verb: str, kind: Kind, *arguments: Any) -> Any:
        return getattr(self.genai, f"{verb}_{kind.name}")(*arguments)

    def disturb(self, what: str, which: int, plan: Plan) -> None:
        """Change something, if that is allowed at the moment."""
        if what == "insert":
            self.make(plan)
            return
        kind, identifier = self.made[which % len(self.made)]
        try:
            getattr(self, f"_{what}")(kind, identifier, plan)
            self.simulator.finish(identifier)
        except GenAiError:
            return

    def _delete(self, kind: Kind, identifier: str, _: Plan) -> None:
        self._do("delete", kind, identifier)

    def _update(self, kind: Kind, identifier: str, plan: Plan) -> None:
        self._do("update", kind, identifier, kind.operation(UPDATE).details(display_name=plan.name))

    def _move(self, kind: Kind, identifier: str, plan: Plan) -> None:
        getattr(self.genai, f"change_{kind.name}_compartment")(identifier, plan.compartment)

    def _fail(self, _: Kind, identifier: str, __: Plan) -> None:
        self.simulator.fail(identifier)

    def _purge(self, _: Kind, __: str, ___: Plan) -> None:
        self.simulator.clock.sleep(DELETED_STAYS.total_seconds())


class Query(NamedTuple):
    """The query of a list, without pages."""

    operation: str
    region: str
    compartment: str
    filters: dict[str, Any]
    sort_by: str | None
    sort_order: str | None

    def fetch(self, genai: Repository, *, limit: int | None = None, page: str | None = None) -> Iterator[Page[Any]]:
        listing = getattr(genai, self.operation)(
            self.compartment,
            region=self.region,
            sort_by=self.sort_by,
            sort_order=self.sort_order,
            limit=limit,
            page=page,
            **self.filters,
        )
        pages: Iterator[Page[Any]] = listing.pages()
        return pages

    @property
    def order(self) -> tuple[str, bool]:
        """The attribute that is sorted by, and whether downwards: times fall unless reported, all else rises."""
        attribute = snake(self.sort_by or OPERATIONS[self.operation].sort_keys[0])
        return attribute, self.sort_order == "DESC" or (self.sort_order is None and attribute.startswith("time"))


def shown(simulator: Simulator, query: Query) -> list[Any]:
    """What the list should be by a plain sort, ties in the order of making: pairs of position and summary."""
    kind = OPERATIONS[query.operation].kind
    bases = [record.snapshot for record in base_models(query.region)] if kind is MODEL else []
    here = [each for each in simulator.state()[kind.collection] if resolve_region(None, each.id, "") == query.region]
    own = [each for each in here if each.compartment_id == query.compartment]
    attribute, descending = query.order
    matching = [
        ((getattr(each, attribute), order), narrowed(each, kind.summary))
        for order, each in enumerate([*reversed(bases), *own])
        if all(matches(each, name, wanted) for name, wanted in query.filters.items())
    ]
    return sorted(matching, key=lambda pair: pair[0], reverse=descending)


def matches(each: Any, name: str, wanted: Any) -> bool:
    if name == "capability":
        return bool(set(wanted) & set(each.capabilities))
    if name == "resource_id":
        return bool(each.resources[0].identifier == wanted)
    return bool(getattr(each, "id" if name == "work_request_id" else name) == wanted)


def values_of(simulator: Simulator, kind: Kind, name: str) -> list[Any]:
    """Values to filter by that something has, and one that nothing has."""
    each = simulator.state()[kind.collection]
    if name in ("id", "work_request_id"):
        return [*(one.id for one in each), "nothing"]
    if name == "resource_id":
        return [*(one.resources[0].identifier for one in each), "nothing"]
    return ["a", "B", "meta" if name == "vendor" else "meta.llama-3.3-70b-instruct", "nothing"]


@st.composite
def queries(draw: st.DrawFn, simulator: Simulator, name: str, *, regions: int = 1, compartments: int = 1) -> Query:
    operation = OPERATIONS[name]
    filters: dict[str, Any] = {}
    for each in draw(st.lists(st.sampled_from(sorted(operation.filters)), max_size=2, unique=True)):
        chosen = st.sampled_from(operation.filters[each] or values_of(simulator, operation.kind, each))
        filters[each] = draw(st.lists(chosen, min_size=1, max_size=2) if each == "capability" else chosen)
    return Query(
        name,
        draw(st.sampled_from(REGIONS[:regions])),
        draw(st.sampled_from(COMPARTMENTS[:compartments])),
        filters,
        draw(st.none() | st.sampled_from(operation.sort_keys)),
        draw(st.sampled_from([None, "ASC", "DESC"])),
    )


def cut(items: list[Any], size: int) -> list[tuple[Any, ...]]:
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)] or [()]


@given(operation=st.sampled_from(LISTS), limit=st.sampled_from([1, 2, 3, 5, 30, 1000, None]), data=st.data())
def test_every_match_is_listed_once_and_in_order(
    begin: Begin, operation: str, limit: int | None, data: st.DataObject
) -> None:
    genai, simulator = begin(7)
    Populace(simulator, data.draw(st.lists(plans(operation, regions=2, compartments=2), max_size=20)))
    query = data.draw(queries(simulator, operation, regions=2, compartments=2))
    expected = [summary for _, summary in shown(simulator, query)]
    assert [page.items for page in query.fetch(genai, limit=limit)] == cut(expected, limit or 100)


@given(operation=st.sampled_from(LISTS), limit=st.integers(1, 4), data=st.data())
def test_unchanged_items_are_listed_once_and_in_order_despite_changes_between_pages(
    begin: Begin, operation: str, limit: int, data: st.DataObject
) -> None:
    genai, simulator = begin(7)
    populace = Populace(simulator, data.draw(st.lists(plans(operation), min_size=4, max_size=12)))
    query = data.draw(queries(simulator, operation))
    changes = ["insert", "insert", "delete", "move", "update", "fail", "purge"]
    change = st.tuples(st.sampled_from(changes), st.integers(0, 30), plans(operation, compartments=2))
    between = iter(data.draw(st.lists(st.lists(change, max_size=3), max_size=6)))
    reported: list[str] = []
    lists = [positions(simulator, query)]
    for page in query.fetch(genai, limit=limit):
        reported += [item.id for item in page.items]
        for disrupted in next(between, []):
            populace.disturb(*disrupted)
        lists.append(positions(simulator, query))
    lists.pop()  # no page was fetched after the last change
    settled = {identifier: len({each.get(identifier) for each in lists}) == 1 for each in lists for identifier in each}
    stayed = [identifier for identifier in lists[-1] if settled[identifier]]
    assert [identifier for identifier in reported if settled[identifier]] == stayed
    twice = [identifier for identifier, times in Counter(reported).items() if times > 1]
    assert [identifier for identifier in twice if not has_moved(identifier, lists)] == []


def positions(simulator: Simulator, query: Query) -> dict[str, Any]:
    """The sort value of every match, in the order of the list."""
    return {summary.id: position[0] for position, summary in shown(simulator, query)}


def has_moved(identifier: str, lists: list[dict[str, Any]]) -> bool:
    """Whether something was ever elsewhere in the order, be it that it was not there in between."""
    return len({each[identifier] for each in lists if identifier in each}) > 1


ASPECTS: dict[str, list[Any]] = {
    "operation": LISTS,
    "region": list(REGIONS),
    "compartment": list(COMPARTMENTS),
    "filters": [{}, {"vendor": "meta"}, {"vendor": "cohere"}, {"lifecycle_state": "ACTIVE"}, {"capability": ["CHAT"]}],
    "sort_by": [None, "timeCreated", "displayName"],
    "sort_order": [None, "ASC", "DESC"],
}
lists_of_models = st.builds(
    Query, **{name: st.sampled_from(["list_models"] if name == "operation" else ASPECTS[name]) for name in ASPECTS}
)
"""Lists that have several pages in any world, because of the base models."""


def second_page(genai: Repository, query: Query) -> str:
    token = next(query.fetch(genai, limit=1)).next_page
    assert token
    return token


def assert_refused(genai: Repository, query: Query, token: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        next(query.fetch(genai, page=token))
    assert (refused.value.status, refused.value.code, refused.value.rule) == (400, "InvalidParameter", "page-token")


@given(query=lists_of_models, changed=st.sampled_from(sorted(ASPECTS)), data=st.data())
def test_a_token_is_for_the_list_that_gave_it_alone(
    begin: Begin, query: Query, changed: str, data: st.DataObject
) -> None:
    genai, _ = begin(7)
    if changed == "operation":
        query = query._replace(filters={}, sort_by=None)
    other = query._replace(**{changed: data.draw(st.sampled_from(ASPECTS[changed]))})
    assume((other[:4], other.order) != (query[:4], query.order))
    assert_refused(genai, other, second_page(genai, query))


@given(query=lists_of_models, limit=st.integers(1, 1000))
def test_the_size_of_a_page_may_change_from_page_to_page(begin: Begin, query: Query, limit: int) -> None:
    genai, _ = begin(7)
    everything = [model for page in query.fetch(genai, limit=1000) for model in page.items]
    rest = [model for page in query.fetch(genai, limit=limit, page=second_page(genai, query)) for model in page.items]
    assert rest == everything[1:]


@given(query=lists_of_models, seed=st.integers(), other=st.integers())
def test_a_token_is_for_worlds_of_its_seed(begin: Begin, query: Query, seed: int, other: int) -> None:
    assume(seed != other)
    genai, _ = begin(seed)
    token = second_page(genai, query)
    second = next(query.fetch(genai, page=token))
    genai, _ = begin(seed)
    assert next(query.fetch(genai, page=token)) == second
    genai, _ = begin(other)
    assert_refused(genai, query, token)


@given(query=lists_of_models, text=st.text() | st.text("-_+/=abcXYZ019", max_size=80))
@example(query=Query("list_models", REGIONS[0], COMPARTMENTS[0], {}, None, None), text="")
def test_any_other_text_is_no_token(begin: Begin, query: Query, text: str) -> None:
    genai, _ = begin(7)
    assert_refused(genai, query, text)


@given(
    query=lists_of_models,
    at=st.integers(0, 200),
    replaced=st.integers(0, 1),
    inserted=st.text("-_+/= aAzZ09", max_size=2),
)
def test_a_token_that_was_altered_is_none(begin: Begin, query: Query, at: int, replaced: int, inserted: str) -> None:
    genai, _ = begin(7)
    token = second_page(genai, query)
    at %= len(token) + 1
    altered = token[:at] + inserted + token[at + replaced :]
    assume(altered != token)
    assert_refused(genai, query, altered)


@given(epochs=st.integers(1, 12), limit=st.integers(2, 5), order=st.sampled_from([None, "ASC", "DESC"]))
def test_the_log_of_a_work_request_is_listed_in_order(begin: Begin, epochs: int, limit: int, order: str | None) -> None:
    genai, simulator = begin(7)
    base, training, _ = Populace(simulator, []).stage[REGIONS[0]]
    tuning = ready.fine_tuning(training, LoraTrainingConfig(total_training_epochs=epochs))
    begun = genai.create_model(ready.model_details(genai, base_model_id=base, fine_tune_details=tuning))
    for percent in (10, 50, 95):
        simulator.clock.sleep(60)
        simulator.progress(begun.id, percent)
    simulator.finish(begun.id)
    work = ready.work_begun(begun)
    rising = list(genai.list_work_request_logs(work, sort_order="ASC"))
    assert [entry.timestamp for entry in rising] == sorted(entry.timestamp for entry in rising)
    assert sum(f"of {epochs} finished" in entry.message for entry in rising) == min(epochs, 10)
    pages = genai.list_work_request_logs(work, sort_order=order, limit=limit).pages()
    assert [page.items for page in pages] == cut(rising if order == "ASC" else rising[::-1], limit)
