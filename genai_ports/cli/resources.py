"""The resources of a world, as `/_sim/state` returns them: found by OCID, and as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.errors import InvalidInput
from genai_ports.ocids import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genai_ports.cli.command import Json
    from genai_ports.cli.control_client import ControlClient

COLUMNS: Final = ("Kind", "Name", "State", "Progress", "Created", "OCID")
_UNDER_WAY: Final = ("ACCEPTED", "IN_PROGRESS", "CANCELING")
_DELETED: Final = "DELETED"
_LISTED: Final = 5


class Resource(NamedTuple):
    """A resource or a work request.

    Args:
        collection: the collection of its kind.
        document: its JSON.
        work: the work request that is under way on it; None if none is.
    """

    collection: str
    document: Json
    work: Json | None

    @property
    def id(self) -> str:
        """Its OCID."""
        return str(self.document["id"])

    @property
    def state(self) -> str:
        """Its lifecycle state, or the status of a work request."""
        return str(self.document.get("lifecycleState") or self.document.get("status", ""))

    @property
    def name(self) -> str:
        """Its display name; the type of the operation for a work request."""
        return str(self.document.get("displayName") or self.document.get("operationType") or "")

    @property
    def progress(self) -> str:
        """How far its work is."""
        of = self.work or (self.document if "percentComplete" in self.document else None)
        return f"{of['percentComplete']:.0f}%" if of else ""

    @property
    def is_deleted(self) -> bool:
        """Whether it was deleted."""
        return self.state == _DELETED

    def row(self, *, shortened: bool) -> tuple[str, ...]:
        """Return it as a row of a table; see `COLUMNS`."""
        created = str(self.document.get("timeCreated") or self.document.get("timeAccepted", ""))
        identifier = short(self.id) if shortened else self.id
        return self.collection, self.name, self.state, self.progress, created[:19].replace("T", " "), identifier

    def line(self) -> str:
        """Return what it is and how far it is, as a line."""
        return "  ".join(filter(None, (self.collection, self.name, short(self.id), self.state, self.progress)))


class World(NamedTuple):
    """The resources and work requests of a world."""

    resources: tuple[Resource, ...]
    work_requests: tuple[Resource, ...]

    def of(self, collection: str | None = None) -> tuple[Resource, ...]:
        """Return those of a kind; default: all resources, without work requests."""
        if collection == WORK_REQUEST.collection:
            return self.work_requests
        return tuple(each for each in self.resources if collection in (None, each.collection))

    def find(self, text: str) -> Resource:
        """Find a resource or work request by its OCID, or by the end of it.

        Raises:
            InvalidInput: none has it, or several do.
        """
        ending = text.removeprefix("…")
        found = [each for each in (*self.resources, *self.work_requests) if each.id.endswith(ending)] if ending else []
        exact = [each for each in found if each.id == text]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise InvalidInput(f"no resource and no work request has an OCID that ends with {text!r}: see ls")
        listed = ", ".join(short(each.id) for each in found[:_LISTED])
        raise InvalidInput(f"{len(found)} OCIDs end with {text!r}, such as {listed}: add more of its characters")

    def works_of(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the work requests of a resource, oldest first."""
        return tuple(each for each in self.work_requests if resource.id in (each.id, *_targets(each.document)))


def read_world(server: ControlClient) -> World:
    """Read the resources of a world."""
    state: Mapping[str, list[Json]] = server.get("/state")
    works = state[WORK_REQUEST.collection]
    under_way = {target: work for work in works if work["status"] in _UNDER_WAY for target in _targets(work)}
    resources = [
        Resource(collection, document, under_way.get(document["id"]))
        for collection, documents in state.items()
        if collection != WORK_REQUEST.collection
        for document in documents
    ]
    return World(tuple(resources), tuple(Resource(WORK_REQUEST.collection, work, None) for work in works))


def _targets(work: Json) -> Iterator[str]:
    return (each["identifier"] for each in work.get("resources", ()))
