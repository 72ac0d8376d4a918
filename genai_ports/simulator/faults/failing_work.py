"""Failing work: how work that is accepted later is to fail, and the failures that have names.

Source: the texts are our choice unless an entry says otherwise; see "Failing work" in `docs/fidelity.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.imported_model import ObjectStorageObject
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.value import Value, value
from genai_ports.errors import InvalidInput
from genai_ports.simulator.argument_checks import check_percent, check_texts
from genai_ports.simulator.faults.call_matcher import CallMatcher
from genai_ports.simulator.rules.refusals import DERIVED, DOCUMENTED, OUR_CHOICE, RECORDED
from genai_ports.simulator.work.operation import NEEDS_ATTENTION, Failure
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from genai_ports.simulator.faults.call_matcher import CallContext
    from genai_ports.simulator.work.operation import Work


@value
class NamedFailure(Value):
    """A plausible failure, by name.

    Args:
        name: its name, in kebab case.
        operations: whose work can fail like this.
        failure: how.
        spares: a kind of data source, such as `OBJECT_STORAGE_OBJECT`, whose imports cannot fail like this.
        evidence: `recorded`, `documented`, `derived` or `our choice`.
        source: where it is from.
    """

    name: str
    operations: tuple[str, ...]
    failure: Failure
    evidence: str
    source: str
    spares: str | None = None

    def is_plausible_for(self, about: Any) -> bool:
        """Whether it is plausible for a resource, or for what is to be one."""
        data_source = getattr(about, "data_source", None)
        return self.spares is None or getattr(data_source, "source_type", None) != self.spares


FAILURES: Final[dict[str, NamedFailure]] = {}
"""All failures that have a name."""

_CREATES: Final = tuple(name for name in OPERATIONS if name.startswith("create_"))
_CLUSTERS: Final = ("create_dedicated_ai_cluster", "update_dedicated_ai_cluster")


def _failure(
    name: str,
    operations: tuple[str, ...],
    failure: Failure,
    evidence: str = OUR_CHOICE,
    source: str = "",
    *,
    spares: str | None = None,
) -> None:
    FAILURES[name] = NamedFailure(
        name=name, operations=operations, failure=failure, evidence=evidence, source=source, spares=spares
    )


_failure(
    "dataset-not-found",
    ("create_model",),
    Failure(
        percent=5,
        code="NotAuthorizedOrNotFound",
        message="The training dataset was not found in Object Storage, or the service may not read it.",
    ),
)
_failure(
    "dataset-too-small",
    ("create_model",),
    Failure(
        percent=8,
        code="InvalidParameter",
        message="The training dataset has 12 pairs of prompt and completion; at least 32 are needed.",
    ),
    DOCUMENTED,
    "the number 32 is from Oracle's page on training data; the text is our choice",
)
_failure(
    "access-token-refused",
    ("create_imported_model",),
    Failure(
        percent=2,
        code="NotAuthenticated",
        message="Hugging Face refused the access token: it is not valid, or may not read this model.",
    ),
    spares=ObjectStorageObject.source_type,
)
_failure(
    "model-architecture-not-supported",
    ("create_imported_model",),
    Failure(
        percent=25,
        code="InvalidParameter",
        message="The model's architecture in config.json is not one of those supported for import.",
    ),
    DOCUMENTED,
    "Oracle's page on imported models has the list of what is supported; the text is our choice",
)
_failure(
    "out-of-capacity",
    (*_CREATES, "update_dedicated_ai_cluster"),
    Failure(percent=30, code="OutOfHostCapacity", message="Out of host capacity."),
    DERIVED,
    "the text that OCI's compute service is known for",
)
_failure(
    "timed-out",
    tuple(operation.name for operation in OPERATIONS.values() if operation.operation_type),
    Failure(percent=90, code="InternalError", message="timed out before the container was ready"),
    RECORDED,
    "an error of a hosted deployment's work request, in a public code sample",
)
_failure(
    "needs-attention",
    _CLUSTERS,
    Failure(
        percent=100,
        code="NeedsAttention",
        message="The cluster needs attention: not all of its units are healthy.",
        leaves=NEEDS_ATTENTION,
    ),
    DERIVED,
    "the Terraform provider takes NEEDS_ATTENTION for an end of create; that the work request succeeds is our choice",
)


def named_failure(name: str) -> NamedFailure:
    """Find a failure by its name.

    Raises:
        InvalidInput: there is none; the message lists those there are.
    """
    if str(name) not in FAILURES:
        known = ", ".join(FAILURES)
        raise InvalidInput(f"there is no failure {name!r}{did_you_mean(str(name), FAILURES)}; there are {known}")
    return FAILURES[name]


@value
class FailingWork(CallMatcher):
    """How the work of the operations that it befalls is to fail: by name, or by percentage, code and message.

    Args:
        failure: the name of one of `FAILURES`, such as `dataset-not-found`.
        percent: how far the work gets, 0 to 99; that of the named failure, else 0, unless given.
        code: the code of the work request's error; that of the named failure unless given.
        message: its message, also the resource's lifecycle details; that of the named failure unless given.

    What operations it befalls is told by the other arguments, those of `CallMatcher`; only calls that begin work, and
    that the failure can happen to, are counted.

    Example:
        >>> FailingWork(failure="dataset-too-small", display_name="mine", percent=40).failure_of_work().code
        'InvalidParameter'
    """

    failure: str | None = None
    percent: float | None = None
    code: str | None = None
    message: str | None = None

    def check(self) -> None:
        """Refuse a plan that could befall no work.

        Raises:
            InvalidInput: the operation begins no work, or none that can fail like this, or the failure is unknown.
        """
        CallMatcher.check(self)
        self.failure_of_work()
        if self.operation is not None and self.operation not in self._operations():
            can = ", ".join(self._operations())
            what = self.failure or "failing work"
            raise InvalidInput(f"{what} is not for {self.operation}: it can befall {can}")

    def matches(self, asked: CallContext) -> bool:
        """Whether a call is one of those that are counted."""
        if asked.operation not in self._operations():
            return False
        plausible = self.failure is None or FAILURES[self.failure].is_plausible_for(asked.call.details)
        return plausible and CallMatcher.matches(self, asked)

    def failure_of_work(self) -> Failure:
        """Tell how the work is to fail.

        Raises:
            InvalidInput: the name is unknown, or the percentage out of range.
        """
        return failure_of(self.failure, self.percent, self.code, self.message)

    def _operations(self) -> tuple[str, ...]:
        return FAILURES["timed-out" if self.failure is None else self.failure].operations


def failure_of(name: str | None, percent: float | None, code: str | None, message: str | None) -> Failure:
    """Put a failure together: what is not given is as in the one that is named, or in one that says nothing.

    Args:
        name: one of `FAILURES`; None for none.
        percent: how far the work gets, 0 to 99.
        code: the code of the work request's error.
        message: its message.

    Raises:
        InvalidInput: the name is unknown, the percentage is not from 0 to 99, or the code or message is no text.
    """
    check_texts(code=code, message=message)
    usual = named_failure(name).failure if name is not None else Failure()
    if percent is not None and usual.leaves:
        raise InvalidInput(f"{name} takes no percent: its work gets to its end")
    if percent is not None:
        check_percent(percent)
    return Failure(
        percent=usual.percent if percent is None else percent,
        code=usual.code if code is None else code,
        message=usual.message if message is None else message,
        leaves=usual.leaves,
    )


def check_plausible(name: str, work: Work, about: Any) -> None:
    """Refuse a failure that is not for work that is under way.

    Args:
        name: one of `FAILURES`.
        work: the work.
        about: the resource that it is on.

    Raises:
        InvalidInput: the failure does not exist, or cannot befall this work.
    """
    named, operation = named_failure(name), work.kind.operation(work.verb).name
    if operation not in named.operations:
        raise InvalidInput(f"{name} cannot befall {operation}: it is for {', '.join(named.operations)}")
    if not named.is_plausible_for(about):
        raise InvalidInput(f"{name} cannot befall {work.resource_id}: it is not for imports from {named.spares}")
