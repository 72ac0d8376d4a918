"""The operations on one kind of resource by verb, so that what all four kinds share is told once."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from genai_ports.api.kinds import ENDPOINT, IMPORTED_MODEL, MODEL, OPERATIONS
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.ready import COMPARTMENT

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing
    from genai_ports.client.ports import GenAi


class Resources:
    """All resources of one kind.

    Args:
        genai: where they are.
        kind: which kind.
    """

    def __init__(self, genai: GenAi, kind: Kind) -> None:
        self.genai = genai
        self.kind = kind

    @cached_property
    def _details(self) -> Any:
        """What to make one of; what it stands on is made once."""
        if self.kind is MODEL:
            return ready.model_details(self.genai)
        if self.kind is ENDPOINT:
            return ready.endpoint_details(self.genai)
        return ready.imported_model_details() if self.kind is IMPORTED_MODEL else ready.cluster_details()

    def details(self, **changes: Any) -> Any:
        """Ask for one that can be made, but for the changes."""
        return replace(self._details, **changes)

    def create(self, *, retry_token: str | None = None, request_id: str | None = None, **changes: Any) -> Any:
        """Begin to make one."""
        return self._call("create", self.details(**changes), retry_token=retry_token, request_id=request_id)

    def ready(self, **changes: Any) -> Any:
        """Make one, and wait until it is ready."""
        begun = self.create(**changes)
        ready.finish(self.genai, begun)
        return self.get(begun.id)

    def gone(self, **changes: Any) -> Any:
        """Make one, and delete it."""
        made = self.ready(**changes)
        ready.finish(self.genai, self.delete(made.id))
        return self.get(made.id)

    def finish(self, result: Any) -> None:
        """Wait for the work that a response began, if it began any."""
        if response_of(result).work_request_id:
            ready.finish(self.genai, result)

    def get(self, identifier: str, **options: Any) -> Any:
        """Read one."""
        return self._call("get", identifier, **options)

    def rename(self, identifier: str, display_name: str, **options: Any) -> Any:
        """Update one: its display name."""
        details: Any = OPERATIONS[f"update_{self.kind.name}"].details
        return self._call("update", identifier, details(display_name=display_name), **options)

    def move(self, identifier: str, compartment_id: str, **options: Any) -> ResponseMetadata:
        """Change the compartment of one."""
        response: ResponseMetadata = getattr(self.genai, f"change_{self.kind.name}_compartment")(
            identifier, compartment_id, **options
        )
        return response

    def delete(self, identifier: str, **options: Any) -> ResponseMetadata:
        """Begin to delete one."""
        response: ResponseMetadata = self._call("delete", identifier, **options)
        return response

    def list(self, compartment_id: str = COMPARTMENT, **options: Any) -> Listing[Any]:
        """List those that a compartment shows, base models among them."""
        listing: Listing[Any] = getattr(self.genai, f"list_{self.kind.name}s")(compartment_id, **options)
        return listing

    def own(self, compartment_id: str = COMPARTMENT, **options: Any) -> tuple[Any, ...]:
        """List those of a compartment that are its own: all but base models."""
        return tuple(each for each in self.list(compartment_id, **options) if each.compartment_id is not None)

    def _call(self, verb: str, *arguments: Any, **options: Any) -> Any:
        return getattr(self.genai, f"{verb}_{self.kind.name}")(*arguments, **options)
