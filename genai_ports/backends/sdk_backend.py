"""The OCI SDK as a backend: the SDK signs and sends; `genai_ports.wire` writes the requests and reads the responses."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any, Final
from urllib.parse import quote, urlsplit

from oci._vendor.requests.adapters import BaseAdapter
from oci.base_client import BYTES_RESPONSE_TYPE
from oci.circuit_breaker import NoCircuitBreakerStrategy
from oci.exceptions import ServiceError as SdkServiceError
from oci.generative_ai import GenerativeAiClient

from genai_ports.api.call import Call, Reply
from genai_ports.api.clock import Clock
from genai_ports.api.forks import Lock, call_after_fork
from genai_ports.backends.profiles import new_sdk_client
from genai_ports.backends.urls import is_loopback
from genai_ports.errors import ConfigurationError, ConnectionLost
from genai_ports.regions import DEFAULT_REGION
from genai_ports.wire.hosts import HEALTH, is_service
from genai_ports.wire.http import JSON, HttpRequest, HttpResponse
from genai_ports.wire.responses import read_response, service_error, unreadable
from genai_ports.wire.routes import VERSION
from genai_ports.wire.unsendable import write_sendable

_HEALTH_SECONDS: Final = (5.0, 5.0)

_AUTHORITIES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The variables that name a file of trusted certificates, by rank."""


