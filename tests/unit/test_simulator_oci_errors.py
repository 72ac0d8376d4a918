"""OCI's errors: each code has its status, and each status its usual code."""

from __future__ import annotations

import pytest

from genai_ports import errors
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.faults.oci_errors import CODES, STATUSES, TEXTS

TABLE = [
    (400, "InvalidParameter", errors.InvalidParameter),
    (400, "CannotParseRequest", errors.CannotParseRequest),
    (400, "LimitExceeded", errors.LimitExceeded),
    (400, "MissingParameter", errors.MissingParameter),
    (400, "QuotaExceeded", errors.QuotaExceeded),
    (400, "RelatedResourceNotAuthorizedOrNotFound", errors.RelatedResourceNotFound),
    (401, "NotAuthenticated", errors.NotAuthenticated),
    (403, "NotAllowed", errors.NotAllowed),
    (403, "NotAuthorized", errors.NotAllowed),
    (403, "SignUpRequired", errors.NotAllowed),
    (404, "NotAuthorizedOrNotFound", errors.NotFound),
    (404, "NotFound", errors.UnknownOperation),
    (405, "MethodNotAllowed", errors.MethodNotAllowed),
    (409, "Conflict", errors.Conflict),
    (409, "ExternalServerIncorrectState", errors.Conflict),
    (409, "IncorrectState", errors.IncorrectState),
    (409, "InvalidatedRetryToken", errors.InvalidatedRetryToken),
    (409, "NotAuthorizedOrResourceAlreadyExists", errors.Conflict),
    (412, "NoEtagMatch", errors.PreconditionFailed),
    (413, "RequestEntityTooLarge", errors.RequestTooLarge),
    (429, "TooManyRequests", errors.TooManyRequests),
    (500, "InternalServerError", errors.InternalServerError),
    (501, "MethodNotImplemented", errors.MethodNotImplemented),
    (501, "WaitNeverEnds", errors.WaitNeverEnds),
    (503, "ServiceUnavailable", errors.ServiceUnavailable),
]
"""Status, code and class of every error. The first of a status is its usual one.

Source: https://docs.oracle.com/iaas/Content/API/References/apierrors.htm; MethodNotAllowed and WaitNeverEnds are ours.
"""
USUAL = {status: (code, cls) for status, code, cls in reversed(TABLE)}


def test_every_code_has_ocis_status() -> None:
    assert {code: status for status, code, _ in TABLE} == STATUSES


def test_every_status_has_its_usual_code() -> None:
    assert {status: code for status, (code, _) in USUAL.items()} == CODES


@pytest.mark.parametrize(("status", "code", "cls"), TABLE)
def test_a_pair_of_status_and_code_has_its_class(status: int, code: str, cls: type[errors.ServiceError]) -> None:
    assert errors.error_class(status, code) is cls


@pytest.mark.parametrize("status", USUAL)
def test_an_unknown_code_has_the_class_of_its_status(status: int) -> None:
    assert errors.error_class(status, "NoSuchCode") is USUAL[status][1]


@pytest.mark.parametrize("status", [402, 418, 502, 504, 599])
def test_an_unknown_status_has_a_class_without_a_guess(status: int) -> None:
    assert errors.error_class(status, "NoSuchCode") is errors.ServiceError


def test_every_text_is_of_a_code_that_is_known() -> None:
    assert set(TEXTS) <= set(STATUSES)
    assert all(TEXTS.values())


@pytest.mark.parametrize(("status", "code", "cls"), TABLE)
def test_a_code_alone_makes_the_error_that_the_service_would_send(
    status: int, code: str, cls: type[errors.ServiceError]
) -> None:
    error = Fault(code=code).error()
    assert error is not None
    assert (type(error), error.status, error.code) == (cls, status, code)
    assert error.message == TEXTS.get(code, "This error was requested by a fault.")


@pytest.mark.parametrize("status", USUAL)
def test_a_status_alone_makes_its_usual_error(status: int) -> None:
    error = Fault(status=status).error()
    assert error is not None
    assert (error.status, error.code, type(error)) == (status, *USUAL[status])


@pytest.mark.parametrize("status", [418, 502, 504, 599])
def test_a_status_without_a_usual_code_is_an_internal_error_of_that_status(status: int) -> None:
    error = Fault(status=status).error()
    assert error is not None
    assert (error.status, error.code) == (status, "InternalServerError")


def test_a_status_goes_before_the_one_of_its_code() -> None:
    error = Fault(status=507, code="LimitExceeded").error()
    assert error is not None
    assert (error.status, error.code) == (507, "LimitExceeded")
