"""Work requests: what they tell of the work, in states, errors and logs, and how they are listed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from genai_ports import builders
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.errors import NotFound
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.testing.contract.port.harness import PortHarness

UNKNOWN = "ocid1.generativeaiworkrequest.oc1.us-chicago-1.amaaaaaaunknown"


class WorkRequestBehaviours:
    """What is true of work requests."""

    def test_the_action_is_in_progress_until_it_is_done(self, realistic: PortHarness) -> None:
        """A resource of a work request is IN_PROGRESS first, and CREATED or UPDATED in the end."""
        genai = realistic.genai
        begun = genai.create_imported_model(ready.imported_model_details())
        assert actions(genai.get_work_request(ready.work_begun(begun))) == ["IN_PROGRESS"]
        assert actions(ready.finish(genai, begun)) == ["CREATED"]
        updating = genai.update_imported_model(begun.id, UpdateImportedModelDetails(vendor="us"))
        assert actions(genai.get_work_request(ready.work_begun(updating))) == ["IN_PROGRESS"]
        updated = ready.finish(genai, updating)
        assert (actions(updated), updated.operation_type) == (["UPDATED"], "UPDATE_IMPORTED_MODEL")

    def test_work_that_succeeded_lists_no_errors(self, realistic: PortHarness) -> None:
        """There is nothing to tell."""
        _, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(3600)
        assert realistic.genai.get_work_request(work_request_id).status == "SUCCEEDED"
        assert list(realistic.genai.list_work_request_errors(work_request_id)) == []

    def test_work_has_a_log_from_the_moment_it_is_accepted(self, realistic: PortHarness) -> None:
        """The log grows with the work, newest line first, and what was told stays told."""
        genai = realistic.genai
        _, work_request_id = ready.begin_import(realistic.genai)
        logs = []
        for _ in range(5):
            logs.append([line.message for line in genai.list_work_request_logs(work_request_id)])
            realistic.pass_time(300)
        assert len(logs[0]) == 1
        assert "accepted" in logs[0][0]
        assert all(later[-len(earlier) :] == earlier for earlier, later in pairwise(logs))
        assert "succeeded" in logs[-1][0]
        times = [line.timestamp for line in genai.list_work_request_logs(work_request_id)]
        assert times == sorted(times, reverse=True)

    def test_the_log_of_a_fine_tuning_tells_of_every_epoch(self, realistic: PortHarness) -> None:
        """Oldest line first: the dataset is checked, then each epoch ends, then the metrics are made."""
        genai = realistic.genai
        config = builders.lora_training_config(total_training_epochs=3)
        tuning = ready.fine_tuning(ready.cluster(genai, type="FINE_TUNING").id, config)
        begun = genai.create_model(ready.model_details(genai, fine_tune_details=tuning))
        ready.finish(genai, begun)
        log = genai.list_work_request_logs(ready.work_begun(begun), sort_by="timestamp", sort_order="ASC")
        told = [line.message for line in log]
        assert told == [
            f"CREATE_MODEL of model {begun.id} accepted.",
            "Checking the training dataset.",
            "Training dataset checked; training starts.",
            *(f"Epoch {n} of 3 finished." for n in (1, 2, 3)),
            "Training finished; computing the model's metrics.",
            "CREATE_MODEL succeeded.",
        ]

    def test_logs_and_errors_come_in_pages(self, realistic: PortHarness) -> None:
        """They are lists like all others."""
        _, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(3600)
        whole = list(realistic.genai.list_work_request_logs(work_request_id))
        pages = list(realistic.genai.list_work_request_logs(work_request_id, limit=2).pages())
        assert [line for page in pages for line in page.items] == whole
        assert [len(page.items) for page in pages[:-1]] == [2] * (len(pages) - 1)

    def test_work_requests_are_listed_newest_first(self, realistic: PortHarness) -> None:
        """`timeAccepted` is what they are sorted by, downwards unless told."""
        begun = []
        for _ in range(3):
            begun.append(ready.begin_import(realistic.genai)[1])
            realistic.pass_time(1)
        genai = realistic.genai
        assert [work.id for work in genai.list_work_requests(ready.COMPARTMENT)] == begun[::-1]
        upwards = genai.list_work_requests(ready.COMPARTMENT, sort_by="timeAccepted", sort_order="ASC")
        assert [work.id for work in upwards] == begun
        paged = genai.list_work_requests(ready.COMPARTMENT, limit=2)
        assert [len(page.items) for page in paged.pages()] == [2, 1]

    def test_a_work_request_stays_where_it_was_accepted(self, realistic: PortHarness) -> None:
        """It belongs to the compartment of its resource at that time, wherever the resource moves."""
        genai = realistic.genai
        model = ready.imported_model(genai)
        genai.change_imported_model_compartment(model.id, ready.ELSEWHERE)
        deleting = genai.delete_imported_model(model.id)
        [created] = genai.list_work_requests(ready.COMPARTMENT)
        [deleted] = genai.list_work_requests(ready.ELSEWHERE)
        assert (created.operation_type, deleted.id) == ("CREATE_IMPORTED_MODEL", deleting.work_request_id)
        assert (created.compartment_id, deleted.compartment_id) == (ready.COMPARTMENT, ready.ELSEWHERE)

    def test_an_unknown_work_request_is_not_found(self, harness: PortHarness) -> None:
        """Nor are its errors and logs."""
        genai = harness.genai
        with harness.refuses(NotFound, "not-found"):
            genai.get_work_request(UNKNOWN)
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_errors(UNKNOWN).first()
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_logs(UNKNOWN).first()


def actions(work: WorkRequest) -> list[str]:
    """List what a work request does, or did, to its resources."""
    return [resource.action_type for resource in work.resources]