class SdkBackend:
    """Sends calls through `GenerativeAiClient`s, one for each region; `SdkModelRepository` describes the arguments."""

    def __init__(
        self,
        *,
        config: Mapping[str, Any],
        signer: Any,
        endpoint: str | None,
        region: str | None,
        region_paths: bool | None,
        clock: Clock,
        transport: BaseAdapter | None,
        timeout: tuple[float, float] | None,
        ca_bundle: str | None,
    ) -> None:
        self._config = dict(config)
        self._signer = signer
        self._endpoint = endpoint
        self._region_paths = region_paths
        self._transport = transport
        self._timeout = timeout
        self._ca_bundle = ca_bundle
        self._region = region
        self._clients: dict[str | None, GenerativeAiClient] = {}
        self._lock = Lock()
        call_after_fork(self, SdkBackend.after_fork)
        self.clock = clock
        self.default_region = region or DEFAULT_REGION

    def after_fork(self) -> None:
        """Use no connection of the parent."""
        self.close()

    @property
    def tenancy(self) -> str | None:
        """The OCID of the tenancy of the configuration; None if the credentials are a token."""
        return self._config.get("tenancy")

    def client(self, named: str | None = None) -> GenerativeAiClient:
        """Return the SDK's client for a region, without a circuit breaker.

        Args:
            named: the region of a call; None for the default region.
        """
        region = named or self._region
        with self._lock:
            known = self._clients.get(region)
            if known is None:
                has_paths = region is not None and self._has_region_paths()
                known = self._new_client(region, f"/{region}" if has_paths else "")
                if region is None or self._region_paths is not None:
                    self._clients[region] = known
            return known

    def check(self) -> None:
        """Refuse a wrong configuration now, not at the first call; nothing is sent."""
        self._new_client(self._region)
        uses_tls = self._endpoint is None or self._endpoint.startswith("https:")
        if uses_tls and self._ca_bundle is None:
            _check_authorities()

    def _has_region_paths(self) -> bool:
        """Return whether the server is reached at a path for each region. Only the fake server is; it is asked once."""
        if self._region_paths is None:
            if self._endpoint is None or is_service(urlsplit(self._endpoint).hostname or ""):
                self._region_paths = False
            else:
                return self._is_fake_server(self._endpoint)
        return self._region_paths

    def _is_fake_server(self, endpoint: str) -> bool:
        session = self._new_client(self._region).base_client.session
        with closing(session), suppress(OSError):  # the call itself will say why; the next one asks again
            body = session.get(f"{endpoint}{HEALTH}", timeout=self._timeout or _HEALTH_SECONDS).content
            self._region_paths = _is_health(body)
        return bool(self._region_paths)

    def _new_client(self, region: str | None, path: str = "") -> GenerativeAiClient:
        options: dict[str, Any] = {"circuit_breaker_strategy": NoCircuitBreakerStrategy()}
        if self._signer is not None:
            options["signer"] = self._signer
        if self._timeout is not None:
            options["timeout"] = self._timeout
        if self._endpoint is not None:
            options["service_endpoint"] = self._endpoint + path
        client: Any = new_sdk_client({**self._config, "region": region or self.default_region}, **options)
        if "[" in (self._endpoint or ""):
            client.base_client._is_valid_endpoint_hostname = lambda _: True  # noqa: SLF001  # it refuses IPv6 addresses
        self._signer = client.base_client.signer  # loading a key takes far longer than the rest
        self._set_up(client.base_client.session)
        return client

    def _set_up(self, session: Any) -> None:
        """Choose the proxy, the trusted authorities and the transport of a session."""
        if self._endpoint is not None and is_loopback(self._endpoint):
            session.trust_env = False  # a proxy cannot reach this machine
            session.verify = _from_environment(*_AUTHORITIES) or True
        elif not _from_environment("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            session.verify = _from_environment("SSL_CERT_FILE") or session.verify
        if self._ca_bundle is not None:
            # The variables go before `session.verify`, but not before the argument of a request.
            merge, bundle = session.merge_environment_settings, self._ca_bundle
            session.merge_environment_settings = lambda url, proxies, stream, _, cert: merge(
                url, proxies, stream, bundle, cert
            )
        if self._transport is not None:
            session.mount("http://", self._transport)
            session.mount("https://", self._transport)

    def send(self, call: Call) -> Reply:
        """Carry out one call, once."""
        request = write_sendable(call)
        base_client, operation = self.client(call.region).base_client, call.operation
        try:
            response = base_client.call_api(
                # The client's endpoint has the region and the version.
                resource_path=quote(request.path.partition(VERSION)[2]),
                method=request.method,
                query_params=_query(request),
                # In this spelling, older releases of the SDK do not write the body as JSON once more.
                header_params={"accept": JSON, "Content-Type": JSON, **request.headers},
                body=request.body or None,
                response_type=BYTES_RESPONSE_TYPE,
                allow_control_chars=True,
                operation_name=operation.name,
            )
        except SdkServiceError as error:
            raise service_error(
                operation, error.status, error.code, error.message, headers=error.headers or {}
            ) from error
        except OSError as error:
            # All that `requests` raises is an OSError, and so is what the SDK wraps it in.
            raise ConnectionLost(f"{operation.name}: {error}") from error
        except (UnicodeDecodeError, RecursionError) as error:
            # Only the bodies of errors are read by the SDK.
            raise unreadable(operation, error) from error
        return read_response(operation, HttpResponse(response.status, response.headers, response.data))

    def new_retry_token(self) -> str:
        """Return a random token: other processes may use the same service."""
        return secrets.token_hex(16)

    def close(self) -> None:
        """Close the clients' connections."""
        with self._lock:
            for client in self._clients.values():
                client.base_client.session.close()
            self._clients.clear()


def _check_authorities() -> None:
    """Refuse authorities of the environment that are not there: each call would fail, and be sent again."""
    name = next((name for name in _AUTHORITIES if os.environ.get(name)), None)
    if name is not None and not os.path.exists(os.environ[name]):  # noqa: PTH110  # as requests
        raise ConfigurationError(f"{name} must name a file with certificates; there is none at its path")


def _is_health(body: bytes) -> bool:
    """Return whether a body is what a fake server shows of its health."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("status") == "UP" and "region" in found


def _from_environment(*names: str) -> str | None:
    """Return the first of these variables that is set and not empty."""
    return next((text for name in names if (text := os.environ.get(name))), None)


def _query(request: HttpRequest) -> dict[str, list[str]]:
    """Collect the values of each parameter."""
    values: dict[str, list[str]] = {}
    for name, text in request.query:
        values.setdefault(name, []).append(text)
    return values
