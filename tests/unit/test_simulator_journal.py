"""The journal keeps the last calls, filters them, and holds no secret."""

from __future__ import annotations

import gc
from types import FunctionType, ModuleType
from typing import Any

import pytest
from odd_values import Hostile

from genai_ports import builders
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.imported_model import HuggingFaceModel
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.model import UpdateModelDetails
from genai_ports.errors import InvalidParameter, NotFound, ServiceError
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.journal import KEPT, Entry, Journal
from genai_ports.testing.ready import COMPARTMENT, cluster_details, imported_model_details

SECRET = "hf_NobodyMayKeepThis"  # made up, to be looked for


def entry(number: int, operation: str = "get_model", resource: str | None = "a", status: int = 200) -> Entry:
    return Entry(EPOCH, operation, "us-chicago-1", resource, status, None, None, f"call-{number}")


def test_calls_are_in_order_oldest_first() -> None:
    journal = Journal()
    for number in range(3):
        journal.add(entry(number))
    assert [each.request_id for each in journal] == ["call-0", "call-1", "call-2"]


def test_only_the_last_calls_are_kept() -> None:
    journal = Journal()
    for number in range(1001):
        journal.add(entry(number))
    assert len(journal) == 1000
    assert next(iter(journal)).request_id == "call-1"


def test_calls_after_one_are_found_and_all_if_that_is_gone() -> None:
    journal = Journal()
    for number in range(4):
        journal.add(entry(number, status=200 + number % 2))

    def after(request_id: str, **filters: Any) -> list[str]:
        return [each.request_id for each in journal.query(after=request_id, **filters)]

    assert after("call-1") == ["call-2", "call-3"]
    assert after("call-0", status=200) == ["call-2"]
    assert after("call-3") == []
    assert after("call-9") == ["call-0", "call-1", "call-2", "call-3"]


def test_a_walk_is_over_the_calls_of_its_beginning() -> None:
    journal = Journal()
    journal.add(entry(0))
    for each in journal:
        journal.add(each._replace(request_id="later"))
    assert len(journal) == 2


def test_what_was_cleared_is_forgotten() -> None:
    journal = Journal()
    journal.add(entry(0))
    journal.clear()
    assert (len(journal), journal.query()) == (0, ())


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"operation": "get_model"}, [0, 2]),
        ({"resource": "b"}, [1, 2]),
        ({"status": 404}, [2, 3]),
        ({"operation": "get_model", "resource": "b", "status": 404}, [2]),
        ({"operation": "get_endpoint"}, []),
    ],
)
def test_calls_are_found_that_match_all_that_is_given(filters: dict[str, object], expected: list[int]) -> None:
    journal = Journal()
    journal.add(entry(0))
    journal.add(entry(1, operation="delete_model", resource="b"))
    journal.add(entry(2, resource="b", status=404))
    journal.add(entry(3, operation="list_models", resource=None, status=404))
    found = journal.query(**filters)  # type: ignore[arg-type]
    assert [each.request_id for each in found] == [f"call-{number}" for number in expected]


def create(simulator: Simulator, **options: Any) -> Any:
    details = options.pop("details", None) or imported_model_details()
    return simulator.handle(Call(OPERATIONS["create_imported_model"], details=details, **options))


def test_a_call_repeated_with_its_token_is_recorded_twice() -> None:
    simulator = Simulator()
    made = [create(simulator, retry_token="once").value.id for _ in range(2)]
    assert [each.resource for each in simulator.journal.query(operation="create_imported_model")] == made


def test_a_call_is_recorded_with_its_region() -> None:
    simulator = Simulator(region="us-ashburn-1")
    create(simulator)
    create(simulator, region="us-phoenix-1")
    assert [each.region for each in simulator.journal] == ["us-ashburn-1", "us-phoenix-1"]


def test_a_world_remembers_no_more_calls_than_its_journal_keeps() -> None:
    simulator = Simulator()
    call = Call(OPERATIONS["get_model"], target="ocid1.a")
    for _ in range(KEPT + 5):
        with pytest.raises(NotFound):
            simulator.handle(call)
    assert len(simulator.journal) == KEPT


@pytest.mark.parametrize("fault", [None, Fault(status=503), Fault(damage="reset"), Fault(damage="cut")], ids=repr)
def test_of_a_target_that_may_be_anything_only_so_much_is_kept(fault: Fault | None) -> None:
    simulator = Simulator()
    if fault:
        simulator.faults.add(fault)
    with pytest.raises((ServiceError, DisruptedResponse)):
        simulator.handle(Call(OPERATIONS["get_model"], target="x" * 4_000))
    (noted,) = simulator.journal
    assert noted.resource == "(4000 characters)"
    assert simulator.journal.query(resource="x" * 4_000) == (noted,)


