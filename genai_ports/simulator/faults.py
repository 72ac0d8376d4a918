"""Faults: errors that the next calls of an operation are answered with, whatever the rules say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.domain.operations import OPERATIONS
from genai_ports.domain.value import Value, replaced, value
from genai_ports.errors import InvalidInput, ServiceError, error_class
from genai_ports.suggesting import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

_ERROR_STATUSES = range(400, 600)
_MOST_SECONDS = 86_400


@value
class Fault(Value):
    """One planned error.

    Args:
        status: 400 to 599.
        code: OCI's error code.
        message: the text.
        operation: such as `create_model`; None for any.
        times: how many calls it answers.
        retry_after: whole seconds, for the header of that name; a day at most.
    """

    status: int
    code: str
    message: str = "This error was asked for."
    operation: str | None = None
    times: int = 1
    retry_after: float | None = None


class Faults:
    """The faults that are still to come, first planned first used."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._planned))

    def add(self, fault: Fault) -> None:
        """Plan a fault.

        Raises:
            InvalidInput: the operation does not exist, or status, times or retry_after are out of range.
        """
        if fault.operation is not None and fault.operation not in OPERATIONS:
            hint = did_you_mean(str(fault.operation), OPERATIONS)
            raise InvalidInput(f"operation {fault.operation!r} does not exist{hint}")
        if fault.status not in _ERROR_STATUSES:
            raise InvalidInput(f"status must be from 400 to 599, not {fault.status!r}")
        if fault.times < 1:
            raise InvalidInput(f"times must be 1 or more, not {fault.times!r}")
        wait = fault.retry_after
        if wait is not None and not (0 <= wait <= _MOST_SECONDS and wait == int(wait)):
            raise InvalidInput(f"retry_after must be whole seconds from 0 to {_MOST_SECONDS}, not {wait!r}")
        self._planned.append(fault)

    def clear(self) -> None:
        """Forget all that is planned."""
        self._planned.clear()

    def take(self, operation: str) -> ServiceError | None:
        """Give the error that this call is to be answered with, if any, and count it."""
        if not self._planned:
            return None
        for n, fault in enumerate(self._planned):
            if fault.operation in (None, operation):
                left = replaced(fault, times=fault.times - 1)
                self._planned[n : n + 1] = [left] if left.times else []
                return error_class(fault.status, fault.code)(
                    fault.message, status=fault.status, code=fault.code, rule="fault", retry_after=fault.retry_after
                )
        return None
