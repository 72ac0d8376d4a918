"""What the OCI SDK keeps for the whole process: circuit breakers, default strategies, and regions that it learned."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT: Final = {
    "oci.circuit_breaker": ("GLOBAL_CIRCUIT_BREAKER_STRATEGY",),
    "oci.retry": ("GLOBAL_RETRY_STRATEGY",),
    "oci.regions": (
        "REGIONS",
        "REALMS",
        "REGION_REALMS",
        "REGIONS_SHORT_NAMES",
        "second_level_domain_fallback",
        "_has_been_read_external_sources",
    ),
}
"""The variables of the SDK's modules that a test can change, or that change with what is configured."""


@contextmanager
def kept_sdk_state() -> Iterator[None]:
    """Close all circuit breakers at the start and at the end, and put back what the SDK keeps for the process.

    The SDK is not loaded; if it is loaded in the block, its circuit breakers are closed at the end.
    """
    close_circuits()
    before = [(module, name, value, copy(value)) for module, name, value in _variables()]
    try:
        yield
    finally:
        for module, name, value, content in before:
            setattr(module, name, value)
            if isinstance(value, list):
                value[:] = content
            elif isinstance(value, dict) and value != content:
                value.clear()
                value.update(content)
        close_circuits()


def record_sdk_state(monkeypatch: Any) -> None:
    """Record in pytest's `monkeypatch` what the SDK keeps: it puts that back last, after what a test has patched."""
    for module, name, value in _variables():
        monkeypatch.setattr(module, name, value)


def close_circuits() -> None:
    """Close every circuit breaker in this process and clear its count of failures, if there are circuit breakers."""
    library: Any = sys.modules.get("circuitbreaker")
    if library is None:
        return
    for breaker in list(library.CircuitBreakerMonitor.get_circuits()):
        breaker.reset()


def _variables() -> Iterator[tuple[Any, str, Any]]:
    for module_name, names in _KEPT.items():
        module = sys.modules.get(module_name)
        for name in names:
            if hasattr(module, name):
                yield module, name, getattr(module, name)
