"""The simulator: the OCI Generative AI control plane as a pure engine that takes calls and gives replies."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from genai_ports.domain.operations import DEDICATED_AI_CLUSTER, WORK_REQUEST, Call, Operation, Reply
from genai_ports.domain.snapshot import ResponseMetadata
from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput, ServiceError
from genai_ports.regions import region as known_region
from genai_ports.simulator.clock import VirtualClock
from genai_ports.simulator.engine import Engine
from genai_ports.simulator.journal import Entry, Journal
from genai_ports.simulator.pace import parse_pace
from genai_ports.simulator.plans import Plans
from genai_ports.simulator.refusals import HEADER_VALUE
from genai_ports.simulator.retry_tokens import RetryTokens
from genai_ports.simulator.verbs import carrying_out
from genai_ports.simulator.work import NEEDS_ATTENTION
from genai_ports.simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from genai_ports.domain.clock import Clock
    from genai_ports.simulator.answer import Answer
    from genai_ports.simulator.diagnosis import Trouble
    from genai_ports.simulator.failing_work import FailingWork
    from genai_ports.simulator.faults import Fault
    from genai_ports.simulator.limits import Limits
    from genai_ports.simulator.pace import Pace
    from genai_ports.simulator.planned import Asked
    from genai_ports.simulator.policies import Policies
    from genai_ports.simulator.timeline import Moment
    from genai_ports.simulator.work import Work

_REQUEST_ID: Final = r"[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,2}"
_REQUEST_ID_FORM: Final = "up to three parts of 1 to 64 letters, digits, - and _, divided by /"
_MOST_NOTED: Final = 255
"""How much of a target that may be anything at all the journal keeps."""


class Simulator:
    """One simulated tenancy in all regions.

    Args:
        seed: ids, etags, request ids and page tokens follow from it.
        region: where calls go that name no region.
        pace: how fast work finishes: `instant`, `seconds`, `2s`, `realistic`, `reads:3` or `manual`.
        clock: what time it is; a virtual clock of its own unless given.
        tenancy: `generous`, where clusters may have any number of units, or `strict`, where each limit is 0 units
            until it is set.
        modes: unkind ways to answer, see `set_modes`.
        keys: public keys in PEM by key id, for a server that verifies signatures.

    Attributes:
        faults: errors, delays and broken answers for later calls: `add(Fault(...))`, `clear()`.
        failing_work: how later work is to fail: `add(FailingWork(...))`, `clear()`.
        modes: the unkind ways to answer that are on.
        keys: the public keys that requests may be signed with.
        journal: the last calls.

    Raises:
        InvalidInput: the region, the pace, the tenancy or a mode is unknown.

    It is not safe for threads: whoever shares one holds a lock around each call, as the in-memory adapter does.
    """

    def __init__(
        self,
        *,
        seed: int | str = 0,
        region: str = "us-chicago-1",
        pace: str | Pace = "instant",
        clock: Clock | None = None,
        tenancy: str = "generous",
        modes: Sequence[str] = (),
        keys: Mapping[str, str] | None = None,
    ) -> None:
        self.seed = seed
        self.region = known_region(region).id
        self.clock: Clock = clock or VirtualClock()
        self._settings: dict[str, Any] = {
            "seed": seed,
            "region": region,
            "pace": pace,
            "clock": self.clock,
            "tenancy": tenancy,
            "modes": tuple(modes),
            "keys": dict(keys or {}),
        }
        self.world = World(seed, self.clock, tenancy)
        self.engine = Engine(self.world, parse_pace(pace))
        self.retry_tokens = RetryTokens()
        self.faults: Plans[Fault] = Plans()
        self.failing_work: Plans[FailingWork] = self.engine.failing_work
        self.modes: Mapping[str, int | None] = {}
        self.keys: dict[str, str] = dict(keys or {})
        self._policies: Policies | None = None
        self.journal = Journal()
        if modes:
            self.set_modes(*modes)

    def reset(self) -> None:
        """Begin anew, as if it had just been made: nothing that happened to it is left, and its clock is put back."""
        settings = self._settings
        vars(self).clear()
        put_back = getattr(settings["clock"], "reset", None)
        if put_back:
            put_back()
        Simulator.__init__(self, **settings)

    @property
    def limits(self) -> Limits:
        """How many units of dedicated AI clusters the tenancy may have, and each of its compartments."""
        return self.world.limits

    @property
    def policies(self) -> Policies:
        """Which groups of users may do what; there are none until they are first asked for here."""
        if self._policies is None:
            from genai_ports.simulator.policies import Policies  # noqa: PLC0415  # see above

            self._policies = Policies()
        return self._policies

    def handle(self, call: Call) -> Reply:
        """Carry out one call.

        Raises:
            ServiceError: the service says no; nothing has changed then.
            Disturbance: the answer was planned to come late, broken or not at all.
        """
        region = call.region or self.region
        self.engine.settle()
        from_client = _well_formed(call.request_id)
        request_id = self.world.ids.request_id(from_client)
        if from_client != call.request_id:
            error = HEADER_VALUE(header="opc-request-id", expected=_REQUEST_ID_FORM, given=call.request_id)
            raise self._refused(error, call, region, request_id)
        fault = self.faults.take(self._asked(call, region)) if self.faults else None
        if fault:
            return self._befallen(fault, call, region, request_id)
        return self._carried_out(call, region, request_id)

    def _carried_out(self, call: Call, region: str, request_id: str, fault: str | None = None) -> Reply:
        operation = call.operation
        try:
            if call.user is not None and self._policies is not None:
                self._policies.check(call.user, operation, self._asked(call, region).compartment_id)
            answer = carrying_out(operation.verb)(self, call, region)
        except ServiceError as error:
            raise self._refused(error, call, region, request_id, fault) from None
        resource = call.target or (operation.verb == "create" and answer.value.id) or None
        now = self.clock.now()
        self.journal.add(
            Entry(
                now,
                operation.name,
                region,
                resource,
                operation.status,
                None,
                None,
                request_id,
                fault,
                None,
                call.ignored,
            )
        )
        return self._reply(operation, answer, request_id)

    def _befallen(self, fault: Fault, call: Call, region: str, request_id: str) -> Reply:
        """Let a fault do what it was planned to; the call is carried out or not, and noted once."""
        from genai_ports.simulator.disturbance import Disturbance  # noqa: PLC0415  # loaded when a fault is planned

        outcome: Reply | ServiceError | None = None
        if fault.lets_through:
            try:
                outcome = self._carried_out(call, region, request_id, fault.told())
            except ServiceError as refusal:
                outcome = refusal
        error = fault.error()
        if error and outcome:
            error.operation, error.request_id = call.operation.name, request_id
        elif error:
            self._refused(error, call, region, request_id, fault.told())
        elif not outcome:
            now, name = self.clock.now(), call.operation.name
            self.journal.add(Entry(now, name, region, call.target, None, None, None, request_id, fault.told()))
        if error and not fault.delay:
            raise error
        raise Disturbance(
            call.operation, delay=fault.delay, damage=fault.damage, status=fault.status, outcome=error or outcome
        )

    def _asked(self, call: Call, region: str) -> Asked:
        """Tell what a call is about, for plans and policies to go by."""
        from genai_ports.simulator.planned import asked  # noqa: PLC0415  # loaded when there is a plan or a policy

        record = None
        if call.target is not None and call.operation.kind is WORK_REQUEST:
            record = self.world.works.get(call.target)
        elif call.target is not None:
            record = self.world.find(call.operation.kind, call.target, region)
        return asked(call, region, record.snapshot if record else None)

    def refuse(
        self, error: ServiceError, operation: str, *, region: str | None = None, request_id: str | None = None
    ) -> ServiceError:
        """Answer a request that never became a call: give the error a request id, and note it in the journal.

        Args:
            error: why it is refused.
            operation: the operation it was for, as far as that is known.
            region: where it went; the default region unless given.
            request_id: the client's own id for it; one that is malformed is dropped.
        """
        answered = self.world.ids.request_id(_well_formed(request_id))
        error.operation, error.request_id = operation, answered
        where = region or self.region
        self.journal.add(
            Entry(self.clock.now(), operation, where, None, error.status, error.code, error.rule, answered)
        )
        return error

    def _refused(
        self, error: ServiceError, call: Call, region: str, request_id: str, fault: str | None = None
    ) -> ServiceError:
        """Complete an error with where it comes from, and note it."""
        name, target = call.operation.name, call.target
        error.operation, error.request_id = name, request_id
        resource = target[:_MOST_NOTED] if target else target
        # What is secret in a body is not in its repr.
        request = self.world.ids.digest("call", name, region, target, call.query, call.details, size=8).hex()
        noted = Entry(self.clock.now(), name, region, resource, error.status, error.code, error.rule, request_id)
        self.journal.add(noted._replace(fault=fault, request=request, ignored=call.ignored))
        return error

    def _reply(self, operation: Operation, answer: Answer, request_id: str) -> Reply:
        """Put the metadata of the answer together, and onto what it brought."""
        response = ResponseMetadata(
            status=operation.status,
            request_id=request_id,
            etag=answer.etag,
            work_request_id=answer.work_request_id,
            retry_after=answer.retry_after,
            model_deprecation_info=answer.model_deprecation_info,
        )
        brought = answer.value
        if self.modes and operation.is_list:
            from genai_ports.simulator.unkind import extra_fields, unkind  # noqa: PLC0415  # loaded when a mode is on

            page = replaced(unkind(self.modes, brought), response=response)
            return Reply(page, response, extra_fields(self.modes))
        return Reply(None if brought is None else replaced(brought, response=response), response)

    # Control: what tests and the server's /_sim do from outside.

    def work_on(self, identifier: str) -> Work:
        """Find the work that is under way, by its own OCID or by that of the resource it is on.

        Raises:
            InvalidInput: there is none.
        """
        self.engine.settle()
        record = self.world.works.get(identifier)
        if record and not record.snapshot.finished:
            work: Work = record.snapshot
            return work
        for table in self.world.tables.values():
            resource = table.get(identifier)
            current = self.engine.current(resource) if resource else None
            if current:
                return current
        raise InvalidInput(
            f"no work is under way on {identifier!r}: give the OCID of a resource or of its work request before it has "
            "finished, which by the pace instant is at the next look"
        )

    def set_pace(self, identifier: str, pace: str | Pace) -> None:
        """Give the work on one resource a pace of its own."""
        self.engine.repace(self.work_on(identifier), parse_pace(pace))

    def progress(self, identifier: str, percent: float) -> None:
        """Move the work on one resource to a percentage, 0 to 99, by hand."""
        _check_percent(percent)
        self.engine.progress(self.work_on(identifier), percent)

    def finish(self, identifier: str) -> None:
        """End the work on one resource now."""
        self.engine.finish(self.work_on(identifier))

    def fail(
        self,
        identifier: str,
        *,
        failure: str | None = None,
        percent: float | None = None,
        code: str | None = None,
        message: str | None = None,
    ) -> None:
        """Let the work under way on one resource fail when it gets to a percentage.

        Args:
            identifier: the OCID of the resource or of its work request.
            failure: the name of a failure, such as `out-of-capacity`; see `FailingWork`.
            percent: 0 to 99; that of the named failure, else 0, unless given.
            code: the code of the work request's error; that of the named failure unless given.
            message: its message, and the resource's lifecycle details; that of the named failure unless given.

        Work that is further already fails where it is, and work by the pace `manual` fails at once.

        Raises:
            InvalidInput: no such work is under way, the failure does not exist or cannot befall it, or the percentage
                is out of range.
        """
        from genai_ports.simulator.failing_work import failure_of_work  # noqa: PLC0415  # loaded when work is to fail

        work = self.work_on(identifier)
        self.engine.doom(work, failure_of_work(work, failure, percent, code, message))

    def needs_attention(self, identifier: str, message: str = "The cluster needs attention.") -> None:
        """Let a dedicated AI cluster that is ACTIVE need attention from now on, until it is updated.

        Args:
            identifier: its OCID.
            message: why; its lifecycle details.

        Raises:
            InvalidInput: there is no such cluster, or it is not ACTIVE.
        """
        self.engine.settle()
        record = self.world.tables[DEDICATED_AI_CLUSTER.name].get(identifier)
        if record is None or record.snapshot.lifecycle_state != "ACTIVE":
            given = record.snapshot.lifecycle_state if record else "unknown"
            raise InvalidInput(
                f"only a dedicated AI cluster that is ACTIVE can need attention; {identifier!r} is {given}"
            )
        changes = {"lifecycle_state": NEEDS_ATTENTION, "lifecycle_details": message}
        self.world.change(DEDICATED_AI_CLUSTER, record, time_updated=self.clock.now(), **changes)

    def set_modes(self, *modes: str) -> None:
        """Answer in these unkind ways from now on, and in no others; with none given, kindly again.

        Args:
            modes: such as `short-pages`, `empty-pages` or `stale-lists:30`; all are told in `docs/fidelity.md`.

        Raises:
            InvalidInput: a mode does not exist, or its number is out of range; nothing has changed then.
        """
        from genai_ports.simulator.modes import SAME_NAMES, STALE_LISTS, read_modes  # noqa: PLC0415  # loaded for this

        self.engine.settle()
        before, self.modes = self.modes, read_modes(modes)
        if before.get(STALE_LISTS) != self.modes.get(STALE_LISTS):
            self.world.lag_behind(timedelta(seconds=self.modes.get(STALE_LISTS) or 0))
        if before.get(SAME_NAMES) != self.modes.get(SAME_NAMES):
            self.world.copy_base_models(self.modes.get(SAME_NAMES) or 1)

    def timeline(self, identifier: str) -> tuple[Moment, ...]:
        """Tell what happened to one resource, oldest first: calls, work, progress, failure and why.

        Args:
            identifier: its OCID, or that of one of its work requests.

        Raises:
            InvalidInput: nothing of that name is remembered.
        """
        from genai_ports.simulator.timeline import timeline  # noqa: PLC0415  # loaded when it is asked for

        return timeline(self, identifier)

    def troubles(self) -> tuple[Trouble, ...]:
        """Find clients in trouble: that send a refused request over and over, or poll work that has failed."""
        from genai_ports.simulator.diagnosis import diagnose  # noqa: PLC0415  # loaded when it is asked for

        return diagnose(self)

    def state(self) -> Mapping[str, tuple[Any, ...]]:
        """List every resource that the world remembers, by kind, and every work request; base models are left out."""
        self.engine.settle()
        now = self.clock.now()
        resources = {name: tuple(record.snapshot for record in table) for name, table in self.world.tables.items()}
        from genai_ports.simulator.telling import work_request  # noqa: PLC0415  # loaded when work is first told of

        return {**resources, WORK_REQUEST.name: tuple(work_request(r.snapshot, now) for r in self.world.works)}


def _well_formed(request_id: str | None) -> str | None:
    return request_id if request_id is not None and re.fullmatch(_REQUEST_ID, request_id) else None


def _check_percent(percent: float) -> None:
    if not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {percent!r}")
