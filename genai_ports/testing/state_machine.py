"""A state machine that calls several backends in lock-step: any operations in any order, the same answers from all.

Derive a class from `LockStep`, tell it the backends and the pace, and hand its `TestCase` to pytest:

    class InLockStep(LockStep):
        factories = (in_memory, my_backend)
        pace = "realistic"

    TestInLockStep = InLockStep.TestCase
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from genai_ports.domain.operations import (
    DEDICATED_AI_CLUSTER,
    ENDPOINT,
    IMPORTED_MODEL,
    MODEL,
    OPERATIONS,
    RESOURCE_KINDS,
    WORK_REQUEST,
    Kind,
)
from genai_ports.testing import ready
from genai_ports.testing.invariants import Watch
from genai_ports.testing.lock_step import Contenders, Factory
from genai_ports.testing.requests import (
    COMPARTMENTS,
    STRAYS,
    controls,
    create_details,
    faults,
    list_options,
    maybe,
    rarely,
    trainable_base_models,
    update_details,
)

Fate: TypeAlias = tuple[str, dict[str, Any]] | None
"""What befalls work from outside: a method of the simulator, and its arguments beside the id."""


class Known(NamedTuple):
    """Something whose OCID was told, and its kind."""

    kind: Kind
    id: str


class Further(NamedTuple):
    """A list call that has a further page, and the token of that page."""

    name: str
    target: str
    options: dict[str, Any]
    token: str


_LISTS: Final = tuple(name for name, operation in OPERATIONS.items() if operation.verb == "list")
_ROWS: Final = ("list_work_request_errors", "list_work_request_logs")

_known: Bundle[Known] = Bundle("known")
_further: Bundle[Further] = Bundle("further")
_any_id: Final = _known.map(lambda each: each.id)
_stray: Final = st.sampled_from(STRAYS)
_base_id: Final = st.deferred(lambda: st.sampled_from(trainable_base_models()))


def _id(*kinds: Kind) -> st.SearchStrategy[str]:
    """Draw the OCID of something of these kinds, deleted or not; rarely of another kind, or of nothing."""
    own = _known.filter(lambda each: each.kind in kinds).map(lambda each: each.id)
    return rarely(_stray | _any_id, own)


_work_id: Final = _id(WORK_REQUEST)
_cluster_id: Final = _id(DEDICATED_AI_CLUSTER)
_resource: Final = rarely(
    st.builds(Known, st.sampled_from(RESOURCE_KINDS), _stray | _any_id | _base_id),
    _known.filter(lambda each: each.kind is not WORK_REQUEST),
)
_update: Final = _resource.flatmap(lambda known: st.tuples(st.just(known), update_details(known.kind)))
_compartment: Final = rarely(st.sampled_from(["root", "", STRAYS[0]]), st.sampled_from(COMPARTMENTS))
_region: Final = rarely(st.sampled_from(["us-chicago-1", "eu-frankfurt-1", "FRA", "atlantis-1"]), st.none())
_token: Final = rarely(st.sampled_from(["t" * 64, "t" * 65, ""]), st.integers(0, 99).map("token-{}".format))
_if_match: Final = st.sampled_from([*["none"] * 6, "any", "seen first", "seen last", "garbage"])
_fate: Final[st.SearchStrategy[Fate]] = st.sampled_from([None, None, ("finish", {})]) | controls()
_list: Final = st.sampled_from(_LISTS).flatmap(lambda name: st.tuples(st.just(name), list_options(name, ids=_any_id)))
_patience: Final = st.sampled_from([(0, None), (5, None), (100, 20), (7200, 600), (-1, None)])
_time: Final = st.sampled_from([0, 0.001, 1, 30, 90, 600, 3600, 86_400, 100_000, -1])
_interference: Final = st.tuples(st.just("let_time_pass"), _time) | rarely(
    st.tuples(st.just("plan_fault"), faults()),
    st.tuples(st.just("befall"), rarely(_stray, _any_id), controls()),
)


class LockStep(RuleBasedStateMachine):
    """Calls all backends alike, and asserts that all bring what the first one brings, and that its world makes sense.

    Class attributes:
        factories: make the backends; the first is the one that the others are held against.
        pace: the pace of all worlds.
    """

    factories: ClassVar[Sequence[Factory]] = ()
    pace: ClassVar[str] = "instant"

    def __init__(self) -> None:
        super().__init__()
        self._opened = ExitStack()
        self._all = Contenders([self._opened.enter_context(make(self.pace)) for make in self.factories])
        self._watch = Watch(self._all.world)
        self._creations: list[tuple[Any, str, str | None]] = []
        self._etags: dict[str, list[str]] = {}
        self._touched: set[str] = set()

    def teardown(self) -> None:
        """Compare what the worlds remember, and close the backends."""
        with self._opened:
            self._all.compare_worlds()

    @invariant()
    def the_world_makes_sense(self) -> None:
        """Hold the first world against what is always true."""
        self._watch.check(self._touched)
        self._touched.clear()

    @initialize(target=_known)
    def begin_with_one_of_each(self) -> MultipleResults[Known]:
        """Make a cluster of each type, a custom model, an imported one and an endpoint, all of them ready."""
        home = {"compartment_id": COMPARTMENTS[0]}
        hosting, training = (
            self._ready(ready.cluster_details(type=purpose, **home)) for purpose in ("HOSTING", "FINE_TUNING")
        )
        tuning = ready.fine_tuning(training[0].id)
        base = trainable_base_models()[0]
        custom = self._ready(
            OPERATIONS["create_model"].details(base_model_id=base, fine_tune_details=tuning, **home)
        )
        imported = self._ready(ready.imported_model_details(**home))
        return multiple(*hosting, *training, *custom, *imported)
