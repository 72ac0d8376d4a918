"""The journal: the last calls with their outcomes, bounded in number.

It keeps no text of a client but what has the form that it should have: a secret can be in any place of a request.
"""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.checks import check_texts
from genai_ports.api.display import display, named
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.locked import Locked, locked
from genai_ports.api.names import camel, snake
from genai_ports.api.numbers import is_number
from genai_ports.errors import ConfigurationError, InvalidInput, NotExactlyOne, UnknownRegion
from genai_ports.ocids import short
from genai_ports.regions import find_region
from genai_ports.simulator.rules.paths import shown_path, shown_target
from genai_ports.simulator.state.data import to_data
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.api.call import ListQuery
    from genai_ports.simulator.state.sent import Sent

KEPT: Final = 1000
"""How many calls a journal keeps."""
_LISTED: Final = 10
"""How many calls a message lists."""


class Entry(NamedTuple):
    """One call. It holds no text of a client, except for `sent`.

    Args:
        time: when it came; a response that a fault delays arrives later.
        operation: its name; the path of a request that is not a call, of which unknown parts are not kept.
        region: the id of the region.
        resource: the OCID of the resource, or work request, that it was about or has created; the length of a text that
            is no OCID.
        status: the HTTP status; None if there was no response.
        code: OCI's error code.
        rule: the rule that refused it.
        request_id: the `opc-request-id` of the response; without the client's part, if that is not one that clients
            generate: 32 hexadecimal digits or a UUID.
        fault: what a fault did to it or to its response.
        request: for a call that was refused or lost, a digest of its contents: equal for equal calls.
        ignored: unknown parameters and properties that a lenient server accepted; see `shown_name`.
        showed: FAILED if that is the state in the response; None otherwise.
        sent: what the client sent, in a world with the setting `details`; None otherwise.
    """

    time: datetime
    operation: str
    region: str
    resource: str | None
    status: int | None
    code: str | None
    rule: str | None
    request_id: str
    fault: str | None = None
    request: str | None = None
    ignored: tuple[str, ...] = ()
    showed: str | None = None
    sent: Sent | None = None

    @property
    def details(self) -> Any:
        """The body, without secrets; None if there was none, or it could not be read.

        Raises:
            ConfigurationError: the journal does not keep what was sent.
        """
        return self._kept().details

    @property
    def query(self) -> ListQuery | None:
        """The parameters of a list; raises as `details` does."""
        return self._kept().query

    @property
    def if_match(self) -> str | None:
        """The etag that the client required; raises as `details` does."""
        return self._kept().if_match

    @property
    def retry_token(self) -> str | None:
        """The retry token; raises as `details` does."""
        return self._kept().retry_token

    @property
    def user_agent(self) -> str | None:
        """What the client said about itself, None in memory; raises as `details` does."""
        return self._kept().user_agent

    def _kept(self) -> Sent:
        if self.sent is None:
            raise ConfigurationError(
                f"the journal has not kept what {self.operation} sent: make the world with details=True. A snapshot "
                "does not hold it"
            )
        return self.sent

    def summary(self) -> str:
        """Return the call and its outcome in one line.

        Example:
            >>> from genai_ports.simulator.state.clock import EPOCH
            >>> ocid = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaqnwf4gya3bvmjlhzxo2r"
            >>> Entry(EPOCH, "get_model", "us-chicago-1", ocid, 404, "NotFound", "not-found", "id").summary()
            '00:00:00 get_model …hzxo2r: 404 not-found'
        """
        call = " ".join(filter(None, (f"{self.time:%H:%M:%S}", self.operation, short(self.resource or ""))))
        fault = f"(fault: {self.fault})" if self.fault else None
        return f"{call}: {' '.join(filter(None, (str(self.status or 'no response'), self.rule, fault)))}"

    def facts(self) -> dict[str, Any]:
        """Return what is known of the call beside what was sent, by name; nothing that is None."""
        return {
            name: item for name, item in self._asdict().items() if item is not None and item != () and name != "sent"
        }


