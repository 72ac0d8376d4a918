"""The simulator: the OCI Generative AI control plane as a pure engine: calls in, replies out."""

from __future__ import annotations

# Type hints of public names resolve at run time, so that what they name is imported.
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

from genai_ports.api.call import Call, Reply
from genai_ports.api.clock import MovableClock, check_clock
from genai_ports.api.display import display
from genai_ports.api.forks import Lock
from genai_ports.api.locked import Locked, locked
from genai_ports.errors import ConfigurationError, InvalidInput, ServiceError
from genai_ports.simulator.controls import Controls
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.journal_entries import refuse_request
from genai_ports.simulator.pipeline import handle
from genai_ports.simulator.rollback import copied_state, rolled_back, take_over
from genai_ports.simulator.rules.limits import Limits
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.settings import WorldOptions, WorldSettings
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.state.journal import Journal
from genai_ports.simulator.state.retry_tokens import RetryTokens
from genai_ports.simulator.state.sent import Sent  # a type hint that resolves at run time
from genai_ports.simulator.state.world import World
from genai_ports.simulator.work.pace import parse_pace
from genai_ports.simulator.work.scheduler import Scheduler

if TYPE_CHECKING:
    from genai_ports.simulator.faults.failing_work import FailingWork
    from genai_ports.simulator.faults.faults import Fault

_DEFAULTS: Final = WorldSettings()


