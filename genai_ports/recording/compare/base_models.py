"""Base models: which ones of the catalogue a recording shows, which others it shows, and which it lacks."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from genai_ports.api.kinds import MODEL
from genai_ports.api.verbs import LIST
from genai_ports.recording.cassette import json_body
from genai_ports.recording.compare.facts import Facts, items_of
from genai_ports.recording.compare.schemas import faults, without_faults
from genai_ports.serving.respond import respond
from genai_ports.simulator.catalogue import base_models
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.record import Record
from genai_ports.wire import decode
from genai_ports.wire.http import NEXT_PAGE, HttpRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_ORDER = -1_000_000
"""Below the orders of the catalogue, which has some hundred models."""


class Missing(NamedTuple):
    """A list whose base models differ from the catalogue.

    Args:
        at: the number of the interaction with the first page, from 0.
        only_recorded: names of models that the catalogue lacks.
        only_simulated: names of models that the recording lacks.
    """

    at: int
    only_recorded: tuple[str, ...]
    only_simulated: tuple[str, ...]


class BaseModels:
    """The base models that a recording shows.

    Args:
        facts: what the recording shows.
        are_whole: whether lists have all their items; False for excerpts.

    Attributes:
        ids: recorded OCIDs of base models and those of the simulator.
        missing: the lists whose base models differ from the catalogue.
    """

    def __init__(self, facts: Facts, *, are_whole: bool) -> None:
        self._facts = facts
        self._are_whole = are_whole
        self.ids: dict[str, str] = {}
        self._own: dict[str, list[Record]] = {}
        self._hidden: dict[str, set[str]] = {}
        self._match()
        self.missing = tuple(self._find_missing())

    def plant(self, simulator: Simulator) -> None:
        """Make a simulator show the base models of the recording."""
        table = simulator.world.tables[MODEL.name]
        table.share(partial(_shared, self._own, self._hidden))
        for records in self._own.values():
            for record in records:
                table.records[record.snapshot.id] = record

    def _match(self) -> None:
        """Match recorded base models with those of the catalogue, by OCID or by name and capabilities."""
        for identifier, shown in self._facts.by_id().items():
            first = shown[0]
            if first.kind is not MODEL or first.document.get("type") != "BASE":
                continue
            known = _find(first.region, first.document, set(self.ids.values()))
            if known is None:
                clean = without_faults(first.document, faults(MODEL, first.cls, first.document))
                own = self._own.setdefault(first.region, [])
                snapshot: Any = decode(MODEL.snapshot, {**clean, "id": identifier})
                own.append(Record(_FIRST_ORDER - len(own), first.region, snapshot))
            self.ids[identifier] = known or identifier

    def _find_missing(self) -> Iterator[Missing]:
        for index, each in enumerate(self._facts.interactions):
            route = each.route
            is_list = route and route.operation.verb is LIST and route.operation.kind is MODEL
            if not is_list or each.response.status != HTTPStatus.OK or "page" in dict(each.request.query):
                continue
            region, recorded, is_whole = self._facts.region_of(index), *self._walk(index)
            bases = [item for item in recorded if item.get("type") == "BASE"]
            own = {record.snapshot.id for record in self._own.get(region, ())}
            most = None if is_whole else len(bases)
            simulated = _listed(each.request, region, most)
            shown = {self.ids.get(str(item.get("id"))) for item in bases}
            lacking = [item for item in simulated if item["id"] not in shown] if self._are_whole else []
            self._hidden.setdefault(region, set()).update(item["id"] for item in lacking)
            only_recorded = tuple(_name(item) for item in bases if item.get("id") in own)
            only_simulated = tuple(map(_name, lacking)) if is_whole else ()
            yield Missing(index, only_recorded, only_simulated)

    def _walk(self, index: int) -> tuple[list[dict[str, Any]], bool]:
        """Return the items of a walk over pages, and whether it came to the end."""
        items = list(self._facts.items(index))
        while index in self._facts.followed:
            index = self._facts.followed[index]
            items += self._facts.items(index)
        return items, NEXT_PAGE not in self._facts.interactions[index].response.headers


def _shared(own: dict[str, list[Record]], hidden: dict[str, set[str]], region: str) -> tuple[Record, ...]:
    kept = (each for each in base_models(region) if each.snapshot.id not in hidden.get(region, ()))
    return (*kept, *own.get(region, ()))


def _find(region: str, document: dict[str, Any], taken: set[str]) -> str | None:
    """Find the model of the catalogue that a recorded one is; None if there is none."""
    records = base_models(region)
    if any(record.snapshot.id == document.get("id") for record in records):
        return str(document["id"])
    name, capabilities = document.get("displayName"), document.get("capabilities")
    for record in records:
        model = record.snapshot
        is_same = model.display_name == name and list(model.capabilities) == capabilities
        if is_same and model.id not in taken:
            return str(model.id)
    return None


def _listed(request: HttpRequest, region: str, most: int | None) -> list[dict[str, Any]]:
    """List the base models of the catalogue as a fresh simulator does; all pages."""
    query = [(name, text) for name, text in request.query if name not in ("limit", "page")]
    simulator, items, page = Simulator(region=region), [], None
    while True:
        paged = (*query, ("limit", "1000"), *((("page", page),) if page else ()))
        response = respond(simulator, request._replace(query=paged, headers={}), region)
        items += items_of(json_body(response.body))
        page = response.headers.get(NEXT_PAGE)
        if page is None or (most is not None and len(items) >= most):
            return items[:most]


def _name(item: dict[str, Any]) -> str:
    return f"{item.get('displayName')} [{', '.join(map(str, item.get('capabilities') or ()))}]"
