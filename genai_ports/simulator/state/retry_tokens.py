"""Retry tokens: the same token with the same request returns the first outcome again, for 24 hours.

Source: the docstring of `opc_retry_token` in the SDK; see "Etags and retry tokens" in `docs/fidelity.md`.
"""

from __future__ import annotations

import re
from collections import deque
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from genai_ports.api.forks import count_on
from genai_ports.api.kinds import OPERATIONS
from genai_ports.simulator.outcome import Outcome
from genai_ports.simulator.rules.refusals import HEADER_VALUE, RETRY_TOKEN_REUSED
from genai_ports.simulator.state.data import from_data, to_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Self

    from genai_ports.api.call import Call
    from genai_ports.api.kind import Operation

FORGOTTEN_AFTER: Final = timedelta(hours=24)
FORGOTTEN_A_CALL: Final = 500
"""How many tokens that are too old one call drops; the next calls drop the rest, which count no more."""
_FORM: Final = re.compile(r"[!-~]{1,64}")
TokenKey: TypeAlias = tuple[str, str]
"""A region and the digest of a token."""


class _Request(NamedTuple):
    """The parts that two requests must share to be the same."""

    operation: Operation
    target: str | None
    details: Any


class _Used(NamedTuple):
    key: TokenKey
    at: datetime
    request: _Request
    outcome: Outcome

    def __deepcopy__(self, _: object) -> Self:
        return self  # nothing can change it


class RetryTokens:
    """The retry tokens of the last 24 hours on the clock of a world."""

    def __init__(self) -> None:
        self._used: dict[TokenKey, _Used] = {}
        self._by_age: deque[_Used] = deque()
        self._generated = 0

    def __len__(self) -> int:
        return len(self._used)

    def new(self) -> str:
        """Return a new token for a client in this process; all clients of the world share the count."""
        self._generated += 1
        return f"genai-ports-{self._generated}"

    def after_fork(self) -> None:
        """Generate other tokens than the parent."""
        self._generated = count_on(self._generated)

    @staticmethod
    def key(region: str, call: Call) -> TokenKey | None:
        """Return what is kept of the token of a call; None for a call without one.

        Raises:
            InvalidParameter: the token has not the form of one.
        """
        if call.retry_token is None:
            return None
        _check(call.retry_token)
        return region, _digest(call.retry_token)

    def find(self, now: datetime, key: TokenKey | None, call: Call) -> Outcome | None:
        """Return the first outcome of a request that is repeated; None for a request that is new.

        Raises:
            InvalidatedRetryToken: the token was for another request.
        """
        if key is None:
            return None
        self._forget(now)
        used = self._used.get(key)
        if used is None:
            return None
        if now - used.at >= FORGOTTEN_AFTER:
            del self._used[used.key]
            return None
        if used.request != _request(call):
            raise RETRY_TOKEN_REUSED()
        return used.outcome

    def remember(self, now: datetime, key: TokenKey | None, call: Call, outcome: Outcome) -> None:
        """Keep the first outcome of a request with a token."""
        if key is not None:
            self._add(_Used(key, now, _request(call), outcome))

    def _add(self, used: _Used) -> None:
        self._used[used.key] = used
        self._by_age.append(used)

    def to_data(self, long: Callable[[Iterator[Any]], Any]) -> dict[str, Any]:
        """Return the tokens, oldest first, with their requests and first outcomes, as data that JSON can hold.

        Args:
            long: makes the list of the tokens.
        """
        return {
            "generated": self._generated,
            "used": long(
                {
                    "region": region,
                    "token": token,
                    "at": used.at.isoformat(),
                    "operation": used.request.operation.name,
                    "target": used.request.target,
                    "details": to_data(used.request.details),
                    "outcome": {**used.outcome._asdict(), "value": to_data(used.outcome.value)},
                }
                for (region, token), used in self._used.items()
            ),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RetryTokens:
        """Make the tokens that `to_data` was called on."""
        tokens = cls()
        tokens._generated = data["generated"]
        for item in data["used"]:
            operation = OPERATIONS[item["operation"]]
            assert operation.details  # noqa: S101  # for the type checkers: what takes a retry token has a body
            request = _Request(operation, item["target"], from_data(operation.details, item["details"]))
            outcome = dict(item["outcome"])
            if outcome["value"] is not None:
                outcome["value"] = from_data(operation.kind.snapshot, outcome["value"])
            at = datetime.fromisoformat(item["at"])
            tokens._add(_Used((item["region"], item["token"]), at, request, Outcome(**outcome)))
        return tokens

    def _forget(self, now: datetime) -> None:
        """Drop tokens that are too old."""
        for _ in range(FORGOTTEN_A_CALL):
            if not self._by_age or now - self._by_age[0].at < FORGOTTEN_AFTER:
                return
            oldest = self._by_age.popleft()
            if self._used.get(oldest.key) is oldest:
                del self._used[oldest.key]


def _digest(token: str) -> str:
    """Return what is kept of a token: a client can send a secret as one, and snapshots are files."""
    return blake2b(token.encode(), digest_size=16).hexdigest()


def _check(token: object) -> None:
    if not isinstance(token, str) or not _FORM.fullmatch(token):
        expected = "1 to 64 printable ASCII characters without spaces"
        raise HEADER_VALUE(header="opc-retry-token", expected=expected, given=token)


def _request(call: Call) -> _Request:
    return _Request(call.operation, call.target, call.details)
