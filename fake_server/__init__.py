"""A fake server of the OCI Generative AI control plane: the simulator of genai_ports over HTTP, for any OCI client.

Every public name is loaded at its first use, so that `python -m fake_server` handles signals before it loads the rest.

Example:
    >>> from fake_server import FakeServer
    >>> from genai_ports import connect
    >>> with FakeServer() as server, connect(server.url) as genai:
    ...     genai.list_models("ocid1.compartment.oc1..example", vendor="meta").first().type
    'BASE'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["FakeServer", "Settings", "create_app"]

if TYPE_CHECKING:
    from fake_server.app import create_app
    from fake_server.server import FakeServer
    from fake_server.settings import Settings
else:
    _MODULES = {"FakeServer": "server", "Settings": "settings", "create_app": "app"}

    def __getattr__(name: str) -> Any:
        """Load a public name from its module.

        Raises:
            ModuleNotFoundError: a package that a server needs is not installed.
        """
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415  # see the module

        try:
            loaded = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            if missing in ("fake_server", "genai_ports"):
                raise
            message = f"{missing} is not installed, which a server needs: pip install 'genai-ports[server]'"
            raise ModuleNotFoundError(message, name=error.name) from None
        globals()[name] = loaded
        return loaded

    def __dir__() -> list[str]:
        return sorted(__all__)
