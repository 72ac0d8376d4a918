"""The pipeline: what happens to a call, in order, from its body to the reply."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from genai_ports.api.call import Reply
from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.nesting import TOO_DEEP, nests_too_deep
from genai_ports.api.snapshot import ResponseMetadata
from genai_ports.api.value import made, replaced
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, GET
from genai_ports.errors import ServiceError
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.journal_entries import (
    REQUEST_ID_FORM,
    call_digest,
    kept_request_id,
    record_failure,
    refuse_call,
    refuse_request,
    well_formed,
)
from genai_ports.simulator.rules.refusals import BODY_NOT_JSON, HEADER_VALUE
from genai_ports.simulator.state.journal import Entry
from genai_ports.simulator.state.sent import sent_by
from genai_ports.simulator.work.removal import REMOVED_A_CALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.call import Call
    from genai_ports.api.kind import Operation
    from genai_ports.api.verbs import Verb
    from genai_ports.simulator.faults.call_matcher import CallContext
    from genai_ports.simulator.faults.faults import Fault
    from genai_ports.simulator.outcome import Outcome
    from genai_ports.simulator.parts import Parts
    from genai_ports.simulator.rules.policies import Policies
    from genai_ports.simulator.verbs import CarryOut


def handle(parts: Parts, call: Call) -> Reply:
    """Carry out one call; see `Simulator.handle`.

    The order: depth of the body, due work, request id, fault, policies, verb, journal, reply.
    """
    if call.details is not None and nests_too_deep(call.details):
        raise _refuse_too_deep(parts, call)
    parts.scheduler.settle(REMOVED_A_CALL)
    if parts.faults.entries or parts.failing_work.entries:
        return _handle_with_plans(parts, call)
    region = call.region or parts.region
    return _carry_out(parts, call, region, _request_id(parts, call, region))


def _refuse_too_deep(parts: Parts, call: Call) -> ServiceError:
    """Refuse a body that nests too deep, in the words of the server: rules could not walk through it."""
    error = BODY_NOT_JSON(reason=TOO_DEEP)
    return refuse_request(
        parts,
        error,
        call.operation.name,
        region=call.region,
        resource=call.target,
        request_id=call.request_id,
        sent=sent_by(call._replace(details=None)),
    )


def _handle_with_plans(parts: Parts, call: Call) -> Reply:
    """Carry out a call to which a fault or failing work may apply."""
    with parts.faults.uncounted_on_error(parts.world.ids):
        region = call.region or parts.region
        request_id = _request_id(parts, call, region)
        fault = parts.faults.take(_call_context(parts, call, region))
        if fault is None:
            return _carry_out(parts, call, region, request_id)
        # The error comes back to be raised: a frame that both holds and raises it is a reference cycle.
        raise _apply_fault(parts, fault, call, region, request_id)


def _request_id(parts: Parts, call: Call, region: str) -> str:
    """Make the request id of the response, which starts with the client's own id; refuse a malformed one."""
    if call.request_id is None:
        return parts.world.ids.request_id(None)
    from_client = well_formed(call.request_id)
    request_id = parts.world.ids.request_id(from_client)
    if from_client is None:
        raise refuse_call(parts, _malformed_id(call.request_id), call, region, request_id)
    return request_id


def _malformed_id(given: object) -> ServiceError:
    return HEADER_VALUE(header="opc-request-id", expected=REQUEST_ID_FORM, given=given)


def _apply_fault(
    parts: Parts, fault: Fault, call: Call, region: str, request_id: str
) -> ServiceError | DisruptedResponse:
    """Apply a fault, and return what it raises: the call is carried out or not, and recorded once."""
    outcome = _outcome(parts, call, region, request_id, fault) if fault.carries_out_call else None
    error = fault.error()
    if error and outcome:
        error.operation, error.request_id = call.operation.name, request_id
    elif error:
        refuse_call(parts, error, call, region, request_id, fault=fault.describe())
    elif not outcome:
        record_failure(parts, call, region, request_id, fault=fault.describe())
    if error and not fault.delay:
        return error
    return DisruptedResponse(
        call.operation, delay=fault.delay, damage=fault.damage, status=fault.status, outcome=error or outcome
    )


