"""Disrupted responses: late, damaged or lost. The backend makes the client see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.errors import ConnectionLost, ServiceError, error_class

if TYPE_CHECKING:
    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation

RESET: Final = "reset"
TIME_OUT: Final = "time-out"
CUT: Final = "cut"
NOT_JSON: Final = "not-json"
DAMAGES: Final = (RESET, TIME_OUT, CUT, NOT_JSON)

NOT_JSON_TEXT: Final = "<html><body>This page was requested by a fault.</body></html>"
"""The body of a response that is not JSON."""

_FIRST_ERROR: Final = 400
_BAD_GATEWAY: Final = 502
_MESSAGES: Final = {
    RESET: "the connection was reset",
    TIME_OUT: "no response came in time",
    CUT: "the response was cut off",
    NOT_JSON: "the response is not a JSON object",
}


class DisruptedResponse(Exception):  # not an error: a response that is only late is one too
    """What happens to the response of a call on its way to the client.

    Args:
        operation: the operation of the call.
        delay: how many seconds on the simulator's clock pass until the client knows.
        damage: `reset`, `time-out`, `cut` or `not-json`; None for a response that arrives whole.
        status: the status of a response that is not JSON; default: the status of the operation, or 502 if its
            response has no body.
        outcome: the reply or error that is delivered; None if the call was not carried out.
    """

    def __init__(
        self,
        operation: Operation,
        *,
        delay: float = 0,
        damage: str | None = None,
        status: int | None = None,
        outcome: Reply | ServiceError | None = None,
    ) -> None:
        super().__init__(f"{operation.name}: {damage or 'late'}")
        self.operation = operation
        self.delay = delay
        self.damage = damage
        self.status = status or (operation.status if operation.result else _BAD_GATEWAY)
        self.outcome = outcome

    def deliver(self) -> Reply:
        """Return or raise what the client gets in the end, after the delay.

        Raises:
            ConnectionLost: no response can be read.
            ServiceError: the outcome is an error, or the response is a proxy's error page.
        """
        if self.damage == NOT_JSON and self.status >= _FIRST_ERROR:
            raise error_class(self.status, "Unknown")(
                NOT_JSON_TEXT, status=self.status, code="Unknown", operation=self.operation.name
            )
        if self.damage is not None:
            raise ConnectionLost(f"{self.operation.name}: {_MESSAGES[self.damage]}")
        if isinstance(self.outcome, ServiceError):
            raise self.outcome
        assert self.outcome  # noqa: S101  # for the type checkers: a whole response has an outcome
        return self.outcome
