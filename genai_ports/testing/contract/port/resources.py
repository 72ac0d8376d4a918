"""The operations on one kind of resource, by verb: a test that uses them runs for every kind."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, GET, LIST, UPDATE
from genai_ports.testing import ready
from genai_ports.testing.contract.port.expected import EXPECTED
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.ready import COMPARTMENT

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.api.verbs import Verb
    from genai_ports.client.pagination import Listing
    from genai_ports.client.ports import GenAi


class Resources:
    """The resources of one kind.

    Args:
        genai: the repositories.
        kind: the kind.
    """

    def __init__(self, genai: GenAi, kind: Kind) -> None:
        self.genai = genai
        self.kind = kind
        self.expected = EXPECTED[kind]

    @property
    def sort_keys(self) -> tuple[str, ...]:
        """What the list of this kind can be sorted by."""
        return self.kind.operation(LIST).sort_keys

    @cached_property
    def _details(self) -> Any:
        return ready.details(self.genai, self.kind)

    def details(self, **changes: Any) -> Any:
        """Return the body of a request that creates one. The first call creates what the resource needs."""
        return replace(self._details, **changes)

    def create(self, *, retry_token: str | None = None, request_id: str | None = None, **changes: Any) -> Any:
        """Create one, and do not wait for its work."""
        return self._call(CREATE, self.details(**changes), retry_token=retry_token, request_id=request_id)

    def ready(self, **changes: Any) -> Any:
        """Create one, and wait until it is ready."""
        created = self.create(**changes)
        ready.finish(self.genai, created)
        return self.get(created.id)

    def gone(self, **changes: Any) -> Any:
        """Create one, and delete it."""
        created = self.ready(**changes)
        ready.finish(self.genai, self.delete(created.id))
        return self.get(created.id)

    def finish(self, result: Any) -> None:
        """Wait for the work that a call started, if it started any."""
        if response_of(result).work_request_id:
            ready.finish(self.genai, result)

    def get(self, identifier: str, **options: Any) -> Any:
        """Get one."""
        return self._call(GET, identifier, **options)

    def rename(self, identifier: str, display_name: str, **options: Any) -> Any:
        """Update the display name of one."""
        details: Any = self.kind.operation(UPDATE).details
        return self._call(UPDATE, identifier, details(display_name=display_name), **options)

    def move(self, identifier: str, compartment_id: str, **options: Any) -> ResponseMetadata:
        """Change the compartment of one."""
        response: ResponseMetadata = self._call(CHANGE_COMPARTMENT, identifier, compartment_id, **options)
        return response

    def delete(self, identifier: str, **options: Any) -> ResponseMetadata:
        """Delete one, and do not wait for its work."""
        response: ResponseMetadata = self._call(DELETE, identifier, **options)
        return response

    def list(self, compartment_id: str = COMPARTMENT, **options: Any) -> Listing[Any]:
        """List those that a compartment shows, base models included."""
        listing: Listing[Any] = self._call(LIST, compartment_id, **options)
        return listing

    def own(self, compartment_id: str = COMPARTMENT, **options: Any) -> tuple[Any, ...]:
        """List those that are in a compartment, base models excluded."""
        return tuple(each for each in self.list(compartment_id, **options) if each.compartment_id is not None)

    def operation(self, verb: Verb) -> str:
        """Return the name of an operation on this kind, such as `create_model`."""
        return self.kind.operation(verb).name

    def _call(self, verb: Verb, *arguments: Any, **options: Any) -> Any:
        return getattr(self.genai, self.operation(verb))(*arguments, **options)
