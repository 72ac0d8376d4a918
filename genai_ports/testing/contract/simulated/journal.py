"""The journal: every call with its outcome."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, GET, UPDATE
from genai_ports.errors import ConnectionLost, GenAiError, InvalidParameter, NotFound, ServiceError
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.contract.port.imported_models import hugging_face
from genai_ports.testing.contract.port.pages import import_models
from genai_ports.wire import encode

if TYPE_CHECKING:
    from genai_ports.testing.contract.port.resources import Resources
    from genai_ports.testing.contract.simulated.harness import Harness

SECRET = "hf_NobodyMayReadThis"  # not a real token
UNKNOWN = "ocid1.generativeaiimportedmodel.oc1.us-chicago-1.amaaaaaaunknown"


def outcomes(harness: Harness, **which: Any) -> list[tuple[str, int | None, str | None]]:
    """Return operation, status and rule of the entries that match."""
    return [(entry.operation, entry.status, entry.rule) for entry in harness.simulator.journal.query(**which)]


def secret_import(**changes: Any) -> Any:
    """Return the details of an import with an access token."""
    source = builders.hugging_face_data_source(model_id="acme/gated", access_token=SECRET)
    return ready.imported_model_details(data_source=source, **changes)


def all_records(harness: Harness) -> str:
    """Return all records of a world as text."""
    world = harness.simulator
    state = world.state()
    timelines = [world.timeline(each.id) for each in state["importedModels"]]
    return repr([list(world.journal), state, timelines, world.troubles(), list(world.faults), list(world.failing_work)])


class JournalBehaviours:
    """What is true of the journal."""

    def test_every_call_is_recorded_with_its_outcome(self, harness: Harness) -> None:
        """Entries are in order, with the time, the resource and the region."""
        genai = harness.genai
        model = ready.imported_model(genai)
        genai.clock.sleep(60)
        with pytest.raises(NotFound):
            genai.get_imported_model(UNKNOWN)
        list(genai.list_endpoints(ready.COMPARTMENT, region="phx"))
        assert outcomes(harness) == [
            ("create_imported_model", 201, None),
            ("get_work_request", 200, None),
            ("get_imported_model", 200, None),
            ("get_imported_model", 404, "not-found"),
            ("list_endpoints", 200, None),
        ]
        first, *_, refused, last = harness.simulator.journal
        assert (first.time, (refused.time - first.time).total_seconds()) == (model.time_created, 60)
        assert (refused.code, refused.resource, refused.region) == ("NotAuthorizedOrNotFound", UNKNOWN, "us-chicago-1")
        assert (last.code, last.resource, last.region) == (None, None, "us-phoenix-1")

    def test_every_call_on_a_resource_is_recorded_with_its_ocid(self, harness: Harness, resources: Resources) -> None:
        """This includes the creation, whose request has no OCID."""
        made = resources.create(display_name="mine")
        resources.get(made.id)
        resources.move(made.id, ready.ELSEWHERE)
        resources.rename(made.id, "after")
        resources.delete(made.id)
        operations = [resources.kind.operation(verb) for verb in (CREATE, GET, CHANGE_COMPARTMENT, UPDATE, DELETE)]
        assert outcomes(harness, resource=made.id) == [(each.name, each.status, None) for each in operations]

    def test_an_entry_has_the_request_id_of_the_response(self, harness: Harness) -> None:
        """A line in the log of a client leads to the entry, which has the ids that the clients of OCI generate."""
        own = "0123456789ABCDEF" * 2
        made = harness.genai.create_imported_model(ready.imported_model_details(), request_id=own)
        found = [entry for entry in harness.simulator.journal if entry.request_id == response_of(made).request_id]
        assert [entry.resource for entry in found] == [made.id]
        assert found[0].request_id.startswith(f"{own}/")

    def test_an_entry_has_no_other_text_of_a_client_as_its_request_id(self, harness: Harness) -> None:
        """A client can send a secret as its request id. The entry has the part of the response alone."""
        made = harness.genai.create_imported_model(ready.imported_model_details(), request_id="hf_AbCdEfGhIj")
        assert f"hf_AbCdEfGhIj/{harness.simulator.journal.one().request_id}" == response_of(made).request_id

    def test_the_journal_can_be_queried_by_operation_resource_and_status(self, harness: Harness) -> None:
        """Filters can be combined."""
        genai, model = harness.genai, ready.imported_model(harness.genai)
        for refused in (genai.get_imported_model, genai.get_imported_model, genai.delete_imported_model):
            with pytest.raises(NotFound):
                refused(UNKNOWN)
        gets, deletes = ("get_imported_model", 404, "not-found"), ("delete_imported_model", 404, "not-found")
        assert outcomes(harness, status=404) == [gets, gets, deletes]
        assert outcomes(harness, resource=UNKNOWN, operation="get_imported_model") == [gets, gets]
        assert outcomes(harness, resource=model.id, status=200) == [("get_imported_model", 200, None)]
        assert outcomes(harness, resource=model.id, status=404) == []

    @pytest.mark.parametrize(
        ("fault", "recorded"),
        [
            (Fault(status=404), (404, "404 NotAuthorizedOrNotFound")),
            (Fault(status=404, latency=2.5), (404, "404 NotAuthorizedOrNotFound, 2.5 s")),
            (Fault(status=404, committed=True), (201, "404 NotAuthorizedOrNotFound after the call was carried out")),
            (Fault(latency=7), (201, "latency, 7 s")),
            (Fault(damage="reset", times=8), (None, "reset")),
            (Fault(damage="cut", times=8), (201, "cut")),
            (Fault(damage="not-json", times=8), (None, "not-json")),
            (Fault(damage="time-out", times=8), (None, "time-out, 60 s")),
            (
                Fault(damage="time-out", committed=True, times=8),
                (201, "time-out after the call was carried out, 60 s"),
            ),
        ],
        ids=str,
    )
    def test_a_fault_is_recorded_with_its_call(
        self, harness: Harness, fault: Fault, recorded: tuple[int | None, str]
    ) -> None:
        """The entry shows what the fault did, and whether the call was carried out."""
        harness.simulator.faults.add(fault)
        with suppress(ServiceError, ConnectionLost):
            harness.genai.create_imported_model(ready.imported_model_details())
        list(harness.genai.list_endpoints(ready.COMPARTMENT))
        *disrupted, after = harness.simulator.journal
        assert {(entry.status, entry.fault) for entry in disrupted} == {recorded}
        assert after.fault is None

    def test_equal_requests_have_equal_digests(self, harness: Harness) -> None:
        """A refused call is recorded with a digest of its body."""
        for units in (0, -1, 0):
            with pytest.raises(InvalidParameter):
                harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=units))
        first, second, third = [entry.request for entry in harness.simulator.journal]
        assert first == third
        assert first != second
        assert first is not None

    @pytest.mark.parametrize("result", ["refused", "faulted", "lost", "failed"])
    def test_no_record_of_a_world_contains_a_secret(self, harness: Harness, result: str) -> None:
        """An access token is in no record, whatever the result of the import."""
        genai, world = harness.genai, harness.simulator
        ready.imported_model(genai)
        if result == "faulted":
            world.faults.add(Fault(code="QuotaExceeded", times="always"))
        if result == "lost":
            world.faults.add(Fault(damage="cut", times="always"))
        if result == "failed":
            world.failing_work.add(FailingWork(failure="access-token-refused", times="always"))
        details = secret_import(compartment_id="nowhere" if result == "refused" else ready.COMPARTMENT)
        for _ in range(5):
            with pytest.raises(GenAiError) as caught:
                ready.finish(genai, genai.create_imported_model(details))
            assert SECRET not in f"{caught.value!r}{caught.value}"
        known = all_records(harness)
        assert "create_imported_model" in known
        assert SECRET not in known

    def test_an_access_token_is_not_stored(self, harness: Harness) -> None:
        """State, journal, logs and errors do not contain it."""
        details = ready.imported_model_details(data_source=hugging_face(access_token=SECRET))
        created = harness.genai.create_imported_model(details, retry_token="once")
        with harness.refuses(InvalidParameter, "property-value") as refused:
            harness.genai.create_imported_model(replaced(details, capabilities=("NONE",)))
        state = {kind: encode(list(each)) for kind, each in harness.simulator.state().items()}
        logs = list(harness.genai.list_work_request_logs(ready.work_begun(created)))
        for shown in (state, logs, refused.value, list(harness.simulator.journal), harness.simulator.state()):
            assert SECRET not in f"{shown!r} {shown}"

    def test_pages_are_fetched_when_they_are_needed(self, harness: Harness) -> None:
        """A listing sends no call before it is iterated, and then one call for each page."""
        import_models(harness.genai, 5)
        listing = harness.genai.list_imported_models(ready.COMPARTMENT, limit=2)
        assert harness.calls("list_imported_models") == 0
        items = iter(listing)
        next(items)
        next(items)
        assert harness.calls("list_imported_models") == 1
        next(items)
        assert harness.calls("list_imported_models") == 2
        assert len(list(items)) == 2
        assert harness.calls("list_imported_models") == 3
        listing.first()
        assert harness.calls("list_imported_models") == 4

    def test_the_journal_can_be_searched_by_the_request_id_of_a_response(self, harness: Harness) -> None:
        """The entry has the status of the response."""
        made = harness.genai.create_imported_model(ready.imported_model_details())
        [entry] = harness.simulator.journal.query(operation="create_imported_model")
        assert (entry.request_id, entry.status) == (response_of(made).request_id, 201)
