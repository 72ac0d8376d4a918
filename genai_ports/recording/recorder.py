"""Recording in Python: what clients of the OCI SDK in this process send to the service, and what it responds."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.forks import Lock
from genai_ports.recording.provenance import FAKE, UNSTATED
from genai_ports.recording.sdk_session import body_of, headers_of, session_class
from genai_ports.recording.tape import Tape
from genai_ports.recording.traffic import Message, Server, server_at
from genai_ports.regions import DEFAULT_REGION
from genai_ports.wire.hosts import HEALTH, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_HEALTH_SECONDS: Final = 5.0


@contextmanager
def recording(path: Path | str, scenario: str = "", *, keep_partial: bool = False) -> Iterator[Tape]:
    """Record the traffic of this service, and write it scrubbed at the end of the block.

    Every client of the OCI SDK in this process is recorded, `SdkModelRepository` included, over http and https,
    whether it is made before or inside the block. Requests to other services are not. A request without a complete
    response is not recorded either: there is nothing to replay.

    Args:
        path: the file to write, with the suffix `.yaml`; it is replaced if it exists.
        scenario: its name, for the provenance.
        keep_partial: write what is recorded also if the block ends with an exception. Default: False, write nothing.

    Yields:
        The recording so far: `len(tape)` and `tape.interactions`.

    Raises:
        NothingRecorded: the block ends without an exception, and nothing was recorded.
        ConfigurationError: the file cannot be written there, or the OCI SDK is not installed.
        OSError: the file cannot be written.
    """
    tape = Tape(path, scenario=scenario)
    _transport.start(tape)
    try:
        yield tape
    except BaseException:
        _transport.stop(tape)
        if keep_partial and len(tape):
            tape.save()
        raise
    _transport.stop(tape)
    tape.save()


class _Transport:
    """The transport of the SDK, which all its clients share; changed while at least one tape is running."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tapes: list[Tape] = []
        self._send: Any = None

    def start(self, tape: Tape) -> None:
        session = session_class()
        with self._lock:
            if not self._tapes:
                self._send = session.send
                session.send = self._sender(self._send)
            self._tapes.append(tape)

    def stop(self, tape: Tape) -> None:
        with self._lock:
            self._tapes.remove(tape)
            if not self._tapes:
                session_class().send = self._send

    def _sender(self, send: Any) -> Any:
        def recorded(session: Any, request: Any, **options: Any) -> Any:
            response = send(session, request, **options)
            if root_of(request.url) is not None:
                for tape in tuple(self._tapes):
                    _record(tape, request, response, lambda root: _find(root, send, session, options))
            return response

        return recorded


_transport: Final = _Transport()


def _record(tape: Tape, request: Any, response: Any, find: Callable[[str], Server]) -> None:
    tape.record(
        request.method,
        request.url,
        Message(headers_of(request), body_of(request)),
        response.status_code,
        Message(response.headers, response.content),
        find=find,
    )


def _find(root: str, send: Any, session: Any, options: dict[str, Any]) -> Server:
    """Return what is known of a server; a server that is not Oracle's is asked whether it is a fake one."""
    return server_at(root) or _asked(root, send, session, options) or Server(UNSTATED)


def _asked(root: str, send: Any, session: Any, options: dict[str, Any]) -> Server | None:
    from oci._vendor.requests import Request  # noqa: PLC0415  # only a recording needs the SDK

    same = {name: option for name, option in options.items() if name in ("verify", "cert", "proxies")}
    try:
        response = send(session, Request("GET", f"{root}{HEALTH}").prepare(), timeout=_HEALTH_SECONDS, **same)
        document = json.loads(response.content)
        return Server(FAKE, document.get("region", DEFAULT_REGION), str(document["seed"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
