"""Faults: an error, a delay or a damaged response for later calls."""

from __future__ import annotations

from typing import Final

from genai_ports.api.checks import LONGEST_NAME, check_texts
from genai_ports.api.display import display, named
from genai_ports.api.numbers import is_number
from genai_ports.api.value import value
from genai_ports.errors import InvalidInput, ServiceError, error_class
from genai_ports.simulator.faults.call_matcher import CallMatcher
from genai_ports.simulator.faults.disrupted_response import CUT, DAMAGES, NOT_JSON, TIME_OUT
from genai_ports.simulator.faults.oci_errors import CODES, STATUSES, TEXTS
from genai_ports.suggestions import did_you_mean

_ERROR_STATUSES: Final = range(400, 600)
_MAX_SECONDS: Final = 86_400
_TIME_OUT_SECONDS: Final = 60.0
"""How long the SDK waits for a response by default."""


@value
class Fault(CallMatcher):
    """An error, a delay or a damaged response. The arguments of `CallMatcher` say which calls it applies to.

    Args:
        status: the HTTP status of an error, 400 to 599; default: the status of `code`.
        code: OCI's error code; default: the usual code of `status`.
        message: the text of the error; default: OCI's usual text for the code.
        retry_after: whole seconds for the error's `retry-after` header, 0 to 86,400.
        latency: seconds on the simulator's clock until the client has its response, 0 to 86,400; default: 60 for a
            `time-out`, else 0.
        damage: `reset`, `time-out`, `cut` or `not-json`. The call of a `cut` response is always carried out. A
            `not-json` response may have a `status`, as a proxy's error page has.
        committed: whether the call is carried out before its response is lost.

    Raises:
        InvalidInput: a value is wrong, two arguments contradict each other, or no call can match.

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

    def __post_init__(self) -> None:
        CallMatcher.__post_init__(self)  # super() does not work in a class that dataclass makes again for its slots
        check_texts(LONGEST_NAME, code=self.code, damage=self.damage)
        check_texts(message=self.message)
        if self.status is not None and (type(self.status) is not int or self.status not in _ERROR_STATUSES):
            raise InvalidInput(f"status must be from 400 to 599, not {display(self.status)}")
        if self.code is not None and self.status is None and self.code not in STATUSES:
            raise InvalidInput(
                f"code {named(self.code)} has no known status: add status={did_you_mean(self.code, STATUSES)}"
            )
        self._check_seconds()
        if type(self.committed) is not bool:
            raise InvalidInput(f"committed must be True or False, not {display(self.committed)}")
        if self.damage is not None and self.damage not in DAMAGES:
            raise InvalidInput(f"damage must be one of {', '.join(DAMAGES)}, not {display(self.damage)}")
        self._check_combination()

    def _check_seconds(self) -> None:
        wait = self.retry_after
        if wait is not None and not (is_number(wait) and 0 <= wait <= _MAX_SECONDS and wait == int(wait)):
            raise InvalidInput(f"retry_after must be whole seconds from 0 to {_MAX_SECONDS}, not {display(wait)}")
        if not (is_number(self.latency) and 0 <= self.latency <= _MAX_SECONDS):
            raise InvalidInput(f"latency must be seconds from 0 to {_MAX_SECONDS}, not {display(self.latency)}")

    def _check_combination(self) -> None:
        of_an_error = [name for name in ("code", "message", "retry_after") if getattr(self, name) is not None]
        if self.status is not None and self.damage != NOT_JSON:
            of_an_error.append("status")
        if self.damage and of_an_error:
            raise InvalidInput(f"damage={display(self.damage)} cannot be combined with {of_an_error[0]}=")
        if self.loses_response:
            return
        if not self.latency:
            raise InvalidInput("a fault needs a status, a code, a damage or a latency")
        if of_an_error:
            raise InvalidInput(f"{of_an_error[0]}= needs status= or code=")

    @property
    def delay(self) -> float:
        """How many seconds on the simulator's clock pass until the client has its response."""
        return self.latency or (_TIME_OUT_SECONDS if self.damage == TIME_OUT else 0)

    @property
    def carries_out_call(self) -> bool:
        """Whether the call is carried out all the same."""
        return self.committed or self.damage == CUT or not self.loses_response

    @property
    def loses_response(self) -> bool:
        """Whether the client never gets the response of the call; if not, the response is only late."""
        return self.damage is not None or self.status is not None or self.code is not None

    def error(self) -> ServiceError | None:
        """Make the error that the client gets; None if the fault is a damage or a latency alone."""
        if self.damage or (self.status is None and self.code is None):
            return None
        status = STATUSES[self.code or ""] if self.status is None else self.status
        code = self.code or CODES.get(status, "InternalServerError")
        return error_class(status, code)(
            self.message or TEXTS.get(code, "This error was requested by a fault."),
            status=status,
            code=code,
            rule="fault",
            retry_after=self.retry_after,
        )

    def describe(self, *, refused: bool = False) -> str:
        """Describe in a few words what the fault did, for the journal.

        Args:
            refused: whether the call was carried out and a rule refused it.
        """
        error = self.error()
        what = self.damage or (f"{error.status} {error.code}" if error else "latency")
        outcome = "refused" if refused else "carried out"
        committed = f" after the call was {outcome}" if self.committed and self.loses_response else ""
        return f"{what}{committed}" + (f", {self.delay:g} s" if self.delay else "")
