"""Lists: whatever there is, and whatever is asked, each match is told once and in order, page by page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fake_server import Settings, create_app
from genai_ports import (
    CreateDedicatedAiClusterDetails,
    CreateEndpointDetails,
    CreateImportedModelDetails,
    CreateModelDetails,
    FineTuneDetails,
    HuggingFaceModel,
    InMemoryModelRepository,
    LoraTrainingConfig,
    ObjectStorageDataset,
    SdkModelRepository,
)
from genai_ports.domain.names import snake
from genai_ports.domain.operations import (
    DEDICATED_AI_CLUSTER,
    ENDPOINT,
    IMPORTED_MODEL,
    MODEL,
    OPERATIONS,
    RESOURCE_KINDS,
    Kind,
)
from genai_ports.domain.value import narrowed
from genai_ports.errors import GenAiError, InvalidParameter, ServiceError
from genai_ports.regions import resolve_region
from genai_ports.simulator.catalogue import base_models
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY
from genai_ports.testing.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from genai_ports.domain.snapshot import Page
    from genai_ports.repository import Repository

    Begin = Callable[[int], tuple[Repository, Simulator]]

REGIONS = ("us-chicago-1", "eu-frankfurt-1")
COMPARTMENTS = ("ocid1.compartment.oc1..one", "ocid1.tenancy.oc1..root")
BEHIND_THE_SCENES = "ocid1.compartment.oc1..behind"
LISTS = sorted(name for name, operation in OPERATIONS.items() if operation.verb == "list")
DAY = 24 * 60 * 60


@pytest.fixture(scope="module", params=["memory", "sdk"])
def begin(request: pytest.FixtureRequest) -> Iterator[Begin]:
    """What begins a fresh world of a seed, whose work is only done by hand."""
    if request.param == "memory":
        yield _begin_in_memory
        return
    app = create_app(Settings(pace="manual", clock="virtual"))
    with SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(app)) as genai:

        def begin(seed: int) -> tuple[Repository, Simulator]:
            app.universes.reset(TENANCY, Settings(seed=seed, pace="manual", clock="virtual"))
            return genai, app.universes.get(TENANCY).simulator

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


names = st.sampled_from(["a", "b", "B", "ä", "a b"])
plans = st.builds(
    Plan,
    kind=st.sampled_from(RESOURCE_KINDS),
    name=names,
    region=st.sampled_from(REGIONS),
    compartment=st.sampled_from(COMPARTMENTS),
    state=st.sampled_from(["ACTIVE", "CREATING", "FAILED", "DELETING", "DELETED"]),
    pause=st.sampled_from([0, 0, 0.001, 60]),
)


class Populace:
    """Makes resources in a world, in memory for speed, and then moves, changes and deletes them."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.genai = InMemoryModelRepository(simulator=simulator)
        self.stage = {region: self._stage(region) for region in REGIONS}
        self.made: list[tuple[Kind, str]] = []

    def _stage(self, region: str) -> tuple[str, str, str]:
        """A base model that can be fine-tuned, a fine-tuning cluster and a hosting cluster."""
        base = self.genai.list_models(BEHIND_THE_SCENES, capability="FINE_TUNE", vendor="meta", region=region).first()
        return base.id, self._cluster("FINE_TUNING", region), self._cluster("HOSTING", region)

    def _cluster(self, purpose: str, region: str) -> str:
        details = CreateDedicatedAiClusterDetails(
            compartment_id=BEHIND_THE_SCENES, type=purpose, unit_count=1, unit_shape="A10_X1"
        )
        cluster = self.genai.create_dedicated_ai_cluster(details, region=region)
        self.simulator.finish(cluster.id)
        return cluster.id

    def make(self, plan: Plan) -> None:
        identifier = self._create(plan)
        self.made.append((plan.kind, identifier))
        if plan.state == "FAILED":
            self.simulator.fail(identifier)
        elif plan.state != "CREATING":
            self.simulator.finish(identifier)
        if plan.state in ("DELETING", "DELETED"):
            self._do("delete", plan.kind, identifier)
        if plan.state == "DELETED":
            self.simulator.finish(identifier)
        self.simulator.clock.sleep(plan.pause)

    def _create(self, plan: Plan) -> str:
        base, training, hosting = self.stage[plan.region]
        common = {"compartment_id": plan.compartment, "display_name": plan.name}
        if plan.kind is MODEL:
            dataset = ObjectStorageDataset(namespace_name="n", bucket_name="b", object_name="o")
            tuning = FineTuneDetails(training_dataset=dataset, dedicated_ai_cluster_id=training)
            details: Any = CreateModelDetails(**common, base_model_id=base, fine_tune_details=tuning)
        elif plan.kind is IMPORTED_MODEL:
            source = HuggingFaceModel(model_id="a/b")
            capability = "EMBEDDING" if plan.name == "a" else "RERANK"
            details = CreateImportedModelDetails(**common, data_source=source, vendor=plan.name, capabilities=(capability,))
        elif plan.kind is ENDPOINT:
            details = CreateEndpointDetails(**common, model_id=base, dedicated_ai_cluster_id=hosting)
        else:
            details = CreateDedicatedAiClusterDetails(**common, type="HOSTING", unit_count=1, unit_shape="A10_X1")
        made = getattr(self.genai, f"create_{plan.kind.name}")(details, region=plan.region)
        identifier: str = made.id
        return identifier

    def _do(self, verb: str, kind: Kind, *arguments: Any) -> Any:
        return getattr(self.genai, f"{verb}_{kind.name}")(*arguments)

    def disturb(self, what: str, which: int, plan: Plan) -> None:
        """Change something, if that is allowed at the moment."""
        if what == "insert" or not self.made:
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
        self._do("update", kind, identifier, kind.load("Details", "Update")(display_name=plan.name))

    def _move(self, kind: Kind, identifier: str, plan: Plan) -> None:
        getattr(self.genai, f"change_{kind.name}_compartment")(identifier, plan.compartment)

    def _fail(self, _: Kind, identifier: str, __: Plan) -> None:
        self.simulator.fail(identifier)

    def _wait(self, _: Kind, __: str, plan: Plan) -> None:
        self.simulator.clock.sleep(plan.pause + DAY)


