"""Limits are set by name, region and compartment; units in use are counted, and more than the limit are refused."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genai_ports import InMemoryModelRepository
from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.errors import Conflict, InvalidInput, LimitExceeded, QuotaExceeded
from genai_ports.simulator.rules.limits import LIMIT_NAMES, Limit, Limits
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

META, H100 = "dedicated-unit-large-meta-count", "dedicated-unit-h100-count"


def test_there_is_a_limit_for_each_shape_of_unit() -> None:
    shapes = """
        a10 a100-40g a100-80g b200 b300 embed-cohere h100 h200 l40s large-cohere large-meta llama2-70 medium-meta
        mi300x rerank-cohere small-cohere small-meta
    """
    assert [*LIMIT_NAMES] == [f"dedicated-unit-{shape}-count" for shape in shapes.split()]


@pytest.mark.parametrize("default", ["Strict", "", "lenient"])
def test_limits_are_generous_or_strict(default: str) -> None:
    with pytest.raises(InvalidInput, match=f"limits must be generous or strict, not '{default}'"):
        Limits(default)
    with pytest.raises(InvalidInput, match=f"limits must be generous or strict, not '{default}'"):
        InMemoryModelRepository(limits=default)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "dedicated-unit-large-meta"}, "did you mean dedicated-unit-large-meta-count?; known: dedicated-u"),
        ({"name": "H100_X1"}, "limit 'H100_X1' does not exist"),
        ({"most": -1}, "most must be from 0 to 1000000000, or None for no limit, not -1"),
        ({"most": 1.5}, "most must be from 0 to 1000000000, or None for no limit, not 1.5"),
        ({"most": "3"}, "most must be from 0 to 1000000000, or None for no limit, not '3'"),
        ({"most": True}, "most must be from 0 to 1000000000, or None for no limit, not True"),
        ({"region": "moon-1"}, "moon-1"),
        ({"region": 5}, "region must be a string, not 5"),
        ({"name": 5}, "name must be a string, not 5"),
        ({"compartment_id": "sandbox"}, "compartment_id must be the OCID of a compartment or tenancy, not 'sandbox'"),
        ({"compartment_id": ["a"]}, "compartment_id must be a string, not a value of type list"),
    ],
)
def test_a_wrong_limit_is_refused_and_nothing_has_changed(wrong: dict[str, Any], message: str) -> None:
    limits = Limits()
    with pytest.raises(InvalidInput, match=re.escape(message)):
        limits.set(**{"name": META, "most": 1, **wrong})
    assert list(limits) == []


def test_the_last_value_of_a_limit_counts() -> None:
    limits = Limits()
    limits.set(META, 1)
    limits.set(META, 2, region="fra")
    limits.set(META, None, compartment_id=ready.COMPARTMENT)
    limits.set(META, 0, region="eu-frankfurt-1")
    assert list(limits) == [
        Limit(META, 1),
        Limit(META, 0, "eu-frankfurt-1"),
        Limit(META, None, None, ready.COMPARTMENT),
    ]


SHAPES = {"LARGE_GENERIC": (META, 1), "LARGE_GENERIC_2": (META, 2), "H100_X4": (H100, 4)}
"""Shapes, what they count against, and for how much."""

REGIONS = ("us-chicago-1", "eu-frankfurt-1")
COMPARTMENTS = (ready.COMPARTMENT, ready.ELSEWHERE)
Owned = tuple[str, str, str]
"""A region, a compartment, and a shape."""


Step = tuple[str, tuple[Any, ...], dict[str, Any]]
"""What to do, and with what."""


class Ledger:
    """A simple way to count: what each cluster has, and what may be had."""

    def __init__(self, default: str) -> None:
        self.default = 0 if default == "strict" else None
        self.set: dict[tuple[str, str | None, str | None], int | None] = {}
        self.has: dict[str, tuple[Owned, int]] = {}
        self.failed: set[str] = set()
        """Those whose deletion has failed."""

    def refusal(self, owned: Owned, more: int) -> type[Exception] | None:
        """Return how so many more units are refused; None if they are accepted."""
        region, _, shape = owned
        name, each = SHAPES[shape]
        limit = self._most(name, region, None, self.default)
        if limit is not None and self._used(name, region, COMPARTMENTS) + more * each > limit:
            return LimitExceeded
        return self.refusal_by_quota(owned, more)

    def refusal_by_quota(self, owned: Owned, more: int) -> type[Exception] | None:
        """Return how a compartment is refused so many more units; None if they are accepted."""
        region, compartment, shape = owned
        name, each = SHAPES[shape]
        quota = self._most(name, region, compartment, None)
        exceeds = quota is not None and self._used(name, region, (compartment,)) + more * each > quota
        return QuotaExceeded if exceeds else None

    def _used(self, name: str, region: str, compartments: tuple[str, ...]) -> int:
        return sum(
            units * SHAPES[shape][1]
            for (where, whose, shape), units in self.has.values()
            if where == region and whose in compartments and SHAPES[shape][0] == name
        )

    def _most(self, name: str, region: str, compartment: str | None, default: int | None) -> int | None:
        everywhere = self.set.get((name, None, compartment), default)
        return self.set.get((name, region, compartment), everywhere)


class Counting:
    """A world whose clusters are counted beside it.

    Args:
        default: `strict` or `generous`.
    """

    def __init__(self, default: str) -> None:
        self.genai = InMemoryModelRepository(limits=default, pace="manual")
        self.ledger = Ledger(default)

    def limit(self, name: str, most: int | None, region: str | None, compartment: str | None) -> None:
        """Set a limit or a quota."""
        self.genai.simulator.limits.set(name, most, region=region, compartment_id=compartment)
        self.ledger.set[name, region, compartment] = most

    def create(self, owned: Owned, units: int, *, fails: bool) -> None:
        """Make a cluster if there are as many units, and not otherwise."""
        region, compartment, shape = owned
        details = ready.cluster_details(unit_count=units, unit_shape=shape, compartment_id=compartment)
        refusal = self.ledger.refusal(owned, units)
        if refusal:
            with pytest.raises(refusal):
                self.genai.create_dedicated_ai_cluster(details, region=region)
            return
        made = self.genai.create_dedicated_ai_cluster(details, region=region)
        if self._ends(made.id, fails=fails):
            self.ledger.has[made.id] = owned, units

    def resize(self, which: int, units: int, *, fails: bool) -> None:
        """Give a cluster another number of units, if there are as many."""
        if not self.ledger.has:
            return
        cluster = self._one(which)
        owned, before = self.ledger.has[cluster]
        refusal = self.ledger.refusal(owned, units - before) if units > before else None
        details = UpdateDedicatedAiClusterDetails(unit_count=units)
        if self._is_changed(cluster, refusal, lambda: self.genai.update_dedicated_ai_cluster(cluster, details)):
            self._ends(cluster, fails=fails)
            self.ledger.has[cluster] = owned, before if fails else units

    def delete(self, which: int, *, fails: bool) -> None:
        """Delete a cluster."""
        if not self.ledger.has:
            return
        cluster = self._one(which)
        self.genai.delete_dedicated_ai_cluster(cluster)
        self._ends(cluster, fails=fails)
        if fails:
            self.ledger.failed.add(cluster)
        else:
            del self.ledger.has[cluster]

    def move(self, which: int, compartment: str) -> None:
        """Move a cluster to another compartment, if its quota has the units; they go along."""
        if not self.ledger.has:
            return
        cluster = self._one(which)
        (region, before, shape), units = self.ledger.has[cluster]
        owned = region, compartment, shape
        refusal = None if before == compartment else self.ledger.refusal_by_quota(owned, units)
        if self._is_changed(
            cluster, refusal, lambda: self.genai.change_dedicated_ai_cluster_compartment(cluster, compartment)
        ):
            self.ledger.has[cluster] = owned, units

    def _is_changed(self, cluster: str, refusal: type[Exception] | None, change: Callable[[], object]) -> bool:
        """Change a cluster; return whether that succeeded. Check that it is refused where it has to be."""
        if cluster in self.ledger.failed:
            refusal = Conflict
        if refusal is None:
            change()
            return True
        with pytest.raises(refusal):
            change()
        return False

    def _one(self, which: int) -> str:
        return [*self.ledger.has][which % len(self.ledger.has)]

    def _ends(self, cluster: str, *, fails: bool) -> bool:
        """End the work on a cluster, and return whether it succeeded."""
        if fails:
            self.genai.simulator.fail(cluster)
        else:
            self.genai.simulator.finish(cluster)
        return not fails


WHERE = st.sampled_from(REGIONS)
WHOSE = st.sampled_from(COMPARTMENTS)
WHICH = st.integers(0, 5)
UNITS = st.integers(1, 4)
FAILS = st.sampled_from([False, False, True])
LIMIT: st.SearchStrategy[Step] = st.builds(
    lambda *given: ("limit", given, {}),
    st.sampled_from([META, H100]),
    st.sampled_from([*range(12), None]),
    st.sampled_from([None, None, *REGIONS]),
    st.sampled_from([None, *COMPARTMENTS]),
)
CREATE: st.SearchStrategy[Step] = st.builds(
    lambda *given, fails: ("create", given, {"fails": fails}),
    st.tuples(WHERE, WHOSE, st.sampled_from([*SHAPES])),
    UNITS,
    fails=FAILS,
)
RESIZE: st.SearchStrategy[Step] = st.builds(
    lambda *given, fails: ("resize", given, {"fails": fails}), WHICH, UNITS, fails=FAILS
)
DELETE: st.SearchStrategy[Step] = st.builds(
    lambda which, fails: ("delete", (which,), {"fails": fails}), WHICH, fails=FAILS
)
MOVE: st.SearchStrategy[Step] = st.builds(lambda *given: ("move", given, {}), WHICH, WHOSE)


@settings(max_examples=300)
@given(
    default=st.sampled_from(["generous", "generous", "strict"]),
    limits=st.lists(LIMIT, min_size=2, max_size=5),
    steps=st.lists(st.one_of(CREATE, CREATE, CREATE, RESIZE, RESIZE, DELETE, MOVE, LIMIT), min_size=8, max_size=20),
)
def test_units_are_counted_as_simply_as_they_can_be(default: str, limits: list[Step], steps: list[Step]) -> None:
    counting = Counting(default)
    for what, arguments, options in limits + steps:
        getattr(counting, what)(*arguments, **options)
    had = {
        cluster.id: cluster.unit_count
        for region in REGIONS
        for compartment in COMPARTMENTS
        for cluster in counting.genai.list_dedicated_ai_clusters(compartment, region=region)
        if cluster.lifecycle_state == "ACTIVE"
    }
    ledger = counting.ledger
    assert had == {cluster: units for cluster, (_, units) in ledger.has.items() if cluster not in ledger.failed}


@given(
    default=st.sampled_from(["generous", "strict"]),
    changes=st.lists(
        st.tuples(
            st.sampled_from(LIMIT_NAMES),
            st.none() | st.integers(0, 10**9),
            st.sampled_from([None, "fra", "us-chicago-1"]),
            st.sampled_from([None, ready.COMPARTMENT, ready.ELSEWHERE]),
        )
    ),
)
def test_limits_that_are_written_as_json_and_read_back_are_the_same(
    default: str, changes: list[tuple[str, int | None, str | None, str | None]]
) -> None:
    limits = Limits(default)
    for name, most, region, compartment_id in changes:
        limits.set(name, most, region=region, compartment_id=compartment_id)
    data = limits.to_data()
    copies = [
        Limits.from_data(json.loads(json.dumps(data))),
        copy.deepcopy(limits),
        pickle.loads(pickle.dumps(limits)),  # noqa: S301  # our own
    ]
    for same in copies:
        assert (same.default, list(same)) == (default, list(limits))
        same.set(H100, 77)
    assert limits.to_data() == data


def test_the_data_of_limits_is_readable() -> None:
    limits = Limits("strict")
    limits.set(META, 3, region="fra")
    limit = {"name": META, "most": 3, "region": "eu-frankfurt-1", "compartment_id": None}
    assert limits.to_data() == {"default": "strict", "limits": [limit]}


def test_limits_are_not_read_from_wrong_data() -> None:
    with pytest.raises(InvalidInput, match="limit 'x' does not exist"):
        Limits.from_data({"default": "strict", "limits": [{"name": "x", "most": 1}]})
