"""Retry tokens: the same token with the same request gives the first outcome again, for 24 hours.

Source: the docstring of `opc_retry_token` in the SDK; see "Etags and retry tokens" in `docs/fidelity.md`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.simulator.rules.refusals import HEADER_VALUE, RETRY_TOKEN_REUSED

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.api.call import Call
    from genai_ports.simulator.outcome import Outcome

FORGOTTEN_AFTER: Final = timedelta(hours=24)
_FORM: Final = re.compile(r"[!-~]{1,64}")


class _Used(NamedTuple):
    at: datetime
    request: tuple[Any, ...]
    outcome: Outcome


class RetryTokens:
    """The retry tokens that a world has seen in the last 24 hours of its clock."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], _Used] = {}
        self._made = 0

    def __len__(self) -> int:
        return len(self._used)

    def new(self) -> str:
        """Make a token for a caller of this process: by counting, which all who share the world do together."""
        self._made += 1
        return f"genai-ports-{self._made}"

    def find(self, now: datetime, region: str, call: Call) -> Outcome | None:
        """Return the first outcome of a request that is repeated; None for a request that is new.

        Raises:
            InvalidatedRetryToken: the token was for another request.
        """
        if call.retry_token is None:
            return None
        _check(call.retry_token)
        self._forget(now)
        used = self._used.get((region, call.retry_token))
        if used is None:
            return None
        if used.request != _request(call):
            raise RETRY_TOKEN_REUSED()
        return used.outcome

    def remember(self, now: datetime, region: str, call: Call, outcome: Outcome) -> None:
        """Keep the first outcome of a request with a token."""
        if call.retry_token is not None:
            self._used[region, call.retry_token] = _Used(now, _request(call), outcome)

    def _forget(self, now: datetime) -> None:
        """Drop the tokens that are too old: the dict keeps them in the order in which they came."""
        while self._used:
            oldest = next(iter(self._used))
            if now - self._used[oldest].at < FORGOTTEN_AFTER:
                return
            del self._used[oldest]


def _check(token: object) -> None:
    if not isinstance(token, str) or not _FORM.fullmatch(token):
        expected = "1 to 64 printable ASCII characters without spaces"
        raise HEADER_VALUE(header="opc-retry-token", expected=expected, given=token)


def _request(call: Call) -> tuple[Any, ...]:
    """What makes two requests the same."""
    return call.operation.name, call.target, call.details
