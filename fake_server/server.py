"""A fake server: the app, served over a socket on a thread of its own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from fake_server.app import App, create_app
from fake_server.guard import Guard
from fake_server.listener import check_host, leads_to, listen, refusal
from fake_server.loop import Loop
from fake_server.reach import is_wildcard, token_for
from fake_server.settings import Settings, check_beside_replay
from genai_ports.api.checks import check_bools, check_instance, check_path, checked_tuple
from genai_ports.api.forks import Lock, call_after_fork
from genai_ports.errors import ConfigurationError, missing_extra
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from fake_server.authority import Authority
    from fake_server.guard import Served
    from fake_server.recorder import Recorder
    from fake_server.replay import Replay
    from genai_ports.api.clock import MovableClock
    from genai_ports.recording.player import Player
    from genai_ports.simulator.simulator import Simulator


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
        state: the directory to keep the worlds in, which another server can continue; default: they end with the
            server. It keeps what comes over HTTP; `simulator`, `clock` and `reset` are refused. Settings of the worlds
            count for a new directory; an existing one has its own.
        allow_hosts: more names and addresses that clients may use for the server, without ports. Clients may always
            use the names of loopback and of the service, and the address.
        control_token: 16 to 256 characters that control requests must have in the header `genai-control-token`.
            Required beyond loopback. Default: generated if signatures are verified, else none is required.
        log: whether each request is logged, by the logger `fake_server` at the level INFO.
        tls: the directory of the authority that signs the server's certificates, generated there if it is missing: the
            server speaks HTTPS, under the names of loopback, its own, and those of the service. Default: plain HTTP.

    A forked process cannot serve with a copy of it, and does not keep the port or the connections open; its clients
    reach the server of the parent.

    Raises:
        ConfigurationError: the address cannot be listened on, such as a port that is taken, the recording cannot be
            written there, a setting does not apply to a simulator or a replay, or the token is missing or too short.
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
        state: Path | str | None = None,
        allow_hosts: Sequence[str] = (),
        control_token: str | None = None,
        log: bool = False,
        tls: Path | str | None = None,
    ) -> None:
        for name, path in {"record": record, "replay": replay, "state": state, "tls": tls}.items():
            if path is not None:
                check_path(name, path)
        _check_alone(simulator=simulator, record=record, replay=replay, state=state)
        if settings is not None:
            check_instance("settings", settings, Settings)
        if replay is not None and settings is not None:
            check_beside_replay(settings)
        check_host(host)
        check_bools(log=log)
        allow_hosts = checked_tuple("allow_hosts", allow_hosts, "names")
        verifies = settings is not None and settings.verify_signatures
        self.control_token = token_for(host, control_token, verifies=verifies)
        """What control requests must have in the header `genai-control-token`; None for nothing."""
        authority = None if tls is None else _open_authority(tls)
        self.ca_file = authority.ca_file if authority else None
        """What clients of a server with TLS must trust; None for plain HTTP."""
        self.app: App = create_app(settings, simulator=simulator) if state is None else _new_kept(settings, state)
        self._is_kept = state is not None
        self._lock = Lock()
        with ExitStack() as given_back:
            given_back.callback(self.app.worlds.close)
            self._replay = None if replay is None else _new_replay(self.app, replay)
            self._recorder = None if record is None else _new_recorder(self.app, record)
            self.application: Served = self._replay or self._recorder or self.app
            """What serves the requests: the app, its recorder, or a replay."""
            guard = Guard(self.application, address=host, allow_hosts=allow_hosts, control_token=self.control_token)
            own = [] if is_wildcard(host) else [host]
            context = authority.new_context(*own, *allow_hosts) if authority else None
            try:
                self._loop = Loop(self._logged(guard) if log else guard, listen(host, port), tls=context)
            except OSError as error:
                raise refusal(host, port, error) from error
            given_back.pop_all()
        self.host = host
        self.port = self._loop.port
        self._loop.on_end = self.app.worlds.close
        call_after_fork(self, FakeServer._leave_to_parent)

    def _logged(self, guard: Guard) -> Served:
        from fake_server.request_log import RequestLog  # noqa: PLC0415  # needs what few servers need

        return RequestLog(guard, self.app.worlds)

    @property
    def url(self) -> str:
        """The root URL, for `connect` and for a client's endpoint.

        The OCI SDK accepts no IPv6 address: `::1` is shown as `localhost` where that name leads to it.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.host == "::1" and leads_to("localhost", self.host):
            host = "localhost"
        return f"{'https' if self.ca_file else 'http'}://{host}:{self.port}"

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
        """The world of the well-known tenancy, for access from the same process.

        Raises:
            ConfigurationError: the server has a state directory.
        """
        self._check_in_process()
        return self.app.worlds.get(TENANCY)

    @property
    def clock(self) -> WorldClock:
        """The clock of that world, also after a reset; a client that waits on it does not sleep if it is virtual.

        Raises:
            ConfigurationError: the server has a state directory.
        """
        self._check_in_process()
        return WorldClock(self.app)

    def reset(self) -> None:
        """Replace the world of the well-known tenancy with a new one, and remove all others.

        Raises:
            ConfigurationError: the server has a state directory.
        """
        self._check_in_process()
        self.app.worlds.reset_all()

    def _check_in_process(self) -> None:
        """Refuse access that a state directory would not notice: what follows in its log would not fit."""
        if self._is_kept:
            raise ConfigurationError(
                "a server with a state directory keeps only what comes over HTTP: use the control paths, /_sim/..."
            )

    def start(self) -> None:
        """Start to serve. When this returns, the server accepts connections.

        Raises:
            ConfigurationError: the server was closed, or no thread can be started.
        """
        self._loop.start()

    def on_failure(self, act: Callable[[], object]) -> None:
        """Call `act` if the server stops because of a defect. Its connections are closed then, and `close` raises."""
        self._loop.on_failure = act

    def close(self, *, drain: float = 0.0) -> None:
        """Stop, release the port, and write the recording, if there is one.

        Any thread can call it, and any number of times; only the first call writes the recording. In a call from the
        thread that serves, the server stops after the current response.

        Args:
            drain: for how many seconds at most requests in progress and delayed responses are finished, after the
                server stops to accept connections. Another call without it ends the wait.

        Raises:
            NothingRecorded: there was no call to record. The server is closed.
            OSError: the recording cannot be written. The server is closed.
            RuntimeError: the server had stopped before, because of a defect.
        """
        self._loop.stop(drain=drain)
        with self._lock:
            recorder, self._recorder = self._recorder, None
        if recorder:
            recorder.save()
        self._loop.raise_error()

    def _leave_to_parent(self) -> None:
        """Leave the port, the connections, the recording and the state directory to the parent."""
        self._recorder = None
        self._loop.leave_to_parent()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._loop.stop()  # without a recording: it would be a part of what was meant


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


def _open_authority(directory: Path | str) -> Authority:
    try:
        from fake_server.authority import Authority  # noqa: PLC0415  # imports cryptography, which is slow
    except ModuleNotFoundError as error:
        raise missing_extra(error, "a server with TLS", "server") from error
    return Authority(directory)


def _check_alone(*, simulator: object, record: object, replay: object, state: object) -> None:
    """Refuse what cannot be served together."""
    if state is not None and (simulator is not None or replay is not None):
        raise ConfigurationError("only worlds of the server's own are kept: omit state, simulator or replay")
    if record is not None and replay is not None:
        raise ConfigurationError("a server either records or replays: pass record or replay, not both")
    if replay is not None and simulator is not None:
        raise ConfigurationError("a server serves either a simulator or a recording: pass one of them")


def _new_kept(settings: Settings | None, path: Path | str) -> App:
    from fake_server.state.kept_worlds import open_worlds  # noqa: PLC0415  # needs what few servers need

    chosen = settings or Settings()
    return App(chosen, open_worlds(chosen, path))


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
