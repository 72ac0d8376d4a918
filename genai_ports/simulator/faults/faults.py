"""Faults: what later calls are answered with instead of what the rules say, or what happens to their answers."""

from __future__ import annotations

from typing import Final

from genai_ports.api.numbers import is_number
from genai_ports.api.value import value
from genai_ports.errors import InvalidInput, ServiceError, error_class
from genai_ports.simulator.argument_checks import check_texts
from genai_ports.simulator.faults.call_matcher import CallMatcher
from genai_ports.simulator.faults.disrupted_response import CUT, DAMAGES, NOT_JSON, TIME_OUT
from genai_ports.simulator.faults.oci_errors import CODES, STATUSES, TEXTS
from genai_ports.suggestions import did_you_mean

_ERROR_STATUSES: Final = range(400, 600)
_MOST_SECONDS: Final = 86_400
_TIME_OUT_SECONDS: Final = 60.0
"""How long the SDK waits for an answer unless told otherwise."""


@value
class Fault(CallMatcher):
    """An error, a delay or a broken answer for the calls that it befalls.

    Args:
        status: the HTTP status of an error, 400 to 599; that of `code` unless given.
        code: OCI's error code; the usual one of `status` unless given.
        message: the text of the error; OCI's usual one for its code unless given.
        retry_after: whole seconds, for the error's header of that name; a day at most.
        latency: how many seconds of the world's clock it takes until the client has its answer; a day at most.
        damage: what becomes of the answer: `reset`, `time-out`, `cut` or `not-json`. A `cut` answer was an answer
            once, so the call is carried out; `not-json` may have a `status`, as pages of a proxy do; a `time-out`
            takes a minute unless `latency` says otherwise.
        committed: whether the call is carried out first, so that only its answer is lost.

    What calls it befalls is told by the other arguments, those of `CallMatcher`.

    Example:
        >>> fault = Fault(code="TooManyRequests", operation="create_model", times=2, retry_after=5)
        >>> fault.error().status, fault.error().message
        (429, 'User-rate limit exceeded.')
    """

    status: int | None = None
    code: str | None = None
    message: str | None = None
    retry_after: float | None = None
    latency: float = 0
    damage: str | None = None
    committed: bool = False

    def check(self) -> None:
        """Refuse a fault that could befall no call, or that says two things at once, or nothing.

        Raises:
            InvalidInput: it is one of those; the message tells what would be right.
        """
        CallMatcher.check(self)
        check_texts(code=self.code, message=self.message)
        if self.status is not None and (type(self.status) is not int or self.status not in _ERROR_STATUSES):
            raise InvalidInput(f"status must be from 400 to 599, not {self.status!r}")
        if self.code is not None and self.status is None and self.code not in STATUSES:
            hint = did_you_mean(self.code, STATUSES)
            raise InvalidInput(f"code {self.code!r} is not one whose status is known: give its status too{hint}")
        wait = self.retry_after
        if wait is not None and not (is_number(wait) and 0 <= wait <= _MOST_SECONDS and wait == int(wait)):
            raise InvalidInput(f"retry_after must be whole seconds from 0 to {_MOST_SECONDS}, not {wait!r}")
        if not (is_number(self.latency) and 0 <= self.latency <= _MOST_SECONDS):
            raise InvalidInput(f"latency must be seconds from 0 to {_MOST_SECONDS}, not {self.latency!r}")
        if type(self.committed) is not bool:
            raise InvalidInput(f"committed must be True or False, not {self.committed!r}")
        self._check_damage()

    def _check_damage(self) -> None:
        if self.damage is not None and self.damage not in DAMAGES:
            raise InvalidInput(f"damage must be one of {', '.join(DAMAGES)}, not {self.damage!r}")
        says = [name for name in ("code", "message", "retry_after") if getattr(self, name) is not None]
        if self.status is not None and self.damage != NOT_JSON:
            says.append("status")
        if self.damage and says:
            raise InvalidInput(f"an answer that is lost by {self.damage} tells no {says[0]}: leave one of them out")
        if self.damage or self.status is not None or self.code is not None:
            return
        if not self.latency:
            raise InvalidInput("a fault needs a status, a code, a damage or a latency")
        if says:
            raise InvalidInput(f"{says[0]} is of an error: give its status or code too")

    @property
    def delay(self) -> float:
        """How many seconds of the world's clock it takes until the client knows."""
        return self.latency or (_TIME_OUT_SECONDS if self.damage == TIME_OUT else 0)

    @property
    def lets_through(self) -> bool:
        """Whether the call is carried out all the same."""
        return self.committed or self.damage == CUT or not self.loses_answer

    @property
    def loses_answer(self) -> bool:
        """Whether the client never gets what the call would have been answered with; else it only comes late."""
        return self.damage is not None or self.status is not None or self.code is not None

    def error(self) -> ServiceError | None:
        """Make the error that the client gets, if it is one of OCI's."""
        if self.damage or (self.status is None and self.code is None):
            return None
        status = STATUSES[self.code or ""] if self.status is None else self.status
        code = self.code or CODES.get(status, "InternalServerError")
        return error_class(status, code)(
            self.message or TEXTS.get(code, "This error was asked for."),
            status=status,
            code=code,
            rule="fault",
            retry_after=self.retry_after,
        )

    def told(self, *, refused: bool = False) -> str:
        """Say in a few words what it did, for the journal.

        Args:
            refused: whether the call that it let through was refused by the rules.
        """
        error = self.error()
        what = self.damage or (f"{error.status} {error.code}" if error else "latency")
        carried_out = "refused" if refused else "carried out"
        committed = f" after the call was {carried_out}" if self.committed and self.loses_answer else ""
        return f"{what}{committed}" + (f", {self.delay:g} s" if self.delay else "")