@pytest.mark.parametrize(
    "changes", [{"unit_count": -1}, {"display_name": "other"}, {"compartment_id": "ocid1.tenancy.oc1..a"}]
)
def test_the_digest_of_a_refused_request_covers_the_whole_request(changes: dict[str, Any]) -> None:
    simulator = Simulator()
    for given in ({}, changes, {}):
        details = cluster_details(**{"unit_count": 0, **given})
        with pytest.raises(InvalidParameter):
            simulator.handle(Call(OPERATIONS["create_dedicated_ai_cluster"], details=details))
    first, other, again = [each.request for each in simulator.journal]
    assert (first == again, first == other) == (True, False)


@pytest.mark.parametrize("operation", ["update_model", "list_models"])
def test_a_refused_request_that_cannot_be_shown_is_recorded_with_its_target(operation: str) -> None:
    simulator = Simulator()
    is_list = operation == "list_models"
    hostile = {
        "query": ListQuery(compartment_id=COMPARTMENT, filters={"display_name": Hostile()}) if is_list else None,
        "details": None if is_list else UpdateModelDetails(display_name=Hostile()),  # type: ignore[arg-type]
    }
    for target in ("ocid1.a", "ocid1.b", "ocid1.a"):
        with pytest.raises(ServiceError):
            simulator.handle(Call(OPERATIONS[operation], target=target, **hostile))  # type: ignore[arg-type]
    first, other, again = [each.request for each in simulator.journal]
    assert (first == again, first == other) == (True, False)


def test_a_call_with_a_lost_response_has_a_digest() -> None:
    simulator = Simulator()
    for lost in ({"damage": "reset"}, {"damage": "reset", "committed": True}, {"damage": "cut"}, {"latency": 1}):
        simulator.faults.add(Fault(**lost))  # type: ignore[arg-type]
        with pytest.raises(DisruptedResponse):
            create(simulator)
    create(simulator)
    before, after, cut, late, delivered = (each.request for each in simulator.journal)
    assert before == after == cut is not None
    assert (late, delivered) == (None, None)


def test_a_lost_call_keeps_what_a_lenient_server_accepted() -> None:
    simulator = Simulator()
    simulator.faults.add(Fault(damage="reset"))
    with pytest.raises(DisruptedResponse):
        simulator.handle(Call(OPERATIONS["get_model"], target="ocid1.x", ignored=("unknown",)))
    assert [entry.ignored for entry in simulator.journal] == [("unknown",)]


def test_of_a_call_that_was_refused_anyway_the_journal_does_not_say_that_it_was_carried_out() -> None:
    simulator = Simulator()
    for lost in (Fault(status=503, committed=True), Fault(damage="reset", committed=True), Fault(latency=2)):
        simulator.faults.add(lost)
        with pytest.raises((DisruptedResponse, ServiceError)):
            simulator.handle(Call(OPERATIONS["get_model"], target="nothing"))
    assert [(each.status, each.fault) for each in simulator.journal] == [
        (404, "503 ServiceUnavailable after the call was refused"),
        (404, "reset after the call was refused"),
        (404, "latency, 2 s"),
    ]


def test_a_request_that_is_not_a_call_is_recorded_by_its_path() -> None:
    simulator = Simulator()
    error = simulator.refuse(NotFound("no"), "/nowhere", request_id="mine")
    (noted,) = simulator.journal
    assert (noted.operation, noted.region, noted.resource, noted.status) == (
        "/(7 characters)",
        "us-chicago-1",
        None,
        404,
    )
    assert simulator.journal.query(operation="/nowhere") == (noted,)
    assert (error.request_id or "").removeprefix("mine/") == noted.request_id


def test_a_refused_request_names_its_operation_or_its_path() -> None:
    simulator = Simulator()
    for operation, named in (("get_model", "get_model"), ("/nowhere", "/(7 characters)")):
        assert simulator.refuse(NotFound("no"), operation).operation == named


def test_a_request_that_is_not_for_the_service_is_neither_recorded_nor_counted() -> None:
    simulator, other = Simulator(), Simulator()
    ids = {simulator.refuse(NotFound("no"), None, request_id="mine").request_id for _ in range(3)}
    assert len(ids) == 1
    assert str(ids.pop()).startswith("mine/")
    assert len(simulator.journal) == 0
    assert create(simulator).response.request_id == create(other).response.request_id


