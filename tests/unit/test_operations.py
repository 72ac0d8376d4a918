"""The operations: one row each, with what a client sees of it."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import pytest

from genai_ports.api.enums import GuardMode, SortOrder, WorkRequestStatus, values
from genai_ports.api.imported_model import CreateImportedModelDetails, ImportedModel, ImportedModelSummary
from genai_ports.api.kinds import IMPORTED_MODEL, KINDS, OPERATIONS, WORK_REQUEST
from genai_ports.api.value import blank, made
from genai_ports.api.verbs import CREATE, DELETE, GET, LIST, VERBS
from genai_ports.api.work_request import WorkRequest

if TYPE_CHECKING:
    from genai_ports.api.value import Row

STATUSES = {
    **dict.fromkeys(OPERATIONS, 200),
    **{name: 201 for name in OPERATIONS if name.startswith("create_")},
    **{name: 204 for name in OPERATIONS if name.startswith("change_")},
    **{name: 202 for name in OPERATIONS if name.startswith("delete_")},
    "update_imported_model": 202,
}
"""The status of success of each operation."""


def test_an_operation_has_its_status() -> None:
    assert {name: operation.status for name, operation in OPERATIONS.items()} == STATUSES


def test_an_operation_knows_its_classes_and_its_work() -> None:
    create, listing, delete = (IMPORTED_MODEL.operation(verb) for verb in (CREATE, LIST, DELETE))
    assert (create.details, create.result) == (CreateImportedModelDetails, ImportedModel)
    assert (listing.details, listing.result) == (None, ImportedModelSummary)
    assert (delete.details, delete.result) == (None, None)
    assert (create.is_list, listing.is_list) == (False, True)
    assert (create.takes_retry_token, delete.takes_retry_token) == (True, False)
    assert (create.operation_type, listing.operation_type) == ("CREATE_IMPORTED_MODEL", None)
    assert (create.path, delete.path) == ("/importedModels", "/importedModels/{target}")
    assert create.kind is IMPORTED_MODEL


def test_a_kind_knows_its_classes_and_operations() -> None:
    assert (IMPORTED_MODEL.snapshot, IMPORTED_MODEL.summary) == (ImportedModel, ImportedModelSummary)
    assert WORK_REQUEST.snapshot is WorkRequest
    assert WORK_REQUEST.operation(GET) is OPERATIONS["get_work_request"]
    with pytest.raises(StopIteration):
        WORK_REQUEST.operation(DELETE)


@pytest.mark.parametrize("row", [*KINDS.values(), *OPERATIONS.values(), *VERBS.values()], ids=repr)
def test_there_is_one_object_for_each_row(row: Row) -> None:
    assert pickle.loads(pickle.dumps(row)) is row  # noqa: S301
    assert copy.copy(row) is row
    assert copy.deepcopy(row) is row


def test_a_work_request_is_finished_in_its_final_states() -> None:
    requests = [made(WorkRequest, {**blank(WorkRequest), "status": status}) for status in values(WorkRequestStatus)]
    assert {each.status for each in requests if each.is_finished is True} == {"SUCCEEDED", "FAILED", "CANCELED"}
    assert {each.status for each in requests if each.is_finished is False} == {
        "ACCEPTED",
        "IN_PROGRESS",
        "WAITING",
        "CANCELING",
    }


def test_the_values_of_an_enumeration_are_in_its_order() -> None:
    assert (values(SortOrder), values(GuardMode)) == (("ASC", "DESC"), ("INFORM", "BLOCK"))
