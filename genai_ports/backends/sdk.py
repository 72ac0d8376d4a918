"""Through the OCI SDK: to the real service, or to anything that speaks its API. The only backend that imports `oci`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import oci
from oci._vendor.requests.adapters import BaseAdapter
from oci.circuit_breaker import NoCircuitBreakerStrategy
from oci.exceptions import ClientError
from oci.exceptions import ServiceError as SdkServiceError
from oci.generative_ai import GenerativeAiClient
from oci.retry import NoneRetryStrategy

from genai_ports.api.call import Call, Reply
from genai_ports.api.clock import Clock
from genai_ports.api.snapshot import Page, ResponseMetadata
from genai_ports.api.value import replaced
from genai_ports.backends.system_clock import SystemClock
from genai_ports.backends.urls import is_loopback, server_url
from genai_ports.client.repository import Repository
from genai_ports.client.retry import RetryPolicy
from genai_ports.errors import (
    CannotParseRequest,
    ConfigurationError,
    ConnectionLost,
    InvalidParameter,
    error_class,
)
from genai_ports.regions import region as known_region
from genai_ports.throwaway import credentials
from genai_ports.wire import decode, decode_page, encode
from genai_ports.wire.unsendable import unsendable

if TYPE_CHECKING:
    from genai_ports.api.kind import Operation

DEFAULT_REGION: Final = "us-chicago-1"
_OPTIONS: Final = {"if_match": "if_match", "retry_token": "opc_retry_token", "request_id": "opc_request_id"}
"""Options of a call, and the SDK's names for them."""

_KEY_ID: Final = ("tenancy", "user", "fingerprint")
_HEADERS: Final = {
    "request_id": "opc-request-id",
    "etag": "etag",
    "work_request_id": "opc-work-request-id",
    "model_deprecation_info": "model-deprecation-info",
}


@lru_cache(maxsize=1)
def throwaway_signer() -> Any:
    """Make a signer with this process's throw-away credentials; shared, since loading a key takes long."""
    mine = credentials()
    return oci.Signer(
        tenancy=mine.tenancy,
        user=mine.user,
        fingerprint=mine.fingerprint,
        private_key_file_location=None,
        private_key_content=mine.private_key,
    )


