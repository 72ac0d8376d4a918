"""Sixteen threads on one world, in memory and over a socket: no change is lost, repeated or half done."""

from __future__ import annotations

import copy
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from object_graph import differences

from fake_server import FakeServer, Settings
from genai_ports import (
    NEVER,
    Conflict,
    CreateEndpointDetails,
    CreateImportedModelDetails,
    FailingWork,
    Fault,
    IncorrectState,
    InMemoryModelRepository,
    LimitExceeded,
    NotFound,
    PreconditionFailed,
    RelatedResourceNotFound,
    SdkModelRepository,
    ServiceError,
    Simulator,
    UpdateImportedModelDetails,
    UpdateModelDetails,
    builders,
)
from genai_ports.testing.invariants import InvariantChecker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THREADS = 16
ROUNDS = 5
COMPARTMENT = "ocid1.compartment.oc1..a"


class Shared:
    """One backend that all threads use, the world behind it, and the ids of what is there."""

    def __init__(self, genai: Any, simulator: Simulator, ids: dict[str, str]) -> None:
        self.genai, self.simulator, self.ids = genai, simulator, ids


@pytest.fixture(autouse=True)
def _restless() -> Iterator[None]:
    """Threads take turns so often that whatever is not guarded shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture(params=["memory", "socket"])
def shared(request: pytest.FixtureRequest, populate) -> Iterator[Shared]:
    if request.param == "memory":
        genai = InMemoryModelRepository()
        yield Shared(genai, genai.simulator, populate(genai.simulator))
        return
    with (
        FakeServer(settings=Settings(clock="virtual")) as server,
        SdkModelRepository(endpoint=server.url, clock=server.clock) as over_http,
    ):
        yield Shared(over_http, server.simulator, populate(server.simulator))


def together(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Start all threads at once, and return the result of each."""
    barrier = Barrier(threads, timeout=30)

    def begin(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def import_details(name: str) -> CreateImportedModelDetails:
    return CreateImportedModelDetails(
        compartment_id=COMPARTMENT,
        display_name=name,
        vendor=name,
        version=name,
        data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
    )


def test_no_update_is_lost_if_all_threads_send_if_match(shared: Shared) -> None:
    genai, model = shared.genai, shared.ids["model"]
    genai.update_model(model, UpdateModelDetails(freeform_tags={"count": "0"}))
    record = shared.simulator.world.tables["model"].get(model)
    assert record
    first_version = record.version

    def count(_: int) -> list[str]:
        etags: list[str] = []
        while len(etags) < ROUNDS:
            read = genai.get_model(model)
            counted = UpdateModelDetails(freeform_tags={"count": str(int(read.freeform_tags["count"]) + 1)})
            try:
                etags.append(genai.update_model(model, counted, if_match=read.etag).etag)
            except PreconditionFailed:
                continue
        return etags

    etags = [etag for own in together(count) for etag in own]
    assert genai.get_model(model).freeform_tags == {"count": str(THREADS * ROUNDS)}
    assert len(set(etags)) == THREADS * ROUNDS == record.version - first_version


def test_no_thread_reads_half_of_an_update(shared: Shared) -> None:
    genai, model = shared.genai, shared.ids["model"]

    def write(number: int) -> list[tuple[str, ...]]:
        for turn in range(ROUNDS):
            name = f"thread-{number}-turn-{turn}"
            genai.update_model(
                model, UpdateModelDetails(display_name=name, vendor=name, version=name, freeform_tags={"name": name})
            )
        return []

    def read(_: int) -> list[tuple[str, ...]]:
        seen: list[tuple[str, ...]] = []
        for _ in range(ROUNDS):
            listed = genai.list_models(COMPARTMENT, id=model).one()
            seen += [
                (found.display_name, found.vendor, found.version, found.freeform_tags["name"])
                for found in (genai.get_model(model), listed)
            ]
        return seen

    write(THREADS)
    seen = [each for own in together(lambda number: (write, read)[number % 2](number)) for each in own]
    assert len(seen) == THREADS // 2 * ROUNDS * 2
    assert all(len(set(names)) == 1 for names in seen)


def test_one_retry_token_makes_one_resource_however_many_send_it(shared: Shared) -> None:
    before = len(tuple(shared.genai.list_imported_models(COMPARTMENT)))
    tokens = [f"token-{n}" for n in range(4 * ROUNDS)]

    def create(_: int) -> list[Any]:
        return [shared.genai.create_imported_model(import_details(token), retry_token=token) for token in tokens]

    for made in zip(*together(create), strict=True):
        assert len({model.id for model in made}) == 1
        assert len({model.response.work_request_id for model in made}) == 1
        assert len({model.response.request_id for model in made}) == THREADS
    assert len(tuple(shared.genai.list_imported_models(COMPARTMENT))) - before == len(tokens)


def test_lists_stay_whole_while_others_create_and_delete(shared: Shared) -> None:
    genai = shared.genai
    stays = {genai.create_imported_model(import_details(f"stays-{n}")).id for n in range(20)}

    def live(number: int) -> tuple[list[str], list[list[Any]]]:
        own, walks = [], []
        for turn in range(ROUNDS):
            own.append(genai.create_imported_model(import_details(f"thread-{number}-turn-{turn}")).id)
            if turn % 2:
                gone = own.pop(0)
                genai.get_imported_model(gone)
                genai.delete_imported_model(gone)
                assert genai.get_imported_model(gone).lifecycle_state == "DELETED"
            walks.append(list(genai.list_imported_models(COMPARTMENT, limit=7, sort_by="displayName")))
            active = {model.id for model in walks[-1] if model.lifecycle_state != "DELETED"}
            assert active.issuperset(own)
        return own, walks

    lives = together(live)
    for walk in (walk for _, walks in lives for walk in walks):
        counted = Counter(model.id for model in walk)
        assert max(counted.values()) == 1
        assert stays <= counted.keys()
        assert [model.display_name for model in walk] == sorted(model.display_name for model in walk)
        assert all(model.display_name == model.vendor == model.version for model in walk if model.vendor)
    left = {model.id for model in genai.list_imported_models(COMPARTMENT, lifecycle_state="ACTIVE")}
    assert left == {shared.ids["imported_model"], *stays, *(identifier for own, _ in lives for identifier in own)}


def test_one_of_many_deletions_of_the_same_resource_goes_through(shared: Shared) -> None:
    for turn in range(ROUNDS):
        model = shared.genai.create_imported_model(import_details(f"turn-{turn}")).id
        shared.genai.get_imported_model(model)

        def delete(_: int, model: str = model) -> str:
            try:
                return str(shared.genai.delete_imported_model(model).work_request_id)
            except (NotFound, IncorrectState) as error:
                return error.code

        responses = Counter(together(delete))
        [work_request] = responses.keys() - {"NotAuthorizedOrNotFound", "IncorrectState"}
        assert responses[work_request] == 1
        assert shared.genai.get_work_request(work_request).status == "SUCCEEDED"


def test_a_model_is_either_deployed_or_deleted_and_never_both(shared: Shared) -> None:
    genai, cluster = shared.genai, shared.ids["dedicated_ai_cluster"]
    models = [genai.create_imported_model(import_details(f"model-{n}")).id for n in range(THREADS // 2)]
    for model in models:
        genai.get_imported_model(model)

    def deploy_or_delete(number: int) -> tuple[str, str]:
        model = models[number // 2]
        try:
            if number % 2:
                genai.delete_imported_model(model)
                return model, "deleted"
            genai.create_endpoint(
                CreateEndpointDetails(compartment_id=COMPARTMENT, model_id=model, dedicated_ai_cluster_id=cluster)
            )
        except (Conflict, RelatedResourceNotFound):
            return model, "refused"
        return model, "deployed"

    outcomes = together(deploy_or_delete)
    for model in models:
        done = {outcome for of, outcome in outcomes if of == model}
        assert done in ({"deployed", "refused"}, {"deleted", "refused"})
        gone = genai.get_imported_model(model).lifecycle_state == "DELETED"
        assert gone == ("deleted" in done)
    deployed = [outcome for _, outcome in outcomes].count("deployed")
    assert genai.get_dedicated_ai_cluster(cluster).capacity.used_endpoint_capacity == deployed + 1


def test_a_cluster_takes_as_many_endpoints_as_it_holds_and_not_one_more(shared: Shared) -> None:
    genai, cluster, model = shared.genai, shared.ids["dedicated_ai_cluster"], shared.ids["model"]

    def deploy(_: int) -> int:
        deployed = 0
        for _ in range(ROUNDS):
            try:
                genai.create_endpoint(
                    CreateEndpointDetails(compartment_id=COMPARTMENT, model_id=model, dedicated_ai_cluster_id=cluster)
                )
                deployed += 1
            except LimitExceeded:
                pass
        return deployed

    assert sum(together(deploy)) == 49
    capacity = genai.get_dedicated_ai_cluster(cluster).capacity
    assert capacity.used_endpoint_capacity == capacity.total_endpoint_capacity == 50


def test_the_journal_has_every_call_once(shared: Shared) -> None:
    def look(number: int) -> list[str]:
        details = UpdateImportedModelDetails(description=f"by {number}")
        made = shared.genai.create_imported_model(import_details(f"thread-{number}"))
        read = shared.genai.get_imported_model(made.id)
        changed = shared.genai.update_imported_model(made.id, details)
        return [each.response.request_id for each in (made, read, changed)]

    reported = Counter(request_id for own in together(look) for request_id in own)
    noted = Counter(entry.request_id for entry in shared.simulator.journal)
    assert reported == noted
    assert set(noted.values()) == {1}
    assert len(noted) == 3 * THREADS


def test_many_connections_at_once_each_get_their_own_responses() -> None:
    with FakeServer(settings=Settings(clock="virtual")) as server:

        def talk(number: int) -> list[str]:
            with SdkModelRepository(endpoint=server.url, clock=server.clock) as genai:
                names = [f"thread-{number}-turn-{turn}" for turn in range(ROUNDS)]
                return [
                    genai.get_imported_model(genai.create_imported_model(import_details(name)).id).display_name
                    for name in names
                ]

        reported = together(talk)
    assert reported == [[f"thread-{number}-turn-{turn}" for turn in range(ROUNDS)] for number in range(THREADS)]


def test_a_world_changed_by_many_threads_stays_consistent() -> None:
    simulator = Simulator(pace="3s")
    genai = InMemoryModelRepository(simulator=simulator, retry=NEVER)
    limit = "dedicated-unit-h100-count"
    statement = "Allow group Readers to read generative-ai-family in tenancy"

    def call(number: int) -> None:
        with suppress(ServiceError):
            made = genai.create_imported_model(import_details(f"thread-{number}"))
            genai.clock.sleep(1)
            genai.delete_imported_model(made.id)

    actions: list[Callable[[int], object]] = [
        call,
        call,
        lambda _: simulator.faults.add(Fault(status=500, times=2)),
        lambda _: simulator.failing_work.add(FailingWork(failure="timed-out")),
        lambda number: simulator.limits.set(limit, number),
        lambda _: simulator.policies.allow(statement),
        lambda number: simulator.policies.join(f"ocid1.user.oc1..{number}", "Readers"),
        lambda _: simulator.set_modes("stale-lists:2", "same-names"),
        lambda _: [*simulator.faults, *simulator.limits, *simulator.policies, *simulator.journal],
        lambda _: (simulator.state(), simulator.troubles(), simulator.policies.members),
        lambda _: copy.deepcopy(simulator).state(),
        lambda _: simulator.reset(),
    ]

    def hammer(number: int) -> None:
        for turn in range(4 * ROUNDS):
            actions[(number + turn) % len(actions)](number)

    together(hammer)
    simulator.faults.clear()
    simulator.failing_work.clear()
    simulator.set_modes()
    InvariantChecker(simulator).check()
    simulator.reset()
    assert differences(simulator, Simulator(pace="3s")) == []


def test_no_concurrent_change_by_a_test_is_lost() -> None:
    simulator = Simulator()
    began = simulator.clock.now()

    def change(number: int) -> list[str]:
        tokens = []
        for turn in range(10 * ROUNDS):
            simulator.clock.sleep(1)
            simulator.faults.add(Fault(status=500))
            simulator.limits.set(
                "dedicated-unit-h100-count", 1, compartment_id=f"ocid1.compartment.oc1..{number}x{turn}"
            )
            simulator.policies.add([], user=f"ocid1.user.oc1..{turn}", group=f"Group-{number}-{turn}")
            tokens.append(simulator.new_retry_token())
        return tokens

    sys.setswitchinterval(1e-6)
    tokens = [token for own in together(change) for token in own]
    changes = THREADS * 10 * ROUNDS
    assert (simulator.clock.now() - began).total_seconds() == changes
    assert len(list(simulator.faults)) == len(list(simulator.limits)) == len(set(tokens)) == changes
    assert sum(map(len, simulator.policies.members.values())) == changes
