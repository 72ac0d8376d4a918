"""Failing work: how the work of later calls fails, and the failures that have names.

Source: the texts are our choice unless an entry says otherwise; see "Failing work" in `docs/fidelity.md`.
"""

from __future__ import annotations

from typing import Any, Final

from genai_ports.api.checks import LONGEST_NAME, check_texts
from genai_ports.api.display import named
from genai_ports.api.imported_model import ObjectStorageObject
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.value import Value, value
from genai_ports.errors import InvalidInput
from genai_ports.simulator.argument_checks import check_percent
from genai_ports.simulator.faults.call_matcher import CallContext, CallMatcher
from genai_ports.simulator.rules.refusals import DERIVED, DOCUMENTED, OUR_CHOICE, RECORDED
from genai_ports.simulator.work.operation import NEEDS_ATTENTION, Failure, Work
from genai_ports.suggestions import did_you_mean


@value
class NamedFailure(Value):
    """A plausible failure that has a name.

    Args:
        name: its name, in kebab case.
        operations: the operations whose work can fail like this.
        failure: how the work fails.
        evidence: `recorded`, `documented`, `derived` or `our choice`.
        source: what the evidence is.
        not_from: a type of data source, such as `OBJECT_STORAGE_OBJECT`, whose imports cannot fail like this.
    """

    name: str
    operations: tuple[str, ...]
    failure: Failure
    evidence: str
    source: str
    not_from: str | None = None

    def is_plausible_for(self, about: Any) -> bool:
        """Whether work on a resource, or on the one that a body describes, can fail like this."""
        data_source = getattr(about, "data_source", None)
        return self.not_from is None or getattr(data_source, "source_type", None) != self.not_from


FAILURES: Final[dict[str, NamedFailure]] = {}
"""All failures that have a name."""

_CREATES: Final = tuple(name for name in OPERATIONS if name.startswith("create_"))
_ANY_WORK: Final = tuple(operation.name for operation in OPERATIONS.values() if operation.operation_type)
_CLUSTERS: Final = ("create_dedicated_ai_cluster", "update_dedicated_ai_cluster")


def _failure(
    name: str,
    operations: tuple[str, ...],
    failure: Failure,
    evidence: str = OUR_CHOICE,
    source: str = "",
    *,
    not_from: str | None = None,
) -> None:
    FAILURES[name] = NamedFailure(
        name=name, operations=operations, failure=failure, evidence=evidence, source=source, not_from=not_from
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
    not_from=ObjectStorageObject.source_type,
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
    Failure(
        percent=30,
        code="500",
        message="Generative AI application deployment could not be scheduled because node pool capacity is not "
        "currently available. Try again later.",
    ),
    RECORDED,
    "of a hosted deployment, another resource of the same control plane, after 14 minutes: "
    "github.com/luigisaetta/codex-4-oci-enterprise-ai-deployment, specs/012, October 2026; it gives the code 500",
)
_failure(
    "timed-out",
    _ANY_WORK,
    Failure(percent=90, code="InternalError", message="timed out before the container was ready to serve requests"),
    RECORDED,
    "of a hosted deployment, another resource of the same control plane, which then was NEEDS_ATTENTION: "
    "github.com/sogawa-yk/jetuse, June 2026; the code is our choice",
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
        InvalidInput: there is none; the message lists the known names.
    """
    check_texts(failure=name)
    if name not in FAILURES:
        known = ", ".join(FAILURES)
        raise InvalidInput(f"failure {named(name)} does not exist{did_you_mean(name, FAILURES)}; known: {known}")
    return FAILURES[name]


@value
class FailingWork(CallMatcher):
    """How the work of later calls fails. The arguments of `CallMatcher` say which calls it applies to.

    Only calls that begin work, and whose work the failure can happen to, are counted.

    Args:
        failure: the name of one of `FAILURES`, such as `dataset-not-found`; default: none.
        percent: how far the work gets, 0 to 99; default: the percent of the named failure, else 0.
        code: the code of the work request's error; default: the code of the named failure, else `InternalError`.
        message: its message, also the resource's lifecycle details; default: the message of the named failure.

    Raises:
        InvalidInput: the failure does not exist, the operation begins no work that can fail like this, or a value is
            wrong.

    Example:
        >>> FailingWork(failure="dataset-too-small", display_name="mine", percent=40).to_failure().code
        'InvalidParameter'
    """

    failure: str | None = None
    percent: float | None = None
    code: str | None = None
    message: str | None = None

    def __post_init__(self) -> None:
        CallMatcher.__post_init__(self)  # super() does not work in a class that dataclass makes again for its slots
        self.to_failure()
        if self.operation is not None and self.operation not in self.operations():
            what = self.failure or "failing work"
            raise InvalidInput(_does_not_apply(what, self.operation, self.operations()))

    def matches(self, context: CallContext) -> bool:
        """Whether a call is one of those that are counted."""
        if context.operation not in self.operations():
            return False
        plausible = self.failure is None or FAILURES[self.failure].is_plausible_for(context.call.details)
        return plausible and CallMatcher.matches(self, context)

    def to_failure(self) -> Failure:
        """Make the failure of the work."""
        return make_failure(self.failure, self.percent, self.code, self.message)

    def operations(self) -> tuple[str, ...]:
        """List the operations whose work can fail like this."""
        return _ANY_WORK if self.failure is None else FAILURES[self.failure].operations


def make_failure(name: str | None, percent: float | None, code: str | None, message: str | None) -> Failure:
    """Make a failure from a named one, if any, and what differs from it; `FailingWork` describes the arguments.

    Raises:
        InvalidInput: the name is unknown, the percentage is not from 0 to 99, or the code or message is no text.
    """
    check_texts(LONGEST_NAME, code=code)
    check_texts(message=message)
    usual = Failure() if name is None else named_failure(name).failure
    if percent is not None and usual.leaves:
        raise InvalidInput(f"failure {named(name)} takes no percent: its work always completes")
    if percent is not None:
        check_percent(percent)
    return Failure(
        percent=usual.percent if percent is None else percent,
        code=usual.code if code is None else code,
        message=usual.message if message is None else message,
        leaves=usual.leaves,
    )


def check_plausible(name: str, work: Work, about: Any) -> None:
    """Refuse a named failure that cannot happen to work under way on a resource, `about`.

    Raises:
        InvalidInput: the failure does not exist, or does not apply to this work.
    """
    named, operation = named_failure(name), work.operation.name
    if operation not in named.operations:
        raise InvalidInput(_does_not_apply(name, operation, named.operations))
    if not named.is_plausible_for(about):
        raise InvalidInput(f"{name} does not apply to {work.resource_id}, an import from {named.not_from}")


def _does_not_apply(failure: str, operation: str, operations: tuple[str, ...]) -> str:
    return f"{failure} does not apply to {operation}; it applies to {', '.join(operations)}"
