"""Playing a recording against a fresh simulator."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER
from genai_ports.api.verbs import CREATE, LIST_ERRORS, LIST_LOGS
from genai_ports.recording.cassette import json_body
from genai_ports.recording.compare import rows
from genai_ports.recording.compare.base_models import BaseModels
from genai_ports.recording.compare.clock import RecordedTime
from genai_ports.recording.compare.facts import Facts
from genai_ports.recording.compare.findings import Comparison, Difference, Observation, summed_up
from genai_ports.recording.compare.forms import NEW_OCID, SCRUBBED
from genai_ports.recording.compare.identities import Identities
from genai_ports.recording.compare.planting import Garden, one_more, used_ids
from genai_ports.recording.compare.responses import REST, ResponseComparer, Scope
from genai_ports.recording.compare.steering import Course, courses, follow
from genai_ports.recording.provenance import FAKE
from genai_ports.serving.respond import respond
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.faults.oci_errors import STATUSES
from genai_ports.simulator.rules.limits import LIMIT_NAMES
from genai_ports.simulator.rules.unit_shapes import counted
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH, VirtualClock
from genai_ports.wire.http import NEXT_PAGE
from genai_ports.wire.retry_after import read_retry_after

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Cassette, Interaction
    from genai_ports.recording.provenance import Provenance
    from genai_ports.wire.http import HttpRequest, HttpResponse

_SEED: Final = "genai_ports.recording.compare"
"""A seed that no recording has, so that its ids never are those of a recording."""
_SUCCESS: Final = range(200, 300)
_NOT_FOUND: Final = ("NotAuthorizedOrNotFound", "RelatedResourceNotAuthorizedOrNotFound")
_LIMITS: Final = ("LimitExceeded", "QuotaExceeded")
_NOT_BY_RULES: Final = (401, 403, 429, 500, 502, 503, 504)
"""Statuses that the simulator sends on demand only, as a fault."""


class _Trial(NamedTuple):
    simulator: Simulator
    ids: Identities
    observations: list[Observation]
    other_texts: int

    @property
    def score(self) -> tuple[int, int]:
        return sum(each.difference is not None for each in self.observations), self.other_texts


def play(cassette: Cassette, provenance: Provenance, name: str) -> Comparison:
    """Play a recording against a fresh simulator, and compare every response.

    Args:
        cassette: the recording.
        provenance: where it comes from.
        name: of the recording, for the report.
    """
    player = _Player(cassette, provenance)
    observations = player.play()
    differences = tuple(each.difference for each in observations if each.difference is not None)
    return Comparison(
        name=name,
        source=provenance.source,
        interactions=len(cassette.interactions),
        differences=differences,
        rows=summed_up(observations, provenance.source),
        assumed=tuple(player.garden.assumed),
        not_compared=tuple(player.not_compared),
    )


class _Player:
    def __init__(self, cassette: Cassette, provenance: Provenance) -> None:
        self.interactions = cassette.interactions
        region = provenance.region or cassette.region
        self.facts = Facts(self.interactions, region)
        self.scope = Scope(provenance.unknown, provenance.source != FAKE)
        self.time = RecordedTime(self.facts, EPOCH)
        self.simulator = Simulator(region=region, seed=_SEED, pace="manual", clock=VirtualClock(self.time.start))
        self.ids = Identities()
        self.bases = BaseModels(self.facts, are_whole=REST not in provenance.unknown)
        self.bases.plant(self.simulator)
        self.ids.ocids |= self.bases.ids
        self.not_compared: list[str] = []
        self.garden = Garden(self.facts, frozenset(self.bases.ids))

    def play(self) -> list[Observation]:
        found: list[Observation] = []
        for index in range(len(self.interactions)):
            self._prepare(index)
            if self._is_blind(index):
                self.not_compared.append(f"interaction {index + 1}")
            found += self._base_models(index)
            best: _Trial | None = None
            options = courses(self.simulator, self.facts, self.ids, index, time_known=self.time.dates_count)
            for course in options:
                trial = self._try(index, course, alone=len(options) == 1)
                if best is None or trial.score < best.score:
                    best = trial
                if best.score == (0, 0):
                    break
            assert best  # noqa: S101  # for the type checkers: there is always a course
            self.simulator, self.ids = best.simulator, best.ids
            found += best.observations
        return found

    def _prepare(self, index: int) -> None:
        """Move the clock to the time of an interaction, and plant what it shows."""
        time, clock = self.time.at(index), self.simulator.clock
        if time is not None and time > clock.now():
            self.simulator.skip_time((time - clock.now()).total_seconds())
        self.simulator.scheduler.settle()
        self.garden.plant(self.simulator, index)

    def _base_models(self, index: int) -> list[Observation]:
        """Report the base models of a list that the catalogue lacks, and the other way round."""
        found = []
        for each in self.bases.missing:
            if each.at == index:
                difference = None
                if each.only_recorded or each.only_simulated:
                    difference = Difference(
                        kind="base-models",
                        place=f"interaction {index + 1}: response.items",
                        recorded=list(each.only_recorded) or None,
                        simulated=list(each.only_simulated) or None,
                        row=rows.BASE_MODELS,
                    )
                found.append(Observation(rows.BASE_MODELS, difference))
        return found

    def _try(self, index: int, course: Course, *, alone: bool) -> _Trial:
        """Play one interaction after a course of events; in a copy of the world if there are several."""
        each = self.interactions[index]
        simulator = self.simulator if alone else deepcopy(self.simulator)
        ids = self.ids if alone else self.ids.copy()
        comparer = ResponseComparer(index + 1, each, ids, self.scope)
        if self._is_blind(index):
            itself = ResponseComparer(index + 1, each, Identities(), self.scope)
            return _Trial(simulator, ids, itself.compare(each.response), 0)
        follow(simulator, self.facts, ids, course)
        request = self._translated(simulator, ids, each)
        undo = _steer_refusal(simulator, each, self.facts.region_of(index))
        response = respond(simulator, request, self.facts.region_of(index))
        if self._is_cut(index) and NEXT_PAGE not in response.headers:
            response = self._with_next_page(simulator, ids, request, index)
        undo()
        return _Trial(simulator, ids, comparer.compare(response), comparer.other_texts)

    def _is_blind(self, index: int) -> bool:
        """Whether a response depends on what the recording does not show: an earlier page, or the work request."""
        each = self.interactions[index]
        if each.route is None:
            return False
        if each.response.status not in _SUCCESS:
            return self._refuses_unseen(index)
        if each.route.operation.verb is CREATE and self._repeats_unseen(index):
            return True
        page = dict(each.request.query).get("page")
        if page is not None and page not in self.ids.tokens:
            return True
        if self._is_sorted_by_lost_names(index):
            return True
        is_of_work = each.route.operation.verb in (LIST_LOGS, LIST_ERRORS)
        return is_of_work and not self.facts.is_known(each.route.target, index)

    def _is_sorted_by_lost_names(self, index: int) -> bool:
        """Whether a page is one of several in the order of names that were scrubbed."""
        query = dict(self.interactions[index].request.query)
        names = (str(item.get("displayName")) for item in self.facts.items(index))
        is_page = "limit" in query and query.get("sortBy") == "displayName"
        return is_page and any(name.startswith(SCRUBBED) for name in names)

    def _repeats_unseen(self, index: int) -> bool:
        """Whether a create repeats one from before the recording."""
        each = self.interactions[index]
        used = {o.request.headers.get("opc-retry-token") for o in self.interactions[:index] if _succeeded(o)}
        document = json_body(each.response.body)
        identifier = document.get("id") if isinstance(document, dict) else None
        token = each.request.headers.get("opc-retry-token")
        return token is not None and token not in used and identifier not in self.facts.created

    def _is_cut(self, index: int) -> bool:
        """Whether there was a next page that the recording does not have."""
        each = self.interactions[index]
        has_next = each.route is not None and NEXT_PAGE in each.response.headers
        return has_next and index not in self.facts.followed

    def _with_next_page(self, simulator: Simulator, ids: Identities, request: HttpRequest, index: int) -> HttpResponse:
        """Return the response to a list with one more resource behind the page."""
        route, region = self.interactions[index].route, self.facts.region_of(index)
        assert route  # noqa: S101  # for the type checkers: only lists have pages
        items = ids.translate_all(self.facts.items(index))
        with one_more(simulator, route.operation, region, items, dict(request.query)):
            return respond(simulator, request, region)

    def _refuses_unseen(self, index: int) -> bool:
        """Whether a change is refused for the state of a resource that the recording has not shown before."""
        each = self.interactions[index]
        code = code_of(each)
        if each.request.method == "GET" or code in _NOT_FOUND or each.response.status in _NOT_BY_RULES:
            return False
        token = each.request.headers.get("opc-retry-token")
        used = {o.request.headers.get("opc-retry-token") for o in self.interactions[:index] if _succeeded(o)}
        if code == "InvalidatedRetryToken" and token not in used:
            return True
        known = {name for name, shown in self.facts.by_id().items() if shown[0].at < index}
        ids = used_ids(each.route.target if each.route else None, json_body(each.request.body))
        return any(name not in known and name not in self.bases.ids and _is_own(name) for name in ids)

    @staticmethod
    def _translated(simulator: Simulator, ids: Identities, each: Interaction) -> HttpRequest:
        """Return a recorded request with the ids of the simulator."""
        request = each.request
        query = tuple(
            (name, ids.tokens.get(text, text) if name == "page" else ids.translate(text))
            for name, text in request.query
        )
        headers = {name: text for name, text in request.headers.items() if name.startswith(("opc-", "if-match"))}
        if "if-match" in headers:
            headers["if-match"] = _etag(simulator, ids, each, headers["if-match"])
        body = ids.translate(request.body.decode(errors="surrogateescape")).encode(errors="surrogateescape")
        return request._replace(path=ids.translate(request.path), query=query, headers=headers, body=body)


def code_of(each: Interaction) -> Any:
    """Return the code of a recorded error; None if there is none."""
    document = json_body(each.response.body)
    return document.get("code") if isinstance(document, dict) else None


def _succeeded(each: Interaction) -> bool:
    return each.response.status in _SUCCESS


def _is_own(identifier: str) -> bool:
    """Whether an OCID is that of a resource of the service."""
    return identifier.startswith("ocid1.generativeai") and NEW_OCID.fullmatch(identifier.rpartition(".")[2]) is not None


def _etag(simulator: Simulator, ids: Identities, each: Interaction, recorded: str) -> str:
    """Return the etag of the simulator; one from before the recording is current if it was accepted."""
    if recorded in ids.etags or each.response.status not in _SUCCESS or each.route is None:
        return ids.etags.get(recorded, recorded)
    target = ids.translate(each.route.target or "")
    record = simulator.world.tables[each.route.operation.kind.name].get(target)
    return recorded if record is None else simulator.world.etag(record)


def _steer_refusal(simulator: Simulator, each: Interaction, region: str) -> Any:
    """Make the simulator send an error that does not follow from the resources: a limit, or a fault."""
    code, status = code_of(each), each.response.status
    if status in _NOT_BY_RULES and isinstance(code, str) and STATUSES.get(code) == status:
        wait = read_retry_after(each.response.headers)
        simulator.faults.add(Fault(status=status, code=code, retry_after=wait))
        return simulator.faults.clear
    kind = each.route.operation.kind if each.route else None
    if code in _LIMITS and kind is DEDICATED_AI_CLUSTER:
        body = json_body(each.request.body)
        shape = body.get("unitShape") if isinstance(body, dict) else None
        names = [counted(shape)[0]] if isinstance(shape, str) else list(LIMIT_NAMES)
        place = body.get("compartmentId") if code == _LIMITS[1] and isinstance(body, dict) else None
        known = [name for name in names if name in LIMIT_NAMES]
        _set_limits(simulator, known, 0, region, place)
        return lambda: _set_limits(simulator, known, None, region, place)
    return lambda: None


def _set_limits(simulator: Simulator, names: list[str], most: int | None, region: str, place: Any) -> None:
    for name in names:
        simulator.limits.set(name, most, region=region, compartment_id=place)
