"""Changes: the recorded requests that changed something, and which of them a client has replayed."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

from genai_ports.recording.matching import Subject, ocids_in, subject_of

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.matching import Key

_WORK_REQUEST: Final = "opc-work-request-id"
_NOTHING: Final = -1


class Changes:
    """The changes of one resource or collection, by their positions in the recording."""

    def __init__(self) -> None:
        self._positions: list[int] = []
        self._played: set[int] = set()
        self._done = 0
        self.last_played = _NOTHING

    def __len__(self) -> int:
        return len(self._positions)

    def add(self, position: int) -> None:
        """Add a recorded change; later ones have higher positions."""
        if not self._positions or self._positions[-1] != position:
            self._positions.append(position)

    def play(self, position: int) -> None:
        """Note that a client has replayed a change."""
        self._played.add(position)
        self.last_played = max(self.last_played, position)
        while self._done < len(self._positions) and self._positions[self._done] in self._played:
            self._done += 1

    def first_unplayed(self) -> int | None:
        """Return the position of the first change that is not replayed; None if all are."""
        return self._positions[self._done] if self._done < len(self._positions) else None

    def is_between(self, first: int, second: int) -> bool:
        """Return whether a change was recorded between two positions."""
        following = bisect_right(self._positions, first)
        return following < len(self._positions) and self._positions[following] < second

    def reset(self) -> None:
        """Forget what was replayed."""
        self._played.clear()
        self._done, self.last_played = 0, _NOTHING


class ChangeLog:
    """The changes of each resource and collection in a recording.

    A change is of the resource in its path, of the one that it makes, of their collection, of its work request, and of
    the collection of work requests. It concerns the resources that its body names, and those that the resource in its
    path uses: a new endpoint takes capacity of its cluster.
    """

    def __init__(self) -> None:
        self._own: dict[Subject, Changes] = {}
        self._others: dict[Subject, Changes] = {}
        self._uses: dict[str, frozenset[str]] = {}
        self._by_position: dict[int, list[Changes]] = {}
        self.all = Changes()

    def of(self, subject: Subject) -> Changes:
        """Return the changes of a resource or collection."""
        return self._own.setdefault(subject, Changes())

    def concerning(self, subject: Subject) -> Changes:
        """Return the changes of other resources that use this one."""
        return self._others.setdefault(subject, Changes())

    def learn(self, document: Any) -> None:
        """Learn from the body of a response which resources another one uses."""
        if isinstance(document, dict) and isinstance(document.get("id"), str):
            self._uses[document["id"]] = frozenset(ocids_in(document)) - {document["id"]}

    def add(self, position: int, key: Key, interaction: Interaction, sent: Any, received: Any) -> None:
        """Add a recorded change.

        Args:
            position: of the interaction in the recording.
            key: of its request.
            interaction: the request and its response.
            sent: the JSON of the request's body.
            received: the JSON of the response's body.
        """
        subject = subject_of(key)
        collection = Subject(key.region, key.path.split("/")[2] if key.path.count("/") > 1 else key.path)
        own = {subject, collection}
        if isinstance(received, dict) and isinstance(received.get("id"), str):
            own.add(Subject(key.region, received["id"]))
        work_request = interaction.response.headers.get(_WORK_REQUEST)
        if work_request:
            own |= {Subject(key.region, work_request), Subject(key.region, "workRequests")}
        used = {*ocids_in(sent), *self._uses.get(subject.name, ())}
        others = {Subject(key.region, name) for name in used} - own
        touched = [self.all, *map(self.of, own), *map(self.concerning, others)]
        for changes in touched:
            changes.add(position)
        self._by_position[position] = touched

    def play(self, position: int) -> None:
        """Note that a client has replayed a change."""
        for changes in self._by_position.get(position, ()):
            changes.play(position)

    def reset(self) -> None:
        """Forget what was replayed."""
        for changes in (self.all, *self._own.values(), *self._others.values()):
            changes.reset()
