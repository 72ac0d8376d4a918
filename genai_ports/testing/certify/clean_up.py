"""Deleting what a certification created: after each test, in the end, and after a run that crashed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL, PRIVATE_ENDPOINT
from genai_ports.api.verbs import LIST
from genai_ports.client.repository import Repository
from genai_ports.errors import GenAiError
from genai_ports.recording.scenarios.clean_up import delete_in_the_end
from genai_ports.testing.certify.scope import PREFIX, REGIONS, TAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from genai_ports.api.kind import Kind
    from genai_ports.client.backend import Backend
    from genai_ports.testing.certify.run import Made, Run
    from genai_ports.testing.certify.scope import Scope

_USERS_FIRST: Final = (ENDPOINT, MODEL, IMPORTED_MODEL, PRIVATE_ENDPOINT, DEDICATED_AI_CLUSTER)
"""The kinds in the order in which they can be deleted."""


class Tagged(NamedTuple):
    """A resource with our tag.

    Args:
        kind: its kind.
        id: its OCID.
        name: its display name.
        run: the value of the tag.
    """

    kind: Kind
    id: str
    name: str | None
    run: str

    def __str__(self) -> str:
        return f"{self.kind.title} {self.name} ({self.id})"


def delete_made(run: Run, made: Iterable[Made]) -> None:
    """Delete what a test created; what cannot be deleted is tried again, and reported, at the end of the run."""
    genai = Repository(run.backend)
    for each in sorted(made, key=lambda each: _USERS_FIRST.index(each.kind)):
        with suppress(GenAiError):
            delete_in_the_end(genai, each.kind, each.id, run.scope.interval)


def find_tagged(backend: Backend, scope: Scope, run: str = PREFIX) -> Iterator[Tagged]:
    """Find what certifications created and did not delete, in the order in which it can be deleted.

    Args:
        backend: sends the calls.
        scope: where to look.
        run: the value of the tag, or its start; default: that of all certifications.
    """
    genai = Repository(backend)
    regions = dict.fromkeys((backend.default_region, *(REGIONS if scope.regions else ())))
    for kind in _USERS_FIRST:
        list_them = getattr(genai, kind.operation(LIST).name)
        for region in regions:
            for compartment in scope.compartments:
                for found in list_them(compartment, region=region):
                    tag = (found.freeform_tags or {}).get(TAG, "")
                    if tag.startswith(run) and found.lifecycle_state not in ("DELETED", "DELETING"):
                        yield Tagged(kind, found.id, found.display_name, tag)


def delete_tagged(backend: Backend, tagged: Iterable[Tagged], interval: float | None) -> Sequence[str]:
    """Delete resources; return what could not be deleted, with the reason."""
    genai = Repository(backend)
    left = []
    for each in tagged:
        try:
            delete_in_the_end(genai, each.kind, each.id, interval)
        except GenAiError as error:
            left.append(f"{each}: {error}")
    return left