def _outcome(parts: Parts, call: Call, region: str, request_id: str, fault: Fault) -> Reply | ServiceError:
    """Carry out a call, and return its reply or its refusal."""
    try:
        return _carry_out(parts, call, region, request_id, fault)
    except ServiceError as refusal:
        return refusal


def _carry_out(parts: Parts, call: Call, region: str, request_id: str, fault: Fault | None = None) -> Reply:
    """Check the policies, run the verb, and record the call: a refusal too."""
    operation = call.operation
    try:
        if call.user is not None and parts.active_policies is not None:
            _check_permitted(parts, parts.active_policies, call, region)
        outcome = _functions()[operation.verb](parts.world, parts.scheduler, call, region)
    except ServiceError as error:
        effect = fault.describe(refused=True) if fault else None
        raise refuse_call(parts, error, call, region, request_id, fault=effect) from None
    resource = call.target or (operation.verb is CREATE and outcome.value.id) or None
    is_lost = fault is not None and fault.loses_response
    parts.journal.entries.append(  # positional and without add(), which is faster: every call comes through here
        Entry(
            parts.world.now,
            operation.name,
            region,
            resource,
            operation.status,
            None,
            None,
            request_id if call.request_id is None else kept_request_id(request_id),
            fault.describe() if fault else None,
            call_digest(parts, call, region) if is_lost else None,
            call.ignored,
            _failure_shown(outcome.value) if operation.verb is GET and not is_lost else None,
            sent_by(call) if parts.settings.details else None,
        )
    )
    return _reply(parts, operation, outcome, request_id)


def _check_permitted(parts: Parts, policies: Policies, call: Call, region: str) -> None:
    """Refuse a call that policies do not allow, in the compartment of the resource or in the one it moves to."""
    places = [_call_context(parts, call, region).compartment_id]
    if call.operation.verb is CHANGE_COMPARTMENT:
        places.append(getattr(call.details, "compartment_id", None))
    for place in places:
        policies.check(call.user or "", call.operation, place, region)


def _call_context(parts: Parts, call: Call, region: str) -> CallContext:
    """Return what faults and policies match a call by."""
    from genai_ports.simulator.faults.call_matcher import call_context  # noqa: PLC0415  # 0.5 ms that only plans and policies need

    record, kind = None, call.operation.kind
    if call.target is not None:
        world = parts.world
        record = world.find_anywhere(call.target) if kind is WORK_REQUEST else world.find(kind, call.target, region)
    return call_context(call, region, record.snapshot if record else None)


@cache
def _functions() -> Mapping[Verb, CarryOut]:
    """Return the function of each verb; the first call loads them, since a connection does not need them."""
    from genai_ports.simulator.verbs import CARRY_OUT  # noqa: PLC0415  # 5 ms

    return CARRY_OUT


def _failure_shown(value: Any) -> str | None:
    """Return FAILED if that is the state of the resource or work request; None otherwise."""
    state = getattr(value, "lifecycle_state", None) or getattr(value, "status", None)
    return state if state == WorkRequestStatus.FAILED else None


def _reply(parts: Parts, operation: Operation, outcome: Outcome, request_id: str) -> Reply:
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
    value, modes = outcome.value, parts.world.modes
    if modes and operation.is_list:
        from genai_ports.simulator.lists.quirks import apply_quirks, extra_fields  # noqa: PLC0415  # loaded with the modes

        page = replaced(apply_quirks(modes, value), response=response)
        return Reply(page, response, extra_fields(modes))
    return Reply(None if value is None else replaced(value, response=response), response)
