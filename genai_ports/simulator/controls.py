"""Controls: what tests do to a simulated world besides calls, in this process or over the server's control paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from genai_ports.api.checks import check_instance, check_texts
from genai_ports.api.clock import MovableClock
from genai_ports.api.display import display, named
from genai_ports.api.kind import Kind
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, KINDS, WORK_REQUEST
from genai_ports.api.locked import Locked, locked
from genai_ports.errors import InvalidInput
from genai_ports.simulator.argument_checks import check_counts, check_percent
from genai_ports.simulator.observe.diagnosis import Trouble, diagnose
from genai_ports.simulator.observe.inspection import (
    Inspected,
    WithWork,
    base_models,
    counts,
    find,
    newest,
    only_ocid,
    regions,
)
from genai_ports.simulator.observe.timeline import Moment, timeline
from genai_ports.simulator.state.journal import Journal
from genai_ports.simulator.state.world import World
from genai_ports.simulator.work.operation import NEEDS_ATTENTION, Work
from genai_ports.simulator.work.pace import Pace, parse_pace
from genai_ports.simulator.work.removal import REMOVED_A_CALL
from genai_ports.simulator.work.scheduler import Scheduler


class Controls(Locked):
    """What tests can do to a simulator besides sending calls; `Simulator` is one."""

    clock: MovableClock
    scheduler: Scheduler
    journal: Journal
    world: World
    region: str

    @locked
    def work_on(self, identifier: str) -> Work:
        """Return the work that is under way, by its own OCID or by that of its resource.

        Raises:
            InvalidInput: there is none.
        """
        check_texts(identifier=identifier)
        self.scheduler.settle(REMOVED_A_CALL)
        record = self.world.works.get(identifier)
        if record and not record.snapshot.finished:
            work: Work = record.snapshot
            if work.resource_id in self.world.tables[work.kind.name].records:
                return work
        for table in self.world.tables.values():
            resource = table.get(identifier)
            current = self.scheduler.current(resource) if resource else None
            if current:
                return current
        raise InvalidInput(
            f"no work is in progress on {named(identifier)}: pass the OCID of a resource, or of its work request, "
            "before the work finishes; with the pace instant it finishes before the next call"
        )

    @locked
    def set_pace(self, identifier: str, pace: str | Pace) -> None:
        """Set the pace of the work on one resource.

        Args:
            identifier: the OCID of the resource or of its work request.
            pace: such as `manual`; see `WorldSettings`.

        Raises:
            InvalidInput: no such work is under way, or the pace is unknown.
        """
        self.scheduler.repace(self.work_on(identifier), parse_pace(pace))

    @property
    @locked
    def pace(self) -> str:
        """The name of the pace of new work: that of the settings, until `set_world_pace`."""
        return self.scheduler.pace.name

    @locked
    def set_world_pace(self, pace: str | Pace) -> None:
        """Set the pace of all work: of new work, and of the work in progress, which counts from now.

        Args:
            pace: such as `10m`; see `WorldSettings`.

        Raises:
            InvalidInput: the pace is unknown.
        """
        chosen = parse_pace(pace)
        self.scheduler.settle(REMOVED_A_CALL)
        self.scheduler.repace_all(chosen)

    @locked
    def progress(self, identifier: str, percent: float) -> None:
        """Set the percentage of the work on one resource.

        Args:
            identifier: the OCID of the resource or of its work request.
            percent: 0 to 99.

        Raises:
            InvalidInput: no such work is under way, or the percentage is out of range.
        """
        check_percent(percent)
        self.scheduler.progress(self.work_on(identifier), percent)

    @locked
    def finish(self, identifier: str) -> None:
        """Finish the work on one resource now.

        Args:
            identifier: the OCID of the resource or of its work request.

        Raises:
            InvalidInput: no such work is under way.
        """
        self.scheduler.finish(self.work_on(identifier))

    @locked
    def fail(
        self,
        identifier: str,
        *,
        failure: str | None = None,
        percent: float | None = None,
        code: str | None = None,
        message: str | None = None,
    ) -> None:
        """Make the work on one resource fail when it reaches a percentage.

        Args:
            identifier: the OCID of the resource or of its work request.
            failure: the name of a failure, such as `out-of-capacity`; see `FailingWork`.
            percent: 0 to 99; default: that of the named failure, or 0.
            code: the code of the work request's error; default: that of the named failure.
            message: its message, and the resource's lifecycle details; default: that of the named failure.

        Work that is already further fails at once, and so does work with the pace `manual`.

        Raises:
            InvalidInput: no such work is under way, the failure does not exist or does not apply to it, or the
                percentage is out of range.
        """
        from genai_ports.simulator.faults.failing_work import check_plausible, make_failure  # noqa: PLC0415  # 1 ms

        work = self.work_on(identifier)
        going_wrong = make_failure(failure, percent, code, message)
        if failure is not None:
            record = self.world.tables[work.kind.name].get(work.resource_id)
            check_plausible(failure, work, record and record.snapshot)
        self.scheduler.schedule_failure(work, going_wrong)

    @locked
    def needs_attention(self, identifier: str, message: str = "The cluster needs attention.") -> None:
        """Move an ACTIVE dedicated AI cluster to NEEDS_ATTENTION, where it stays until it is updated.

        Args:
            identifier: its OCID.
            message: the reason; its lifecycle details.

        Raises:
            InvalidInput: there is no such cluster, or it is not ACTIVE.
        """
        check_texts(identifier=identifier, message=message)
        self.scheduler.settle()
        record = self.world.tables[DEDICATED_AI_CLUSTER.name].get(identifier)
        if record is None or record.snapshot.lifecycle_state != "ACTIVE":
            given = record.snapshot.lifecycle_state if record else "unknown"
            raise InvalidInput(
                f"only a dedicated AI cluster that is ACTIVE can need attention; {display(identifier)} is {given}"
            )
        changes = {"lifecycle_state": NEEDS_ATTENTION, "lifecycle_details": message}
        now = self.world.now
        self.world.change(DEDICATED_AI_CLUSTER, record, time_updated=now, **changes)
        record.notes = (*record.notes, (now, f"{NEEDS_ATTENTION}, requested by a test: {message}"))

    @locked
    def set_modes(self, *modes: str) -> None:
        """Enable these modes of legal but awkward behaviour, and disable all others.

        Args:
            modes: such as `short-pages`, `empty-pages` or `stale-lists:30`; "Quirks" in `docs/fidelity.md` lists all.

        Raises:
            InvalidInput: a mode does not exist or appears twice, or its number is out of range; nothing has
                changed then.
        """
        from genai_ports.simulator.lists.modes import SAME_NAMES, STALE_LISTS, read_modes  # noqa: PLC0415  # 0.5 ms

        self.scheduler.settle()
        before, self.world.modes = self.world.modes, read_modes(modes)
        if before.get(STALE_LISTS) != self.world.modes.get(STALE_LISTS):
            self.world.lag_behind(timedelta(seconds=self.world.modes.get(STALE_LISTS) or 0))
        if before.get(SAME_NAMES) != self.world.modes.get(SAME_NAMES):
            self.world.copy_base_models(self.world.modes.get(SAME_NAMES) or 1)

    @locked
    def timeline(self, identifier: str) -> tuple[Moment, ...]:
        """Return what happened to one resource, oldest first: calls, work, progress, failures and their reasons.

        Args:
            identifier: its OCID, or that of one of its work requests.

        Raises:
            InvalidInput: the world knows no such resource.
        """
        check_texts(identifier=identifier)
        check_instance("identifier", identifier, str)
        self.scheduler.settle(REMOVED_A_CALL)
        return timeline(self.world, self.journal, identifier)

    @locked
    def troubles(self) -> tuple[Trouble, ...]:
        """Return the clients in trouble: those that repeat a refused request, or poll work that has failed."""
        self.scheduler.settle(REMOVED_A_CALL)
        return diagnose(self.world, self.journal)

    @locked
    def state(self) -> Mapping[str, tuple[Any, ...]]:
        """Return all resources but base models, and all work requests, by collection such as `importedModels`."""
        stored, show = self.stored()
        works = tuple(map(show, stored[WORK_REQUEST.collection]))
        return {**stored, WORK_REQUEST.collection: works}

    @locked
    def stored(self) -> tuple[Mapping[str, tuple[Any, ...]], Callable[[Any], Any]]:
        """Return what `state` shows as it is stored, 100 times as fast, and a function that shows an item of it."""
        from genai_ports.simulator.work.work_request_view import work_request  # noqa: PLC0415  # 0.5 ms

        self.scheduler.settle()
        now = self.world.now
        tables = self.world.tables.items()
        resources = {KINDS[name].collection: tuple(record.snapshot for record in table) for name, table in tables}
        works = tuple(record.snapshot for record in self.world.works)

        def show(item: Any) -> Any:
            return work_request(item, now) if isinstance(item, Work) else item

        return {**resources, WORK_REQUEST.collection: works}, show

    @locked
    def counts(self) -> Mapping[str, int]:
        """Return how many resources of each kind there are, without base models, by collection."""
        self.scheduler.settle(REMOVED_A_CALL)
        return counts(self.world)

    @locked
    def regions(self) -> tuple[str, ...]:
        """Return the ids of the regions in which there are resources."""
        return regions(self.world)

    @locked
    def newest(
        self, kind: Kind, *, region: str | None = None, text: str | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[Inspected, ...]:
        """Return a page of the resources of a kind, newest first, without base models.

        Args:
            kind: a row of `genai_ports.api.kinds`; that of work requests too.
            region: the id of a region; default: all.
            text: what the name, the id or the state contains, in any case; default: all.
            limit: how many at most.
            offset: how many newer ones to skip.

        Raises:
            InvalidInput: an argument has another type, or a number is not from 0 to 1000000000.
        """
        check_instance("kind", kind, Kind, "a row of genai_ports.api.kinds")
        check_texts(region=region, text=text)
        check_counts(limit=limit, offset=offset)
        self.scheduler.settle(REMOVED_A_CALL)
        return newest(self.world, kind, region=region, text=text, limit=limit, offset=offset)

    @locked
    def inspect(self, identifier: str) -> WithWork:
        """Return a resource, a work request or a base model, with its work. The journal does not record it.

        Args:
            identifier: its OCID, or the end of it.

        Raises:
            InvalidInput: the world has none with this OCID, or several OCIDs end so.
        """
        check_texts(identifier=identifier)
        check_instance("identifier", identifier, str)
        self.scheduler.settle(REMOVED_A_CALL)
        found = find(self.world, identifier) or find(self.world, only_ocid(self.world, identifier, self.region))
        assert found  # noqa: S101  # an OCID of the world has a resource
        return found

    @locked
    def base_models(self, region: str) -> tuple[Inspected, ...]:
        """Return the base models that Oracle offers in a region.

        Args:
            region: the id of the region.

        Raises:
            InvalidInput: it is not a string.
        """
        check_instance("region", region, str)
        return base_models(self.world, region)
