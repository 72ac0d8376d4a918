"""The OCI SDK as a backend: the SDK signs and sends; `genai_ports.wire` writes the requests and reads the responses."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import quote

from oci._vendor.requests.adapters import BaseAdapter
from oci.base_client import BYTES_RESPONSE_TYPE
from oci.circuit_breaker import NoCircuitBreakerStrategy
from oci.exceptions import ClientError
from oci.exceptions import ServiceError as SdkServiceError
from oci.generative_ai import GenerativeAiClient

from genai_ports.api.call import Call, Reply
from genai_ports.api.clock import Clock
from genai_ports.backends.urls import is_loopback
from genai_ports.errors import ConfigurationError, ConnectionLost
from genai_ports.regions import DEFAULT_REGION
from genai_ports.wire.http import JSON, HttpRequest, HttpResponse
from genai_ports.wire.responses import read_response, service_error, unreadable
from genai_ports.wire.routes import VERSION
from genai_ports.wire.unsendable import write_sendable


class SdkBackend:
    """Sends calls through `GenerativeAiClient`s, one for each region; `SdkModelRepository` describes the arguments."""

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
        """Return the SDK's client for a region, without a circuit breaker.

        Args:
            named: the region of a call; None for the default region.
        """
        region = named or self._region
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._new_client(region)
            return self._clients[region]

    def _new_client(self, region: str | None) -> GenerativeAiClient:
        options: dict[str, Any] = {
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
        problem = ""
        try:
            client = GenerativeAiClient({**self._config, "region": region or self.default_region}, **options)
        except OSError as error:
            problem = f"key_file cannot be read: {error.strerror}"
        except (ClientError, ValueError, TypeError) as error:
            problem = str(error)
        if problem:  # outside of the handlers, so that no error is chained that may show a key
            raise ConfigurationError(f"the OCI SDK refuses the configuration: {problem}")
        session: Any = client.base_client.session
        if self._endpoint is not None and is_loopback(self._endpoint):
            # A proxy from the environment cannot reach this machine; its authority is still trusted.
            session.trust_env = False
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        if self._transport is not None:
            session.mount("http://", self._transport)
            session.mount("https://", self._transport)
        return client

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


def _query(request: HttpRequest) -> dict[str, list[str]]:
    """Collect the values of each parameter."""
    values: dict[str, list[str]] = {}
    for name, text in request.query:
        values.setdefault(name, []).append(text)
    return values
