"""Hygiene: a test starts without the OCI configuration of its machine, and leaves nothing to the next one."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@contextmanager
def oci_hygiene(test: str) -> Iterator[None]:  # noqa: ARG001  # for the messages of refused connections
    """Isolate a test from the OCI configuration of its machine, and from other tests.

    The environment variables of OCI's tools and of proxies are removed, and the circuit breakers of the SDK are closed.
    At the end everything is put back.

    Args:
        test: its name, for messages.
    """
    before = dict(os.environ)
    with patch.dict(os.environ):
        for name in before:
            if name.upper().startswith("OCI_") or name.upper() in _PROXIES:
                del os.environ[name]
        _close_circuits()
        try:
            yield
        finally:
            _close_circuits()


def _close_circuits() -> None:
    """Close the circuit breakers of the SDK, if it was loaded."""
    if "oci.base_client" in sys.modules:
        from genai_ports.testing.stock_client import close_circuit  # noqa: PLC0415  # loads the SDK

        close_circuit()
