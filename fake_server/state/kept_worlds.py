"""Kept worlds: the worlds of a server with a state directory, which survive its end."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fake_server.collector import no_full_collections
from fake_server.control import PATHS, Control
from fake_server.control.properties import read_tenancy
from fake_server.http import read_body
from fake_server.routes import CONTROL as PREFIX
from fake_server.settings import MAX_SNAPSHOT_BYTES, Settings
from fake_server.state.compaction import Compaction
from fake_server.state.directory import NotKept, StateDirectory
from fake_server.state.rows import CALL, CONTROL, Row, read_call, read_control, write_call, write_control
from fake_server.state.settings import keep_settings, not_default, read_settings
from fake_server.state.snapshot_file import Long, SavedWorld
from fake_server.state.wall import Wall, WallClock
from fake_server.worlds import Worlds
from genai_ports.api.verbs import GET, LIST
from genai_ports.errors import InvalidInput, ServiceError
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.rules.refusals import STATE_NOT_WRITTEN
from genai_ports.simulator.snapshot import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from werkzeug.wrappers import Request

    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import MovableClock
    from genai_ports.simulator.simulator import Simulator

_REQUESTS_A_START: Final = 2**40
"""How many request ids lie between those of one start of the server and those of the next."""


def open_worlds(settings: Settings, path: Path | str) -> KeptWorlds:
    """Open the worlds of a state directory, and begin to serve them.

    Args:
        settings: of the server. Those of its worlds count for a new directory; an existing one has its own.
        path: the directory; created if it does not exist.

    Raises:
        ConfigurationError: it cannot be used, see `StateDirectory`; or a setting is not that of the directory.
    """
    directory = StateDirectory(Path(path))
    try:
        read_settings(directory, not_default(settings))
        worlds = KeptWorlds(settings, directory)
        worlds.begin()
    except BaseException:
        directory.close()
        raise
    return worlds


def read_worlds(directory: StateDirectory, last: int | None = None) -> KeptWorlds:
    """Read the worlds of a state directory, which another process may serve.

    Args:
        directory: the directory, opened to be read only.
        last: the last row of the log to repeat; default: all.

    Raises:
        ConfigurationError: the directory is damaged, or of worlds that this release carries out otherwise.
    """
    return KeptWorlds(Settings(), directory, last=last)


class KeptWorlds(Worlds):
    """The worlds of a server with a state directory.

    Each call that may change a world is written to the log before it is carried out. A call that only reads is not;
    what it counts, and its entry in the journal, is lost at the end of the server.

    Args:
        settings: of the server. Those of the worlds count for a new directory; else the directory has its own.
        directory: the state directory.
        last: the last row of the log to repeat; default: all.

    Raises:
        ConfigurationError: the directory is damaged, or of worlds that this release carries out otherwise.
    """

    def __init__(self, settings: Settings, directory: StateDirectory, *, last: int | None = None) -> None:
        self._directory = directory
        self._wall = Wall()
        self._compaction = Compaction(directory)
        self._given_before = 0
        self._serves = False
        settings = keep_settings(settings, directory, self._wall.now())
        with self._wall.at(datetime.fromisoformat(directory.read("begun"))):
            super().__init__(settings)
        with no_full_collections():
            self._load(last)

    def begin(self) -> None:
        """Begin to serve: no request id is given that an earlier start may have given."""
        starts = self._directory.read("starts") or 0
        self._directory.write(starts=starts + 1)
        self._serves = True
        self._given_before = starts * _REQUESTS_A_START
        for world in self.by_tenancy().values():
            world.world.ids.requests = max(world.world.ids.requests, self._given_before)

    def close(self) -> None:
        """End what runs beside the server, and close the directory."""
        self._compaction.close()
        self._directory.close()

    def handle(self, tenancy: str, call: Call) -> Reply:
        """Carry out a call, and keep it if it may change the world.

        Raises:
            ServiceUnavailable: the state directory cannot be written; nothing has changed.
            ServiceError: the service refuses the call.
            DisruptedResponse: a fault delays, damages or loses the response.
        """
        world = self.get(tenancy)
        if not _may_change(world, call):
            return world.handle(call)
        with world.lock, self._kept(tenancy, world, CALL, write_call(call), call):
            return world.handle(call)

    @contextmanager
    def controlled(self, request: Request, /) -> Iterator[None]:
        """Keep a control request that is not a GET, and carry it out in the block."""
        if request.method in ("GET", "HEAD") or request.path.removeprefix(PREFIX) not in PATHS:
            yield
            return
        tenancy = read_tenancy(request)
        document = write_control(request, read_body(request, MAX_SNAPSHOT_BYTES), tenancy)
        with self._kept(tenancy, self.get(tenancy), CONTROL, document):
            yield

    def take(self, worlds: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Replace worlds by snapshots, all together.

        Raises:
            InvalidInput: one is not a snapshot; nothing has changed.
            OSError: they cannot be written.
        """
        for tenancy, data in worlds:
            self.put(tenancy, data)
        self._directory.write_snapshot(self._directory.last, self.saved())
        self._directory.use_snapshot(self._directory.last)

    def saved(self) -> Iterator[SavedWorld]:
        """Iterate over the worlds as they are after the last row."""
        now = self._wall.now()
        for tenancy, world in self.by_tenancy().items():
            yield SavedWorld(tenancy, now, write(world, Long))

    @contextmanager
    def _kept(
        self, tenancy: str, world: Simulator, what: str, document: str, call: Call | None = None
    ) -> Iterator[None]:
        time = self._wall.now()
        with self._wall.at(time):
            row = Row(time, tenancy, world.world.ids.requests, world.world.order, what, document)
            try:
                self._directory.append(row)
            except NotKept as error:
                raise _refused(world, error, call) from None
            try:
                yield
            finally:
                self._compaction.count(len(document), world.world.size)

    def _load(self, last: int | None) -> None:
        for saved in self._directory.snapshot():
            with self._wall.at(saved.time):
                clock = None if "start" in saved.data["clock"] else WallClock(self._wall)
                try:
                    self._replace(saved.tenancy, self._restored(saved.tenancy, saved.data, clock), is_new=False)
                except InvalidInput as error:
                    raise self._directory.damaged_snapshot(f"the world of {saved.tenancy}: {error}") from None
        for number, row in self._directory.rows(last):
            self._repeat(number, row)

    def _repeat(self, number: int, row: Row) -> None:
        with self._wall.at(row.time):
            world = self.get(row.tenancy)
        if world.world.order != row.created:
            raise self._directory.damaged(
                f"row {number} of the log does not follow from those before it; another release may have written it"
            )
        world.world.ids.requests = row.requests
        with self._wall.at(row.time), suppress(Exception):  # a defect comes again; where it leads, the next row shows
            if row.what == CONTROL:
                Control(self).respond(read_control(row.document))
                return
            try:
                world.handle(read_call(row.document))
            except DisruptedResponse as disrupted:
                world.skip_time(disrupted.delay)

    def _make_room(self) -> None:
        """Remove a world, but none while the directory is read: it may have more of them than this server takes."""
        if self._serves:
            super()._make_room()

    def _new_world(self, tenancy: str, settings: Settings) -> Simulator:
        world = super()._new_world(tenancy, settings)
        world.world.ids.requests = max(world.world.ids.requests, self._given_before)
        return world

    def _new_clock(self, settings: Settings) -> MovableClock | None:
        return None if settings.clock == "virtual" else WallClock(self._wall)


def _refused(world: Simulator, error: NotKept, call: Call | None) -> ServiceError:
    refusal = STATE_NOT_WRITTEN(reason=error.reason)
    if call is None:
        return world.refuse(refusal, None)
    return world.refuse(
        refusal, call.operation.name, region=call.region, resource=call.target, request_id=call.request_id
    )


def _may_change(world: Simulator, call: Call) -> bool:
    """Return whether a call may change a world: a read does if plans, modes or paces count it."""
    if call.operation.verb not in (GET, LIST) and not call.operation.is_list:
        return True
    is_counted = world.faults.entries or world.failing_work.entries or world.world.modes
    return bool(is_counted) or world.scheduler.reads_count
