"""Journal entries: the request ids and journal entries of requests that are refused or lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import NotAuthenticated, ServiceError
from genai_ports.simulator.rules.paths import shown_path, shown_target
from genai_ports.simulator.state.journal import Entry
from genai_ports.simulator.state.sent import Sent, sent_by

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.parts import Parts

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,2}")
REQUEST_ID_FORM: Final = "up to three parts of 1 to 64 letters, digits, - and _, divided by /"
_GENERATED: Final = re.compile(r"[0-9A-Fa-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The parts of request ids that clients generate: those of OCI's SDKs, and UUIDs."""
_DIGEST_BYTES: Final = 8
"""Of the digest of a request, which is only compared."""


def well_formed(request_id: str | None) -> str | None:
    """Return the client's own request id; None if there is none or it is malformed."""
    return request_id if request_id is not None and _REQUEST_ID.fullmatch(request_id) else None


def refuse_request(
    parts: Parts,
    error: ServiceError,
    operation: str | None,
    *,
    region: str | None,
    resource: str | None,
    request_id: str | None,
    sent: Sent | None = None,
) -> ServiceError:
    """Set the request id of an error for a request that is not a call, and record it; see `Simulator.refuse`."""
    world, from_client = parts.world, well_formed(request_id)
    if operation is None:
        error.request_id = world.ids.request_id(from_client, is_counted=False)
        return error
    error.operation = operation if operation in OPERATIONS else shown_path(operation)
    error.request_id = world.ids.request_id(from_client)
    # The message about a signature holds the time, so it differs each time.
    reason = error.rule if isinstance(error, NotAuthenticated) else error.message
    parts.journal.add(
        Entry(
            time=parts.scheduler.now(),
            operation=error.operation,
            region=region or parts.region,
            resource=shown_target(resource),
            status=error.status,
            code=error.code,
            rule=error.rule,
            request_id=kept_request_id(error.request_id),
            request=world.ids.digest("refused", resource, reason, size=_DIGEST_BYTES).hex(),
            sent=(sent or Sent()) if parts.settings.details else None,
        )
    )
    return error


def refuse_call(
    parts: Parts, error: ServiceError, call: Call, region: str, request_id: str, *, fault: str | None = None
) -> ServiceError:
    """Set the operation and request id of an error for a call, and record the call.

    Args:
        parts, error, call: the simulator, why the call is refused, and the call.
        region: the id of the region that it goes to.
        request_id: the request id of the response.
        fault: what a fault did to the call; default: nothing.
    """
    error.operation, error.request_id = call.operation.name, request_id
    record_failure(parts, call, region, request_id, error=error, fault=fault)
    return error


def record_failure(
    parts: Parts,
    call: Call,
    region: str,
    request_id: str,
    *,
    error: ServiceError | None = None,
    fault: str | None = None,
) -> None:
    """Record a call that was refused, or that a fault lost before it was carried out; see `refuse_call`."""
    parts.journal.add(
        Entry(
            time=parts.world.now,
            operation=call.operation.name,
            region=region,
            resource=shown_target(call.target),
            status=error.status if error else None,
            code=error.code if error else None,
            rule=error.rule if error else None,
            request_id=kept_request_id(request_id),
            fault=fault,
            request=call_digest(parts, call, region),
            ignored=call.ignored,
            sent=sent_by(call) if parts.settings.details else None,
        )
    )


def call_digest(parts: Parts, call: Call, region: str) -> str:
    """Return a digest that differs for different calls; secrets are not in the repr of a body."""
    facts = call.operation.name, region, call.target, call.query, call.details, call.if_match
    try:
        return parts.world.ids.digest("call", *facts, size=_DIGEST_BYTES).hex()
    except Exception:  # noqa: BLE001  # the repr of what a caller put into a body can raise anything
        return parts.world.ids.digest("call", *facts[:3], size=_DIGEST_BYTES).hex()


def kept_request_id(request_id: str) -> str:
    """Return the request id of a response as the journal keeps it.

    The parts that the client sent are left out unless a client generates such ids: a token can be one too.
    """
    parts = request_id.split("/")
    return request_id if all(map(_GENERATED.fullmatch, parts)) else "/".join(parts[-2:])
