"""The simulator: the OCI Generative AI control plane as a pure engine that takes calls and gives replies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from genai_ports.domain.operations import WORK_REQUEST, Call, Operation, Reply
from genai_ports.domain.snapshot import ResponseMetadata
from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput, ServiceError
from genai_ports.regions import region as known_region
from genai_ports.simulator.clock import VirtualClock
from genai_ports.simulator.engine import Engine
from genai_ports.simulator.faults import Faults
from genai_ports.simulator.journal import Entry, Journal
from genai_ports.simulator.pace import parse_pace
from genai_ports.simulator.refusals import HEADER_VALUE
from genai_ports.simulator.retry_tokens import RetryTokens
from genai_ports.simulator.verbs import carrying_out
from genai_ports.simulator.work import Failure
from genai_ports.simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.domain.clock import Clock
    from genai_ports.simulator.answer import Answer
    from genai_ports.simulator.pace import Pace
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

    Raises:
        InvalidInput: the region or the pace is unknown.

    It is not safe for threads: whoever shares one holds a lock around each call, as the in-memory adapter does.
    """

    def __init__(
        self,
        *,
        seed: int | str = 0,
        region: str = "us-chicago-1",
        pace: str | Pace = "instant",
        clock: Clock | None = None,
    ) -> None:
        self.seed = seed
        self.region = known_region(region).id
        self.clock: Clock = clock or VirtualClock()
        self.world = World(seed, self.clock)
        self.engine = Engine(self.world, parse_pace(pace))
        self.retry_tokens = RetryTokens()
        self.faults = Faults()
        self.journal = Journal()

    def handle(self, call: Call) -> Reply:
        """Carry out one call.

        Raises:
            ServiceError: the service says no; nothing has changed then.
        """
        operation = call.operation
        region = call.region or self.region
        self.engine.settle()
        from_client = _well_formed(call.request_id)
        request_id = self.world.ids.request_id(from_client)
        try:
            if from_client != call.request_id:
                raise HEADER_VALUE(header="opc-request-id", expected=_REQUEST_ID_FORM, given=call.request_id)
            fault = self.faults.take(operation.name)
            if fault:
                raise fault
            answer = carrying_out(operation.verb)(self, call, region)
        except ServiceError as error:
            self._noted(error, operation.name, region, call.target, request_id)
            raise
        self.journal.add(
            Entry(self.clock.now(), operation.name, region, call.target, operation.status, None, None, request_id)
        )
        return _reply(operation, answer, request_id)

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
        return self._noted(error, operation, region or self.region, None, answered)

    def _noted(
        self, error: ServiceError, operation: str, region: str, target: str | None, request_id: str
    ) -> ServiceError:
        error.operation, error.request_id = operation, request_id
        shown = target[:_MOST_NOTED] if target else target
        self.journal.add(
            Entry(self.clock.now(), operation, region, shown, error.status, error.code, error.rule, request_id)
        )
        return error

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
        percent: float = 0,
        code: str = "InternalError",
        message: str = "The work failed because it was asked to.",
    ) -> None:
        """Let the work on one resource fail when it gets to a percentage, 0 to 99, with an error.

        Work that is further already fails where it is, and work by the pace `manual` fails at once.
        """
        _check_percent(percent)
        self.engine.doom(self.work_on(identifier), Failure(percent=percent, code=code, message=message))

    def state(self) -> Mapping[str, tuple[Any, ...]]:
        """List every resource that the world remembers, by kind, and every work request; base models are left out."""
        self.engine.settle()
        now = self.clock.now()
        resources = {name: tuple(record.snapshot for record in table) for name, table in self.world.tables.items()}
        from genai_ports.simulator.telling import work_request  # noqa: PLC0415  # loaded when work is first told of

        return {**resources, WORK_REQUEST.name: tuple(work_request(r.snapshot, now) for r in self.world.works)}


def _well_formed(request_id: str | None) -> str | None:
    return request_id if request_id is not None and re.fullmatch(_REQUEST_ID, request_id) else None


def _reply(operation: Operation, answer: Answer, request_id: str) -> Reply:
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
    return Reply(None if brought is None else replaced(brought, response=response), response)


def _check_percent(percent: float) -> None:
    if not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {percent!r}")
