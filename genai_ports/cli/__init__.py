"""The command `genai-ports`: a fake server, a demo, and a profile for OCI's own tools."""

from __future__ import annotations

import sys

_OURS = ("genai_ports", "fake_server")


def main() -> None:
    """Run the command; where a package it needs is missing, say what to install.

    Raises:
        SystemExit: always, with the command's exit status.
    """
    try:
        from genai_ports.cli.commands import commands  # noqa: PLC0415  # so that a missing click is told, not traced

        commands(prog_name="genai-ports")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in _OURS:
            raise
        sys.exit(f"genai-ports: {missing} is not installed, which the command needs: pip install 'genai-ports[cli]'")
