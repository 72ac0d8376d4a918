"""Serving the app over a socket: HTTP/1.1 with keep-alive, by waitress, on a thread of its own."""

from __future__ import annotations

import os
import socket
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.server import create_server

from fake_server.app import create_app
from fake_server.channel import Channel
from fake_server.dispatcher import InlineDispatcher
from fake_server.settings import MAX_BODY_BYTES, Settings, check_beside_replay
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError, missing_extra
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self
    from wsgiref.types import WSGIApplication

    from fake_server.app import App
    from fake_server.recorder import Recorder
    from fake_server.replay import Replay
    from genai_ports.api.clock import MovableClock
    from genai_ports.recording.player import Player
    from genai_ports.simulator.simulator import Simulator

_WAITRESS: Final[dict[str, Any]] = {
    "backlog": 1024,
    "connection_limit": 1000,
    "max_request_body_size": MAX_BODY_BYTES + 1,
    "max_request_header_size": 64 * 1024,
    "clear_untrusted_proxy_headers": False,
    "ident": None,
    # A limit makes a thread wait until a slow client has read earlier responses; this thread would wait for itself.
    "outbuf_high_watermark": 2**40,
}
_CLOCK: Final = SystemClock()
_LOOP_SECONDS: Final = 30.0
"""How long the loop sleeps if nothing happens; closing wakes it."""
_CROWDED: Final = 900
"""From this number of connections on, those are closed whose clients have left while their responses are delayed."""
_CROWDED_SECONDS: Final = 0.5
"""How long the loop sleeps then: a client that leaves while its response is delayed does not wake it."""


