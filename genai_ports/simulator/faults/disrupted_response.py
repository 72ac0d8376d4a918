"""Disturbances: an answer that comes late, broken or not at all, as whoever carries answers has to let it be felt."""

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

NOT_JSON_TEXT: Final = "<html><body>This answer of a proxy was asked for.</body></html>"
"""The body of an answer that is not JSON."""

_FIRST_ERROR: Final = 400
_BAD_GATEWAY: Final = 502
_WORDS: Final = {
    RESET: "the connection was reset",
    TIME_OUT: "no answer came in time",
    CUT: "the answer was cut off in the middle",
    NOT_JSON: "the answer is not a JSON object",
}


class DisruptedResponse(Exception):  # it is no error: an answer that only comes late is one too
    """What happens to the answer of a call on its way.

    Args:
        operation: the call's.
        delay: how many seconds of the world's clock pass before the client knows.
        damage: `reset`, `time-out`, `cut` or `not-json`; None for an answer that arrives whole.
        status: of an answer that is not JSON; the operation's own unless given, but 502 where that has no body to
            be read.
        outcome: the reply or error that there was to bring; None where the call was never carried out.
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
        """Give or raise what the caller gets of it in the end, by whatever way the answer travels.

        Raises:
            ConnectionLost: nothing that could be read.
            ServiceError: the error that there was to bring, or the one that a proxy's page is read as.
        """
        if self.damage == NOT_JSON and self.status >= _FIRST_ERROR:
            raise error_class(self.status, "Unknown")(
                NOT_JSON_TEXT, status=self.status, code="Unknown", operation=self.operation.name
            )
        if self.damage is not None:
            raise ConnectionLost(f"{self.operation.name}: {_WORDS[self.damage]}")
        if isinstance(self.outcome, ServiceError):
            raise self.outcome
        assert self.outcome  # noqa: S101  # for the type checkers: what arrives whole was brought by something
        return self.outcome