@pytest.mark.parametrize("own", [None, "mine", "a/b/c", "A" * 32])
def test_of_a_request_id_the_journal_keeps_the_part_of_the_client_only_if_clients_generate_such(
    own: str | None,
) -> None:
    simulator = Simulator()
    returned = create(simulator, request_id=own).response.request_id
    [noted] = simulator.journal
    is_kept = own in (None, "A" * 32)
    assert noted.request_id == (returned if is_kept else returned.removeprefix(f"{own}/"))
    assert noted.request_id.count("/") == (2 if is_kept else 1)


def test_the_journal_shows_which_reads_returned_what_has_failed() -> None:
    simulator = Simulator()
    simulator.failing_work.add(FailingWork(failure="timed-out"))
    failed, made = create(simulator), create(simulator)
    for operation, target in (
        ("get_imported_model", failed.value.id),
        ("get_work_request", failed.response.work_request_id),
        ("get_imported_model", made.value.id),
        ("get_work_request", made.response.work_request_id),
        ("delete_imported_model", failed.value.id),
    ):
        simulator.handle(Call(OPERATIONS[operation], target=target))
    simulator.faults.add(Fault(damage="cut"))
    with pytest.raises(DisruptedResponse):
        simulator.handle(Call(OPERATIONS["get_work_request"], target=failed.response.work_request_id))
    showed = [None, None, "FAILED", "FAILED", None, None, None, None]
    assert [each.showed for each in simulator.journal] == showed


def secret_import(**changes: Any) -> Any:
    source = builders.hugging_face_data_source(model_id="acme/gated", access_token=SECRET)
    return imported_model_details(data_source=source, **changes)


def delivered(simulator: Simulator, details: Any) -> str:
    """Import a model; return what its caller gets."""
    try:
        return repr(create(simulator, details=details, retry_token="once"))
    except (ServiceError, DisruptedResponse) as error:
        return f"{error!r}{error}"


def held(root: Any) -> list[str]:
    """List all text and bytes that can be reached from an object, by the garbage collector's own knowledge."""
    seen: dict[int, Any] = {}
    ahead = [root]
    while ahead:
        one = ahead.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType, FunctionType)):
            continue
        seen[id(one)] = one
        ahead += gc.get_referents(one)
    return [repr(each) for each in seen.values() if isinstance(each, (str, bytes))]


def test_what_a_world_holds_is_found_wherever_it_is() -> None:
    simulator = Simulator()
    create(simulator, details=imported_model_details(display_name=SECRET), retry_token="once")
    assert repr(SECRET) in held(simulator)


@pytest.mark.parametrize(
    "plan",
    [
        None,
        Fault(status=429),
        Fault(status=429, committed=True),
        Fault(damage="reset"),
        Fault(damage="cut"),
        Fault(latency=3),
    ],
    ids=repr,
)
@pytest.mark.parametrize("place", [COMPARTMENT, "nowhere"], ids=["accepted", "refused"])
def test_an_access_token_is_nowhere_in_a_world_whatever_became_of_its_import(plan: Fault | None, place: str) -> None:
    simulator = Simulator()
    simulator.failing_work.add(FailingWork(failure="access-token-refused"))
    if plan:
        simulator.faults.add(plan)
    for _ in range(2):
        assert SECRET not in delivered(simulator, secret_import(compartment_id=place))
    simulator.scheduler.settle()
    entries = simulator.journal.query(operation="create_imported_model")
    assert (len(entries), entries[-1].status) == (2, 201 if place == COMPARTMENT else 400)
    assert not [text for text in held(simulator) if SECRET in text]


@pytest.mark.parametrize(
    "token", [[SECRET], {"token": SECRET}, SECRET.encode(), f" {SECRET}\n", SECRET * 9999], ids=type
)
def test_an_access_token_that_is_refused_itself_is_not_kept_either(token: Any) -> None:
    simulator = Simulator()
    source = HuggingFaceModel(model_id="acme/gated", access_token=token)
    assert SECRET not in delivered(simulator, imported_model_details(data_source=source))
    assert not [text for text in held(simulator) if SECRET in text]


def test_a_call_with_a_number_too_long_for_json_is_recorded() -> None:
    simulator = Simulator()
    details = cluster_details(unit_count=10**5000)
    with pytest.raises(
        InvalidParameter, match="unitCount must be a whole number that fits in 64 bits, not a longer one"
    ):
        simulator.handle(Call(operation=OPERATIONS["create_dedicated_ai_cluster"], details=details))
    [noted] = simulator.journal
    assert (noted.rule, bool(noted.request)) == ("property-type", True)