class SdkBackend:
    """Carries calls through `GenerativeAiClient`s, one for each region.

    Args:
        config: as `oci.config.from_file` gives it.
        signer: any signer of the SDK's; made from `config` unless given.
        endpoint: the root URL of a server that speaks the API; the real service unless given.
        region: where calls go that name no region; None where nothing tells, for the endpoint's own default.
        region_paths: whether a region that is named is reached at `endpoint/region`, as on the fake server.
        clock: what waits and retries go by.
        transport: a `requests` adapter to send with, such as one that calls a WSGI app without a socket.
        timeout: seconds to connect and to read; the SDK's own unless given.
    """

    def __init__(
        self,
        *,
        config: Mapping[str, Any],
        signer: Any,
        endpoint: str | None,
        region: str | None,
        region_paths: bool,
        clock: Clock,
        transport: BaseAdapter | None,
        timeout: tuple[float, float] | None,
    ) -> None:
        self._config = dict(config)
        self._signer = signer
        self._endpoint = endpoint
        self._region_paths = region_paths
        self._transport = transport
        self._timeout = timeout
        self._region = region
        self._clients: dict[str | None, GenerativeAiClient] = {}
        self._lock = Lock()
        self.clock = clock
        self.default_region = region or DEFAULT_REGION

    def client(self, named: str | None = None) -> GenerativeAiClient:
        """Give the SDK's client for a region, with neither retries nor a circuit breaker of its own.

        Args:
            named: the region that a call names; None for one that names none.
        """
        region = named or self._region
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._new_client(region)
            return self._clients[region]

    def _new_client(self, region: str | None) -> GenerativeAiClient:
        options: dict[str, Any] = {
            "retry_strategy": NoneRetryStrategy(),
            "circuit_breaker_strategy": NoCircuitBreakerStrategy(),
            "skip_deserialization": True,
        }
        if self._signer is not None:
            options["signer"] = self._signer
        if self._timeout is not None:
            options["timeout"] = self._timeout
        if self._endpoint is not None:
            path = f"/{region}" if region and self._region_paths else ""
            options["service_endpoint"] = self._endpoint + path
        try:
            client = GenerativeAiClient({**self._config, "region": region or self.default_region}, **options)
        except (ClientError, ValueError, OSError) as error:
            raise ConfigurationError(f"the OCI SDK refuses the configuration: {error}") from error
        if self._endpoint is not None and is_loopback(self._endpoint):
            # A proxy that the environment names does not lead back to this machine.
            client.base_client.session.trust_env = False
        if self._transport is not None:
            client.base_client.session.mount("http://", self._transport)
            client.base_client.session.mount("https://", self._transport)
        return client

    def send(self, call: Call) -> Reply:
        """Carry out one call, once."""
        operation = call.operation
        method = getattr(self.client(call.region), operation.name)
        arguments, options = _arguments(call), _options(call)
        try:
            answer = method(*arguments, **options)
        except SdkServiceError as error:
            raise _service_error(operation, error) from error
        except OSError as error:
            # All that `requests` raises is an OSError, what the SDK wraps it in too.
            raise ConnectionLost(f"{operation.name}: {error}") from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise _unreadable(operation, error) from error
        except ValueError as error:
            # The SDK checks enumerations and ids itself, before it sends anything.
            raise InvalidParameter(str(error), operation=operation.name) from error
        try:
            return _reply(operation, answer)
        except RecursionError as error:
            raise _unreadable(operation, error) from error

    def new_retry_token(self) -> str:
        """Make a random one: other processes may talk to the same service."""
        return secrets.token_hex(16)

    def close(self) -> None:
        """Close the clients' connections."""
        with self._lock:
            for client in self._clients.values():
                client.base_client.session.close()
            self._clients.clear()


def _arguments(call: Call) -> tuple[Any, ...]:
    """Lay out what the SDK's method takes by position: the id, then the body, or the compartment of a list."""
    arguments: list[Any] = [] if call.target is None else [call.target]
    if call.details is not None:
        arguments.append(_body(call))
    if call.query is not None and call.query.compartment_id is not None:
        arguments.append(call.query.compartment_id)
    return tuple(arguments)


def _body(call: Call) -> str:
    """Write the body as text, which the SDK sends as it is.

    What cannot be written is the caller's mistake: told in the simulator's words, and no trouble of the connection's.
    """
    name = call.operation.name
    try:
        wrong = next(unsendable(call.details), None)
        if wrong:
            raise InvalidParameter(f"{wrong}.", operation=name)
        return json.dumps(encode(call.details))
    except RecursionError as error:
        reason = "it nests too deep, or contains itself"
        raise CannotParseRequest(f"The body cannot be written as JSON: {reason}.", operation=name) from error


def _options(call: Call) -> dict[str, Any]:
    options = {sdk: given for name, sdk in _OPTIONS.items() if (given := getattr(call, name)) is not None}
    query = call.query
    if query is None:
        return options
    paging = {name: getattr(query, name) for name in ("sort_by", "sort_order", "limit", "page")}
    filters = {name: list(given) if isinstance(given, tuple) else given for name, given in query.filters.items()}
    return {**options, **filters, **{name: given for name, given in paging.items() if given is not None}}


def _reply(operation: Operation, answer: Any) -> Reply:
    headers = answer.headers
    retry_after = headers.get("retry-after")
    response = ResponseMetadata(
        status=answer.status,
        retry_after=int(retry_after) if retry_after and retry_after.isdigit() else None,
        **{name: headers.get(header) for name, header in _HEADERS.items()},
    )
    if operation.result is None:
        return Reply(value=None, response=response)
    if not isinstance(answer.data, dict):
        raise ConnectionLost(f"{operation.name}: the answer {answer.status} is not a JSON object")
    if operation.is_list:
        items: tuple[Any, ...] = decode_page(operation.result, answer.data)
        return Reply(
            value=Page(items=items, next_page=headers.get("opc-next-page"), response=response), response=response
        )
    return Reply(value=replaced(decode(operation.result, answer.data), response=response), response=response)