class FakeServer:
    """A fake server on a thread of its own; a context manager.

    Args:
        host: the address to listen on; default: loopback.
        port: the port; 0 picks a free one.
        settings: of its worlds and of the server; default: `Settings()`.
        simulator: an existing world, which every tenancy reaches; default: a new world for each tenancy. Only the
            settings `lenient` and `verify_signatures` apply beside it.
        record: the file, with the suffix `.yaml`, to write at the end what clients sent and what was responded.
        replay: a cassette; its responses are served instead of a simulated world's. Of the settings, only `clock`
            applies then, and others are refused.

    Raises:
        ConfigurationError: the address cannot be listened on, such as a port that is taken, the recording cannot be
            written there, or a setting does not apply to a simulator or a replay.
        InvalidInput: a setting is not valid.

    Example:
        >>> from fake_server import FakeServer, Settings
        >>> with FakeServer(settings=Settings(seed=7, pace="2s", clock="virtual")) as server:
        ...     server.url.startswith("http://127.0.0.1:")
        True
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: Settings | None = None,
        simulator: Simulator | None = None,
        record: Path | str | None = None,
        replay: Path | str | None = None,
    ) -> None:
        if record is not None and replay is not None:
            raise ConfigurationError("a server either records or replays: pass record or replay, not both")
        if replay is not None and simulator is not None:
            raise ConfigurationError("a server serves either a simulator or a recording: pass one of them")
        if replay is not None and settings is not None:
            check_beside_replay(settings)
        self.app: App = create_app(settings, simulator=simulator)
        self._replay = None if replay is None else _new_replay(self.app, replay)
        self._recorder = None if record is None else _new_recorder(self.app, record)
        self._sockets: dict[int, Any] = {}
        self._closing = Event()
        self._dispatcher = InlineDispatcher()
        self.application: WSGIApplication = self._replay or self._recorder or self.app
        """What serves the requests: the app, its recorder, or a replay."""
        settled = {**_WAITRESS, "_dispatcher": self._dispatcher}
        server: Any = create_server(self.application, map=self._sockets, sockets=[_listen(host, port)], **settled)
        server.channel_class = Channel
        # It wakes the loop after each response; here the loop itself serves, so it is awake.
        server.pull_trigger = lambda: None
        self._server = server
        self.host = host
        self.port = int(server.effective_port)
        self._thread = Thread(target=self._serve, name=f"fake-server-{self.port}", daemon=True)

    @property
    def url(self) -> str:
        """The root URL, for `connect` and for a client's endpoint.

        The OCI SDK accepts no IPv6 address: `::1` is shown as `localhost` where that name leads to it.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.host == "::1" and _leads_to("localhost", self.host):
            host = "localhost"
        return f"http://{host}:{self.port}"

    @property
    def player(self) -> Player:
        """The player of the recording.

        Raises:
            ConfigurationError: the server does not replay.
        """
        if self._replay is None:
            raise ConfigurationError("this server does not replay a recording: pass replay= to FakeServer")
        return self._replay.player

    @property
    def simulator(self) -> Simulator:
        """The world of the well-known tenancy, for access from the same process."""
        return self.app.worlds.get(TENANCY)

    @property
    def clock(self) -> WorldClock:
        """The clock of that world, also after a reset; a client that waits on it does not sleep if it is virtual."""
        return WorldClock(self.app)

    def reset(self) -> None:
        """Replace the world of the well-known tenancy with a new one, and remove all others."""
        self.app.worlds.reset_all()

    def start(self) -> None:
        """Start to serve. When this returns, the server accepts connections.

        Raises:
            ConfigurationError: the server was closed.
        """
        if self._closing.is_set():
            raise ConfigurationError("this server is closed: create a new one")
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        """Stop, release the port, and write the recording, if there is one.

        Raises:
            NothingRecorded: there was no call to record.
            OSError: the recording cannot be written.
        """
        self._stop()
        if self._recorder:
            recorder, self._recorder = self._recorder, None
            recorder.save()

    def _stop(self) -> None:
        self._closing.set()
        if self._thread.is_alive():
            self._server.trigger.pull_trigger()
            self._thread.join()
        self._dispatcher.shutdown()
        wasyncore.close_all(self._sockets)

    def _serve(self) -> None:
        while not self._closing.is_set():
            wasyncore.loop(timeout=self._idle_seconds(), use_poll=True, map=self._sockets, count=1)
            self._dispatcher.run()
            if len(self._sockets) >= _CROWDED:
                self._close_left()

    def _close_left(self) -> None:
        for channel in tuple(self._server.active_channels.values()):
            if channel.is_left_waiting():
                channel.handle_close()

    def _idle_seconds(self) -> float:
        """Return how long the loop may sleep: until the first delayed response is due."""
        longest = _CROWDED_SECONDS if len(self._sockets) >= _CROWDED else _LOOP_SECONDS
        held: list[datetime] = [until for each in self._server.active_channels.values() if (until := each.held_until)]
        if not held:
            return longest
        return min(longest, max(0.0, (min(held) - _CLOCK.now()).total_seconds()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._stop()  # without a recording: it would be a part of what was meant


class WorldClock:
    """The clock of the current world of the well-known tenancy."""

    def __init__(self, app: App) -> None:
        self._app = app

    def now(self) -> datetime:
        """Return the time, in UTC with its time zone."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Wait: a virtual clock moves at once, on a real clock that much time passes."""
        self._clock.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Move the clock forward at once, as `/_sim/clock` does, whether it is virtual or real.

        Raises:
            InvalidInput: `seconds` is negative, not finite, or moves the clock past its last time.
        """
        self._clock.advance(seconds)

    @property
    def _clock(self) -> MovableClock:
        return self._app.worlds.get(TENANCY).clock


def _new_recorder(app: App, path: Path | str) -> Recorder:
    try:
        from fake_server.recorder import Recorder  # noqa: PLC0415  # needs what few servers need
    except ModuleNotFoundError as error:
        raise missing_extra(error, "a recording", "recording") from error
    return Recorder(app, path)


def _new_replay(app: App, path: Path | str) -> Replay:
    try:
        from fake_server.replay import Replay  # noqa: PLC0415  # needs what few servers need
    except ModuleNotFoundError as error:
        raise missing_extra(error, "a replay", "recording") from error
    return Replay(app, path, WorldClock(app))


def _leads_to(name: str, address: str) -> bool:
    try:
        return any(found[4][0] == address for found in socket.getaddrinfo(name, None))
    except OSError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything starts, so that a failure leaves nothing behind."""
    if not host:
        # A socket reads it as every interface.
        raise ConfigurationError(
            "cannot listen on an empty host: name an address, such as 127.0.0.1, or 0.0.0.0 for all"
        )
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name != "nt":  # on Windows, two servers could then share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError, TypeError, ValueError) as error:
        listener.close()
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error}") from error
    return listener
