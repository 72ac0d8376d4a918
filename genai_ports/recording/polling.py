"""Polling: which of the recorded responses to one read a client sees.

A read that was recorded several times is a sequence of states; equal responses in a row are one state. The rules:

1. A client sees a state only if it has replayed exactly those changes of the same resource, or for a list of the same
   collection, that were recorded before it. So no state comes from before a change that the client has made, or from
   after one that it has not.
2. The first read shows the first such state, and each further read the next one; the last one stays. A client never
   sees a state again that it has left. A client that reads other things in between, as the recorder did, sees a state
   as long as the recorder did.
3. A read skips states that are over: those before the furthest point of the recording that the client has seen, and
   those that ended before the time on the clock. Times are those in the responses; they pass on the clock of the
   replay from the moment at which the client saw the latest. So resources and their work requests move together.
4. Among the states that rule 1 allows, those are preferred that fit the replayed changes of other resources that use
   this one.
5. If the last state is temporary, such as CREATING, the next read shows the state in which the resource was recorded
   later, whatever change came between. If there is none, the recording ended too early: the read fails after a number
   of times, so that nobody polls for ever.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.recording.cassette import json_body
from genai_ports.recording.states import is_finished, temporary_states
from genai_ports.recording.visibility import NotVisible

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.changes import Changes
    from genai_ports.recording.visibility import Moment

MOST_REPEATS: Final = 20
"""How often a temporary state is repeated that the recording does not go beyond."""


class State(NamedTuple):
    """A state: equal responses in a row.

    Args:
        first: the position of its first response in the recording.
        interaction: its first request and response.
        essence: what is equal in all its responses.
    """

    first: int
    interaction: Interaction
    essence: tuple[object, ...]


class Reads:
    """The recorded states of one read.

    Args:
        own: the changes of the resource or collection.
        others: the changes of other resources that use it.
    """

    def __init__(self, own: Changes, others: Changes) -> None:
        self._own, self._others = own, others
        self._states: list[State] = []
        self._firsts: list[int] = []
        self._times: list[datetime] = []
        self._positions: list[list[int]] = []
        self._epoch = (-1, -1)
        self._shown = self._lasting = self._seen = -1
        self._repeats = 0

    def add(self, position: int, interaction: Interaction, essence: tuple[object, ...], time: datetime) -> int:
        """Add a recorded response; `time` is that of the recording. Return the position of the state that it is of."""
        epoch = len(self._own), len(self._others)
        if epoch != self._epoch or self._states[-1].essence != essence:
            self._states.append(State(position, interaction, essence))
            self._firsts.append(position)
            self._times.append(time)
            self._positions.append([])
            self._epoch = epoch
        self._positions[-1].append(position)
        return self._firsts[-1]

    def reset(self) -> None:
        """Start again."""
        self._shown = self._lasting = self._seen = -1
        self._repeats = 0

    def poll(self, moment: Moment) -> tuple[State, int]:
        """Return the state that the client sees now, and the position of the recording that it reaches by that.

        Raises:
            NotVisible: none fits.
        """
        again = self._recorded_again(moment)
        state = self._choose(moment, again)
        position = state.first if again is None else max(again, state.first)
        self._seen = max(moment.position, position)
        return state, position

    def _recorded_again(self, moment: Moment) -> int | None:
        """Return where the state that was shown is recorded again, if the client has read something else since."""
        if self._shown < 0 or moment.position <= self._seen:
            return None
        positions = self._positions[self._shown]
        following = bisect_right(positions, moment.position)
        return positions[following] if following < len(positions) else None

    def _choose(self, moment: Moment, again: int | None) -> State:
        first, last = self._allowed()
        if self._shown > last:  # rule 5 went ahead
            return self._show(self._shown)
        following = self._shown if again is not None else min(self._shown + 1, last)
        preferred_first, preferred_last = self._preferred(first, last)
        chosen = min(max(following, self._over(moment, last), preferred_first), preferred_last)
        chosen = max(chosen, first, self._shown)
        return self._stay() if chosen == self._shown and again is None else self._show(chosen)

    def _allowed(self) -> tuple[int, int]:
        """Return the first and the last state that rule 1 allows."""
        after, before = self._own.last_played, self._own.first_unplayed()
        first = bisect_right(self._firsts, after)
        end = len(self._firsts) if before is None else bisect_left(self._firsts, before)
        if first < end:
            return first, end - 1
        if before is None or first == len(self._firsts):
            raise NotVisible(f"it was recorded only before interaction {after + 1}, which was replayed")
        raise NotVisible(f"it was recorded only after interaction {before + 1}, which was not replayed")

    def _preferred(self, first: int, last: int) -> tuple[int, int]:
        """Return the first and the last state that rule 4 prefers."""
        before = self._others.first_unplayed()
        low = bisect_right(self._firsts, self._others.last_played, first, last + 1)
        high = last if before is None else bisect_left(self._firsts, before, first, last + 1) - 1
        low = min(low, last)
        return low, max(low, high)

    def _over(self, moment: Moment, last: int) -> int:
        """Return the first state that is not over by rule 3."""
        seen = bisect_right(self._firsts, moment.position, 0, last + 1) - 1
        due = bisect_right(self._times, moment.time, 0, last + 1) - 1
        # States of the same time follow each other by polls.
        return max(seen, bisect_left(self._times, self._times[due]) if due >= 0 else 0)

    def _show(self, chosen: int) -> State:
        self._shown, self._repeats = chosen, 0
        return self._states[chosen]

    def _stay(self) -> State:
        """Return the state that the client has seen, or by rule 5 a later one."""
        state = self._states[self._shown]
        if self._shown == self._lasting:
            return state
        temporary = temporary_states(_document(state))
        if not temporary:
            self._lasting = self._shown
            return state
        for later in range(self._shown + 1, len(self._states)):
            if is_finished(_document(self._states[later]), temporary):
                return self._show(later)
        self._repeats += 1
        if self._repeats > MOST_REPEATS:
            [(name, shown), *_] = temporary.items()
            raise NotVisible(f"the recording does not show how {name} leaves the state {shown}")
        return state


def _document(state: State) -> Any:
    return json_body(state.interaction.response.body)
