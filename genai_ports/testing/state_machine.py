"""A state machine that calls several backends in lock-step: any operations in any order have the same results.

Derive a class from `LockStep`, set the backends and the pace, and give its `TestCase` to pytest:

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
    OPERATIONS,
    RESOURCE_KINDS,
    WORK_REQUEST,
)
from genai_ports.api.model import CreateModelDetails
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, GET, LIST, UPDATE
from genai_ports.testing import ready
from genai_ports.testing.invariants import InvariantChecker
from genai_ports.testing.lock_step import BackendComparison, Factory
from genai_ports.testing.plans import controls, failing_work, faults, modes
from genai_ports.testing.requests import (
    COMPARTMENTS,
    UNKNOWN_IDS,
    create_details,
    list_options,
    maybe,
    rarely,
    trainable_base_models,
    update_details,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genai_ports.api.kind import Kind

Control: TypeAlias = tuple[str, dict[str, Any]] | None
"""A method of the simulator that controls work, and its arguments after the id; None for no call."""


class KnownResource(NamedTuple):
    """A resource whose OCID is known, and its kind."""

    kind: Kind
    id: str


class NextPage(NamedTuple):
    """A list call that has another page, and the token of that page."""

    name: str
    target: str
    options: dict[str, Any]
    token: str


_LISTS: Final = tuple(name for name, operation in OPERATIONS.items() if operation.verb is LIST)
_DETAIL_LISTS: Final = ("list_work_request_errors", "list_work_request_logs")

_known: Bundle[KnownResource] = Bundle("known")
_next_page: Bundle[NextPage] = Bundle("next_page")
_any_id: Final = _known.map(lambda each: each.id)
_unknown_id: Final = st.sampled_from(UNKNOWN_IDS)
_base_id: Final = st.deferred(lambda: st.sampled_from(trainable_base_models()))


def _id(*kinds: Kind) -> st.SearchStrategy[str]:
    """Draw the OCID of a resource of these kinds, deleted or not; rarely another id."""
    own = _known.filter(lambda each: each.kind in kinds).map(lambda each: each.id)
    return rarely(_unknown_id | _any_id, own)


_work_id: Final = _id(WORK_REQUEST)
_resource: Final = rarely(
    st.builds(KnownResource, st.sampled_from(RESOURCE_KINDS), _unknown_id | _any_id | _base_id),
    _known.filter(lambda each: each.kind is not WORK_REQUEST),
)
_CREATIONS: Final = {kind: create_details(kind, _id) for kind in RESOURCE_KINDS}
_UPDATES: Final = {kind: update_details(kind, _id) for kind in RESOURCE_KINDS}
_creation: Final = st.sampled_from(RESOURCE_KINDS).flatmap(lambda kind: _CREATIONS[kind])
_update: Final = _resource.flatmap(lambda known: st.tuples(st.just(known), _UPDATES[known.kind]))
_compartment: Final = rarely(st.sampled_from(["root", "", UNKNOWN_IDS[0]]), st.sampled_from(COMPARTMENTS))
_region: Final = rarely(st.sampled_from(["us-chicago-1", "eu-frankfurt-1", "FRA", "atlantis-1"]), st.none())
_token: Final = rarely(st.sampled_from(["t" * 64, "t" * 65, ""]), st.integers(0, 99).map("token-{}".format))
_if_match: Final = st.sampled_from([*["none"] * 6, "any", "seen first", "seen last", "garbage"])
_control: Final[st.SearchStrategy[Control]] = st.sampled_from([None, None, ("finish", {})]) | controls()
_list: Final = st.sampled_from(_LISTS).flatmap(lambda name: st.tuples(st.just(name), list_options(name, ids=_any_id)))
_patience: Final = st.sampled_from([(0, None), (5, None), (100, 20), (7200, 600), (-1, None)])
_time: Final = st.sampled_from([0, 0.001, 1, 30, 90, 600, 3600, 86_400, 100_000, 1_209_600, -1])
_condition: Final[st.SearchStrategy[tuple[Any, ...]]] = st.tuples(st.just("pass_time"), _time) | st.one_of(
    st.tuples(st.just("plan_fault"), faults()),
    st.tuples(st.just("plan_failing_work"), failing_work()),
    st.tuples(st.just("set_modes"), modes()),
    st.tuples(st.just("control"), _id(DEDICATED_AI_CLUSTER), st.just(("needs_attention", {}))),
    st.tuples(st.just("control"), rarely(_unknown_id, _any_id), controls()),
)


class LockStep(RuleBasedStateMachine):
    """Makes the same calls on all backends, compares the results, and checks the invariants of the first world.

    Class attributes:
        factories: open the backends. The others are compared with the first one.
        pace: the pace of all worlds.
    """

    factories: ClassVar[Sequence[Factory]] = ()
    pace: ClassVar[str] = "instant"

    def __init__(self) -> None:
        super().__init__()
        self._opened = ExitStack()
        self._backends = BackendComparison([self._opened.enter_context(make(self.pace)) for make in self.factories])
        self._checker = InvariantChecker(self._backends.world)
        self._creations: list[tuple[Any, str, str | None]] = []
        self._etags: dict[str, list[str]] = {}
        self._changed: set[str] = set()

    def teardown(self) -> None:
        """Compare the worlds, and close the backends."""
        with self._opened:
            self._backends.compare_worlds()

    @invariant()
    def invariants_hold(self) -> None:
        """Check the invariants of the first world."""
        self._checker.check(self._changed)
        self._changed.clear()

    @initialize(target=_known)
    def create_one_of_each(self) -> MultipleResults[KnownResource]:
        """Create one resource of each kind, and a cluster of each type, all ready."""
        home = COMPARTMENTS[0]
        hosting, training = (
            self._ready(ready.cluster_details(compartment_id=home, type=purpose))
            for purpose in ("HOSTING", "FINE_TUNING")
        )
        tuning = replaced(
            ready.fine_tuning(training[0].id), training_config=None
        )  # every base model accepts the default
        base = trainable_base_models("meta")[0]
        custom = self._ready(CreateModelDetails(compartment_id=home, base_model_id=base, fine_tune_details=tuning))
        imported = self._ready(ready.imported_model_details(compartment_id=home))
        private = self._ready(ready.private_endpoint_details(compartment_id=home))
        endpoint = self._ready(
            CreateEndpointDetails(
                compartment_id=home,
                model_id=custom[0].id,
                dedicated_ai_cluster_id=hosting[0].id,
                generative_ai_private_endpoint_id=private[0].id,
            )
        )
        return multiple(*hosting, *training, *custom, *imported, *private, *endpoint)

    def _ready(self, details: Any) -> Sequence[KnownResource]:
        return self._create(details, f"first-{len(self._creations)}", None, ("finish", {})).values

    @rule(
        target=_known,
        several=st.lists(st.tuples(_creation, _token, _region, _control), min_size=1, max_size=3),
    )
    def create(self, several: Sequence[tuple[Any, str, str | None, Control]]) -> MultipleResults[KnownResource]:
        """Create up to three resources of any kinds, so that a run has enough of them."""
        return multiple(*(known for each in several for known in self._create(*each).values))

    @rule(target=_known, which=st.integers(0, 9), control=_control)
    def create_again(self, which: int, control: Control) -> MultipleResults[KnownResource]:
        """Repeat a creation with its retry token: it returns the first response, or an error after a deletion."""
        details, token, region = self._creations[-1 - which % len(self._creations)]
        return self._create(details, token, region, control)

    def _create(self, details: Any, token: str, region: str | None, control: Control) -> MultipleResults[KnownResource]:
        self._creations.append((details, token, region))
        kind = next(each for each in RESOURCE_KINDS if type(details) is each.operation(CREATE).details)
        made = self._backends.call(kind.operation(CREATE).name, details, retry_token=token, region=region)
        if made.error:
            return multiple()
        self._etags.setdefault(made.value.id, []).append(made.response.etag)
        self._apply(made.value.id, control)
        return multiple(KnownResource(kind, made.value.id), KnownResource(WORK_REQUEST, made.response.work_request_id))

    @rule(resource=_resource, region=_region)
    def get(self, resource: KnownResource, region: str | None) -> None:
        """Get a resource."""
        got = self._backends.call(resource.kind.operation(GET).name, resource.id, region=region)
        if not got.error:
            self._etags.setdefault(resource.id, []).append(got.response.etag)

    @rule(target=_known, changed=_update, if_match=_if_match, region=_region, control=_control)
    def update(
        self, changed: tuple[KnownResource, Any], if_match: str, region: str | None, control: Control
    ) -> MultipleResults[KnownResource]:
        """Update a resource, possibly without a change."""
        resource, details = changed
        name = resource.kind.operation(UPDATE).name
        return self._change(name, resource.id, details, if_match=if_match, control=control, region=region)

    @rule(resource=_resource, to=_compartment, if_match=_if_match, token=maybe(_token), region=_region)
    def change_compartment(
        self, resource: KnownResource, to: str, if_match: str, token: str | None, region: str | None
    ) -> None:
        """Move a resource to another compartment, or to its own."""
        name = resource.kind.operation(CHANGE_COMPARTMENT).name
        self._change(name, resource.id, to, if_match=if_match, retry_token=token, region=region)

    @rule(target=_known, resource=_resource, if_match=_if_match, region=_region, control=_control)
    def delete(
        self, resource: KnownResource, if_match: str, region: str | None, control: Control
    ) -> MultipleResults[KnownResource]:
        """Delete a resource."""
        name = resource.kind.operation(DELETE).name
        return self._change(name, resource.id, if_match=if_match, control=control, region=region)

    def _change(
        self, name: str, target: str, *arguments: Any, if_match: str, control: Control = None, **options: Any
    ) -> MultipleResults[KnownResource]:
        seen = self._etags.get(target, [""])
        etags = {"any": "*", "seen first": seen[0], "seen last": seen[-1], "garbage": "0" * 32}
        self._changed.add(target)
        changed = self._backends.call(name, target, *arguments, if_match=etags.get(if_match), **options)
        if changed.error or not changed.response.work_request_id:
            return multiple()
        self._apply(target, control)
        return multiple(KnownResource(WORK_REQUEST, changed.response.work_request_id))

    @rule(work_request_id=_work_id, region=_region)
    def get_work_request(self, work_request_id: str, region: str | None) -> None:
        """Get a work request."""
        self._backends.call("get_work_request", work_request_id, region=region)

    @rule(target=_next_page, request=_list, compartment_id=_compartment, region=_region)
    def list(
        self, request: tuple[str, dict[str, Any]], compartment_id: str, region: str | None
    ) -> MultipleResults[NextPage]:
        """List the first page of the resources of a compartment."""
        name, options = request
        return self._page(name, compartment_id, {**options, "region": region})

    @rule(
        target=_next_page,
        name=st.sampled_from(_DETAIL_LISTS),
        work_request_id=_work_id,
        options=list_options(_DETAIL_LISTS[0], ids=_unknown_id),
        region=_region,
    )
    def list_errors_or_logs(
        self, name: str, work_request_id: str, options: dict[str, Any], region: str | None
    ) -> MultipleResults[NextPage]:
        """List the first page of the errors or of the log of a work request."""
        return self._page(name, work_request_id, {**options, "region": region})

    @rule(target=_next_page, request=_next_page)
    def next_page(self, request: NextPage) -> MultipleResults[NextPage]:
        """List another page, possibly late or again."""
        return self._page(request.name, request.target, {**request.options, "page": request.token})

    @rule(request=_next_page, token=rarely(st.text(), _next_page.map(lambda other: other.token)))
    def page_of_another_list(self, request: NextPage, token: str) -> None:
        """List a page with a token of another list, or with an invalid one."""
        self._page(request.name, request.target, {**request.options, "page": token})

    def _page(self, name: str, target: str, options: dict[str, Any]) -> MultipleResults[NextPage]:
        page = self._backends.call(name, target, **options).value
        return multiple(NextPage(name, target, options, page.next_page)) if page and page.next_page else multiple()

    @rule(work_request_id=_work_id, patience=_patience)
    def wait(self, work_request_id: str, patience: tuple[float, float | None]) -> None:
        """Wait for a work request; the timeout may be too short."""
        timeout, interval = patience
        self._backends.wait(work_request_id, timeout=timeout, interval=interval)

    @rule(condition=_condition)
    def change_conditions(self, condition: tuple[Any, ...]) -> None:
        """Move the clocks, control work, plan failures, set modes: one rule, so that it is not drawn too often."""
        what, *arguments = condition
        actions: dict[str, Callable[..., None]] = {
            "pass_time": self._backends.pass_time,
            "plan_fault": self._backends.plan_fault,
            "plan_failing_work": self._backends.plan_failing_work,
            "set_modes": self._backends.set_modes,
            "control": self._apply,
        }
        actions[what](*arguments)

    def _apply(self, identifier: str, control: Control) -> None:
        if control:
            action, arguments = control
            self._backends.control(action, identifier, **arguments)
