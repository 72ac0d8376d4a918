"""The resources of a world, in pages: found by OCID, and as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import RESOURCE_KINDS, WORK_REQUEST
from genai_ports.ocids import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.cli.command import Json
    from genai_ports.cli.control_client import ControlClient

COLUMNS: Final = ("Kind", "Name", "State", "Progress", "Created", "OCID")
_UNDER_WAY: Final = ("ACCEPTED", "IN_PROGRESS", "CANCELING")
_DELETED: Final = "DELETED"
OF_RESOURCES: Final = tuple(kind.collection for kind in RESOURCE_KINDS)
"""The collections of all kinds but work requests."""
_PAGE: Final = 1000


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
    def is_in_progress(self) -> bool:
        """Whether work on it is in progress; for a work request, whether it is."""
        return self.work is not None or self.state in _UNDER_WAY

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


class Found(NamedTuple):
    """One resource or work request, with its work requests.

    Args:
        resource: the resource.
        work_requests: its work requests, oldest first; for a work request, itself.
    """

    resource: Resource
    work_requests: tuple[Resource, ...]


def list_resources(server: ControlClient, kind: str | None = None, *, region: str | None = None) -> Iterator[Resource]:
    """Iterate over the resources of a world, newest first of each kind, in pages.

    Args:
        server: the server.
        kind: a collection; None for all but work requests.
        region: the id of a region; None for all.
    """
    for each in (kind,) if kind else OF_RESOURCES:
        before: set[str] = set()  # a resource that is created meanwhile moves others to the next page
        offset, has_more = 0, True
        while has_more:
            page = server.get("/resources", kind=each, region=region, limit=str(_PAGE), offset=str(offset))
            found = [_resource(item) for item in page["items"]]
            yield from (resource for resource in found if resource.id not in before)
            before = {resource.id for resource in found}
            offset, has_more = offset + len(found), page["hasMore"]


def list_base_models(server: ControlClient, region: str | None = None) -> Iterator[Resource]:
    """Iterate over the base models of a region; default: that of the world."""
    return map(_resource, server.get("/base-models", region=region)["items"])


def find_resource(server: ControlClient, text: str) -> Found:
    """Find a resource, work request or base model by its OCID, or by the end of it.

    Raises:
        InvalidInput: none has it, or several do.
    """
    found = server.get("/resource", resource=text.removeprefix("…"))
    works = [Resource(WORK_REQUEST.collection, work, None) for work in reversed(found["workRequests"])]
    return Found(_resource(found), tuple(works))


def _resource(item: Json) -> Resource:
    return Resource(item["kind"], item["resource"], item.get("work"))
