"""Serving until a signal: what `genai-ports serve` and `python -m fake_server` do."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from fake_server.collector import no_full_collections
from fake_server.server import FakeServer
from fake_server.signals import on_signal
from genai_ports.errors import ConfigurationError
from genai_ports.files import write_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fake_server.settings import Settings


def serve(
    host: str,
    port: int,
    settings: Settings,
    *,
    port_file: Path | None = None,
    trust: Sequence[Path] = (),
    record: Path | None = None,
    replay: Path | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; print `listening on URL` as the first line.

    Args:
        host: the address to listen on.
        port: the port; 0 selects a free one.
        settings: the settings of the server.
        port_file: the file to write the port to.
        trust: OCI config files; the public keys of their profiles are registered.
        record: the file to write at the end what clients sent and what was responded.
        replay: a cassette whose responses are served instead of a simulated world's.

    Raises:
        GenAiError: an option or a setting is not valid, the address cannot be listened on, or nothing was recorded.
        OSError: the port file or the recording cannot be written.
    """
    _check_port_file(port_file)
    stop = Event()
    with on_signal(stop.set), no_full_collections():
        trusting = with_trusted_keys(settings, trust)
        with FakeServer(host=host, port=port, settings=trusting, record=record, replay=replay) as server:
            if port_file:
                write_files({port_file: f"{server.port}\n"})
            print(f"listening on {server.url}", flush=True)  # noqa: T201  # scripts wait for this line
            stop.wait()


def with_trusted_keys(settings: Settings, trust: Sequence[Path]) -> Settings:
    """Add to the settings the key of each profile with a user in the OCI config files `trust`.

    Raises:
        ConfigurationError: the settings do not verify signatures, or a file or one of its keys cannot be read.
    """
    if not trust:
        return settings
    if not settings.verify_signatures:
        raise ConfigurationError("--trust requires --verify-signatures: add it, or remove --trust")
    from fake_server.keys import keys_of_config  # noqa: PLC0415  # imports cryptography, which is slow

    keys = {name: pem for path in trust for name, pem in keys_of_config(path).items()}
    return replace(settings, keys=keys)


def _check_port_file(path: Path | None) -> None:
    """Refuse a file that cannot be written before the server listens."""
    if path and path.is_dir():
        raise ConfigurationError(f"--port-file must name a file, not the directory {path}")
    if path and not path.parent.is_dir():
        raise ConfigurationError(f"--port-file must name a file in a directory that exists, not {path}")
