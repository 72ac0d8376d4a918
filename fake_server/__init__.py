"""A fake server of the OCI Generative AI control plane: the simulator of genai_ports over HTTP, for any OCI client.

Example:
    >>> from fake_server import FakeServer
    >>> from genai_ports import connect
    >>> with FakeServer() as server, connect(server.url) as genai:
    ...     genai.list_models("ocid1.compartment.oc1..example", vendor="meta").first().type
    'BASE'
"""

try:
    from fake_server.app import create_app
    from fake_server.server import FakeServer
    from fake_server.settings import Settings
except ModuleNotFoundError as error:
    missing = (error.name or "").partition(".")[0]
    if missing in ("fake_server", "genai_ports"):
        raise
    message = f"{missing} is not installed, which a server needs: pip install 'genai-ports[server]'"
    raise ModuleNotFoundError(message, name=error.name) from None

__all__ = ["FakeServer", "Settings", "create_app"]