class Journal(Locked):
    """The last calls of a world, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def __len__(self) -> int:
        return len(self.entries)

    @locked
    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self.entries))

    def add(self, entry: Entry) -> None:
        """Record a call. The simulator calls it under its lock."""
        self.entries.append(entry)

    @locked
    def clear(self) -> None:
        """Remove all calls."""
        self.entries.clear()

    @locked
    def to_data(self) -> list[dict[str, Any]]:
        """Return the calls, without what was sent, as data that JSON can hold."""
        return [
            {"ignored": [], **{camel(name): to_data(item) for name, item in entry.facts().items()}}
            for entry in self.entries
        ]

    @classmethod
    def from_data(cls, data: Iterable[Mapping[str, Any]]) -> Journal:
        """Make the journal that `to_data` was called on."""
        journal = cls()
        for item in data:
            given: dict[str, Any] = {
                **dict.fromkeys(Entry._fields),
                **{snake(name): part for name, part in item.items()},
            }
            given["time"], given["ignored"] = datetime.fromisoformat(given["time"]), tuple(given["ignored"])
            journal.add(Entry(**given))
        return journal

    @locked
    def query(
        self,
        *,
        operation: str | None = None,
        resource: str | None = None,
        status: int | None = None,
        region: str | None = None,
        rule: str | None = None,
        code: str | None = None,
        after: str | None = None,
    ) -> tuple[Entry, ...]:
        """List the calls that match all arguments, oldest first.

        Args:
            operation: such as `create_model`; the path of a request that was not a call.
            resource: the OCID of a resource or work request.
            status: the HTTP status of the response.
            region: the id or code of a region.
            rule: the rule that refused the call, such as `not-found`.
            code: OCI's error code, such as `IncorrectState`.
            after: the `request_id` of a call: later calls only. All are later than one that the journal no longer has.

        Raises:
            InvalidInput: the operation or region does not exist.
        """
        check_texts(operation=operation, resource=resource, region=region, rule=rule, code=code, after=after)
        if status is not None and not is_number(status):
            raise InvalidInput(f"status must be a number, not {display(status)}")
        if operation is not None:
            operation = self._known_operation(operation)
        targets = (resource, shown_target(resource))
        where = None if region is None else _region_id(region)
        return tuple(
            entry
            for entry in self._after(after)
            if operation in (None, entry.operation)
            and (resource is None or entry.resource in targets)
            and status in (None, entry.status)
            and where in (None, entry.region)
            and rule in (None, entry.rule)
            and code in (None, entry.code)
        )

    @locked
    def one(self, /, **filters: Any) -> Entry:
        """Return the only call that matches all arguments.

        Args:
            filters: as for `query`.

        Raises:
            NotExactlyOne: no call matches, or several do; the message lists the calls.
            InvalidInput: the operation or region does not exist.

        Example:
            >>> from genai_ports import InMemoryModelRepository
            >>> genai = InMemoryModelRepository()
            >>> _ = list(genai.list_endpoints("ocid1.compartment.oc1..example"))
            >>> genai.simulator.journal.one(operation="list_endpoints").status
            200
        """
        found = self.query(**filters)
        if len(found) != 1:
            wanted = " with ".join(filter(None, ("one call", ", ".join(f"{n}={named(v)}" for n, v in filters.items()))))
            what = f"there are {len(found)}" if found else "there is none"
            raise NotExactlyOne(f"expected {wanted}, and {what}; {self._listing(found)}")
        [entry] = found
        return entry

    @locked
    def operations(self) -> Counter[str]:
        """Count the calls by operation."""
        return Counter(entry.operation for entry in self.entries)

    def _listing(self, found: tuple[Entry, ...]) -> str:
        calls = found or tuple(self.entries)
        if not calls:
            return "the journal has no calls"
        lines = "\n".join(f"  {entry.summary()}" for entry in calls[-_LISTED:])
        number = f"the last {_LISTED} of {len(calls)} calls" if len(calls) > _LISTED else "the calls"
        return f"{number}{' that match' if found else ''}:\n{lines}"

    def _after(self, request_id: str | None) -> Iterable[Entry]:
        if request_id is None:
            return self.entries
        later = takewhile(lambda entry: entry.request_id != request_id, reversed(self.entries))
        return [*later][::-1]

    def _known_operation(self, operation: str) -> str:
        """Return the name of an operation, or a path, as entries have it."""
        if operation in OPERATIONS:
            return operation
        kept = shown_path(operation)
        if not operation.startswith("/") and all(entry.operation != kept for entry in self.entries):
            raise InvalidInput(f"operation {named(operation)} does not exist{did_you_mean(operation, OPERATIONS)}")
        return kept


def _region_id(text: object) -> str:
    found = find_region(text) if isinstance(text, str) else None
    if found is None:
        raise UnknownRegion(f"there is no region {named(text)}: use an id such as us-chicago-1 or a code such as ord")
    return found.id
