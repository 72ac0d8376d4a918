"""OCI's errors: each code has its status, and each status its usual code."""

from __future__ import annotations

import pytest

from genai_ports.errors import ServiceError, error_class
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.faults.oci_errors import CODES, STATUSES, TEXTS


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "InvalidParameter"),
        (401, "NotAuthenticated"),
        (403, "NotAllowed"),
        (404, "NotAuthorizedOrNotFound"),
        (405, "MethodNotAllowed"),
        (409, "Conflict"),
        (412, "NoEtagMatch"),
        (413, "RequestEntityTooLarge"),
        (429, "TooManyRequests"),
        (500, "InternalServerError"),
        (501, "MethodNotImplemented"),
        (503, "ServiceUnavailable"),
    ],
)
def test_a_status_has_a_usual_code(status: int, code: str) -> None:
    assert CODES[status] == code


def test_no_status_is_without_its_usual_code() -> None:
    assert set(CODES) == set(STATUSES.values())
    assert all(STATUSES[code] == status for status, code in CODES.items())


def test_every_text_is_of_a_code_that_is_known() -> None:
    assert set(TEXTS) <= set(STATUSES)
    assert all(TEXTS.values())


@pytest.mark.parametrize("code", STATUSES)
def test_a_code_alone_makes_the_error_that_the_service_would_send(code: str) -> None:
    error = Fault(code=code).error()
    assert isinstance(error, ServiceError)
    assert (error.status, error.code) == (STATUSES[code], code)
    assert type(error) is error_class(STATUSES[code], code)
    assert error.message == TEXTS.get(code, "This error was requested by a fault.")


@pytest.mark.parametrize("status", CODES)
def test_a_status_alone_makes_its_usual_error(status: int) -> None:
    error = Fault(status=status).error()
    assert error is not None
    assert (error.status, error.code) == (status, CODES[status])


@pytest.mark.parametrize("status", [418, 502, 504, 599])
def test_a_status_without_a_usual_code_is_an_internal_error_of_that_status(status: int) -> None:
    error = Fault(status=status).error()
    assert error is not None
    assert (error.status, error.code) == (status, "InternalServerError")


def test_a_status_goes_before_the_one_of_its_code() -> None:
    error = Fault(status=507, code="LimitExceeded").error()
    assert error is not None
    assert (error.status, error.code) == (507, "LimitExceeded")
