"""The classes of the rows in `genai_ports.api.kinds`: a kind of resource, an operation, its work and its log lines."""

from __future__ import annotations

from dataclasses import field
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from genai_ports.api.value import Row, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.verbs import Verb


@cache
def load_class(reference: str) -> type:
    """Load a class of `genai_ports.api`. It is loaded when it is first needed, because defining all of them is slow.

    Args:
        reference: module and name, such as `model:ModelSummary`.
    """
    module, _, name = reference.partition(":")
    cls: type = getattr(import_module(f"genai_ports.api.{module}"), name)
    return cls


class LogLine(NamedTuple):
    """One line of a work request's log.

    Args:
        percent: the progress of the work when the line is written.
        text: the line. `{n}` is replaced with an epoch, `{epochs}` with the number of epochs.
        until: for a line after each epoch, the progress at the last epoch; None for a line that is written once.
    """

    percent: int
    text: str
    until: int | None = None


class WorkType(NamedTuple):
    """The work that an operation starts.

    Args:
        operation_type: the `operation_type` of its work request, such as `CREATE_MODEL`.
        minutes: its duration at the pace `realistic`.
        log: the lines of its log.
    """

    operation_type: str
    minutes: int
    log: tuple[LogLine, ...]


@value
class Operation(Row):
    """One operation on one kind of resource.

    Args:
        name: its name in the OCI SDK, such as `change_model_compartment`.
        verb: its verb, such as `CREATE`.
        status: the HTTP status of success.
        request: the class of the request's body, such as `model:CreateModelDetails`; None for no body.
        response: the class of the response's body, or of a list's items; None for no body.
        sdk_request: the SDK's name for the class of the request's body; default: the name in `request`.
        sdk_response: the SDK's name for the class of the response's body; default: the name in `response`.
        work: the work that it starts; None if it starts none.
        filters: for lists, the accepted values of each filter; an empty tuple for any text.
        sort_keys: for lists, the accepted values of `sort_by`; the first is the default.
        kind: the kind that it belongs to; set by the row of the kind.
    """

    name: str
    verb: Verb
    status: int
    request: str | None = None
    response: str | None = None
    sdk_request: str | None = None
    sdk_response: str | None = None
    work: WorkType | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort_keys: tuple[str, ...] = ()
    kind: Kind = field(init=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _operation, (self.name,)

    @cached_property
    def details(self) -> type | None:
        """The class of the request's body; None for no body."""
        return load_class(self.request) if self.request else None

    @cached_property
    def result(self) -> type | None:
        """The class of the response's body, or of a list's items; None for no body."""
        return load_class(self.response) if self.response else None

    @cached_property
    def is_list(self) -> bool:
        """Whether the response is a page."""
        return bool(self.sort_keys)

    @cached_property
    def takes_retry_token(self) -> bool:
        """Whether a request may have the header `opc-retry-token`."""
        return "opc-retry-token" in self.verb.request_headers

    @cached_property
    def operation_type(self) -> str | None:
        """The `operation_type` of its work request; None if it starts no work."""
        return self.work.operation_type if self.work else None

    @cached_property
    def path(self) -> str:
        """The path below the version, such as `/models/{target}`."""
        return f"/{self.kind.collection}{self.verb.path}"


@value
class Kind(Row):
    """A kind of resource.

    Args:
        name: in Python, such as `imported_model`.
        title: in messages, such as `imported model`.
        collection: its name in paths and in `/_sim/state`, such as `importedModels`.
        target: the name of the path parameter for its OCID, such as `importedModelId`.
        ocid_type: the second part of its OCIDs, such as `generativeaiimportedmodel`.
        entity_type: its name in work requests, such as `IMPORTED_MODEL`.
        resource_type: its name in policies, such as `generative-ai-imported-model`.
        states: its lifecycle states.
        snapshot_class: the class that GET returns.
        summary_class: the class that lists show.
        rules: the module of its rules in the simulator; None for a kind that no request creates.
        references: the attributes with the OCIDs of resources that it uses. Those cannot be deleted while it uses them.
        operations: its operations.
        example: the body of a request that creates one; None if no request does.
    """

    name: str
    title: str
    collection: str
    target: str
    ocid_type: str
    entity_type: str
    resource_type: str
    states: tuple[str, ...]
    snapshot_class: str
    summary_class: str
    rules: str | None
    references: tuple[str, ...]
    operations: tuple[Operation, ...]
    example: Mapping[str, Any] | None

    def __post_init__(self) -> None:
        for operation in self.operations:
            object.__setattr__(operation, "kind", self)  # an operation is made before its kind

    def __reduce__(self) -> tuple[Any, ...]:
        return _kind, (self.name,)

    @cached_property
    def snapshot(self) -> type:
        """The class that GET returns."""
        return load_class(self.snapshot_class)

    @cached_property
    def summary(self) -> type:
        """The class that lists show."""
        return load_class(self.summary_class)

    def operation(self, verb: Verb) -> Operation:
        """Find the operation of a verb.

        Raises:
            StopIteration: the kind has none.
        """
        return next(operation for operation in self.operations if operation.verb is verb)


def _operation(name: str) -> Operation:
    """Find an operation by name: a row is pickled by its name."""
    found: Operation = import_module("genai_ports.api.kinds").OPERATIONS[name]
    return found


def _kind(name: str) -> Kind:
    """Find a kind by name: a row is pickled by its name."""
    found: Kind = import_module("genai_ports.api.kinds").KINDS[name]
    return found
