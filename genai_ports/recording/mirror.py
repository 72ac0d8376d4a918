"""Mirroring: read compartments of a real tenancy, with reads alone, into a scrubbed world."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.enums import ModelType
from genai_ports.api.kinds import KINDS, MODEL, WORK_REQUEST
from genai_ports.api.names import snake
from genai_ports.api.verbs import GET, LIST
from genai_ports.client.repository import Repository
from genai_ports.errors import ConfigurationError, NotFound
from genai_ports.recording.mirrored_world import Item, build_world
from genai_ports.recording.read_only import ReadOnlyBackend
from genai_ports.recording.world_scrub import WorldScrubber
from genai_ports.regions import region as known_region
from genai_ports.simulator.state.data import to_data
from genai_ports.simulator.world_file import save_world, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from genai_ports.api.kind import Kind
    from genai_ports.client.backend import Backend
    from genai_ports.client.retry import RetryPolicy

_PARTIAL_FORMAT: Final = "genai-ports mirror, not finished"
_PAGE: Final = 1000


class Mirrored(NamedTuple):
    """The result of a mirror.

    Args:
        resources: how many resources, work requests and base models the world has.
        vanished: how many were listed, but gone when they were read; the world does not have them.
        resumed: how many were taken from the file of an interrupted mirror.
        compartments: the pseudonyms of the compartments, in order.
    """

    resources: int
    vanished: int
    resumed: int
    compartments: tuple[str, ...]


class _Found(NamedTuple):
    """A resource in a list."""

    region: str
    kind: Kind
    summary: Any


def mirror(
    backend: Backend,
    path: Path | str,
    *,
    compartments: Sequence[str],
    regions: Sequence[str],
    retry: RetryPolicy | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Mirrored:
    """Read compartments into a world file. Nothing but reads is sent.

    If it is interrupted, what was read so far is in `path` with `.partial` added, scrubbed; the same call continues
    from it.

    Args:
        backend: sends the reads.
        path: the world file to write or replace.
        compartments: the OCIDs of the compartments.
        regions: ids or codes of the regions; calls of the world without a region go to the first.
        retry: when a read is sent again; default: `RetryPolicy()`.
        progress: receives how many resources are read, and how many there are.

    Raises:
        ServiceError: the service refused a read.
        ConnectionLost: a read failed again and again.
        UnsafeRecording: something could not be scrubbed; nothing is written.
    """
    if not compartments or not regions:
        raise ConfigurationError("a mirror needs a compartment and a region")
    reading = _Reading(backend, Path(path), compartments, [known_region(each).id for each in regions], retry)
    return reading.run(progress or (lambda _done, _total: None))


class _Reading:
    """One run of a mirror."""

    def __init__(
        self,
        backend: Backend,
        path: Path,
        compartments: Sequence[str],
        regions: Sequence[str],
        retry: RetryPolicy | None,
    ) -> None:
        self._genai = Repository(ReadOnlyBackend(backend), retry=retry)
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._compartments = compartments
        self._regions = regions
        self._now, self._before = _load_partial(self._partial, backend.clock.now())
        self._read: dict[str, dict[str, Any]] = {}
        self._resumed = self._vanished = 0

    def run(self, progress: Callable[[int, int], None]) -> Mirrored:
        found = [each for region in self._regions for kind in KINDS.values() for each in self._list(region, kind)]
        scrubber = WorldScrubber(_own_names(found))
        items: list[Item] = []
        try:
            for number, each in enumerate(found):
                progress(number, len(found))
                items.extend(self._item(each, scrubber))
        except BaseException:
            self._keep(scrubber)
            raise
        progress(len(found), len(found))
        scrubber.check(item.data for item in items)
        save_world(self._path, build_world(items, self._regions[0], self._now))
        with suppress(FileNotFoundError):
            self._partial.unlink()
        pseudonyms = tuple(scrubber.text(each) for each in self._compartments)
        return Mirrored(len(items), self._vanished, self._resumed, pseudonyms)

    def _list(self, region: str, kind: Kind) -> Iterator[_Found]:
        """List a kind in one order that agrees with every sort order of the source."""
        operation = kind.operation(LIST)
        read = getattr(self._genai, operation.name)
        orders: list[tuple[str, list[Any]]] = []
        by_id: dict[str, Any] = {}
        for compartment in self._compartments:
            for sort_key in operation.sort_keys:
                listed = list(read(compartment, region=region, sort_by=sort_key, sort_order="ASC", limit=_PAGE))
                orders.append((snake(sort_key), listed))
                for summary in listed:
                    by_id.setdefault(summary.id, summary)
        return (_Found(region, kind, by_id[identifier]) for identifier in in_one_order(orders, by_id))

    def _item(self, found: _Found, scrubber: WorldScrubber) -> Iterator[Item]:
        """Read a resource; nothing if it has vanished since it was listed."""
        key = f"{found.region} {scrubber.text(found.summary.id)}"
        shown = scrubber.resource(to_data(found.summary))
        data = self._before.get(key)
        if data is not None and all(data.get("resource", {}).get(name) == part for name, part in shown.items()):
            self._resumed += 1
        else:
            try:
                data = self._details(found, scrubber)
            except NotFound:
                self._vanished += 1
                return
        self._read[key] = data
        yield Item(found.region, found.kind, data)

    def _details(self, found: _Found, scrubber: WorldScrubber) -> dict[str, Any]:
        """Read what lists do not show: the resource itself, or the log and errors of a work request."""
        identifier, region = found.summary.id, found.region
        if found.kind is not WORK_REQUEST:
            snapshot = getattr(self._genai, found.kind.operation(GET).name)(identifier, region=region)
            return {"resource": scrubber.resource(to_data(snapshot))}
        logs = self._genai.list_work_request_logs(identifier, region=region, sort_order="ASC", limit=_PAGE)
        entries = [scrubber.texts(to_data(each)) for each in logs]
        listed = self._genai.list_work_request_errors(identifier, region=region, sort_order="ASC", limit=_PAGE)
        has_errors = found.summary.status != "SUCCEEDED"
        errors = [scrubber.texts(to_data(each)) for each in listed] if has_errors else []
        return {"resource": scrubber.resource(to_data(found.summary)), "logs": entries, "errors": errors}

    def _keep(self, scrubber: WorldScrubber) -> None:
        """Write what was read, scrubbed, for the next run."""
        read = {**self._before, **self._read}
        scrubber.check(read.values())
        write_json(self._partial, {"format": _PARTIAL_FORMAT, "now": self._now.isoformat(), "read": read})


def in_one_order(orders: Iterable[tuple[str, Sequence[Any]]], by_id: Iterable[str]) -> list[str]:
    """Order resources so that those with equal sort values stand as in each list.

    Args:
        orders: lists of resources, each with the attribute that it is sorted by, ascending.
        by_id: the ids of all resources, in the order to use where the lists leave a choice.

    Returns:
        The ids. If the lists contradict each other, the first of `by_id` goes first.
    """
    rank = {identifier: number for number, identifier in enumerate(by_id)}
    after: dict[str, set[str]] = {identifier: set() for identifier in rank}
    waits = dict.fromkeys(rank, 0)
    for attribute, listed in orders:
        for first, second in pairwise(listed):
            if getattr(first, attribute) == getattr(second, attribute) and second.id not in after[first.id]:
                after[first.id].add(second.id)
                waits[second.id] += 1
    return list(_sorted_topologically(rank, after, waits))


def _sorted_topologically(rank: dict[str, int], after: dict[str, set[str]], waits: dict[str, int]) -> Iterator[str]:
    ready = [(rank[each], each) for each, count in waits.items() if not count]
    heapify(ready)
    done: set[str] = set()
    while len(done) < len(rank):
        _, each = heappop(ready) if ready else min((rank[each], each) for each in rank if each not in done)
        if each in done:
            continue
        done.add(each)
        yield each
        for later in after[each]:
            waits[later] -= 1
            if not waits[later]:
                heappush(ready, (rank[later], later))


def _own_names(found: Iterable[_Found]) -> set[str]:
    """Return the display names that users chose: all but those of base models."""
    return {each.summary.display_name for each in found if each.kind is not WORK_REQUEST and not is_base(each)} - {None}


def is_base(found: _Found) -> bool:
    """Whether a resource is one of Oracle's base models."""
    return found.kind is MODEL and found.summary.type == ModelType.BASE


def _load_partial(path: Path, now: datetime) -> tuple[datetime, dict[str, Any]]:
    """Read what an interrupted mirror kept."""
    if not path.exists():
        return now, {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != _PARTIAL_FORMAT:
            raise ValueError
        return datetime.fromisoformat(data["now"]), dict(data["read"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigurationError(f"cannot continue from {path}: remove it to start again") from None
