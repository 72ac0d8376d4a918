"""The test kit: sandboxes for tests, the contract for backends, Hypothesis strategies, and a lock-step machine.

Every public name is available here and is loaded at its first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_ports.testing.isolation.hygiene import oci_hygiene as oci_hygiene
    from genai_ports.testing.isolation.network import RefusedConnection as RefusedConnection
    from genai_ports.testing.redirect import redirected as redirected
    from genai_ports.testing.sandbox import Sandbox as Sandbox
    from genai_ports.testing.server_world import reset_world as reset_world
    from genai_ports.testing.settings import SandboxSettings as SandboxSettings
    from genai_ports.testing.unittest_case import GenAiTestCase as GenAiTestCase
    from genai_ports.testing.unittest_case import sandbox_settings as sandbox_settings
    from genai_ports.testing.unused_faults import UnusedFaults as UnusedFaults
    from genai_ports.testing.unused_faults import check_faults_used as check_faults_used
else:
    _MODULE_OF = {
        "RefusedConnection": "isolation.network",
        "GenAiTestCase": "unittest_case",
        "sandbox_settings": "unittest_case",
        "Sandbox": "sandbox",
        "SandboxSettings": "settings",
        "UnusedFaults": "unused_faults",
        "check_faults_used": "unused_faults",
        "oci_hygiene": "isolation.hygiene",
        "redirected": "redirect",
        "reset_world": "server_world",
    }
    __all__ = list(_MODULE_OF)

    def __getattr__(name: str) -> Any:
        """Load a public name from its module."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)

    def __dir__() -> list[str]:
        return sorted(__all__)
