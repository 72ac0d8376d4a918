"""Limits: how many units of dedicated AI clusters a tenancy may have, and each of its compartments.

Source: the names of the limits and that a fresh tenancy has none of these units are Oracle's; see "Limits and shapes"
in `docs/fidelity.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.enums import UNIT_SHAPES, DedicatedAiClusterLifecycleState, WorkRequestStatus
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER
from genai_ports.errors import InvalidInput
from genai_ports.regions import region as known_region
from genai_ports.simulator.locked import Locked, locked
from genai_ports.simulator.rules.compartment import is_compartment
from genai_ports.simulator.rules.refusals import COMPARTMENT_QUOTA, SERVICE_LIMIT
from genai_ports.simulator.rules.unit_shapes import counted
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.state.table import Record
    from genai_ports.simulator.state.world import World

GENEROUS: Final = "generous"
STRICT: Final = "strict"
DEFAULTS: Final = (GENEROUS, STRICT)
"""What limits are that nobody has set: `generous`, for no end, or `strict`, for 0 as in a new tenancy."""

LIMIT_NAMES: Final = tuple(sorted({counted(shape)[0] for shape in UNIT_SHAPES}))


class Limit(NamedTuple):
    """One limit or quota.

    Args:
        name: such as `dedicated-unit-large-cohere-count`.
        most: how many units there may be; None for no limit.
        region: the region it is for; None for each.
        compartment_id: for a quota, the compartment.
    """

    name: str
    most: int | None
    region: str | None = None
    compartment_id: str | None = None


class Limits(Locked):
    """The service limits of a tenancy, and the quotas of its compartments.

    Args:
        default: what limits are that nobody has set: `generous` or `strict`.

    Raises:
        InvalidInput: it is neither.

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
        """Set a service limit, or a compartment's quota.

        Args:
            name: such as `dedicated-unit-large-cohere-count`.
            most: how many units there may be, from 0; None for no limit.
            region: the region it is for, by id or code; each unless given.
            compartment_id: the compartment, for a quota.

        Raises:
            InvalidInput: there is no such limit or region, the number is less than 0, or the compartment is no OCID of
                one.
        """
        if name not in LIMIT_NAMES:
            hint = did_you_mean(str(name), LIMIT_NAMES)
            raise InvalidInput(f"there is no limit {name!r}{hint}; there are {', '.join(LIMIT_NAMES)}")
        if most is not None and (type(most) is not int or most < 0):
            raise InvalidInput(f"a limit must be a whole number from 0, or None for no limit, not {most!r}")
        where = known_region(str(region)).id if region is not None else None
        if compartment_id is not None and not is_compartment(compartment_id):
            raise InvalidInput(f"a quota is for the OCID of a compartment or tenancy, not {compartment_id!r}")
        self._set[name, where, compartment_id] = Limit(name, most, where, compartment_id)

    def check(self, world: World, region: str, compartment_id: str, shape: str, units: int) -> None:
        """Refuse to take more units than there are.

        Args:
            world: whose clusters are counted.
            region: where the units are to be.
            compartment_id: whose they are to be.
            shape: their unit shape.
            units: how many more of the shape.

        Raises:
            LimitExceeded: the region has not as many left.
            QuotaExceeded: the compartment has not.

        Source: Oracle's table of API errors; the text of `LimitExceeded` was seen in public notes
        """
        name, each = counted(shape)
        asked = units * each
        most = self._most(name, region)
        if most is not None:
            used = sum(held for _, held in _held(world, region, name))
            if used + asked > most:
                raise SERVICE_LIMIT(limit=name, region=region, most=most, used=used, asked=asked)
        self.check_quota(world, region, compartment_id, shape, units)

    def check_quota(self, world: World, region: str, compartment_id: str, shape: str, units: int) -> None:
        """Refuse to give a compartment more units than its quota.

        Args:
            world: whose clusters are counted.
            region: where the units are, or are to be.
            compartment_id: whose they are to be.
            shape: their unit shape.
            units: how many more of the shape.

        Raises:
            QuotaExceeded: the compartment has not as many left.

        Source: Oracle's table of API errors
        """
        name, each = counted(shape)
        asked = units * each
        quota = self._find(name, region, compartment_id)
        if quota is None or quota.most is None:
            return
        used = sum(held for whose, held in _held(world, region, name) if whose == compartment_id)
        if used + asked > quota.most:
            raise COMPARTMENT_QUOTA(limit=name, compartment=compartment_id, most=quota.most, used=used, asked=asked)

    def _most(self, name: str, region: str) -> int | None:
        limit = self._find(name, region, None)
        if limit is None:
            return 0 if self.default == STRICT else None
        return limit.most

    def _find(self, name: str, region: str, compartment_id: str | None) -> Limit | None:
        return self._set.get((name, region, compartment_id)) or self._set.get((name, None, compartment_id))


def check_default(limits: str) -> None:
    """Refuse what is neither `generous` nor `strict`.

    Raises:
        InvalidInput: it is neither.
    """
    if limits not in DEFAULTS:
        raise InvalidInput(f"limits must be {' or '.join(DEFAULTS)}, not {limits!r}")


def _held(world: World, region: str, name: str) -> Iterator[tuple[str, int]]:
    """Tell of each cluster that has units of one limit in a region: its compartment, and how many."""
    for record in world.tables[DEDICATED_AI_CLUSTER.name]:
        cluster = record.snapshot
        limit, each = counted(cluster.unit_shape)
        if limit == name and record.region == region and _has_units(world, record):
            yield cluster.compartment_id, each * _units(world, record)


def _has_units(world: World, record: Record) -> bool:
    """Whether a cluster was made, or is being made, and is not deleted; a deletion that failed gives nothing back."""
    if record.snapshot.lifecycle_state == DedicatedAiClusterLifecycleState.DELETED:
        return False
    creation = world.works.get(record.works[0])
    return creation is None or creation.snapshot.status != WorkRequestStatus.FAILED


def _units(world: World, record: Record) -> int:
    """Count the units of a cluster; those that an update gives back are still its own until that is done."""
    work = world.works.get(record.works[-1])
    before = work.snapshot.before if work else None
    units: int = max(record.snapshot.unit_count, before.unit_count if before else 0)
    return units
