"""The player: it responds to requests with what was recorded.

`genai_ports.recording.matching` says which recorded request a request is, `polling` which response a read gets, and
`sending` which response a request that changes something gets. A backend, a patched SDK and a server use one player.
"""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from genai_ports.api.checks import check_instance, check_path, check_texts
from genai_ports.api.clock import check_clock
from genai_ports.api.forks import Lock
from genai_ports.api.locked import Locked, locked
from genai_ports.errors import NotRecorded
from genai_ports.recording.cassette import Cassette, json_body, load_cassette
from genai_ports.recording.changes import ChangeLog
from genai_ports.recording.matching import READS, key_of, subject_of
from genai_ports.recording.nearest import explain, name_of
from genai_ports.recording.polling import Reads
from genai_ports.recording.provenance import load_provenance
from genai_ports.recording.scrub.scrubber import scrubbed_request
from genai_ports.recording.sending import Sends
from genai_ports.recording.states import BEFORE_ALL, essence, latest_time
from genai_ports.recording.visibility import Moment, NotVisible
from genai_ports.simulator.state.clock import EPOCH, VirtualClock
from genai_ports.wire.documents import dump
from genai_ports.wire.http import REQUEST_ID, HttpResponse

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from genai_ports.api.clock import Clock
    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.matching import Key
    from genai_ports.wire.http import HttpRequest


class Played(NamedTuple):
    """A recorded interaction that was replayed.

    Args:
        position: in the recording, from 0.
        interaction: the recorded request and response.
    """

    position: int
    interaction: Interaction


