"""The tree of errors, and the table of statuses and codes."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta
from typing import Any

import pytest

from genai_ports import errors
from genai_ports.api.work_request import WorkRequest, WorkRequestError
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import (
    Conflict,
    GenAiError,
    IncorrectState,
    InvalidInput,
    NotFound,
    ServiceError,
    UnknownOperation,
    error_class,
    missing_extra,
)
from genai_ports.simulator.state.clock import EPOCH

ALL: list[Any] = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
SERVICE: list[type[ServiceError]] = [
    each for each in ALL if issubclass(each, ServiceError) and each is not ServiceError
]

FAILED = WorkRequest(
    operation_type="CREATE_MODEL",
    status="FAILED",
    id="work",
    compartment_id="compartment",
    resources=(),
    percent_complete=40.0,
    time_accepted=EPOCH,
)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_every_error_is_a_gen_ai_error(cls: type[Exception]) -> None:
    assert issubclass(cls, GenAiError)


@pytest.mark.parametrize("cls", SERVICE, ids=lambda cls: cls.__name__)
def test_status_and_code_identify_the_class(cls: type[ServiceError]) -> None:
    assert error_class(cls.default_status, cls.default_code) is cls


def test_every_service_error_has_a_place_in_the_table() -> None:
    assert list(errors.CLASSES) == SERVICE


def test_no_two_errors_have_the_same_status_and_code() -> None:
    assert len({(cls.default_status, cls.default_code) for cls in SERVICE}) == len(SERVICE)


@pytest.mark.parametrize("cls", SERVICE, ids=lambda cls: cls.__name__)
def test_an_unknown_code_has_the_class_of_its_status(cls: type[ServiceError]) -> None:
    found = error_class(cls.default_status, "NeverHeardOf")
    assert found is not ServiceError
    assert found.default_status == cls.default_status
    assert found not in (UnknownOperation, IncorrectState)


@pytest.mark.parametrize("status", [0, 302, 402, 418, 422, 502, 504, 599])
def test_an_unknown_status_is_a_service_error(status: int) -> None:
    assert error_class(status, "InvalidParameter") is ServiceError


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (IncorrectState, Conflict),
        (UnknownOperation, NotFound),
        (errors.UnknownRegion, InvalidInput),
        (InvalidInput, ValueError),
    ],
)
def test_the_tree_of_errors(narrow: type[Exception], wide: type[Exception]) -> None:
    assert issubclass(narrow, wide)


def test_an_error_has_the_status_and_code_of_its_class_by_default() -> None:
    usual, reported = NotFound("gone"), NotFound("gone", status=410, code="Gone")
    assert (usual.status, usual.code) == (404, "NotAuthorizedOrNotFound")
    assert (reported.status, reported.code) == (410, "Gone")


def test_the_text_of_an_error_has_status_code_operation_and_message() -> None:
    assert str(NotFound("gone")) == "404 NotAuthorizedOrNotFound: gone"
    assert str(NotFound("gone", operation="get_model")) == "404 NotAuthorizedOrNotFound (get_model): gone"


@pytest.mark.parametrize("module", ["oci", "oci.auth.signers"])
def test_a_missing_package_is_named_with_the_extra_that_installs_it(module: str) -> None:
    error = missing_extra(ModuleNotFoundError(name=module), "a replay", "recording")
    assert str(error) == "oci is not installed; a replay needs it: pip install 'genai-ports[recording]'"


def test_an_error_keeps_all_its_arguments() -> None:
    facts: dict[str, Any] = {"request_id": "a/b/c", "operation": "get_model", "rule": "fault", "retry_after": 2.5}
    error = ServiceError("no", status=429, code="TooManyRequests", **facts)
    assert vars(error) == {"message": "no", "status": 429, "code": "TooManyRequests", **facts}


def test_a_failed_work_request_names_its_operation_and_errors() -> None:
    reasons = [WorkRequestError(code=code, message="No luck.", timestamp=EPOCH) for code in ("First", "Second")]
    error = WorkRequestFailed(FAILED, reasons)
    assert str(error) == "CREATE_MODEL work ended FAILED: First: No luck.; Second: No luck."
    assert (error.work_request, error.errors) == (FAILED, tuple(reasons))
    assert str(WorkRequestFailed(FAILED, [])) == "CREATE_MODEL work ended FAILED: it lists no error"


@pytest.mark.parametrize(
    "error",
    [
        GenAiError("a"),
        NotFound("a", operation="get_model", request_id="r", rule="x", retry_after=1.0, status=410),
        WorkRequestFailed(FAILED, [WorkRequestError(code="a", message="b", timestamp=EPOCH + timedelta(1))]),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("same", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_an_error_can_be_copied_and_pickled(error: Exception, same: Any) -> None:
    again = same(error)
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))
