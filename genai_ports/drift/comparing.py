"""Comparing two descriptions: what is new in the SDK, what it lacks, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.value import Value, value
from genai_ports.drift.description import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from genai_ports.drift.description import Description, Place


@value
class Finding(Value):
    """One place in which the two sides differ.

    Args:
        kind: what it is, such as `query parameter`.
        name: where it is, such as `list_models.sortBy`.
        served: its form here; None if it is not served.
        installed: its form in the SDK; None if the SDK does not have it.
    """

    kind: str
    name: str
    served: str | None = None
    installed: str | None = None


@value
class Drift(Value):
    """The differences between the installed SDK and what is served.

    Args:
        version: of the installed `oci`.
        additions: what only the SDK has.
        removals: what is served and the SDK does not have.
        changes: what both have in different forms.
    """

    version: str
    additions: tuple[Finding, ...]
    removals: tuple[Finding, ...]
    changes: tuple[Finding, ...]

    @property
    def is_failure(self) -> bool:
        """Whether the SDK lacks something that is served or has it in another form; additions are no failure."""
        return bool(self.removals or self.changes)


def compare(served: Description, installed: Description, *, version: str) -> Drift:
    """Compare what is served with what the SDK has.

    Args:
        served: our side.
        installed: the SDK's side.
        version: the version of the SDK.

    Returns:
        the differences, sorted by kind and name. Parts of something that is itself new or missing are left out.

    Example:
        >>> from genai_ports.drift.description import Place
        >>> ours = {Place("class", ("Model",)): "", Place("attribute", ("Model", "id")): "str"}
        >>> compare(ours, {Place("class", ("Model",)): ""}, version="3").removals
        (Finding(kind='attribute', name='Model.id', served='str'),)
    """
    # The SDK documents few response headers: a missing one means nothing.
    missing = {place for place in served.keys() - installed.keys() if place.kind != Part.RESPONSE_HEADER}
    other = {place for place in served.keys() & installed.keys() if served[place] != installed[place]}
    return Drift(
        version=version,
        additions=_findings(_topmost(installed.keys() - served.keys()), served, installed),
        removals=_findings(_topmost(missing), served, installed),
        changes=_findings(other, served, installed),
    )


def _topmost(places: AbstractSet[Place]) -> Iterator[Place]:
    """Leave out the places below another one of them."""
    paths = {place.path for place in places}
    for place in places:
        if not any(place.path[:length] in paths for length in range(1, len(place.path))):
            yield place


def _findings(places: Iterable[Place], served: Description, installed: Description) -> tuple[Finding, ...]:
    ordered = sorted(places, key=lambda place: (list(Part).index(place.kind), place.path))
    return tuple(
        Finding(kind=place.kind, name=place.name, served=served.get(place), installed=installed.get(place))
        for place in ordered
    )
