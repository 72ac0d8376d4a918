"""A state machine that calls several backends in lock-step: any operations in any order, the same answers from all.

Derive a class from `LockStep`, tell it the backends and the pace, and hand its `TestCase` to pytest:

    class InLockStep(LockStep):
        factories = (in_memory, my_backend)
        pace = "realistic"

    TestInLockStep = InLockStep.TestCase
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from genai_ports.domain.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.domain.endpoint import CreateEndpointDetails
from genai_ports.domain.enums import DedicatedAiClusterType, ModelCapability
from genai_ports.domain.fine_tuning import FineTuneDetails, ObjectStorageDataset
from genai_ports.domain.imported_model import CreateImportedModelDetails, HuggingFaceModel
from genai_ports.domain.model import CreateModelDetails
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
from genai_ports.domain.work_request import WorkRequest
from genai_ports.errors import GenAiError
from genai_ports.listing import Listing
from genai_ports.repository import Repository
from genai_ports.simulator.catalogue import base_models
from genai_ports.simulator.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.invariants import Watch
from genai_ports.testing.requests import (
    COMPARTMENTS,
    STRAYS,
    create_details,
    list_options,
    maybe,
    rarely,
    update_details,
)


class Contender(NamedTuple):
    """One of the backends that are compared.

    Args:
        repository: what is called; its clock has to be the simulator's.
        simulator: the world behind it.
    """

    repository: Repository
    simulator: Simulator


Factory: TypeAlias = Callable[[str], AbstractContextManager[Contender]]
"""Makes a contender with a fresh world of a given pace; all with the same seed and region, and a virtual clock."""


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


class Outcome(NamedTuple):
    """What came of a call: two are equal exactly when a caller could not tell them apart."""

    value: Any = None
    response: Any = None
    error: tuple[type, str, dict[str, Any]] | None = None


_REGIONS: Final = ("us-chicago-1", "eu-frankfurt-1")
_HOME: Final = COMPARTMENTS[0]
_LISTS: Final = tuple(name for name, operation in OPERATIONS.items() if operation.verb == "list")
_ROWS: Final = ("list_work_request_errors", "list_work_request_logs")


@cache
def _trainable() -> tuple[str, ...]:
    bases = [record.snapshot for region in _REGIONS for record in base_models(region)]
    return tuple(base.id for base in bases if ModelCapability.FINE_TUNE in base.capabilities)


_known: Bundle[Known] = Bundle("known")
_further: Bundle[Further] = Bundle("further")
_any_id: Final = _known.map(lambda each: each.id)
_stray: Final = st.sampled_from(STRAYS)


def _ids(*kinds: Kind) -> st.SearchStrategy[str]:
    """Draw the OCID of something of these kinds, deleted or not; rarely of another kind, or of nothing."""
    own = _known.filter(lambda each: each.kind in kinds).map(lambda each: each.id)
    return rarely(_stray | _any_id, own)


_base_ids: Final = st.deferred(lambda: st.sampled_from(_trainable()))
_work_ids: Final = _ids(WORK_REQUEST)
_resources: Final = rarely(
    st.builds(Known, st.sampled_from(RESOURCE_KINDS), _stray | _any_id),
    _known.filter(lambda each: each.kind is not WORK_REQUEST),
)
_creations: Final = st.one_of(
    create_details(MODEL, models=rarely(_ids(MODEL), _base_ids), clusters=_ids(DEDICATED_AI_CLUSTER)),
    create_details(IMPORTED_MODEL, models=_stray, clusters=_stray),
    create_details(ENDPOINT, models=_ids(MODEL, IMPORTED_MODEL) | _base_ids, clusters=_ids(DEDICATED_AI_CLUSTER)),
    create_details(DEDICATED_AI_CLUSTER, models=_stray, clusters=_stray),
)
_compartments: Final = rarely(st.sampled_from(["root", "", STRAYS[0]]), st.sampled_from(COMPARTMENTS))
_regions: Final = rarely(st.sampled_from([*_REGIONS, "FRA", "atlantis-1"]), st.none())
_tokens: Final = rarely(st.sampled_from(["t" * 64, "t" * 65, ""]), st.integers(0, 30).map("token-{}".format))
_if_match: Final = st.sampled_from(["none", "none", "any", "seen first", "seen last", "garbage"])
_timeouts: Final = st.sampled_from([(0, None), (5, None), (100, 20), (7200, 600), (-1, None)])
_controls: Final = st.one_of(
    st.just(("finish", {})),
    st.tuples(st.just("fail"), st.fixed_dictionaries({"percent": st.sampled_from([0, 1, 33, 50.5, 99, -1])})),
    st.tuples(st.just("progress"), st.fixed_dictionaries({"percent": st.sampled_from([0, 12.5, 60, 99, 100])})),
    st.tuples(
        st.just("set_pace"),
        st.fixed_dictionaries({"pace": st.sampled_from(["manual", "instant", "2s", "realistic", "reads:2", "soon"])}),
    ),
)
_faults: Final = st.builds(
    Fault,
    status=st.sampled_from([400, 409, 429, 500, 503]),
    code=st.sampled_from(["IncorrectState", "TooManyRequests", "Other"]),
    operation=maybe(st.sampled_from(sorted(OPERATIONS))),
    times=st.integers(1, 3),
    retry_after=st.sampled_from([None, 1, 40]),
)


def _kind_of(details: Any) -> Kind:
    return next(kind for kind in RESOURCE_KINDS if OPERATIONS[f"create_{kind.name}"].details is type(details))


def outcome(call: Callable[[], Any]) -> Outcome:
    """Carry a call out, and tell what came of it; of a list, the first page."""
    try:
        value = call()
        if isinstance(value, Listing):
            value = next(value.pages())
    except GenAiError as error:
        return Outcome(error=(type(error), str(error), vars(error)))
    return Outcome(value, getattr(value, "response", None))


def assert_same(what: str, expected: object, given: object) -> None:
    """Assert that a backend brings what the first one has brought."""
    assert given == expected, f"{what}: the first backend has\n{expected}\nand this one\n{given}"


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
        self._contenders = [self._opened.enter_context(make(self.pace)) for make in self.factories]
        self._watch = Watch(self._contenders[0].simulator)
        self._calls = 0
        self._etags: dict[str, list[str]] = {}
        self._touched: set[str] = set()

    def teardown(self) -> None:
        """Compare what the worlds remember, and close the backends."""
        with self._opened:
            first, *others = self._contenders
            for other in others:
                assert_same("state", first.simulator.state(), other.simulator.state())
                assert_same("journal", _journal(first.simulator), _journal(other.simulator))

    @invariant()
    def the_world_makes_sense(self) -> None:
        """Hold the first world against what is always true."""
        self._watch.check(self._touched)
        self._touched.clear()

    @initialize(target=_known)
    def begin_with_one_of_each(self) -> MultipleResults[Known]:
        """Make a cluster of each type, a custom model, an imported one and an endpoint, all of them ready."""
        hosting, training = (
            self._ready(
                CreateDedicatedAiClusterDetails(compartment_id=_HOME, type=kind, unit_count=1, unit_shape="A10_X1")
            )
            for kind in (DedicatedAiClusterType.HOSTING, DedicatedAiClusterType.FINE_TUNING)
        )
        dataset = ObjectStorageDataset(namespace_name="ns", bucket_name="b", object_name="o")
        tuning = FineTuneDetails(training_dataset=dataset, dedicated_ai_cluster_id=training[0].id)
        custom = self._ready(
            CreateModelDetails(compartment_id=_HOME, base_model_id=_trainable()[0], fine_tune_details=tuning)
        )
        imported = self._ready(
            CreateImportedModelDetails(
                compartment_id=_HOME, data_source=HuggingFaceModel(model_id="openai/gpt-oss-20b")
            )
        )
        endpoint = self._ready(
            CreateEndpointDetails(compartment_id=_HOME, model_id=custom[0].id, dedicated_ai_cluster_id=hosting[0].id)
        )
        return multiple(*hosting, *training, *custom, *imported, *endpoint)

    def _ready(self, details: Any) -> list[Known]:
        made = self._create(details, retry_token=f"first-{self._calls}", region=None)
        self._control("finish", made[0].id, {})
        return made

    @rule(target=_known, details=_creations, retry_token=_tokens, region=_regions)
    def create(self, details: Any, retry_token: str, region: str | None) -> MultipleResults[Known]:
        """Create a resource of any kind."""
        return multiple(*self._create(details, retry_token=retry_token, region=region))

    def _create(self, details: Any, *, retry_token: str, region: str | None) -> list[Known]:
        kind = _kind_of(details)
        made = self._call(f"create_{kind.name}", details, retry_token=retry_token, region=region)
        if made.error:
            return []
        self._etags.setdefault(made.value.id, []).append(made.response.etag)
        return [Known(kind, made.value.id), Known(WORK_REQUEST, made.response.work_request_id)]

    @rule(resource=_resources, region=_regions)
    def get(self, resource: Known, region: str | None) -> None:
        """Read a resource."""
        got = self._call(f"get_{resource.kind.name}", resource.id, region=region)
        if not got.error:
            self._etags.setdefault(resource.id, []).append(got.response.etag)

    @rule(
        target=_known,
        changed=_resources.flatmap(lambda known: st.tuples(st.just(known), update_details(known.kind))),
        if_match=_if_match,
        region=_regions,
    )
    def update(self, changed: tuple[Known, Any], if_match: str, region: str | None) -> MultipleResults[Known]:
        """Update a resource."""
        resource, details = changed
        return self._change(f"update_{resource.kind.name}", resource.id, details, if_match, region=region)

    @rule(
        resource=_resources,
        compartment_id=_compartments,
        if_match=_if_match,
        retry_token=maybe(_tokens),
        region=_regions,
    )
    def change_compartment(
        self, resource: Known, compartment_id: str, if_match: str, retry_token: str | None, region: str | None
    ) -> None:
        """Move a resource to another compartment, or to the one that it is in."""
        name = f"change_{resource.kind.name}_compartment"
        self._change(name, resource.id, compartment_id, if_match, retry_token=retry_token, region=region)

    @rule(target=_known, resource=_resources, if_match=_if_match, region=_regions)
    def delete(self, resource: Known, if_match: str, region: str | None) -> MultipleResults[Known]:
        """Delete a resource."""
        return self._change(f"delete_{resource.kind.name}", resource.id, None, if_match, region=region)

    def _change(self, name: str, target: str, argument: Any, if_match: str, **options: Any) -> MultipleResults[Known]:
        seen = self._etags.get(target, [""])
        etags = {"any": "*", "seen first": seen[0], "seen last": seen[-1], "garbage": "0" * 32}
        arguments = (target,) if argument is None else (target, argument)
        self._touched.add(target)
        changed = self._call(name, *arguments, if_match=etags.get(if_match), **options)
        started = changed.response and changed.response.work_request_id
        return multiple(Known(WORK_REQUEST, started)) if started else multiple()

    @rule(work_request_id=_work_ids, region=_regions)
    def get_work_request(self, work_request_id: str, region: str | None) -> None:
        """Read a work request."""
        self._call("get_work_request", work_request_id, region=region)

    @rule(
        target=_further,
        asked=st.sampled_from(_LISTS).flatmap(lambda name: st.tuples(st.just(name), list_options(name, ids=_any_id))),
        compartment_id=_compartments,
        region=_regions,
    )
    def list(
        self, asked: tuple[str, dict[str, Any]], compartment_id: str, region: str | None
    ) -> MultipleResults[Further]:
        """Ask for the first page of any list but the following ones."""
        name, options = asked
        return self._page(name, compartment_id, {**options, "region": region})

    @rule(
        target=_further,
        name=st.sampled_from(_ROWS),
        options=list_options(_ROWS[0], ids=_stray),
        work_request_id=_work_ids,
        region=_regions,
    )
    def list_errors_or_logs(
        self, name: str, options: dict[str, Any], work_request_id: str, region: str | None
    ) -> MultipleResults[Further]:
        """Ask for the first page of the errors or the log of a work request."""
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
        page = self._call(name, target, **options).value
        more = page and page.next_page
        return multiple(Further(name, target, options, more)) if more else multiple()

    @rule(work_request_id=_work_ids, patience=_timeouts)
    def wait(self, work_request_id: str, patience: tuple[float, float | None]) -> None:
        """Wait for a work request, for a time that may be too short."""
        timeout, interval = patience
        told: list[tuple[list[WorkRequest], Outcome]] = []
        for contender in self._contenders:
            looks: list[WorkRequest] = []
            waited = outcome(
                lambda: contender.repository.wait_for_work_request(  # noqa: B023  # called at once
                    work_request_id,
                    timeout=timeout,
                    interval=interval,
                    on_progress=looks.append,  # noqa: B023
                )
            )
            told.append((looks, _without_request_id(waited)))
        for other in told[1:]:
            assert_same("wait_for_work_request", told[0], other)

    @rule(seconds=st.sampled_from([0, 0.001, 1, 30, 90, 600, 3600, 86_400, 100_000]))
    def let_time_pass(self, seconds: float) -> None:
        """Move all clocks."""
        for contender in self._contenders:
            contender.repository.clock.sleep(seconds)

    @rule(identifier=rarely(_stray, _any_id), control=_controls)
    def take_over(self, identifier: str, control: tuple[str, dict[str, Any]]) -> None:
        """Finish work, let it fail, move it, or give it a pace of its own."""
        self._control(control[0], identifier, control[1])

    @rule(fault=_faults)
    def plan_fault(self, fault: Fault) -> None:
        """Let a later call fail."""
        for contender in self._contenders:
            contender.simulator.faults.add(fault)

    def _call(self, name: str, *arguments: Any, **options: Any) -> Outcome:
        """Call all backends, with a request id, so that the answers' ids can be compared."""
        self._calls += 1
        options["request_id"] = f"call-{self._calls}"
        return self._all(name, lambda each: getattr(each.repository, name)(*arguments, **options))

    def _control(self, action: str, identifier: str, arguments: dict[str, Any]) -> Outcome:
        return self._all(action, lambda each: getattr(each.simulator, action)(identifier, **arguments))

    def _all(self, what: str, call: Callable[[Contender], Any]) -> Outcome:
        first, *others = [outcome(lambda: call(contender)) for contender in self._contenders]  # noqa: B023
        for other in others:
            assert_same(what, first, other)
        return first


def _without_request_id(waited: Outcome) -> Outcome:
    """Leave out the ids of the looks, which the SDK makes up."""
    if waited.error:
        kind, text, facts = waited.error
        return Outcome(error=(kind, text, {**facts, "request_id": None}))
    return Outcome(waited.value)


def _journal(simulator: Simulator) -> list[Any]:
    """List the calls, without the part of their ids that the SDK makes up where it is told none."""
    return [entry._replace(request_id=entry.request_id.partition("/")[2]) for entry in simulator.journal]
