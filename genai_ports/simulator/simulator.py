"""The simulator: the OCI Generative AI control plane as a pure engine that takes calls and gives replies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from genai_ports.domain.enums import ModelType
from genai_ports.domain.frozen import EMPTY, frozen
from genai_ports.domain.operations import MODEL, WORK_REQUEST, Call, Operation, Reply
from genai_ports.domain.snapshot import Page, ResponseMetadata
from genai_ports.domain.value import replaced, shared_names
from genai_ports.errors import InvalidInput, ServiceError
from genai_ports.regions import region as known_region
from genai_ports.simulator import lifecycle
from genai_ports.simulator.answer import Answer
from genai_ports.simulator.clock import VirtualClock
from genai_ports.simulator.engine import Engine
from genai_ports.simulator.faults import Faults
from genai_ports.simulator.journal import Entry, Journal
from genai_ports.simulator.kinds import rules_of
from genai_ports.simulator.kinds.common import generated_name
from genai_ports.simulator.listing import Lister, check_query
from genai_ports.simulator.pace import parse_pace
from genai_ports.simulator.refusals import BASE_MODEL_IS_ORACLES, HEADER_VALUE, IN_USE, NOT_FOUND, STALE_ETAG
from genai_ports.simulator.retry_tokens import RetryTokens
from genai_ports.simulator.shape import check_shape
from genai_ports.simulator.work import Failure, errors, logs, work_request, work_request_summary
from genai_ports.simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.domain.clock import Clock
    from genai_ports.simulator.pace import Pace
    from genai_ports.simulator.store import Record
    from genai_ports.simulator.work import Work

_REQUEST_ID: Final = r"[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,2}"
_REQUEST_ID_FORM: Final = "up to three parts of 1 to 64 letters, digits, - and _, divided by /"
_MOST_SECONDS_TO_WAIT: Final = 300
_MOST_NOTED: Final = 255
"""How much of a target that may be anything at all the journal keeps."""

_ALTERABLE: Final = ("freeform_tags", "defined_tags", "capabilities")


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
            answer = _VERBS[operation.verb](self, call, region)
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

    # The verbs, one method each.

    def _list(self, call: Call, region: str) -> Answer:
        check_query(call.operation, call.query)  # type: ignore[arg-type]  # lists always have a query
        lister = Lister(self.world.ids, call, region)
        compartment: str = call.query.compartment_id  # type: ignore[union-attr, assignment]  # checked just above
        if call.operation.kind is WORK_REQUEST:
            works, token = lister.page(self.world.works.partition(region, compartment).index(lister.sort_key))
            now = self.clock.now()
            return _page(tuple([work_request_summary(work, now) for work in works]), token)
        table = self.world.tables[call.operation.kind.name]
        return _page(*lister.page(table.partition(region, compartment).index(lister.sort_key)))

    def _list_errors(self, call: Call, region: str) -> Answer:
        return self._list_rows(call, region, errors)

    def _list_logs(self, call: Call, region: str) -> Answer:
        return self._list_rows(call, region, lambda work: logs(work, self.clock.now()))

    def _list_rows(self, call: Call, region: str, rows: Callable[[Work], tuple[Any, ...]]) -> Answer:
        check_query(call.operation, call.query)  # type: ignore[arg-type]  # lists always have a query
        work = self.world.get_work(call.target or "", region).snapshot
        found, token = Lister(self.world.ids, call, region).page_of((row.timestamp, row) for row in rows(work))
        return _page(found, token)

    def _get(self, call: Call, region: str) -> Answer:
        if call.operation.kind is WORK_REQUEST:
            return self._get_work_request(call, region)
        record = self.world.get(call.operation.kind, call.target or "", region)
        self.engine.look(record)
        return Answer(record.snapshot, self.world.etag(record))

    def _get_work_request(self, call: Call, region: str) -> Answer:
        record = self.world.get_work(call.target or "", region)
        work, now = record.snapshot, self.clock.now()
        if not work.finished:
            self.engine.look(self.world.tables[work.kind.name].get(work.resource_id))  # type: ignore[arg-type]  # is there
            work = record.snapshot
        snapshot = work_request(work, now)
        etag = self.world.ids.etag(work.id, work.status, snapshot.percent_complete)
        return Answer(snapshot, etag, retry_after=None if work.finished else _seconds_to_wait(work))

    def _create(self, call: Call, region: str) -> Answer:
        check_shape(call.details)
        operation = call.operation
        rules, kind, now = rules_of(operation.kind), operation.kind, self.clock.now()
        call = _with_details(call, rules.without_secrets(_unalterable(call.details)))
        details: Any = call.details
        replayed = self.retry_tokens.replay(self.world, region, call)
        if replayed:
            return replayed
        rules.check_create(self.world, region, details)
        order = self.world.next_order()
        attributes = {
            **{name: getattr(details, name) for name in shared_names(operation.details, kind.snapshot)},
            "id": self.world.ids.ocid(kind, region, order),
            "display_name": details.display_name or generated_name(kind, now),
            "freeform_tags": details.freeform_tags or EMPTY,
            "defined_tags": details.defined_tags or EMPTY,
            "system_tags": EMPTY,
            "time_created": now,
            "time_updated": now,
            **lifecycle.entering(operation.verb),
            **rules.attributes(self.world, region, details, now),
        }
        record = self.world.tables[kind.name].add(order, region, kind.snapshot(**attributes))
        self.world.hold(kind, record)
        work_id = self.engine.accept(operation, record, epochs=rules.epochs(details))
        answer = Answer(record.snapshot, self.world.etag(record), work_id, self._deprecation(details, region))
        self.retry_tokens.remember(self.world, region, call, answer)
        return answer

    def _update(self, call: Call, region: str) -> Answer:
        check_shape(call.details)
        operation, details = call.operation, _unalterable(call.details)
        record = self._target(call, region)
        lifecycle.check_can_change(operation.kind, record.snapshot)
        rules_of(operation.kind).check_update(record.snapshot, details)
        names = details.__dataclass_fields__
        changes = {name: new for name in names if (new := getattr(details, name)) is not None}
        if operation.operation_type is None:
            self.world.change(operation.kind, record, time_updated=self.clock.now(), **changes)
            return Answer(record.snapshot, self.world.etag(record))
        before = record.snapshot
        changes |= lifecycle.entering(operation.verb)
        self.world.change(operation.kind, record, time_updated=self.clock.now(), **changes)
        work_id = self.engine.accept(operation, record, before=before)
        return Answer(record.snapshot, self.world.etag(record), work_id)

    def _change_compartment(self, call: Call, region: str) -> Answer:
        check_shape(call.details)
        replayed = self.retry_tokens.replay(self.world, region, call)
        if replayed:
            return replayed
        record = self._target(call, region)
        lifecycle.check_can_change(call.operation.kind, record.snapshot)
        self.world.change(
            call.operation.kind, record, compartment_id=call.details.compartment_id, time_updated=self.clock.now()
        )
        answer = Answer(None)
        self.retry_tokens.remember(self.world, region, call, answer)
        return answer

    def _delete(self, call: Call, region: str) -> Answer:
        kind, record = call.operation.kind, self._target(call, region)
        lifecycle.check_not_busy(kind, record.snapshot)
        users = self.world.users(record.snapshot.id)
        if users:
            named = ", ".join(f"{user.title} {identifier}" for identifier, user in users.items())
            raise IN_USE(title=kind.title, identifier=record.snapshot.id, users=named)
        self.world.change(kind, record, time_updated=self.clock.now(), **lifecycle.entering("delete"))
        return Answer(None, work_request_id=self.engine.accept(call.operation, record))

    def _target(self, call: Call, region: str) -> Record:
        """Find the resource that is to be changed, and refuse what may not be changed or was read too long ago."""
        kind = call.operation.kind
        record = self.world.get(kind, call.target or "", region)
        if record.snapshot.lifecycle_state == "DELETED":
            raise NOT_FOUND(title=kind.title, identifier=record.snapshot.id, region=region)
        if kind is MODEL and record.snapshot.type == ModelType.BASE:
            raise BASE_MODEL_IS_ORACLES(identifier=record.snapshot.id)
        current = self.world.etag(record)
        if call.if_match not in (None, "*", current):
            raise STALE_ETAG(given=call.if_match, title=kind.title, current=current)
        return record

    def _deprecation(self, details: Any, region: str) -> str | None:
        """Say that a base model which the call uses is deprecated, as a header of the answer does."""
        identifier = getattr(details, "base_model_id", None) or getattr(details, "model_id", None)
        record = self.world.find(MODEL, identifier, region) if identifier else None
        since = record.snapshot.time_deprecated if record else None
        if record is None or since is None or since > self.clock.now():
            return None
        return f"{record.snapshot.display_name} is deprecated since {since:%Y-%m-%d}"

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
        return {**resources, WORK_REQUEST.name: tuple(work_request(r.snapshot, now) for r in self.world.works)}


_VERBS: Final[Mapping[str, Callable[[Simulator, Call, str], Answer]]] = {
    "list": Simulator._list,  # noqa: SLF001  # the table of the methods above
    "list_errors": Simulator._list_errors,  # noqa: SLF001
    "list_logs": Simulator._list_logs,  # noqa: SLF001
    "get": Simulator._get,  # noqa: SLF001
    "create": Simulator._create,  # noqa: SLF001
    "update": Simulator._update,  # noqa: SLF001
    "change_compartment": Simulator._change_compartment,  # noqa: SLF001
    "delete": Simulator._delete,  # noqa: SLF001
}


def _well_formed(request_id: str | None) -> str | None:
    return request_id if request_id is not None and re.fullmatch(_REQUEST_ID, request_id) else None


def _page(items: tuple[Any, ...], token: str | None) -> Answer:
    return Answer(Page(items=items, next_page=token))


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
    return Reply(value=None if brought is None else replaced(brought, response=response), response=response)


def _unalterable(details: Any) -> Any:
    """Copy the parts of a body that its sender could still change: tags and lists."""
    changes = {name: frozen(current) for name in _ALTERABLE if (current := getattr(details, name, None)) is not None}
    return replaced(details, **changes) if changes else details


def _with_details(call: Call, details: Any) -> Call:
    return call if details is call.details else call._replace(details=details)


def _check_percent(percent: float) -> None:
    if not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {percent!r}")


def _seconds_to_wait(work: Work) -> int:
    """Tell after how many seconds another look is worth while: a tenth of the whole, 1 to 300."""
    whole = work.duration.total_seconds() if work.duration else 0
    return max(1, min(_MOST_SECONDS_TO_WAIT, round(whole / 10)))
