"""The backend in memory: function calls to a simulator in this process. Threads can share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from genai_ports.api.checks import check_texts
from genai_ports.api.clock import MovableClock
from genai_ports.api.display import display
from genai_ports.backends.connected import add_connected
from genai_ports.client.repository import Repository
from genai_ports.client.retry import RetryPolicy
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.settings import WorldOptions
from genai_ports.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Collection

    from genai_ports.api.call import Call, Reply


class MemoryBackend:
    """A simulator as a backend; `InMemoryModelRepository` describes the arguments."""

    def __init__(self, simulator: Simulator, user: str | None = None) -> None:
        self.simulator = simulator
        self.user = user
        self.clock = simulator.clock
        add_connected(simulator, "memory")

    @property
    def default_region(self) -> str:
        """The id of the region of calls without a region."""
        return self.simulator.region

    def send(self, call: Call) -> Reply:
        """Carry out one call. A disrupted response has the same effect as for a client over HTTP."""
        try:
            return self.simulator.handle(call if self.user is None else call._replace(user=self.user))
        except DisruptedResponse as disrupted:
            self.clock.sleep(self.simulator.skip_time(disrupted.delay))
            return disrupted.deliver()

    def new_retry_token(self) -> str:
        """Return a retry token that no caller of this world has used."""
        return self.simulator.new_retry_token()

    def close(self) -> None:
        """Do nothing: there is no connection."""


class InMemoryModelRepository(Repository):
    """All repositories over a simulated world in this process.

    Args:
        simulator: the world; default: a new one from `clock` and `options`, which cannot be combined with it.
        clock: the clock of the world, in UTC; default: a virtual clock that moves at once when a caller waits.
        user: OCID of the user who makes the calls, for the policies of the world; default: an administrator.
        retry: when a call is tried again; default: `RetryPolicy()`.
        options: fields of `WorldSettings` as keyword arguments, such as `region="fra"` or `pace="2s"`.

    Raises:
        InvalidInput: a setting is not valid, the user is no text, or the clock lacks a method or does not show UTC.
        ConfigurationError: both a simulator and settings for a new one are passed.

    Example:
        >>> genai = InMemoryModelRepository(region="fra")
        >>> genai.default_region
        'eu-frankfurt-1'
    """

    def __init__(
        self,
        *,
        simulator: Simulator | None = None,
        clock: MovableClock | None = None,
        user: str | None = None,
        retry: RetryPolicy | None = None,
        **options: Unpack[WorldOptions],
    ) -> None:
        if simulator is not None and not isinstance(simulator, Simulator):
            raise InvalidInput(f"simulator must be a Simulator, not {display(simulator)}")
        check_texts(user=user)
        if simulator is not None:
            _check_alone(options if clock is None else ("clock", *options))
        self.simulator = Simulator(clock=clock, **options) if simulator is None else simulator
        super().__init__(MemoryBackend(self.simulator, user), retry=retry)

    @property
    def clock(self) -> MovableClock:
        """The clock of the world; `advance(seconds)` moves it."""
        return self.simulator.clock


def _check_alone(settings: Collection[str]) -> None:
    """Refuse settings in addition to a simulator, which has its own."""
    if settings:
        names = ", ".join(f"{name}=" for name in settings)
        raise ConfigurationError(f"a simulator has its own settings: pass {names} to Simulator(), or omit simulator=")