class Simulator(Controls):
    """One simulated tenancy in all regions.

    Args:
        settings: the settings that the world starts with; default: those of `WorldSettings()`.
        clock: the clock of the world, in UTC; default: a `VirtualClock` of its own. It may stand still, jump or go
            back: the time of the world stands still until the clock has come to it again.
        options: fields of `WorldSettings` as keyword arguments, such as `seed=7`; they replace those of `settings`.

    Attributes:
        settings: the settings that the world started with.
        faults: errors, delays and broken responses for later calls: `add(Fault(...))`, `clear()`.
        failing_work: failures of work that later calls start: `add(FailingWork(...))`, `clear()`.
        modes: the legal but awkward behaviours that are on.
        keys: the public keys that requests may be signed with, in PEM by key id.
        journal: the last calls.
        clock: the clock of the world; if it is virtual, `advance(seconds)` moves it.
        lock: the one lock, which is re-entrant; hold it (`with simulator.lock:`) to do several things as one.

    Raises:
        InvalidInput: a setting is not valid, or the clock lacks a method or does not show UTC. Another time zone is not
            converted: all that read the clock would have to convert alike.

    Threads can share a simulator: each public method, and each of what belongs to it, holds `lock` while it runs.
    A copy (`copy.deepcopy`) shares nothing with the original. `reset`, `become` and `rollback` keep the objects that
    the attributes show, and change their contents.

    Example:
        >>> Simulator(region="fra", seed=7).settings
        WorldSettings(region='eu-frankfurt-1', seed=7, pace='instant', limits='generous', modes=(), details=False)
    """

    def __init__(
        self,
        settings: WorldSettings | None = None,
        *,
        clock: MovableClock | None = None,
        **options: Unpack[WorldOptions],
    ) -> None:
        if clock is not None:
            check_clock(clock, "advance")
        if settings is not None and not isinstance(settings, WorldSettings):
            raise InvalidInput(f"settings must be WorldSettings, not {display(settings)}")
        chosen = _DEFAULTS if settings is None else settings
        self._start(replace(chosen, **options) if options else chosen, clock, Lock())

    def _start(self, settings: WorldSettings, clock: MovableClock | None, lock: AbstractContextManager[object]) -> None:
        """Fill a new simulator from its settings, and from their world file if they name one."""
        if settings.world is None:
            self._begin(settings, clock or VirtualClock(), lock)
            return
        try:
            self._resume(settings, settings.world.data, clock, lock)  # type: ignore[union-attr]  # it was read
        except InvalidInput as error:
            raise ConfigurationError(f"cannot start from the world file {settings.world}: {error}") from error
        self.keys.update(settings.keys)

    def _resume(
        self,
        settings: WorldSettings,
        data: Mapping[str, Any],
        clock: MovableClock | None,
        lock: AbstractContextManager[object],
    ) -> None:
        from genai_ports.simulator import snapshot  # noqa: PLC0415  # see snapshot()

        self._begin(settings, snapshot.read_clock(data, clock), lock)
        snapshot.fill(self, data)
        for part in (self.faults, self.failing_work, self.journal, self.policies, self.world.limits):
            part.lock = lock

    def _begin(self, settings: WorldSettings, clock: MovableClock, lock: AbstractContextManager[object]) -> None:
        self.settings = settings
        self.region = settings.region
        self.lock = lock
        self.clock = clock
        self.world = World(settings.seed, clock.now(), settings.limits)
        self.scheduler = Scheduler(self.world, clock, parse_pace(settings.pace))
        self.faults: FaultRegistry[Fault] = FaultRegistry("Fault")
        self.failing_work: FaultRegistry[FailingWork] = self.scheduler.failing_work
        self.keys = dict(settings.keys)
        self.active_policies: Policies | None = None
        self.journal = Journal()
        for part in (self.faults, self.failing_work, self.journal, self.world.limits):
            part.lock = lock
        if isinstance(clock, Locked) and clock.lock is Locked.lock:
            clock.lock = lock
        if settings.modes:
            self.set_modes(*settings.modes)

    @locked
    def reset(self) -> None:
        """Start again as if newly made from its settings: nothing that happened remains, and its clock is reset.

        A world that started from a file starts from it again, as the file was when it was first read.
        """
        reset_clock = getattr(self.clock, "reset", None)
        if reset_clock:
            reset_clock()
        fresh = object.__new__(type(self))
        fresh._start(self.settings, self.clock, self.lock)
        take_over(self, vars(fresh))

    @locked
    def become(self, other: Simulator) -> None:
        """Take over the state and the settings of another world, which shares nothing with this one afterwards.

        This world keeps its clock. A virtual clock shows the time of the other world; another clock moves forward to
        it, if it is behind.

        Raises:
            InvalidInput: `other` is not a simulator.
        """
        if not isinstance(other, Simulator):
            raise InvalidInput(f"other must be a Simulator, not {display(other)}")
        with other.lock:
            state, now = copied_state(other, self), other.clock.now()
        if isinstance(self.clock, VirtualClock):
            self.clock.move_to(now)
        else:
            self.clock.advance(max(0.0, (now - self.clock.now()).total_seconds()))
        take_over(self, state)

    def rollback(self) -> AbstractContextManager[None]:
        """Undo at the end of the block everything that it does to this world, also if it raises.

        That is: resources and work, faults and failing work, modes, limits, policies, keys, the journal, counters, the
        settings if the block resets the world, and a virtual clock; a real clock goes on. So the same calls after the
        block get the same ids as in it. Blocks can be nested. Repositories and servers of this world, and what the test
        holds of it, remain valid.

        The block does not hold the lock: what other threads do to this world meanwhile is undone too. Join them inside
        the block; a call that comes after it is not undone.

        Example:
            >>> simulator = Simulator()
            >>> with simulator.rollback():
            ...     simulator.set_modes("short-pages")
            >>> list(simulator.modes)
            []
        """
        return rolled_back(self)

    @locked
    def snapshot(self) -> dict[str, Any]:
        """Return the whole world as plain data that `json.dumps` takes; `restore` makes an equal world from it.

        The snapshot holds resources, work under way, faults, limits, policies, public keys, retry tokens, the journal,
        counters and the clock. It holds no secret.

        Raises:
            InvalidInput: a plan has a function (`when=`), which JSON cannot hold.

        Example:
            >>> simulator = Simulator(seed=7)
            >>> Simulator.restore(simulator.snapshot()).snapshot() == simulator.snapshot()
            True
        """
        from genai_ports.simulator import snapshot  # noqa: PLC0415  # 2 ms that few worlds need

        return snapshot.write(self)

    @classmethod
    def restore(
        cls, data: Mapping[str, Any], *, clock: MovableClock | None = None, details: bool | None = None
    ) -> Self:
        """Make a simulator from a snapshot. It continues where the first one was: ids, work under way and plans too.

        Args:
            data: what `snapshot` returned, or its JSON read back.
            clock: the clock of the new world, moved forward if it is behind; default: a virtual clock that shows the
                time of the snapshot.
            details: the setting `details` of the new world; default: that of the snapshot.

        Raises:
            InvalidInput: it is no snapshot, or one of another version, or the clock cannot show its time.
        """
        from genai_ports.simulator import snapshot  # noqa: PLC0415  # see snapshot()

        snapshot.check(data)
        if clock is not None:
            check_clock(clock, "advance")
        new = object.__new__(cls)
        settings = snapshot.read_settings(data)
        if details is not None:
            settings = replace(settings, details=details)
        new._resume(settings, data, clock, Lock())
        return new

    def __deepcopy__(self, copies: dict[int, Any]) -> Simulator:
        """Copy the world as it is between two calls."""
        with self.lock:
            copies[id(self)] = new = object.__new__(type(self))
            new.__dict__ = deepcopy(vars(self), copies)
            return new

    @property
    @locked
    def modes(self) -> Mapping[str, int | None]:
        """The legal but awkward behaviours that are on, with their numbers."""
        return self.world.modes

    @property
    @locked
    def retry_tokens(self) -> RetryTokens:
        """The retry tokens of the last 24 hours."""
        return self.world.retry_tokens

    @property
    @locked
    def limits(self) -> Limits:
        """How many units of dedicated AI clusters the tenancy may have, and each of its compartments."""
        return self.world.limits

    @property
    @locked
    def policies(self) -> Policies:
        """Which groups of users may do what; there are none until this is first read."""
        if self.active_policies is None:
            self.active_policies = Policies()
            self.active_policies.lock = self.lock
        return self.active_policies

    def handle(self, call: Call) -> Reply:
        """Carry out one call.

        Raises:
            ServiceError: the service refuses the call; nothing has changed.
            DisruptedResponse: a fault delays, damages or loses the response.
            Exception: a `when` function raised it; nothing has changed.
        """
        with self.lock:  # not @locked: every call comes through here, and a frame costs
            return handle(self, call)

    @locked
    def new_retry_token(self) -> str:
        """Return a retry token that no caller of this world has used."""
        return self.world.retry_tokens.new()

    @locked
    def skip_time(self, seconds: float) -> float:
        """Move a virtual clock forward, and return how many seconds remain: 0, or all of them for a real clock.

        Args:
            seconds: how long a response is delayed; at the last time that it can show, a virtual clock stops.
        """
        if not isinstance(self.clock, VirtualClock):
            return seconds
        with suppress(InvalidInput):
            self.clock.advance(seconds)
        return 0

    @locked
    def refuse(
        self,
        error: ServiceError,
        operation: str | None,
        *,
        region: str | None = None,
        resource: str | None = None,
        request_id: str | None = None,
        sent: Sent | None = None,
    ) -> ServiceError:
        """Refuse a request that is not a call: set the request id of the error, and record it in the journal.

        Args:
            error: why it is refused.
            operation: the name of the operation, or the path if that is unknown; None for a request that is not for the
                service, which is not recorded.
            region: the region of the request; default: the region of the settings.
            resource: the OCID that the request names.
            request_id: the client's own id for the request; a malformed one is ignored.
            sent: what could be read of the request; recorded with the setting `details`.
        """
        return refuse_request(
            self, error, operation, region=region, resource=resource, request_id=request_id, sent=sent
        )