def _unreadable(operation: Operation, error: Exception) -> ConnectionLost:
    return ConnectionLost(f"{operation.name}: the answer cannot be read: {error}")


def _service_error(operation: Operation, error: SdkServiceError) -> Exception:
    """Make our error of the SDK's: the class is found by status and code, and no code is too new for it."""
    headers = error.headers or {}
    code = str(error.code) if error.code else "Unknown"
    retry_after = headers.get("retry-after")
    return error_class(error.status, code)(
        str(error.message) if error.message else f"The service answered {error.status}.",
        status=error.status,
        code=code,
        request_id=headers.get("opc-request-id"),
        operation=operation.name,
        rule=headers.get("x-genai-ports-rule"),
        retry_after=float(retry_after) if retry_after and retry_after.isdigit() else None,
    )


class SdkModelRepository(Repository):
    """All four repositories through the OCI SDK.

    Args:
        profile: the profile of `~/.oci/config`, or of `config_file`, to use; `DEFAULT` unless given.
        config_file: another file than `~/.oci/config`.
        config: a configuration of the SDK's, instead of a profile.
        signer: any signer of the SDK's, such as an instance principal's; nothing is read from files then.
        region: where calls go that name no region; the configuration's or signer's unless given.
        endpoint: the root URL of a fake server, or of anything else that speaks the API. Where nothing says who
            signs, throw-away credentials do.
        region_paths: whether a region that is named, by a call, an OCID or here, is reached at `endpoint/region`, as on
            the fake server.
        clock: what waits and retries go by; real time unless given.
        transport: a `requests` adapter to send with.
        timeout: seconds to connect and seconds to read; the SDK's own unless given.
        retry: when a call is tried again; the SDK's own retries and its circuit breaker are off.

    Raises:
        ConfigurationError: the configuration cannot be read or is not valid, or the endpoint is no URL of a server.
        UnknownRegion: the region is not one of OCI's.
    """

    def __init__(
        self,
        *,
        profile: str | None = None,
        config_file: str | None = None,
        config: Mapping[str, Any] | None = None,
        signer: Any = None,
        region: str | None = None,
        endpoint: str | None = None,
        region_paths: bool = True,
        clock: Clock | None = None,
        transport: BaseAdapter | None = None,
        timeout: tuple[float, float] | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        settings = dict(config or {})
        named, given = profile or config_file, config is not None or signer is not None
        if named and given:
            raise ConfigurationError("pass a profile and its file, or a config and a signer, and not both")
        if endpoint is not None and not named and not given:
            signer = throwaway_signer()
        elif not given:
            settings = _profile(config_file, profile)
        if signer is not None and not settings:
            settings = _settings_of(signer)
        chosen = region or settings.get("region") or getattr(signer, "region", None)
        backend = SdkBackend(
            config=settings,
            signer=signer,
            endpoint=None if endpoint is None else server_url(endpoint),
            region=known_region(chosen).id if chosen else None,
            region_paths=region_paths,
            clock=clock or SystemClock(),
            transport=transport,
            timeout=timeout,
        )
        # What is wrong with the configuration is told now, not by the first call.
        backend.client()
        super().__init__(backend, retry=retry)


def _profile(config_file: str | None, profile: str | None) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = oci.config.from_file(
            config_file or oci.config.DEFAULT_LOCATION, profile or oci.config.DEFAULT_PROFILE
        )
    except (ClientError, ValueError, OSError) as error:
        raise ConfigurationError(f"the OCI profile cannot be read: {error}") from error
    return settings


def _settings_of(signer: Any) -> dict[str, Any]:
    """Make the configuration that the SDK wants to see beside a signer: it reads these values, and does not use them.

    Signers that carry a token need none; those with an API key tell theirs in the key's id.
    """
    parts = str(getattr(signer, "api_key", "")).split("/")
    if len(parts) != len(_KEY_ID):
        return {}
    return {**dict(zip(_KEY_ID, parts, strict=True)), "key_content": "held by the signer"}
