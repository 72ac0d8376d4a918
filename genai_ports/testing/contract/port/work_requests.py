"""Work requests: actions, errors, logs, and their lists."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from genai_ports import builders
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.errors import NotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs

if TYPE_CHECKING:
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.testing.contract.port.harness import PortHarness

UNKNOWN = "ocid1.generativeaiworkrequest.oc1.us-chicago-1.amaaaaaaunknown"


class WorkRequestBehaviours:
    """What is true of work requests."""

    @needs(Capability.UNDER_WAY)
    def test_the_action_of_a_work_request_is_in_progress_until_the_end(self, realistic: PortHarness) -> None:
        """It is CREATED or UPDATED at the end."""
        genai = realistic.genai
        created = genai.create_imported_model(ready.imported_model_details())
        assert actions(genai.get_work_request(ready.work_begun(created))) == ["IN_PROGRESS"]
        assert actions(ready.finish(genai, created)) == ["CREATED"]
        updating = genai.update_imported_model(created.id, UpdateImportedModelDetails(vendor="us"))
        assert actions(genai.get_work_request(ready.work_begun(updating))) == ["IN_PROGRESS"]
        updated = ready.finish(genai, updating)
        assert (actions(updated), updated.operation_type) == (["UPDATED"], "UPDATE_IMPORTED_MODEL")

    def test_work_that_succeeded_lists_no_errors(self, realistic: PortHarness) -> None:
        """The list of errors is empty."""
        _, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(3600)
        assert realistic.genai.get_work_request(work_request_id).status == "SUCCEEDED"
        assert list(realistic.genai.list_work_request_errors(work_request_id)) == []

    @needs(Capability.UNDER_WAY)
    def test_work_has_a_log_from_its_start(self, realistic: PortHarness) -> None:
        """The log grows, newest line first. Lines are never changed."""
        genai = realistic.genai
        _, work_request_id = ready.begin_import(realistic.genai)
        logs = []
        for _ in range(5):
            logs.append([line.message for line in genai.list_work_request_logs(work_request_id)])
            realistic.pass_time(900)
        assert len(logs[0]) == 1
        assert "accepted" in logs[0][0]
        assert all(later[-len(earlier) :] == earlier for earlier, later in pairwise(logs))
        assert "succeeded" in logs[-1][0]
        times = [line.timestamp for line in genai.list_work_request_logs(work_request_id)]
        assert times == sorted(times, reverse=True)

    def test_the_log_of_a_fine_tuning_has_a_line_for_every_epoch(self, realistic: PortHarness) -> None:
        """The dataset is checked first, and the metrics are computed last."""
        genai = realistic.genai
        config = builders.lora_training_config(total_training_epochs=3)
        tuning = ready.fine_tuning(ready.cluster(genai, type="FINE_TUNING").id, config)
        created = genai.create_model(ready.model_details(genai, fine_tune_details=tuning))
        ready.finish(genai, created)
        log = genai.list_work_request_logs(ready.work_begun(created), sort_by="timestamp", sort_order="ASC")
        messages = [line.message for line in log]
        assert messages == [
            f"CREATE_MODEL of model {created.id} accepted.",
            "Checking the training dataset.",
            "Training dataset checked; training starts.",
            *(f"Epoch {n} of 3 finished." for n in (1, 2, 3)),
            "Training finished; computing the model's metrics.",
            "CREATE_MODEL succeeded.",
        ]

    def test_logs_are_listed_in_pages(self, realistic: PortHarness) -> None:
        """They are lists like all others."""
        _, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(3600)
        whole = list(realistic.genai.list_work_request_logs(work_request_id))
        pages = list(realistic.genai.list_work_request_logs(work_request_id, limit=2).pages())
        assert [line for page in pages for line in page.items] == whole
        assert [len(page.items) for page in pages[:-1]] == [2] * (len(pages) - 1)

    @needs(Capability.FRESH)
    def test_work_requests_are_listed_newest_first(self, realistic: PortHarness) -> None:
        """The default of `sort_by` is `timeAccepted`, in descending order."""
        accepted = []
        for _ in range(3):
            accepted.append(ready.begin_import(realistic.genai)[1])
            realistic.pass_time(1)
        genai = realistic.genai
        assert [work.id for work in genai.list_work_requests(ready.COMPARTMENT)] == accepted[::-1]
        upwards = genai.list_work_requests(ready.COMPARTMENT, sort_by="timeAccepted", sort_order="ASC")
        assert [work.id for work in upwards] == accepted
        paged = genai.list_work_requests(ready.COMPARTMENT, limit=2)
        assert [len(page.items) for page in paged.pages()] == [2, 1]

    def test_a_work_request_stays_in_its_compartment(self, realistic: PortHarness) -> None:
        """A later move of its resource does not move it."""
        genai = realistic.genai
        model = ready.imported_model(genai)
        genai.change_imported_model_compartment(model.id, ready.ELSEWHERE)
        deleting = genai.delete_imported_model(model.id)
        [created] = genai.list_work_requests(ready.COMPARTMENT)
        [deleted] = genai.list_work_requests(ready.ELSEWHERE)
        assert (created.operation_type, deleted.id) == ("CREATE_IMPORTED_MODEL", deleting.work_request_id)
        assert (created.compartment_id, deleted.compartment_id) == (ready.COMPARTMENT, ready.ELSEWHERE)

    def test_an_unknown_work_request_is_not_found(self, harness: PortHarness) -> None:
        """Neither are its errors and its logs."""
        genai = harness.genai
        with harness.refuses(NotFound, "not-found"):
            genai.get_work_request(UNKNOWN)
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_errors(UNKNOWN).first()
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_logs(UNKNOWN).first()


def actions(work: WorkRequest) -> list[str]:
    """Return the action of each resource of a work request."""
    return [resource.action_type for resource in work.resources]
