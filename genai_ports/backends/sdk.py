"""The repository over the OCI SDK: the real service, or any other server of its API."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import oci
from oci._vendor.requests.adapters import BaseAdapter

from genai_ports.api.checks import check_bools, check_instance, check_path, check_texts, checked_tuple, has_methods
from genai_ports.api.clock import Clock, check_clock
from genai_ports.api.display import display
from genai_ports.api.numbers import is_number
from genai_ports.backends.client_clock import ClientClock
from genai_ports.backends.profiles import authenticate
from genai_ports.backends.sdk_backend import SdkBackend
from genai_ports.backends.urls import server_url
from genai_ports.client.repository import Repository
from genai_ports.client.retry import RetryPolicy
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.regions import region as known_region
from genai_ports.tenancy import TENANCY
from genai_ports.throwaway import credentials, tenancy_ocid


@lru_cache(maxsize=16)
def throwaway_signer(tenancy: str = TENANCY) -> Any:
    """Return a signer with this process's throw-away credentials; shared, since loading a key takes long.

    Args:
        tenancy: the OCID of the tenancy in its signatures.
    """
    mine = credentials()
    return oci.Signer(
        tenancy=tenancy,
        user=mine.user,
        fingerprint=mine.fingerprint,
        private_key_file_location=None,
        private_key_content=mine.private_key,
    )


class SdkModelRepository(Repository):
    """All four repositories through the OCI SDK.

    Args:
        profile: a profile of `~/.oci/config` or of `config_file`; default: `DEFAULT`.
        config_file: default: `~/.oci/config`.
        config: a configuration of the SDK, instead of a profile.
        signer: any signer of the SDK. No file is read then.
        auth: how to authenticate, as the CLI's `--auth`: `api_key`, `security_token`, `instance_principal`,
            `resource_principal` or `oke_workload_identity`. A principal reads no file. Default: `security_token` for a
            profile with a session and without a user, as `oci session authenticate` writes it, else `api_key`.
        region: the region of calls without a region; default: that of the configuration or the signer.
        endpoint: the root URL of a fake server, or of any other server of the API; default: the real service.
            Its requests are signed with throw-away credentials if there is no profile, config or signer.
        tenancy: the tenancy of the throw-away credentials, an OCID or a short name such as `worker-1`: a fake server
            has a world for each tenancy. Default: the well-known tenancy.
        region_paths: whether the region of a call is reached at `endpoint/region`. Default: if the endpoint responds as
            a fake server does; it is asked before the first call with a region.
        clock: used for waits and retries, in UTC; default: real time.
        transport: a `requests` adapter to send with.
        timeout: seconds to connect and seconds to read; default: the SDK's own.
        ca_bundle: a file with the certificates of the authorities to trust; default: that of `REQUESTS_CA_BUNDLE`,
            `CURL_CA_BUNDLE` or `SSL_CERT_FILE`, or else the SDK's own.
        retry: when a call is tried again; the SDK's own retries and its circuit breaker are off.

    Raises:
        ConfigurationError: the configuration cannot be read or is not valid, the endpoint is not a server's URL, or
            the tenancy is not one.
        InvalidInput: an argument is no text; or the clock lacks a method, or does not show UTC.
        UnknownRegion: the region is not one of OCI's.
    """

    def __init__(
        self,
        *,
        profile: str | None = None,
        config_file: str | None = None,
        config: Mapping[str, Any] | None = None,
        signer: Any = None,
        auth: str | None = None,
        region: str | None = None,
        endpoint: str | None = None,
        tenancy: str | None = None,
        region_paths: bool | None = None,
        clock: Clock | None = None,
        transport: BaseAdapter | None = None,
        timeout: tuple[float, float] | None = None,
        ca_bundle: str | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        check_texts(profile=profile, config_file=config_file, auth=auth, region=region, endpoint=endpoint)
        check_texts(tenancy=tenancy, ca_bundle=ca_bundle)
        if config_file:
            check_path("config_file", config_file)
        _check_parts(config, signer, transport=transport, timeout=timeout, region_paths=region_paths)
        if clock is not None:
            check_clock(clock)
        settings, signer = _credentials(
            config, signer, profile=profile, config_file=config_file, auth=auth, endpoint=endpoint, tenancy=tenancy
        )
        chosen = region or settings.get("region") or getattr(signer, "region", None)
        backend = SdkBackend(
            config=settings,
            signer=signer,
            endpoint=None if endpoint is None else server_url(endpoint),
            region=known_region(chosen).id if chosen else None,
            region_paths=region_paths,
            clock=clock or ClientClock(),
            transport=transport,
            timeout=timeout,
            ca_bundle=None if ca_bundle is None else _existing(ca_bundle),
        )
        backend.check()
        super().__init__(backend, retry=retry)


def _credentials(
    config: Mapping[str, Any] | None,
    signer: Any,
    *,
    profile: str | None,
    config_file: str | None,
    auth: str | None,
    endpoint: str | None,
    tenancy: str | None,
) -> tuple[dict[str, Any], Any]:
    """Return the configuration and the signer; refuse what contradicts each other."""
    named, given = profile or config_file, config is not None or signer is not None
    if named and given:
        raise ConfigurationError("pass either a profile and its file, or a config and a signer")
    if auth is not None and given:
        raise ConfigurationError("auth applies to a profile: omit it, or omit config and signer")
    throw_away = endpoint is not None and not named and not given and auth is None
    if tenancy is not None and not throw_away:
        raise ConfigurationError("a tenancy is for throw-away credentials: pass an endpoint, and no other credentials")
    settings = dict(config or {})
    if throw_away:
        signer = throwaway_signer(TENANCY if tenancy is None else tenancy_ocid(tenancy))
    elif not given:
        settings, signer = authenticate(auth, config_file, profile)
    if signer is not None and not settings:
        settings = _settings_of(signer)
    return settings, signer


def _check_parts(
    config: object,
    signer: object,
    *,
    transport: object,
    timeout: object,
    region_paths: object,
) -> None:
    if config is not None:
        check_instance("config", config, Mapping, "a mapping, as oci.config.from_file() returns it")
    if signer is not None and not has_methods(signer, "__call__"):
        raise InvalidInput(f"signer must be a signer of the OCI SDK, not {display(signer)}")
    if transport is not None and not has_methods(transport, "send", "close"):
        raise InvalidInput(f"transport must be an adapter of requests, not {display(transport)}")
    if region_paths is not None:
        check_bools(region_paths=region_paths)
    if timeout is not None:
        parts = checked_tuple("timeout", timeout, "two numbers: seconds to connect and seconds to read")
        if len(parts) != len(("connect", "read")) or not all(is_number(each) and each > 0 for each in parts):
            raise InvalidInput(f"timeout must be two numbers of seconds, each more than 0, not {display(timeout)}")


def _existing(ca_bundle: str) -> str:
    if not os.path.exists(ca_bundle):  # noqa: PTH110  # requests takes no Path
        raise ConfigurationError("ca_bundle must be the path of a file with certificates, and there is no such file")
    return ca_bundle


def _settings_of(signer: Any) -> dict[str, Any]:
    """Return a configuration for a signer: the SDK checks it but does not use it.

    A signer with a token needs none. For a signer with an API key, the values are in the key's id.
    """
    match str(getattr(signer, "api_key", "")).split("/"):
        case [tenancy, user, fingerprint]:
            key = "held by the signer"
            return {"tenancy": tenancy, "user": user, "fingerprint": fingerprint, "key_content": key}
    return {}