class Player(Locked):
    """Replays one recording. Threads and clients can share it.

    Args:
        cassette: the recording.
        clock: waits on it let recorded work go on; in UTC. Default: a virtual clock.
        region: the region of requests that name none; default: the region of most recorded requests.

    Attributes:
        clock: the clock.
        default_region: the region of requests that name none.
        played: how many requests got a recorded response.
    """

    def __init__(self, cassette: Cassette, clock: Clock | None = None, region: str | None = None) -> None:
        check_instance("cassette", cassette, Cassette)
        check_texts(region=region)
        if clock is not None:
            check_clock(clock)
        self.lock = Lock()
        self.default_region = region or cassette.region
        self.played = 0
        self._interactions = cassette.interactions
        self._reads: dict[Key, Reads] = {}
        self._sends: dict[Key, Sends] = {}
        self._changes = ChangeLog()
        self._times: list[datetime] = []
        self._represented_by: list[int] = []
        self._start = BEFORE_ALL
        for position, interaction in enumerate(self._interactions):
            self._add(position, interaction)
        self.clock = clock or VirtualClock(max(self._start, EPOCH))
        self.reset()

    @classmethod
    def load(cls, path: Path | str, clock: Clock | None = None) -> Player:
        """Load a cassette from a file.

        Args:
            path: a file that genai_ports, vcrpy or pytest-recording wrote.
            clock: as above.

        Raises:
            InvalidInput: the path is no text, or the clock lacks a method or does not show UTC.
            ConfigurationError: the file cannot be read, or is not a cassette.
        """
        check_path("path", path)
        return cls(load_cassette(path), clock, load_provenance(path).region or None)

    @locked
    def reset(self) -> None:
        """Start again, as if nothing had been replayed."""
        for reads in self._reads.values():
            reads.reset()
        for sends in self._sends.values():
            sends.reset()
        self._changes.reset()
        self._shown: set[int] = set()
        self._moment = Moment(-1, BEFORE_ALL)
        self._seen_at = self.clock.now()
        self.played = 0

    @locked
    def play(self, request: HttpRequest, region: str | None = None) -> Played:
        """Return the recorded interaction that responds to a request now.

        Args:
            request: the request.
            region: the region id that its host names; None for none.

        Raises:
            NotRecorded: there is none; the message names the nearest recorded request and the difference.
        """
        key = key_of(request, region or self.default_region)
        if key not in self._reads and key not in self._sends:  # the recording may have pseudonyms of what was sent
            scrubbed = scrubbed_request(request)
            pseudonyms = key_of(scrubbed, key.region)
            if pseudonyms not in self._reads and pseudonyms not in self._sends:
                why = explain((key, pseudonyms), self._keys())
                raise NotRecorded(f"{name_of(key)} was not recorded; {why}")
            request, key = scrubbed, pseudonyms
        moment = self._now()
        try:
            if reads := self._reads.get(key):
                (position, interaction, _), reached = reads.poll(moment)
            else:
                position, interaction, _ = self._sends[key].send(request.headers, moment)
                self._changes.play(position)
                reached = position
        except NotVisible as reason:
            raise NotRecorded(f"{name_of(key)} was recorded, but cannot be replayed now: {reason}") from None
        self._moment = Moment(max(reached, moment.position), max(self._times[reached], moment.time))
        self._seen_at = self.clock.now()
        self._shown.add(position)
        self.played += 1
        return Played(position, interaction)

    def respond(self, request: HttpRequest, region: str | None = None) -> HttpResponse:
        """Respond to a request over HTTP.

        Args:
            request: the request.
            region: the region id that its host names; None for none.

        Returns:
            The recorded response, with the request id of this client if the recorded one had its client's; or status
            501 with the code `NotRecorded`, which no client retries.
        """
        try:
            recorded, response = self.play(request, region).interaction[1:]
        except NotRecorded as error:
            body = dump({"code": "NotRecorded", "message": str(error)})
            return HttpResponse(HTTPStatus.NOT_IMPLEMENTED, body=body)
        request_id = replayed_request_id(request, recorded, response)
        return response._replace(headers={**response.headers, REQUEST_ID: request_id}) if request_id else response

    @locked
    def unplayed(self) -> list[Interaction]:
        """List the recorded interactions that no client has seen, in recorded order.

        An interaction counts as seen with any equal one in a row with it.
        """
        return [
            interaction
            for position, interaction in enumerate(self._interactions)
            if self._represented_by[position] not in self._shown
        ]

    def __len__(self) -> int:
        return len(self._interactions)

    def _add(self, position: int, interaction: Interaction) -> None:
        request, response = interaction.request, interaction.response
        key = key_of(request, interaction.region or self.default_region)
        received = json_body(response.body)
        time = latest_time(received)
        self._times.append(max(time, self._times[-1]) if self._times else time)
        self._represented_by.append(position)
        if key.method in READS:
            reads = self._reads.get(key)
            if reads is None:
                subject = subject_of(key)
                reads = self._reads[key] = Reads(self._changes.of(subject), self._changes.concerning(subject))
            represented = reads.add(position, interaction, essence(response), self._times[-1])
        else:
            sends = self._sends.get(key)
            if sends is None:
                sends = self._sends[key] = Sends(self._changes.all)
            represented = sends.add(position, interaction, essence(response))
            if represented == position and response.status < HTTPStatus.BAD_REQUEST:
                sent = json.loads(key.body) if isinstance(key.body, str) and key.body else None
                self._changes.add(position, key, interaction, sent, received)
                self._start = time if self._start == BEFORE_ALL else self._start
        self._changes.learn(received)
        self._represented_by[position] = represented

    def _now(self) -> Moment:
        """Return how far the replay is: the time in the recording passes on the clock from the latest that was seen."""
        position, time = self._moment
        passed = max(self.clock.now() - self._seen_at, timedelta())  # a clock can go back, a replay cannot
        return Moment(position, time + passed if time > BEFORE_ALL and passed else time)

    def _keys(self) -> list[tuple[int, Key]]:
        numbers: dict[Key, int] = {}
        for number, each in enumerate(self._interactions, 1):
            numbers.setdefault(key_of(each.request, each.region or self.default_region), number)
        return [(number, key) for key, number in numbers.items()]


def replayed_request_id(request: HttpRequest, recorded: HttpRequest, response: HttpResponse) -> str | None:
    """Return the request id of a replayed response; None to keep the recorded one.

    The service starts the id of a response with the id of the request, if there is one.
    """
    mine, theirs, answered = (each.headers.get(REQUEST_ID) for each in (request, recorded, response))
    if not (mine and theirs and answered and answered.startswith(theirs)):
        return None
    return mine + answered[len(theirs) :]