class Query(NamedTuple):
    """What a list is asked for, but for pages."""

    operation: str
    region: str
    compartment: str
    filters: dict[str, Any]
    sort_by: str | None
    sort_order: str | None

    def ask(self, genai: Repository, *, limit: int | None = None, page: str | None = None) -> Iterator[Page[Any]]:
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
        """The attribute that is sorted by, and whether downwards: times fall unless told, all else rises."""
        attribute = snake(self.sort_by or OPERATIONS[self.operation].sort_keys[0])
        return attribute, self.sort_order == "DESC" or (self.sort_order is None and attribute.startswith("time"))


def shown(simulator: Simulator, query: Query) -> list[Any]:
    """What the list should be by a plain sort, ties in the order of making: pairs of position and summary."""
    kind = OPERATIONS[query.operation].kind
    bases = [record.snapshot for record in base_models(query.region)] if kind is MODEL else []
    made = [each for each in simulator.state()[kind.name] if resolve_region(None, each.id, "") == query.region]
    own = [each for each in made if each.compartment_id == query.compartment]
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
    """Values to filter by, which something has, and one that nothing has."""
    each = simulator.state()[kind.name]
    if name in ("id", "work_request_id"):
        return [*(one.id for one in each), "nothing"]
    if name == "resource_id":
        return [*(one.resources[0].identifier for one in each), "nothing"]
    if name == "vendor":
        return ["meta", "a", "nothing"]
    return ["a", "B", "meta.llama-3.3-70b-instruct", "nothing"]


@st.composite
def queries(draw: st.DrawFn, simulator: Simulator, operations: list[str]) -> Query:
    operation = OPERATIONS[draw(st.sampled_from(operations))]
    filters: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(operation.filters)), max_size=2, unique=True)):
        allowed = operation.filters[name] or values_of(simulator, operation.kind, name)
        chosen = st.sampled_from(allowed)
        filters[name] = draw(st.lists(chosen, min_size=1, max_size=2) if name == "capability" else chosen)
    return Query(
        operation.name,
        draw(st.sampled_from(REGIONS)),
        draw(st.sampled_from(COMPARTMENTS)),
        filters,
        draw(st.none() | st.sampled_from(operation.sort_keys)),
        draw(st.sampled_from([None, "ASC", "DESC"])),
    )


def cut(items: list[Any], size: int) -> list[tuple[Any, ...]]:
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)] or [()]


@given(planned=st.lists(plans, max_size=12), limit=st.sampled_from([1, 2, 3, 5, 30, 1000, None]), data=st.data())
def test_every_match_is_told_once_and_in_order(
    begin: Begin, planned: list[Plan], limit: int | None, data: st.DataObject
) -> None:
    genai, simulator = begin(7)
    populace = Populace(simulator)
    for plan in planned:
        populace.make(plan)
    query = data.draw(queries(simulator, LISTS))
    expected = [summary for _, summary in shown(simulator, query)]
    assert [page.items for page in query.ask(genai, limit=limit)] == cut(expected, limit or 100)


disturbances = st.tuples(
    st.sampled_from(["insert", "insert", "delete", "move", "update", "fail", "wait"]), st.integers(0, 30), plans
)


@given(
    planned=st.lists(plans, min_size=3, max_size=12),
    between=st.lists(st.lists(disturbances, max_size=3), max_size=5),
    limit=st.integers(1, 4),
    data=st.data(),
)
def test_what_stays_is_told_once_and_in_order_whatever_changes_between_pages(
    begin: Begin, planned: list[Plan], between: list[list[Any]], limit: int, data: st.DataObject
) -> None:
    genai, simulator = begin(7)
    populace = Populace(simulator)
    for plan in planned:
        populace.make(plan)
    query = data.draw(queries(simulator, [name for name in LISTS if name != "list_models"]))
    told: list[str] = []
    seen = [positions(simulator, query)]
    for page in query.ask(genai, limit=limit):
        told += [item.id for item in page.items]
        for disturbance in between.pop() if between else []:
            populace.disturb(*disturbance)
        seen.append(positions(simulator, query))
    seen.pop()

    stayed = [identifier for identifier in seen[-1] if all(each.get(identifier) == seen[-1][identifier] for each in seen)]
    moved = {identifier for each in seen for identifier in each if each[identifier] != last_position(seen, identifier)}
    assert [identifier for identifier in told if identifier in stayed] == stayed
    assert [identifier for identifier, times in Counter(told).items() if times > 1 and identifier not in moved] == []


def positions(simulator: Simulator, query: Query) -> dict[str, Any]:
    """The sort value of every match, in the order of the list."""
    return {summary.id: position[0] for position, summary in shown(simulator, query)}


def last_position(seen: list[dict[str, Any]], identifier: str) -> Any:
    return next(each[identifier] for each in reversed(seen) if identifier in each)
