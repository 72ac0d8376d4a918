"""Calls: how every operation reaches the backend, whichever it is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from genai_ports.api.call import Call, ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.client.pagination import Listing
from genai_ports.client.retry import RetryPolicy, with_retries
from genai_ports.errors import InvalidInput
from genai_ports.regions import resolve_region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation
    from genai_ports.api.snapshot import Page, ResponseMetadata
    from genai_ports.client.ports import Backend


class Calls:
    """Makes calls: what all operations share.

    Args:
        backend: what carries them.
        retry: when one is tried again.
    """

    def __init__(self, backend: Backend, retry: RetryPolicy) -> None:
        self._backend = backend
        self._retry = retry
        self._default_region = backend.default_region

    def _region(self, option: str | None, target: str | None) -> str | None:
        """Tell where a call goes; None for the backend's default, where nothing names another region."""
        region = resolve_region(option, target, self._default_region)
        return None if option is None and region == self._default_region else region

    def _call(self, call: Call) -> Reply:
        return with_retries(self._retry, self._backend.clock, partial(self._backend.send, call))

    def _send(
        self,
        name: str,
        *,
        target: str | None = None,
        details: object = None,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        operation = OPERATIONS[name]
        if operation.verb is not CREATE:
            _check_target(operation, target)
        if if_match or retry_token or request_id:
            _check_headers(if_match=if_match, retry_token=retry_token, request_id=request_id)
        if operation.details and not isinstance(details, operation.details):
            raise InvalidInput(
                f"{name} takes details of type {operation.details.__name__}, not {type(details).__name__}"
            )
        call = Call(
            operation=operation,
            region=self._region(region, target),
            target=target,
            details=details,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        reply = self._call(call)
        return reply.response if reply.value is None else reply.value

    def _create(
        self, name: str, details: object, *, retry_token: str | None, region: str | None, request_id: str | None
    ) -> Any:
        return self._send(
            name, details=details, retry_token=self._token(retry_token), region=region, request_id=request_id
        )

    def _token(self, retry_token: str | None) -> str:
        """Give a retry token in any case: if an answer gets lost, the next try must not do it all again."""
        return self._backend.new_retry_token() if retry_token is None else retry_token

    def _change_compartment(
        self,
        name: str,
        target: str,
        compartment_id: str,
        *,
        if_match: str | None,
        retry_token: str | None,
        region: str | None,
        request_id: str | None,
    ) -> ResponseMetadata:
        details = ChangeCompartmentDetails(compartment_id=compartment_id)
        response: ResponseMetadata = self._send(
            name,
            target=target,
            details=details,
            if_match=if_match,
            retry_token=self._token(retry_token),
            region=region,
            request_id=request_id,
        )
        return response

    def _delete(
        self, name: str, target: str, *, if_match: str | None, region: str | None, request_id: str | None
    ) -> ResponseMetadata:
        response: ResponseMetadata = self._send(
            name, target=target, if_match=if_match, region=region, request_id=request_id
        )
        return response

    def _list(
        self,
        name: str,
        query: ListQuery,
        *,
        target: str | None = None,
        region: str | None,
        request_id: str | None,
    ) -> Listing[Any]:
        """Prepare a list: what is wrong with the arguments is told now, the first call is made when it is walked."""
        operation = OPERATIONS[name]
        if operation.verb is not LIST:
            _check_target(operation, target)
        elif query.compartment_id is None:
            raise InvalidInput(f"{name} takes the OCID of a compartment or tenancy, not None")
        if request_id:
            _check_headers(request_id=request_id)
        call = Call(
            operation=operation,
            region=self._region(region, target),
            target=target,
            query=query,
            request_id=request_id,
        )

        def fetch(page: str | None) -> Page[Any]:
            asked = call if page == query.page else call._replace(query=replaced(query, page=page))
            result: Page[Any] = self._call(asked).value
            return result

        return Listing(fetch, query.page)


def _check_target(operation: Operation, target: object) -> None:
    """Refuse an identifier that would make another path of the request."""
    if not isinstance(target, str) or not target.strip() or "/" in target or target in (".", ".."):
        raise InvalidInput(f"{operation.name} takes the OCID of the {operation.kind.title}, not {target!r}")


def _check_headers(**headers: object) -> None:
    """Refuse what no header can carry: it would look as if the connection were broken, and be sent again and again."""
    for name, text in headers.items():
        if text is not None and not (isinstance(text, str) and text.isprintable() and text == text.strip()):
            raise InvalidInput(f"{name} must be printable text with no space around it, not {text!r}")


def given(**filters: object) -> dict[str, object]:
    """Leave out the filters that are not set."""
    return {name: wanted for name, wanted in filters.items() if wanted is not None}


def several(values: str | Sequence[str] | None) -> tuple[object, ...] | None:
    """Make a tuple of one value or several, whatever they are, for the list to judge; nothing of none."""
    if values is None:
        return None
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (values,)
    return tuple(values) or None
