"""Comparing a recorded JSON object with a simulated one, property by property."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.recording.compare.forms import NEW_OCID, OCID, SCRUBBED, TIME_NAMES, form_of, json_type
from genai_ports.recording.compare.rows import OCIDS, TIMES, Item, property_row
from genai_ports.recording.compare.schemas import enumeration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.recording.compare.identities import Identities

_NUMBER: Final = re.compile(r"\[\d+\]")
_ANY_NUMBERS: Final = "modelMetrics"
"""The property whose numbers follow from the seed."""
_FREE_TEXT: Final = "message"
_ABSENT: Final = object()


class Finding(NamedTuple):
    """The result of comparing one property.

    Args:
        path: its place in the object, such as `resources[0].entityType`.
        row: the row that it bears on.
        kind: what differs; None if nothing does.
        recorded: the recorded value.
        simulated: the simulated value.
    """

    path: str
    row: str
    kind: str | None = None
    recorded: Any = None
    simulated: Any = None


class Comparer(NamedTuple):
    """Compares objects of one kind.

    Args:
        item: the recorded object and the operation.
        identities: the pairs of ids, to which new ones are added.
        nulls_known: whether the recording shows the difference between null and absent.
    """

    item: Item
    identities: Identities
    nulls_known: bool

    def compare(self, simulated: Any, skipped: frozenset[str]) -> Iterator[Finding]:
        """Compare the object with a simulated one.

        Args:
            simulated: the simulated object.
            skipped: places that are not compared, such as those with a wrong type.
        """
        for found in self._compare("", self.item.document, simulated):
            if not any(found.path == place or found.path.startswith((f"{place}.", f"{place}[")) for place in skipped):
                yield found

    def _compare(self, path: str, recorded: Any, simulated: Any) -> Iterator[Finding]:
        if isinstance(recorded, dict) and isinstance(simulated, dict):
            for name in {**recorded, **simulated}:
                inner = f"{path}.{name}" if path else name
                yield from self._compare(inner, recorded.get(name, _ABSENT), simulated.get(name, _ABSENT))
        elif isinstance(recorded, list) and isinstance(simulated, list):
            yield from self._compare_lists(path, recorded, simulated)
        else:
            found = self._compare_leaves(path, recorded, simulated)
            if found:
                yield found

    def _compare_lists(self, path: str, recorded: list[Any], simulated: list[Any]) -> Iterator[Finding]:
        texts = self.identities.translate_all(recorded)
        if len(recorded) != len(simulated):
            yield self._found(path, "value", recorded, simulated)
        elif texts != simulated and _sorted(texts) == _sorted(simulated):
            yield self._found(path, "order", recorded, simulated)
        else:
            yield self._found(path)
            for number, pair in enumerate(zip(recorded, simulated, strict=True)):
                yield from self._compare(f"{path}[{number}]", *pair)

    def _compare_leaves(self, path: str, recorded: Any, simulated: Any) -> Finding | None:
        values = (None if recorded is _ABSENT else recorded, None if simulated is _ABSENT else simulated)
        if values == (None, None):
            both = recorded is simulated or not self.nulls_known
            return self._found(path) if both else self._found(path, "null", *map(_named, (recorded, simulated)))
        if None in values:
            return self._found(path, "property", *map(_named, (recorded, simulated)))
        if json_type(recorded) != json_type(simulated):
            return self._found(path, "type", recorded, simulated)
        if not isinstance(recorded, str):
            free = path.startswith(_ANY_NUMBERS) and json_type(recorded) == "number"
            return self._found(path, None if free or recorded == simulated else "value", recorded, simulated)
        return self._compare_texts(path, recorded, simulated)

    def _compare_texts(self, path: str, recorded: str, simulated: str) -> Finding | None:
        if path == _FREE_TEXT:
            return None
        if OCID.fullmatch(recorded) and OCID.fullmatch(simulated):
            return self._compare_ids(path, recorded, simulated)
        name = path.rpartition(".")[2]
        if name in TIME_NAMES and not (self.item.is_base_model and name == "timeCreated"):
            form = form_of(recorded) == form_of(simulated)
            return Finding(path, TIMES, None if form else "form", recorded, simulated)
        same_form = form_of(recorded) is not None and form_of(recorded) == form_of(simulated)
        is_same = self.identities.translate(recorded) == simulated or self._is_scrubbed_name(recorded, simulated)
        if is_same or (same_form and not name.startswith("time")):
            return self._found(path)
        return self._found(path, self._kind(path), recorded, simulated)

    def _is_scrubbed_name(self, recorded: str, simulated: str) -> bool:
        """Whether a recorded text is the pseudonym of a generated one."""
        is_one = recorded.startswith(SCRUBBED) and len(recorded) == len(simulated) and form_of(simulated) is not None
        return is_one and self.identities.names.setdefault(recorded, simulated) == simulated

    def _compare_ids(self, path: str, recorded: str, simulated: str) -> Finding:
        identities, is_known = self.identities, recorded in self.identities.ocids
        same_type = recorded.split(".")[:2] == simulated.split(".")[:2]
        if recorded == simulated and not is_known:
            return self._found(path)
        if not same_type or not identities.pair(identities.ocids, recorded, simulated):
            return self._found(path, "identity", recorded, simulated)
        if not is_known and not NEW_OCID.fullmatch(recorded.rpartition(".")[2]):
            return Finding(path, OCIDS, "form", recorded, simulated)
        return Finding(path, OCIDS) if not is_known else self._found(path)

    def _kind(self, path: str) -> str:
        form = _NUMBER.sub("[]", path)
        if form in ("lifecycleState", "status"):
            return "state"
        return "enum" if enumeration(self.item.operation.kind, form) else "value"

    def _found(self, path: str, kind: str | None = None, recorded: Any = None, simulated: Any = None) -> Finding:
        return Finding(path, property_row(self.item, _NUMBER.sub("[]", path)), kind, recorded, simulated)


def _named(item: Any) -> Any:
    return "absent" if item is _ABSENT else item


def _sorted(items: list[Any]) -> list[str]:
    return sorted(map(repr, items))
