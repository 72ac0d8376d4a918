"""Invariants of a simulated world for any calls, in any order, at any time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from genai_ports import InMemoryModelRepository
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.kinds import ENDPOINT, IMPORTED_MODEL, OPERATIONS, RESOURCE_KINDS
from genai_ports.api.snapshot import ResponseMetadata
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, LIST, UPDATE
from genai_ports.errors import GenAiError, ServiceError
from genai_ports.testing import ready
from genai_ports.testing.invariants import InvariantChecker
from genai_ports.testing.plans import controls
from genai_ports.testing.requests import (
    COMPARTMENTS,
    UNKNOWN_IDS,
    create_details,
    list_options,
    maybe,
    rarely,
    trainable_base_models,
    update_details,
)

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.api.work_request import WorkRequestLogEntry
    from genai_ports.client.repository import Repository
    from genai_ports.simulator.simulator import Simulator

PACES = st.sampled_from(["instant", "2s", "realistic", "reads:0", "reads:3"])
PAUSES = st.sampled_from([0, 0.001, 0.4, 1, 59, 60, 400, 3600, 90_000, 1_300_000]) | st.floats(0, 10_000)


def etags(simulator: Simulator) -> dict[str, str]:
    world = simulator.world
    return {record.snapshot.id: world.etag(record) for table in world.tables.values() for record in table}


def create(genai: Repository, kind: Kind) -> Any:
    return getattr(genai, f"create_{kind.name}")(ready.details(genai, kind))


class Step(NamedTuple):
    """A change to ask for: a new resource of a kind, or one of a resource that was made before."""

    verb: str
    kind: Kind
    which: int


STEPS = st.builds(
    Step,
    verb=st.sampled_from(["create", "create", "update", "change_compartment", "delete"]),
    kind=st.sampled_from(RESOURCE_KINDS),
    which=st.integers(0, 9),
)


class Story:
    """Takes one step after the other in a world of some pace, and waits until each is done."""

    def __init__(self, pace: str) -> None:
        self.genai = InMemoryModelRepository(seed=3, pace=pace)
        self.made: list[tuple[Kind, str]] = []

    def take(self, step: Step, looks: list[str]) -> object:
        """Take a step, look around until it is done, and tell what came of it that is not a time."""
        try:
            begun = self._ask(step)
        except ServiceError as error:
            return error.rule
        response = begun if isinstance(begun, ResponseMetadata) else begun.response
        for look in looks:
            self._look(look, response.work_request_id)
        if response.work_request_id:
            self.genai.wait_for_work_request(response.work_request_id, interval=60)
        return etags(self.genai.simulator)

    def _ask(self, step: Step) -> Any:
        if step.verb is CREATE or not self.made:
            begun = create(self.genai, step.kind)
            self.made.append((step.kind, begun.id))
            return begun
        kind, identifier = self.made[step.which % len(self.made)]
        if step.verb is DELETE:
            return getattr(self.genai, f"delete_{kind.name}")(identifier)
        if step.verb is CHANGE_COMPARTMENT:
            return getattr(self.genai, f"change_{kind.name}_compartment")(identifier, ready.ELSEWHERE)
        changes = kind.operation(UPDATE).details(description="changed")
        return getattr(self.genai, f"update_{kind.name}")(identifier, changes)

    def _look(self, look: str, work: str | None) -> None:
        kind, identifier = self.made[-1]
        if look == "get":
            getattr(self.genai, f"get_{kind.name}")(identifier)
        elif look == "list":
            list(self.genai.list_work_requests(ready.COMPARTMENT, limit=2))
        elif look == "state":
            self.genai.simulator.state()
        elif look == "work" and work:
            self.genai.get_work_request(work)
            list(self.genai.list_work_request_logs(work))


LOOKS = st.lists(st.sampled_from(["get", "list", "state", "work"]), max_size=4)


@given(steps=st.lists(st.tuples(STEPS, LOOKS), max_size=8), pace=PACES, other_pace=PACES)
def test_ids_and_etags_follow_from_the_changes_alone(
    steps: list[tuple[Step, list[str]]], pace: str, other_pace: str
) -> None:
    plain, curious = Story(pace), Story(other_pace)
    for step, looks in steps:
        assert plain.take(step, []) == curious.take(step, looks)


@given(steps=st.lists(STEPS, max_size=8), pace=PACES)
def test_the_same_calls_in_the_same_world_bring_the_same(steps: list[Step], pace: str) -> None:
    first, second = Story(pace), Story(pace)
    for step in steps:
        assert first.take(step, ["work"]) == second.take(step, ["work"])
    assert first.genai.simulator.state() == second.genai.simulator.state()
    assert tuple(first.genai.simulator.journal) == tuple(second.genai.simulator.journal)


def act(simulator: Simulator, identifier: str, action: tuple[str, dict[str, Any]]) -> None:
    """Act on a piece of work; one that has finished refuses, and so do values that cannot be."""
    name, arguments = action
    try:
        getattr(simulator, name)(identifier, **arguments)
    except GenAiError:
        return


@given(
    kind=st.sampled_from(RESOURCE_KINDS),
    pace=st.sampled_from(["realistic", "realistic", "2s", "instant", "reads:0", "reads:3", "manual"]),
    events=st.lists(
        st.tuples(
            st.sampled_from([0, 0.4, 1, 100, 300, 600, 1500]),
            st.booleans().flatmap(lambda acting: controls() if acting else st.just(("get", {}))),
        ),
        max_size=10,
    ),
)
def test_work_only_moves_forward_and_log_lines_never_change(
    kind: Kind, pace: str, events: list[tuple[float, tuple[str, dict[str, Any]]]]
) -> None:
    genai = InMemoryModelRepository(pace="realistic")
    simulator, begun = genai.simulator, create(genai, kind)
    simulator.set_pace(begun.id, pace)
    work, watch = ready.work_begun(begun), InvariantChecker(simulator)
    reported: list[WorkRequestLogEntry] = []
    for pause, action in events:
        simulator.clock.sleep(pause)
        if action[0] == "get":
            getattr(genai, f"get_{kind.name}")(begun.id)
        else:
            act(simulator, begun.id, action)
        watch.check()
        before, reported = reported, list(genai.list_work_request_logs(work, sort_order="ASC"))
        assert reported[: len(before)] == before
        assert all(entry.timestamp <= simulator.clock.now() for entry in reported)


@given(
    doing=st.lists(
        st.tuples(st.sampled_from(RESOURCE_KINDS), PAUSES, maybe(controls()), st.integers(0, 9)), max_size=5
    ),
    pace=st.sampled_from(["2s", "realistic", "1.999s", "0.003s"]),
    cuts=st.lists(st.integers(0, 200_000_000), max_size=6),
)
def test_the_times_of_events_do_not_depend_on_polls(doing: list[Any], pace: str, cuts: list[int]) -> None:
    leaping, creeping = InMemoryModelRepository(pace=pace), InMemoryModelRepository(pace=pace)
    for genai in (leaping, creeping):
        made: list[tuple[Kind, str]] = []
        for kind, pause, action, which in doing:
            genai.clock.sleep(round(pause, 3))
            made.append((kind, create(genai, kind).id))
            genai.clock.sleep(which)
            if action:
                act(genai.simulator, made[-1][1], action)
            delete_if_allowed(genai, *made[which % len(made)])
    leaping.clock.sleep(200_000)
    for start, end in pairwise(sorted([0, *cuts, 200_000_000])):
        creeping.clock.sleep((end - start) / 1000)
        creeping.simulator.state()
        list(creeping.list_work_requests(ready.COMPARTMENT))
    InvariantChecker(leaping.simulator).check()
    assert leaping.simulator.state() == creeping.simulator.state()
    assert leaping.clock.now() == creeping.clock.now()
    assert tales(leaping) == tales(creeping)


def delete_if_allowed(genai: Repository, kind: Kind, identifier: str) -> None:
    try:
        getattr(genai, f"delete_{kind.name}")(identifier)
    except ServiceError:
        return


def tales(genai: InMemoryModelRepository) -> list[Any]:
    """The logs and errors of all work."""
    works = [work.id for work in genai.simulator.state()["workRequests"]]
    return [(list(genai.list_work_request_logs(work)), list(genai.list_work_request_errors(work))) for work in works]


def busy_world() -> tuple[InMemoryModelRepository, list[tuple[Kind, str]]]:
    """A world with resources that are ready, in use, under way, failed and deleted; and each, with its kind."""
    genai = InMemoryModelRepository(pace="realistic")
    for kind in RESOURCE_KINDS:
        create(genai, kind)
    private, model = ready.private_endpoint(genai), ready.custom_model(genai)
    endpoint = ready.endpoint(genai, model_id=model.id, generative_ai_private_endpoint_id=private.id)
    failed, deleted, _ = ready.imported_model(genai), ready.imported_model(genai), create(genai, IMPORTED_MODEL)
    for doomed in (failed, deleted):
        genai.delete_imported_model(doomed.id)
    genai.simulator.fail(failed.id)
    genai.clock.sleep(600)
    genai.update_endpoint(endpoint.id, ENDPOINT.operation(UPDATE).details(description="new"))
    known = [(kind, snapshot.id) for kind in RESOURCE_KINDS for snapshot in genai.simulator.state()[kind.collection]]
    return genai, known


def everything(simulator: Simulator) -> tuple[Any, ...]:
    """All that a world remembers but its journal, down to what is only seen later."""
    world = simulator.world
    works = tuple(record.snapshot for record in world.works)
    users = [dict(world.dependents(record.snapshot.id)) for table in world.tables.values() for record in table]
    return simulator.state(), etags(simulator), works, users, world.order, len(simulator.retry_tokens)


def calls(known: list[tuple[Kind, str]], works: list[str]) -> st.SearchStrategy[Call]:
    """Calls of any operation on anything, with any option, right or wrong."""
    own = {kind: [identifier for other, identifier in known if other is kind] for kind in RESOURCE_KINDS}
    anything = st.sampled_from(
        [*(identifier for _, identifier in known), *works, *UNKNOWN_IDS, *trainable_base_models()]
    )

    def ids(*kinds: Kind) -> st.SearchStrategy[str]:
        return st.sampled_from([identifier for kind in kinds for identifier in own[kind]]) | anything

    def call(name: str) -> st.SearchStrategy[Call]:
        operation = OPERATIONS[name]
        details: st.SearchStrategy[Any] = st.none()
        if operation.verb is CREATE:
            details = create_details(operation.kind, ids)
        elif operation.verb is UPDATE:
            details = update_details(operation.kind, ids)
        elif operation.verb is CHANGE_COMPARTMENT:
            to = st.sampled_from([*COMPARTMENTS, "", None, 5])
            details = to.map(lambda compartment: operation.details(compartment_id=compartment))  # type: ignore[misc]
        query = list_options(name, ids=anything).flatmap(list_queries) if operation.is_list else st.none()
        own_or_not = rarely(anything, st.sampled_from(own.get(operation.kind, works)))
        return st.builds(
            Call,
            operation=st.just(operation),
            region=rarely(st.just("eu-frankfurt-1"), st.none()),
            target=st.none() if operation.verb in (LIST, CREATE) else own_or_not,
            details=details,
            query=query,
            if_match=rarely(st.sampled_from(["*", "stale"]), st.none()),
            retry_token=rarely(st.sampled_from(["", "t" * 65]), st.sampled_from([None, "one", "two"])),
            request_id=rarely(st.sampled_from(["no id", "", "a/b/c/d"]), st.none()),
        )

    return st.sampled_from(sorted(OPERATIONS)).flatmap(call)


def list_queries(options: dict[str, Any]) -> st.SearchStrategy[ListQuery]:
    paging = {name: options.pop(name) for name in ("sort_by", "sort_order", "limit") if name in options}
    odd = {"sort_by": "colour", "sort_order": "UP", "limit": 2.5}
    filters = {name: tuple(wanted) if isinstance(wanted, list) else wanted for name, wanted in options.items()}
    return st.builds(
        ListQuery,
        compartment_id=rarely(st.sampled_from([None, "root"]), st.sampled_from(COMPARTMENTS)),
        filters=rarely(st.just(dict.fromkeys(filters, 5)), st.just(filters)),
        page=rarely(st.text(max_size=5), st.none()),
        **{name: rarely(st.just(odd[name]), st.just(paging.get(name))) for name in odd},
    )


@given(st.data())
def test_a_call_that_is_refused_changes_nothing(data: st.DataObject) -> None:
    genai, known = busy_world()
    simulator = genai.simulator
    works = [work.id for work in simulator.state()["workRequests"]]
    before = everything(simulator)
    for call in data.draw(st.lists(calls(known, works), min_size=1, max_size=12)):
        try:
            simulator.handle(call)
        except ServiceError as error:
            event(f"refused by {error.rule}")
            assert everything(simulator) == before
        before = everything(simulator)
