"""A state machine that calls several backends in lock-step: any operations in any order, the same answers from all.

Derive a class from `LockStep`, tell it the backends and the pace, and hand its `TestCase` to pytest:

    class InLockStep(LockStep):
        factories = (in_memory, my_backend)
        pace = "realistic"

    TestInLockStep = InLockStep.TestCase
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from genai_ports.api.endpoint import CreateEndpointDetails
from genai_ports.api.kinds import (
    DEDICATED_AI_CLUSTER,
    ENDPOINT,
    IMPORTED_MODEL,
    MODEL,
    OPERATIONS,
    RESOURCE_KINDS,
    WORK_REQUEST,
)
from genai_ports.api.model import CreateModelDetails
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, GET, LIST, UPDATE
from genai_ports.testing import ready
from genai_ports.testing.invariants import Watch
from genai_ports.testing.lock_step import Contenders, Factory
from genai_ports.testing.requests import (
    COMPARTMENTS,
    STRAYS,
    controls,
    create_details,
    failing_work,
    faults,
    list_options,
    maybe,
    modes,
    rarely,
    trainable_base_models,
    update_details,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genai_ports.api.kind import Kind

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


_LISTS: Final = tuple(name for name, operation in OPERATIONS.items() if operation.verb is LIST)
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
_interference: Final[st.SearchStrategy[tuple[Any, ...]]] = st.tuples(st.just("let_time_pass"), _time) | st.one_of(
    st.tuples(st.just("plan_fault"), faults()),
    st.tuples(st.just("plan_failing_work"), failing_work()),
    st.tuples(st.just("set_modes"), modes()),
    st.tuples(st.just("befall"), _id(DEDICATED_AI_CLUSTER), st.just(("needs_attention", {}))),
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
        home = COMPARTMENTS[0]
        hosting, training = (
            self._ready(ready.cluster_details(compartment_id=home, type=purpose))
            for purpose in ("HOSTING", "FINE_TUNING")
        )
        tuning = replaced(ready.fine_tuning(training[0].id), training_config=None)  # as every base model takes it
        base = trainable_base_models("meta")[0]
        custom = self._ready(CreateModelDetails(compartment_id=home, base_model_id=base, fine_tune_details=tuning))
        imported = self._ready(ready.imported_model_details(compartment_id=home))
        endpoint = self._ready(
            CreateEndpointDetails(compartment_id=home, model_id=custom[0].id, dedicated_ai_cluster_id=hosting[0].id)
        )
        return multiple(*hosting, *training, *custom, *imported, *endpoint)

    def _ready(self, details: Any) -> Sequence[Known]:
        return self._create(details, f"first-{len(self._creations)}", None, ("finish", {})).values

    @rule(
        target=_known,
        details=create_details(MODEL, models=rarely(_id(MODEL), _base_id), clusters=_cluster_id),
        token=_token,
        region=_region,
        fate=_fate,
    )
    def create_model(self, details: Any, token: str, region: str | None, fate: Fate) -> MultipleResults[Known]:
        """Create a custom model."""
        return self._create(details, token, region, fate)

    @rule(
        target=_known,
        details=create_details(IMPORTED_MODEL, models=_stray, clusters=_stray),
        token=_token,
        region=_region,
        fate=_fate,
    )
    def create_imported_model(self, details: Any, token: str, region: str | None, fate: Fate) -> MultipleResults[Known]:
        """Create an imported model."""
        return self._create(details, token, region, fate)

    @rule(
        target=_known,
        details=create_details(ENDPOINT, models=_id(MODEL, IMPORTED_MODEL) | _base_id, clusters=_cluster_id),
        token=_token,
        region=_region,
        fate=_fate,
    )
    def create_endpoint(self, details: Any, token: str, region: str | None, fate: Fate) -> MultipleResults[Known]:
        """Create an endpoint."""
        return self._create(details, token, region, fate)

    @rule(
        target=_known,
        details=create_details(DEDICATED_AI_CLUSTER, models=_stray, clusters=_stray),
        token=_token,
        region=_region,
        fate=_fate,
    )
    def create_cluster(self, details: Any, token: str, region: str | None, fate: Fate) -> MultipleResults[Known]:
        """Create a cluster."""
        return self._create(details, token, region, fate)

    @rule(target=_known, which=st.integers(0, 9), fate=_fate)
    def create_again(self, which: int, fate: Fate) -> MultipleResults[Known]:
        """Send a creation once more, with its token: to the same answer or, if what it made is gone, to none."""
        details, token, region = self._creations[-1 - which % len(self._creations)]
        return self._create(details, token, region, fate)

    def _create(self, details: Any, token: str, region: str | None, fate: Fate) -> MultipleResults[Known]:
        self._creations.append((details, token, region))
        kind = next(each for each in RESOURCE_KINDS if type(details) is each.operation(CREATE).details)
        made = self._all.call(kind.operation(CREATE).name, details, retry_token=token, region=region)
        if made.error:
            return multiple()
        self._etags.setdefault(made.value.id, []).append(made.response.etag)
        self._befall(made.value.id, fate)
        return multiple(Known(kind, made.value.id), Known(WORK_REQUEST, made.response.work_request_id))

    @rule(resource=_resource, region=_region)
    def get(self, resource: Known, region: str | None) -> None:
        """Read a resource."""
        got = self._all.call(resource.kind.operation(GET).name, resource.id, region=region)
        if not got.error:
            self._etags.setdefault(resource.id, []).append(got.response.etag)

    @rule(target=_known, changed=_update, if_match=_if_match, region=_region, fate=_fate)
    def update(
        self, changed: tuple[Known, Any], if_match: str, region: str | None, fate: Fate
    ) -> MultipleResults[Known]:
        """Update a resource, perhaps to what it is already."""
        resource, details = changed
        name = resource.kind.operation(UPDATE).name
        return self._change(name, resource.id, details, if_match=if_match, fate=fate, region=region)

    @rule(resource=_resource, to=_compartment, if_match=_if_match, token=maybe(_token), region=_region)
    def change_compartment(
        self, resource: Known, to: str, if_match: str, token: str | None, region: str | None
    ) -> None:
        """Move a resource to another compartment, or to the one that it is in."""
        name = resource.kind.operation(CHANGE_COMPARTMENT).name
        self._change(name, resource.id, to, if_match=if_match, retry_token=token, region=region)

    @rule(target=_known, resource=_resource, if_match=_if_match, region=_region, fate=_fate)
    def delete(self, resource: Known, if_match: str, region: str | None, fate: Fate) -> MultipleResults[Known]:
        """Delete a resource."""
        name = resource.kind.operation(DELETE).name
        return self._change(name, resource.id, if_match=if_match, fate=fate, region=region)

    def _change(
        self, name: str, target: str, *arguments: Any, if_match: str, fate: Fate = None, **options: Any
    ) -> MultipleResults[Known]:
        seen = self._etags.get(target, [""])
        etags = {"any": "*", "seen first": seen[0], "seen last": seen[-1], "garbage": "0" * 32}
        self._touched.add(target)
        changed = self._all.call(name, target, *arguments, if_match=etags.get(if_match), **options)
        if changed.error or not changed.response.work_request_id:
            return multiple()
        self._befall(target, fate)
        return multiple(Known(WORK_REQUEST, changed.response.work_request_id))

    @rule(work_request_id=_work_id, region=_region)
    def get_work_request(self, work_request_id: str, region: str | None) -> None:
        """Read a work request."""
        self._all.call("get_work_request", work_request_id, region=region)

    @rule(target=_further, asked=_list, compartment_id=_compartment, region=_region)
    def list(
        self, asked: tuple[str, dict[str, Any]], compartment_id: str, region: str | None
    ) -> MultipleResults[Further]:
        """Ask for the first page of what a compartment holds."""
        name, options = asked
        return self._page(name, compartment_id, {**options, "region": region})

    @rule(
        target=_further,
        name=st.sampled_from(_ROWS),
        work_request_id=_work_id,
        options=list_options(_ROWS[0], ids=_stray),
        region=_region,
    )
    def list_errors_or_logs(
        self, name: str, work_request_id: str, options: dict[str, Any], region: str | None
    ) -> MultipleResults[Further]:
        """Ask for the first page of the errors or of the log of a work request."""
        return self._page(name, work_request_id, {**options, "region": region})

    @rule(target=_further, asked=_further)
    def next_page(self, asked: Further) -> MultipleResults[Further]:
        """Ask for a further page, be it late or again."""
        return self._page(asked.name, asked.target, {**asked.options, "page": asked.token})

    @rule(asked=_further, token=rarely(st.text(), _further.map(lambda other: other.token)))
    def page_of_another_list(self, asked: Further, token: str) -> None:
        """Ask for a page with a token that may be another list's, or none at all."""
        self._page(asked.name, asked.target, {**asked.options, "page": token})

    def _page(self, name: str, target: str, options: dict[str, Any]) -> MultipleResults[Further]:
        page = self._all.call(name, target, **options).value
        return multiple(Further(name, target, options, page.next_page)) if page and page.next_page else multiple()

    @rule(work_request_id=_work_id, patience=_patience)
    def wait(self, work_request_id: str, patience: tuple[float, float | None]) -> None:
        """Wait for a work request, for a time that may be too short."""
        timeout, interval = patience
        self._all.wait(work_request_id, timeout=timeout, interval=interval)

    @rule(doing=_interference)
    def interfere(self, doing: tuple[Any, ...]) -> None:
        """Move the clocks, act on work, plan what is to go wrong: one rule, so that it is not drawn too often."""
        what, *arguments = doing
        ways: dict[str, Callable[..., None]] = {
            "let_time_pass": self._all.let_time_pass,
            "plan_fault": self._all.plan_fault,
            "plan_failing_work": self._all.plan_failing_work,
            "set_modes": self._all.set_modes,
            "befall": self._befall,
        }
        ways[what](*arguments)

    def _befall(self, identifier: str, fate: Fate) -> None:
        if fate:
            action, arguments = fate
            self._all.act(action, identifier, **arguments)
