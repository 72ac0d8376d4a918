"""Serving until a signal: what `genai-ports serve` and `python -m fake_server` do."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fake_server.collector import no_full_collections
from fake_server.log import JSON, LOG, json_line, logging_to
from fake_server.port_file import PortFile
from fake_server.reach import check_token, reach_of
from fake_server.server import FakeServer
from fake_server.signals import stop_by_signal
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fake_server.settings import Settings

DRAIN_SECONDS: Final = 5.0
"""How long a server that stops finishes responses. Docker kills a container 10 seconds after the signal."""


def serve(
    host: str,
    port: int,
    settings: Settings,
    *,
    port_file: Path | None = None,
    trust: Sequence[Path] = (),
    record: Path | None = None,
    replay: Path | None = None,
    state: Path | None = None,
    allow_hosts: Sequence[str] = (),
    control_token: str | None = None,
    tls: Path | None = None,
    is_seed_new: bool = False,
    log: str = "text",
    level: int = logging.INFO,
) -> None:
    """Serve until a signal; print `listening on URL` as the first line, or as an object with `url` for the log `json`.

    After the first signal, requests that have begun to arrive get their responses, and so do those whose response is
    delayed, if that is possible within `DRAIN_SECONDS`. A second signal ends the process at once.

    Args:
        host: the address to listen on.
        port: the port; 0 selects a free one.
        settings: the settings of the server.
        port_file: the file to write the port to; removed at the end.
        trust: OCI config files; the public keys of their profiles are registered.
        record: the file to write at the end what clients sent and what was responded.
        replay: a cassette whose responses are served instead of a simulated world's.
        state: the directory in which the worlds are kept; closed after the last response.
        allow_hosts: more names and addresses that clients may use for the server.
        control_token: what control requests must have in the header `genai-control-token`.
        tls: the directory of the authority that signs the server's certificates; default: plain HTTP.
        is_seed_new: whether the seed was generated: it is printed then, so that the user can repeat the run.
        log: the format of the log on stderr, `text` or `json`.
        level: the lowest level that is logged: DEBUG, INFO with a line a request, or ERROR.

    Raises:
        GenAiError: an option or a setting is not valid, the address cannot be listened on, or nothing was recorded.
        OSError: the port file or the recording cannot be written.
    """
    check_token(host, control_token, verifies=settings.verify_signatures)
    opened = ExitStack()
    opened.enter_context(logging_to(sys.stderr, form=log, level=level))
    with stop_by_signal(opened.close) as wait, opened, no_full_collections():
        file = PortFile(port_file, host) if port_file else None
        trusting = with_trusted_keys(settings, trust)
        own: dict[str, Any] = {"host": host, "port": port, "allow_hosts": allow_hosts, "control_token": control_token}
        kept: dict[str, Any] = {"record": record, "replay": replay, "state": state}
        server = FakeServer(**own, **kept, settings=trusting, tls=tls, log=level <= logging.INFO)
        with server:
            for line in reach_of(host, encrypts=tls is not None).splitlines():
                LOG.warning("%s", line)
            if server.ca_file:
                LOG.info("clients must trust the authority in %s", server.ca_file)
            if file:
                opened.callback(file.remove)
                file.write(server.port)
            server.on_failure(partial(signal.raise_signal, signal.SIGTERM))
            if is_seed_new:
                LOG.info("the seed is %s: --seed %s gives the same ids again", settings.seed, settings.seed)
            line = f"listening on {server.url}"
            # Scripts wait for this line.
            print(json_line("info", line, url=server.url) if log == JSON else line, flush=True)  # noqa: T201
            wait()
            server.close(drain=DRAIN_SECONDS)


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
