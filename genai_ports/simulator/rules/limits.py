"""Limits: how many units of dedicated AI clusters a tenancy and each of its compartments may have.

Source: the names of the limits and that a fresh tenancy has none of these units are Oracle's; see "Limits and shapes"
in `docs/fidelity.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.checks import LONGEST_NAME, check_room, check_texts, is_one_of
from genai_ports.api.display import display, named
from genai_ports.api.enums import UNIT_SHAPES, DedicatedAiClusterLifecycleState, WorkRequestStatus
from genai_ports.api.locked import Locked, locked
from genai_ports.api.shown import shown
from genai_ports.errors import InvalidInput
from genai_ports.regions import region as known_region
from genai_ports.simulator.rules.compartment import is_compartment
from genai_ports.simulator.rules.refusals import COMPARTMENT_QUOTA, SERVICE_LIMIT
from genai_ports.simulator.rules.unit_shapes import counted
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.table import Table

GENEROUS: Final = "generous"
STRICT: Final = "strict"
DEFAULTS: Final = (GENEROUS, STRICT)
"""The default of a limit: `generous` for no limit, or `strict` for 0 as in a new tenancy."""

_MOST_UNITS: Final = 10**9
_MOST_LIMITS: Final = 10_000

LIMIT_NAMES: Final = tuple(sorted({counted(shape)[0] for shape in UNIT_SHAPES}))


class Limit(NamedTuple):
    """One service limit or compartment quota.

    Args:
        name: such as `dedicated-unit-large-cohere-count`.
        most: the largest number of units; None for no limit.
        region: the id of the region that it is for; None for each region.
        compartment_id: the compartment of a quota; None for a service limit.
    """

    name: str
    most: int | None
    region: str | None = None
    compartment_id: str | None = None


class Units(NamedTuple):
    """Units that a cluster is to have, or to have in addition."""

    region: str
    compartment_id: str
    shape: str
    number: int


class Limits(Locked):
    """The service limits of a tenancy, and the quotas of its compartments.

    Args:
        default: the value of a limit that is not set: `generous` or `strict`.

    Raises:
        InvalidInput: the default is neither.

    Example:
        >>> limits = Limits("strict")
        >>> limits.set("dedicated-unit-large-cohere-count", 4, region="ord")
        >>> [(limit.most, limit.region) for limit in limits]
        [(4, 'us-chicago-1')]
    """

    def __init__(self, default: str = GENEROUS) -> None:
        check_default(default)
        self.default = default
        self._set: dict[tuple[str, str | None, str | None], Limit] = {}

    @locked
    def __iter__(self) -> Iterator[Limit]:
        return iter(tuple(self._set.values()))

    @locked
    def set(self, name: str, most: int | None, *, region: str | None = None, compartment_id: str | None = None) -> None:
        """Set a service limit, or the quota of a compartment.

        Args:
            name: such as `dedicated-unit-large-cohere-count`.
            most: the largest number of units, 0 to 1,000,000,000; None for no limit.
            region: the id or code of the region that it is for; default: each region.
            compartment_id: the compartment, for a quota; default: none, for a service limit.

        Raises:
            InvalidInput: the limit or region does not exist, the number is out of range, the compartment is not the
                OCID of one, or there are 10,000 limits and quotas.
        """
        check_texts(LONGEST_NAME, name=name, region=region, compartment_id=compartment_id)
        if name not in LIMIT_NAMES:
            hint = did_you_mean(str(name), LIMIT_NAMES)
            raise InvalidInput(f"limit {named(name)} does not exist{hint}; known: {', '.join(LIMIT_NAMES)}")
        if most is not None and (type(most) is not int or not 0 <= most <= _MOST_UNITS):
            raise InvalidInput(f"most must be from 0 to {_MOST_UNITS}, or None for no limit, not {display(most)}")
        where = known_region(str(region)).id if region is not None else None
        if compartment_id is not None and not is_compartment(compartment_id):
            raise InvalidInput(
                f"compartment_id must be the OCID of a compartment or tenancy, not {display(compartment_id)}"
            )
        key = (name, where, compartment_id)
        check_room("limits and quotas", len(self._set) + (key not in self._set), _MOST_LIMITS)
        self._set[key] = Limit(name, most, where, compartment_id)

    def check(self, clusters: Table, works: Table, wanted: Units) -> None:
        """Refuse units beyond the region's limit or the compartment's quota.

        Args:
            clusters: the existing clusters.
            works: the work on them.
            wanted: the units that are to be added.

        Source: Oracle's table of API errors; the text of `LimitExceeded` is from public notes
        """
        name, each = counted(wanted.shape)
        most = self._most(name, wanted.region)
        if most is not None:
            used = sum(units for _, units in _in_use(clusters, works, wanted.region, name))
            if used + wanted.number * each > most:
                requested = wanted.number * each
                raise SERVICE_LIMIT(limit=name, region=wanted.region, most=most, used=used, requested=requested)
        self.check_quota(clusters, works, wanted)

    def check_quota(self, clusters: Table, works: Table, wanted: Units) -> None:
        """Refuse units beyond the compartment's quota; arguments as for `check`."""
        name, each = counted(wanted.shape)
        quota = self._find(name, wanted.region, wanted.compartment_id)
        if quota is None or quota.most is None:
            return
        in_use = _in_use(clusters, works, wanted.region, name)
        used = sum(units for compartment_id, units in in_use if compartment_id == wanted.compartment_id)
        requested = wanted.number * each
        if used + requested > quota.most:
            raise COMPARTMENT_QUOTA(
                limit=name, compartment=shown(wanted.compartment_id), most=quota.most, used=used, requested=requested
            )

    @locked
    def to_data(self) -> dict[str, Any]:
        """Return the default and the limits that are set, in order, as data that JSON can hold."""
        return {"default": self.default, "limits": [limit._asdict() for limit in self]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Limits:
        """Make the limits that `to_data` was called on.

        Raises:
            InvalidInput: a limit is wrong.
        """
        limits = cls(data["default"])
        for limit in data["limits"]:
            limits.set(**limit)
        return limits

    def _most(self, name: str, region: str) -> int | None:
        limit = self._find(name, region, None)
        if limit is None:
            return 0 if self.default == STRICT else None
        return limit.most

    def _find(self, name: str, region: str, compartment_id: str | None) -> Limit | None:
        return self._set.get((name, region, compartment_id)) or self._set.get((name, None, compartment_id))


def check_default(limits: str) -> None:
    """Refuse what is neither `generous` nor `strict`."""
    if not is_one_of(limits, DEFAULTS):
        raise InvalidInput(f"limits must be {' or '.join(DEFAULTS)}, not {display(limits)}")


def _in_use(clusters: Table, works: Table, region: str, name: str) -> Iterator[tuple[str, int]]:
    """Yield the compartment and the units of each cluster in a region that counts against a limit."""
    for record in clusters:
        cluster = record.snapshot
        limit, each = counted(cluster.unit_shape)
        if limit == name and record.region == region and _has_units(works, record):
            yield cluster.compartment_id, each * _units(works, record)


def _has_units(works: Table, record: Record) -> bool:
    """Whether a cluster has units: its creation has not failed, and it is not DELETED."""
    if record.snapshot.lifecycle_state == DedicatedAiClusterLifecycleState.DELETED:
        return False
    creation = works.get(record.works[0]) if record.works else None
    return creation is None or creation.snapshot.status != WorkRequestStatus.FAILED


def _units(works: Table, record: Record) -> int:
    """Count the units of a cluster; units that an update removes count until it has finished."""
    work = works.get(record.works[-1]) if record.works else None
    before = work.snapshot.before if work else None
    units: int = max(record.snapshot.unit_count, before.unit_count if before else 0)
    return units
