"""What a kind of resource is, and an operation on it: the columns of the table in `genai_ports.api.kinds`."""

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
    """Load a class when it is first needed: defining all of them takes longer than the rest of a connection.

    Args:
        reference: module and name, such as `model:ModelSummary`.
    """
    module, _, name = reference.partition(":")
    cls: type = getattr(import_module(f"genai_ports.api.{module}"), name)
    return cls


class LogLine(NamedTuple):
    """One line of a work request's log.

    Args:
        percent: how far the work is when the line is written.
        text: the line; `{n}` and `{epochs}` in it stand for an epoch and the number of epochs.
        until: for a line that is written after each epoch, the percentage of the last one.
    """

    percent: int
    text: str
    until: int | None = None


class WorkType(NamedTuple):
    """The work that an operation starts.

    Args:
        operation_type: what its work request is called, such as `CREATE_MODEL`.
        minutes: how long it takes with the pace `realistic`.
        log: the lines of its log.
    """

    operation_type: str
    minutes: int
    log: tuple[LogLine, ...]


@value
class Operation(Row):
    """One operation on one kind of resource.

    Args:
        name: as the OCI SDK names it, such as `change_model_compartment`.
        verb: what it does.
        status: the HTTP status of success.
        request: the class of the request's body, such as `model:CreateModelDetails`; None for no body.
        response: the class of the response's body, or of a list's items; None for no body.
        sdk_request: the SDK's name for the class of the request's body.
        sdk_response: the SDK's name for the class of the response's body.
        work: the work that it starts; None for none.
        filters: for lists, the filters and, where the values are an enumeration, its members.
        sort_keys: for lists, what `sort_by` accepts; the first is the default.
        kind: the kind whose row names it.
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
    kind: Kind = field(init=False, repr=False)

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
    def takes_if_match(self) -> bool:
        """Whether a request may have the header `if-match`."""
        return "if-match" in self.verb.request_headers

    @cached_property
    def takes_retry_token(self) -> bool:
        """Whether a request may have the header `opc-retry-token`."""
        return "opc-retry-token" in self.verb.request_headers

    @cached_property
    def operation_type(self) -> str | None:
        """What its work request is called; None where it starts no work."""
        return self.work.operation_type if self.work else None

    @cached_property
    def path(self) -> str:
        """The path below the version, such as `/models/{target}`."""
        return f"/{self.kind.collection}{self.verb.path}"


@value
class Kind(Row):
    """A kind of resource: everything that is true of it alone.

    Args:
        name: in Python, such as `imported_model`.
        title: in messages, such as `imported model`.
        collection: in paths and in the server's state, such as `importedModels`.
        target: the name of its OCID as a path parameter, such as `importedModelId`.
        ocid_type: the second part of its OCIDs.
        entity_type: in work requests.
        resource_type: in policies.
        states: its lifecycle states.
        snapshot_class: the class that GET returns.
        summary_class: the class that lists show.
        rules: the module of its rules.
        references: the attributes that name the resources which it uses; those cannot be deleted before it.
        operations: its operations.
        example: the body of a request that creates one; None where no request does.
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
            object.__setattr__(operation, "kind", self)  # its row is complete only here

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
    """Find an operation again, after it was pickled by name."""
    found: Operation = import_module("genai_ports.api.kinds").OPERATIONS[name]
    return found


def _kind(name: str) -> Kind:
    found: Kind = import_module("genai_ports.api.kinds").KINDS[name]
    return found
