"""The simulator: the OCI Generative AI control plane as a pure engine that takes calls and gives replies."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Unpack

from genai_ports.api.call import Call, Reply
from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.nesting import TOO_DEEP, nests_too_deep
from genai_ports.api.snapshot import ResponseMetadata
from genai_ports.api.value import made, replaced
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, GET
from genai_ports.errors import InvalidInput, NotAuthenticated, ServiceError
from genai_ports.simulator.controls import Controls
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.locked import Locked, locked
from genai_ports.simulator.rules.refusals import BODY_NOT_JSON, HEADER_VALUE
from genai_ports.simulator.rules.secrets import masked
from genai_ports.simulator.settings import WorldOptions, WorldSettings
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.state.journal import Entry, Journal
from genai_ports.simulator.state.world import World
from genai_ports.simulator.work.pace import parse_pace
from genai_ports.simulator.work.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from genai_ports.api.clock import Clock
    from genai_ports.api.kind import Operation
    from genai_ports.api.verbs import Verb
    from genai_ports.simulator.faults.call_matcher import CallContext
    from genai_ports.simulator.faults.failing_work import FailingWork
    from genai_ports.simulator.faults.faults import Fault
    from genai_ports.simulator.outcome import Outcome
    from genai_ports.simulator.rules.limits import Limits
    from genai_ports.simulator.rules.policies import Policies
    from genai_ports.simulator.state.retry_tokens import RetryTokens
    from genai_ports.simulator.verbs import CarryOut

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,2}")
_REQUEST_ID_FORM: Final = "up to three parts of 1 to 64 letters, digits, - and _, divided by /"
_MOST_NOTED: Final = 255
"""How much of a target that may be anything at all the journal keeps."""


_RLock: Final[Any] = type(RLock())  # which typeshed does not let anybody subclass


class _Lock(_RLock):  # type: ignore[misc]  # see above
    """A re-entrant lock; a copy of it is a new lock."""

    def __reduce__(self) -> tuple[type[_Lock], tuple[()]]:
        return _Lock, ()


class Simulator(Controls):
    """One simulated tenancy in all regions.

    Args:
        settings: the settings that the world starts with; default: those of `WorldSettings()`.
        clock: the clock of the world; default: a `VirtualClock` of its own.
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
        InvalidInput: a setting is not valid.

    Threads can share a simulator: each public method, and each of what belongs to it, holds `lock` while it runs.
    A copy (`copy.deepcopy`) shares nothing with the original.

    Example:
        >>> Simulator(region="fra", seed=7).settings
        WorldSettings(region='eu-frankfurt-1', seed=7, pace='instant', limits='generous', modes=())
    """

    def __init__(
        self, settings: WorldSettings | None = None, *, clock: Clock | None = None, **options: Unpack[WorldOptions]
    ) -> None:
        self._start(replace(settings or WorldSettings(), **options), clock or VirtualClock(), _Lock())

    def _start(self, settings: WorldSettings, clock: Clock, lock: AbstractContextManager[object]) -> None:
        self.settings = settings
        self.region = settings.region
        self.lock = lock
        self.clock = clock
        self.world = World(settings.seed, clock.now(), settings.limits)
        self.scheduler = Scheduler(self.world, clock, parse_pace(settings.pace))
        self.faults: FaultRegistry[Fault] = FaultRegistry("Fault")
        self.failing_work: FaultRegistry[FailingWork] = self.scheduler.failing_work
        self.keys = dict(settings.keys)
        self._policies: Policies | None = None
        self.journal = Journal()
        for part in (self.faults, self.failing_work, self.journal):
            part.lock = lock
        if isinstance(clock, Locked) and clock.lock is Locked.lock:
            clock.lock = lock
        if settings.modes:
            self.set_modes(*settings.modes)

    @locked
    def reset(self) -> None:
        """Start again as if newly made from its settings: nothing that happened is left, and its clock is put back."""
        put_back = getattr(self.clock, "reset", None)
        if put_back:
            put_back()
        fresh = object.__new__(type(self))
        fresh._start(self.settings, self.clock, self.lock)
        # One assignment, so that no thread that reads an attribute meanwhile finds none.
        self.__dict__ = vars(fresh)

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
        from genai_ports.simulator import snapshot  # noqa: PLC0415  # 4 ms that few worlds need

        return snapshot.write(self)

    @classmethod
    def restore(cls, data: Mapping[str, Any], *, clock: Clock | None = None) -> Self:
        """Make a simulator from a snapshot. It continues where the first one was: ids, work under way and plans too.

        Args:
            data: what `snapshot` returned, or its JSON read back.
            clock: the clock of the new world; default: a virtual clock that shows the time of the snapshot. A given
                clock that is behind is moved forward.

        Raises:
            InvalidInput: it is no snapshot, or one of another version, or the clock cannot show its time.
        """
        from genai_ports.simulator import snapshot  # noqa: PLC0415  # see snapshot()

        snapshot.check(data)
        try:
            new = cls(snapshot.read_settings(data), clock=snapshot.read_clock(data, clock))
            snapshot.fill(new, data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, InvalidInput):
                raise
            raise InvalidInput(f"the snapshot is damaged: {type(error).__name__} at {error}") from error
        for part in (new.faults, new.failing_work, new.journal):
            part.lock = new.lock
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
        self.world.limits.lock = self.lock
        return self.world.limits

    @property
    @locked
    def policies(self) -> Policies:
        """Which groups of users may do what; there are none until this is first read."""
        if self._policies is None:
            from genai_ports.simulator.rules.policies import Policies  # noqa: PLC0415  # 3.5 ms that few worlds need

            self._policies = Policies()
            self._policies.lock = self.lock
        return self._policies

    def handle(self, call: Call) -> Reply:
        """Carry out one call.

        Raises:
            ServiceError: the service refuses the call; nothing has changed.
            DisruptedResponse: a fault delays, damages or loses the response.
            Exception: a `when` function raised it; nothing has changed.
        """
        with self.lock:  # not @locked: every call comes through here, and a frame costs
            if call.details is not None and nests_too_deep(call.details):
                raise self._refuse_too_deep(call)
            self.scheduler.settle()
            if not (self.faults.entries or self.failing_work.entries):
                return self._respond(call, has_plans=False)
            with self.faults.uncounted_on_error(self.world.ids):
                return self._respond(call, has_plans=True)

    def _refuse_too_deep(self, call: Call) -> ServiceError:
        """Refuse a body that nests too deep, as the server does: rules could not walk through it."""
        name, target = call.operation.name, call.target
        error = BODY_NOT_JSON(reason=TOO_DEEP)
        return self.refuse(error, name, region=call.region, resource=target, request_id=call.request_id)

    @locked
    def new_retry_token(self) -> str:
        """Return a retry token that no caller of this world has used."""
        return self.world.retry_tokens.new()

    @locked
    def skip_time(self, seconds: float) -> float:
        """Move a virtual clock forward, and return how many seconds remain: 0, or all of them for a real clock.

        Args:
            seconds: how long a response is delayed; at the end of time, a virtual clock stands still.
        """
        if not isinstance(self.clock, VirtualClock):
            return seconds
        with suppress(InvalidInput):
            self.clock.advance(seconds)
        return 0

    def _respond(self, call: Call, *, has_plans: bool) -> Reply:
        region = call.region or self.region
        from_client = None if call.request_id is None else _well_formed(call.request_id)
        request_id = self.world.ids.request_id(from_client)
        if from_client != call.request_id:
            error: ServiceError = HEADER_VALUE(
                header="opc-request-id", expected=_REQUEST_ID_FORM, given=call.request_id
            )
            raise self._refused(error, call, region, request_id)
        fault = self.faults.take(self._call_context(call, region)) if has_plans else None
        if fault:
            return self._apply_fault(fault, call, region, request_id)
        return self._carry_out(call, region, request_id)

    def _carry_out(self, call: Call, region: str, request_id: str, fault: Fault | None = None) -> Reply:
        operation = call.operation
        try:
            if call.user is not None and self._policies is not None:
                self._check_permitted(self._policies, call, region)
            outcome = _functions()[operation.verb](self.world, self.scheduler, call, region)
        except ServiceError as error:
            told = fault.describe(refused=True) if fault else None
            raise self._refused(error, call, region, request_id, told) from None
        resource = call.target or (operation.verb is CREATE and outcome.value.id) or None
        is_lost = fault is not None and fault.loses_response
        now = self.world.now
        self.journal.entries.append(
            Entry(
                now,
                operation.name,
                region,
                resource,
                operation.status,
                None,
                None,
                request_id,
                fault.describe() if fault else None,
                self._digest(call, region) if is_lost else None,
                call.ignored,
                _failure_shown(outcome.value) if operation.verb is GET and not is_lost else None,
            )
        )
        return self._reply(operation, outcome, request_id)

    def _check_permitted(self, policies: Policies, call: Call, region: str) -> None:
        """Refuse a call that policies do not allow, in the compartment of the resource or in the one it moves to."""
        places = [self._call_context(call, region).compartment_id]
        if call.operation.verb is CHANGE_COMPARTMENT:
            places.append(getattr(call.details, "compartment_id", None))
        for place in places:
            policies.check(call.user or "", call.operation, place)

    def _apply_fault(self, fault: Fault, call: Call, region: str, request_id: str) -> Reply:
        """Apply a fault: the call is carried out or not, and recorded once."""
        from genai_ports.simulator.faults.disrupted_response import DisruptedResponse  # noqa: PLC0415  # loaded when a fault is planned

        outcome: Reply | ServiceError | None = None
        if fault.carries_out_call:
            try:
                outcome = self._carry_out(call, region, request_id, fault)
            except ServiceError as refusal:
                outcome = refusal
        error = fault.error()
        if error and outcome:
            error.operation, error.request_id = call.operation.name, request_id
        elif error:
            self._refused(error, call, region, request_id, fault.describe())
        elif not outcome:
            now, name = self.world.now, call.operation.name
            noted = Entry(now, name, region, _noted(call.target), None, None, None, request_id, fault.describe())
            self.journal.add(noted._replace(request=self._digest(call, region)))
        if error and not fault.delay:
            raise error
        raise DisruptedResponse(
            call.operation, delay=fault.delay, damage=fault.damage, status=fault.status, outcome=error or outcome
        )

    def _call_context(self, call: Call, region: str) -> CallContext:
        """Return what faults and policies match a call by."""
        from genai_ports.simulator.faults.call_matcher import call_context  # noqa: PLC0415  # loaded when there is a plan or a policy

        record = None
        if call.target is not None and call.operation.kind is WORK_REQUEST:
            record = self.world.works.get(call.target)
        elif call.target is not None:
            record = self.world.find(call.operation.kind, call.target, region)
        return call_context(call, region, record.snapshot if record else None)

    @locked
    def refuse(
        self,
        error: ServiceError,
        operation: str | None,
        *,
        region: str | None = None,
        resource: str | None = None,
        request_id: str | None = None,
    ) -> ServiceError:
        """Refuse a request that is not a call: give the error a request id, and record it in the journal.

        Args:
            error: why it is refused.
            operation: the name of the operation, or the path if that is unknown; None for a request that is not for the
                service, which is not recorded.
            region: the region of the request; default: the region of the settings.
            resource: the OCID that the request names.
            request_id: the client's own id for the request; a malformed one is ignored.
        """
        from_client = _well_formed(request_id)
        if operation is None:
            error.request_id = self.world.ids.uncounted_request_id(from_client)
            return error
        error.operation, error.request_id = masked(operation), self.world.ids.request_id(from_client)
        noted = Entry(
            time=self.clock.now(),
            operation=error.operation,
            region=region or self.region,
            resource=_noted(resource),
            status=error.status,
            code=error.code,
            rule=error.rule,
            request_id=error.request_id,
            # The message about a signature has the time in it, and so differs each time.
            request=self.world.ids.digest(
                "refused", error.rule if isinstance(error, NotAuthenticated) else error.message, size=8
            ).hex(),
        )
        self.journal.add(noted)
        return error

    def _refused(
        self, error: ServiceError, call: Call, region: str, request_id: str, fault: str | None = None
    ) -> ServiceError:
        """Complete an error with its operation and request id, and record it."""
        name, resource = call.operation.name, _noted(call.target)
        error.operation, error.request_id = name, request_id
        noted = Entry(self.world.now, name, region, resource, error.status, error.code, error.rule, request_id)
        self.journal.add(noted._replace(fault=fault, request=self._digest(call, region), ignored=call.ignored))
        return error

    def _digest(self, call: Call, region: str) -> str:
        """Return a digest that differs for different calls; secrets are not in the repr of a body."""
        asked = call.operation.name, region, call.target, call.query, call.details, call.if_match
        try:
            return self.world.ids.digest("call", *asked, size=8).hex()
        except ValueError:  # a number of so many digits that Python does not write it
            return self.world.ids.digest("call", *asked[:3], size=8).hex()

    def _reply(self, operation: Operation, outcome: Outcome, request_id: str) -> Reply:
        """Make the reply of a call that succeeded."""
        response = made(
            ResponseMetadata,
            {
                "status": operation.status,
                "request_id": request_id,
                "etag": outcome.etag,
                "work_request_id": outcome.work_request_id,
                "retry_after": outcome.retry_after,
                "model_deprecation_info": outcome.model_deprecation_info,
            },
        )
        brought = outcome.value
        if self.world.modes and operation.is_list:
            from genai_ports.simulator.lists.quirks import apply_quirks, extra_fields  # noqa: PLC0415  # loaded when a mode is on

            page = replaced(apply_quirks(self.world.modes, brought), response=response)
            return Reply(page, response, extra_fields(self.world.modes))
        return Reply(None if brought is None else replaced(brought, response=response), response)


@cache
def _functions() -> Mapping[Verb, CarryOut]:
    """Return the function of each verb; the first call loads them: a fifth of what a connection costs without it."""
    from genai_ports.simulator.verbs import CARRY_OUT  # noqa: PLC0415  # see above

    return CARRY_OUT


def _well_formed(request_id: str | None) -> str | None:
    return request_id if request_id is not None and _REQUEST_ID.fullmatch(request_id) else None


def _failure_shown(value: Any) -> str | None:
    """Return FAILED if that is the state of the resource or work request; None otherwise."""
    state = getattr(value, "lifecycle_state", None) or getattr(value, "status", None)
    return state if state == WorkRequestStatus.FAILED else None


def _noted(target: str | None) -> str | None:
    return masked(target)[:_MOST_NOTED] if target else target
