"""Calls: how every operation reaches the backend."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from genai_ports import api
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.display import display
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.strings import check_text
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.client.backend import Backend
from genai_ports.client.pagination import Listing
from genai_ports.client.retry import RetryPolicy, with_retries
from genai_ports.errors import InvalidInput
from genai_ports.regions import resolve_region

if TYPE_CHECKING:
    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation


_MOST_BITS: Final = 63
_TEXTS: Final = ("compartment_id", "sort_by", "sort_order", "page")


class Calls:
    """What all operations share: check the arguments, choose the region, send the call, retry it."""

    def __init__(self, backend: Backend, retry: RetryPolicy) -> None:
        self._backend = backend
        self._retry = retry
        self._default_region = backend.default_region

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
        clock: api.Clock | None = None,
    ) -> Any:
        """Return the resource in the response; the metadata of a response without one.

        Retries wait on `clock`; default: the clock of the backend.
        """
        operation = OPERATIONS[name]
        if operation.verb is not CREATE:
            _check_target(operation, target)
        if if_match is not None or retry_token is not None or request_id is not None:
            _check_headers(if_match=if_match, retry_token=retry_token, request_id=request_id)
        expected = operation.details
        if expected:
            if not isinstance(details, expected):
                raise InvalidInput(f"{name} takes details of type {expected.__name__}, not {_described(details)}")
            if retry_token is None and operation.takes_retry_token:
                # Without a token, a retry after a lost response would do everything twice.
                retry_token = self._backend.new_retry_token()
        call = Call(
            operation=operation,
            region=self._region(region, target),
            target=target,
            details=details,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        reply = self._reply(call, clock)
        return reply.response if reply.value is None else reply.value

    def _list(
        self,
        name: str,
        query: ListQuery,
        *,
        target: str | None = None,
        region: str | None,
        request_id: str | None,
    ) -> Listing[Any]:
        """Check the arguments now; the listing sends the first call when it is iterated."""
        operation = OPERATIONS[name]
        if operation.verb is not LIST:
            _check_target(operation, target)
        elif query.compartment_id is None:
            raise InvalidInput(f"{name} takes the OCID of a compartment or tenancy, not None")
        if request_id is not None:
            _check_headers(request_id=request_id)
        _check_query(query)
        call = Call(
            operation=operation,
            region=self._region(region, target),
            target=target,
            query=query,
            request_id=request_id,
        )

        def fetch(page: str | None) -> api.Page[Any]:
            paged = call if page == query.page else call._replace(query=replaced(query, page=page))
            result: api.Page[Any] = self._reply(paged).value
            return result

        return Listing(fetch, query.page)

    def _region(self, option: str | None, target: str | None) -> str | None:
        """Return the region of a call; None for the backend's default if nothing names another region."""
        if option is None and target is None:
            return None
        check_text("region", option)
        region = resolve_region(option, target, self._default_region)
        return None if option is None and region == self._default_region else region

    def _reply(self, call: Call, clock: api.Clock | None = None) -> Reply:
        return with_retries(self._retry, clock or self._backend.clock, partial(self._backend.send, call))


def _described(details: object) -> str:
    """Return the class of a value; of one of the OCI SDK, where it is from and how to convert it."""
    cls = type(details)
    if not cls.__module__.startswith("oci."):
        return cls.__name__
    return f"oci.generative_ai.models.{cls.__name__}: convert it with genai_ports.from_sdk(details)"


def _check_target(operation: Operation, target: object) -> None:
    """Refuse an identifier that would change the path of the request."""
    check_text(f"the OCID of the {operation.kind.title}", target)
    if not isinstance(target, str) or not target.strip() or "/" in target or target in (".", ".."):
        raise InvalidInput(f"{operation.name} takes the OCID of the {operation.kind.title}, not {display(target)}")


def _check_headers(**headers: object) -> None:
    """Refuse text that no header can hold: sending it looks like a lost connection, and would be retried."""
    for name, text in headers.items():
        check_text(name, text)
        if text is not None and not (
            isinstance(text, str) and text.isascii() and text.isprintable() and text == text.strip()
        ):
            raise InvalidInput(
                f"{name} must be printable ASCII text without leading or trailing space, not {display(text)}"
            )


def _check_query(query: ListQuery) -> None:
    """Refuse values of another type: in the query of a URL, all values are text, and 5 is the same as "5"."""
    limit = query.limit
    if limit is not None and type(limit) is not int:
        raise InvalidInput(f"limit must be a whole number, not {display(limit)}")
    if limit is not None and limit.bit_length() > _MOST_BITS:
        raise InvalidInput(f"limit must be a whole number that fits in {_MOST_BITS + 1} bits, not a longer one")
    for name in _TEXTS:
        text = getattr(query, name)
        if text is None:
            continue
        check_text(name, text)
        if not isinstance(text, str):
            raise InvalidInput(f"{name} must be a string, not {display(text)}")
    for name, given in query.filters.items():
        for text in given if isinstance(given, tuple) and name == "capability" else (given,):
            check_text(name, text)
            if not isinstance(text, str):
                raise InvalidInput(f"{name} must be a string, not {display(text)}")


def without_none(**filters: object) -> dict[str, object]:
    """Return the filters that are set."""
    return {name: wanted for name, wanted in filters.items() if wanted is not None}


def as_tuple(values: str | Sequence[str] | None) -> tuple[object, ...] | None:
    """Return one value or several as a tuple, of whatever type; None if there are none."""
    if values is None:
        return None
    if isinstance(values, str) or not isinstance(values, Sequence | AbstractSet):
        return (values,)
    return tuple(values) or None
