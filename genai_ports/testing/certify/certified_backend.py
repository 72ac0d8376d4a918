"""The backend of a certification: it tags what a test creates, and shows the test nothing that others created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, PRIVATE_ENDPOINT, WORK_REQUEST
from genai_ports.api.snapshot import Page
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.client.repository import Repository
from genai_ports.errors import LimitExceeded, NotRecorded, QuotaExceeded
from genai_ports.ocids import parse_ocid
from genai_ports.testing import ready
from genai_ports.testing.certify.run import Made
from genai_ports.testing.certify.scope import PREFIX, TAG, OutOfScope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.testing.certify.run import Run

NAME: Final = f"{TAG}-{PREFIX}"
"""The start of the display names of what is created."""

_LONGEST_NAME: Final = 255
_LONGEST_TOKEN: Final = 64
_CONTRACT_SUBNET: Final = "ocid1.subnet.oc1..contract"


class CertifiedClock:
    """A clock that refuses to let more time pass than a certification may wait.

    Args:
        clock: the clock of the backend.
        longest: how many seconds may pass in a test; None for any number.
    """

    def __init__(self, clock: Clock, longest: float | None) -> None:
        self._clock = clock
        self._left = longest
        self.waits_for_work = False

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Wait, if that is in scope."""
        if self._left is not None and not self.waits_for_work:
            self._left -= seconds
            if self._left < 0:
                raise OutOfScope(f"the test lets {seconds:g} seconds pass: --longest-wait allows more")
        self._clock.sleep(seconds)


class CertifiedBackend:
    """A backend for one test.

    The test sees the compartments of the contract, names without the prefix and tags without ours.

    Args:
        run: what the tests share.
    """

    def __init__(self, run: Run) -> None:
        run.tests += 1
        self._run = run
        self._scope = run.scope
        self._token = f"{run.name.removeprefix(PREFIX)}-{run.tests}-"
        self._ours = {ready.COMPARTMENT: run.scope.compartment, ready.ELSEWHERE: run.scope.elsewhere}
        self._theirs = {theirs: ours for ours, theirs in self._ours.items()}
        self._works: set[str] = set()
        self._names: set[str] = set()
        self.made: dict[str, Made] = {}
        self.clock = CertifiedClock(run.backend.clock, run.scope.longest)
        self.default_region = run.backend.default_region
        self.new_retry_token = run.backend.new_retry_token

    def send(self, call: Call) -> Reply:
        """Send a call of a test, if it is in scope.

        Raises:
            OutOfScope: it is not; nothing was sent.
            KeyboardInterrupt: an interrupt was requested; nothing was sent.
        """
        if self._run.is_interrupted():
            raise KeyboardInterrupt
        self._check(call)
        sent = call._replace(
            query=self._query(call), details=self._details(call), retry_token=self._retry_token(call.retry_token)
        )
        try:
            reply = self._run.backend.send(sent)
        except NotRecorded as error:
            raise OutOfScope(f"the recording has no response: {error}") from error
        except (LimitExceeded, QuotaExceeded) as error:
            if call.operation.verb is CREATE and call.operation.kind is DEDICATED_AI_CLUSTER:
                raise OutOfScope(f"the tenancy allows no more: {error.message}") from error
            raise
        self._note(call, reply)
        return reply._replace(value=self._seen(call, reply.value))

    def close(self) -> None:
        """Do nothing: the connection belongs to the run."""

    def _check(self, call: Call) -> None:
        scope, kind = self._scope, call.operation.kind
        if call.region not in (None, self.default_region) and not scope.regions:
            raise OutOfScope(f"the test calls the region {call.region}: --all-regions allows it")
        if call.operation.verb is not CREATE:
            return
        if kind is DEDICATED_AI_CLUSTER and not scope.clusters:
            raise OutOfScope("the test creates a dedicated AI cluster: --with-clusters allows it")
        if kind is PRIVATE_ENDPOINT and scope.subnet is None:
            raise OutOfScope("the test creates a private endpoint: --subnet allows it")
        if scope.most is not None and len(self.made) >= scope.most:
            raise OutOfScope(f"the test creates more than {scope.most} resources: --most allows more")

    def _compartment(self, identifier: Any) -> Any:
        if identifier == ready.ELSEWHERE and self._scope.elsewhere is None:
            raise OutOfScope("the test uses another compartment: --other-compartment allows it")
        return self._ours.get(identifier, identifier) if isinstance(identifier, str) else identifier

    def _query(self, call: Call) -> Any:
        if call.query is None:
            return None
        filters = dict(call.query.filters)
        if filters.get("display_name") in self._names:
            filters["display_name"] = NAME + filters["display_name"]
        return replaced(call.query, compartment_id=self._compartment(call.query.compartment_id), filters=filters)

    def _details(self, call: Call) -> Any:
        details = call.details
        if details is None:
            return None
        given = vars(details)
        changes: dict[str, Any] = {}
        if "compartment_id" in given:
            changes["compartment_id"] = compartment = self._compartment(given["compartment_id"])
            if not self._scope.anywhere and _is_compartment(compartment) and compartment not in self._theirs:
                raise OutOfScope(f"the test uses the compartment {compartment}")
        name = given.get("display_name")
        if _can_have_prefix(name):
            self._names.add(name)
            changes["display_name"] = NAME + name
        if given.get("subnet_id") == _CONTRACT_SUBNET:
            changes["subnet_id"] = self._scope.subnet
        tags = given.get("freeform_tags")
        if isinstance(tags, dict) or (tags is None and call.operation.verb is CREATE):
            changes["freeform_tags"] = {**(tags or {}), TAG: self._run.name}
        return replaced(details, **changes)

    def _retry_token(self, token: str | None) -> str | None:
        """Return a token that no other test has, and that is as valid as that of the test."""
        if not isinstance(token, str) or not token or len(token) > _LONGEST_TOKEN:
            return token
        room = _LONGEST_TOKEN - len(self._token)
        return self._token + token[-room:]

    def _note(self, call: Call, reply: Reply) -> None:
        if reply.response.work_request_id:
            self._works.add(reply.response.work_request_id)
        if call.operation.verb is CREATE:
            units = getattr(reply.value, "unit_count", 0)
            self.made[reply.value.id] = Made(call.operation.kind, reply.value.id, units)

    def _seen(self, call: Call, given: Any) -> Any:
        if not isinstance(given, Page):
            return None if given is None else self._restored(given)
        if call.operation.verb is not LIST:
            return given
        items: Any = given.items
        return replaced(given, items=tuple(self._restored(item) for item in items if self._shows(call, item)))

    def _shows(self, call: Call, item: Any) -> bool:
        if call.operation.kind is WORK_REQUEST:
            return item.id in self._works
        return item.compartment_id is None or item.id in self.made

    def _restored(self, item: Any) -> Any:
        attributes = vars(item)
        changes: dict[str, Any] = {}
        compartment = attributes.get("compartment_id")
        if compartment is not None:
            changes["compartment_id"] = self._theirs.get(compartment, compartment)
        name = attributes.get("display_name")
        if isinstance(name, str) and name.startswith(NAME):
            changes["display_name"] = name.removeprefix(NAME)
        if self._scope.subnet is not None and attributes.get("subnet_id") == self._scope.subnet:
            changes["subnet_id"] = _CONTRACT_SUBNET
        tags: Mapping[str, str] | None = attributes.get("freeform_tags")
        if tags and TAG in tags:
            changes["freeform_tags"] = {key: text for key, text in tags.items() if key != TAG}
        return replaced(item, **changes)


def _is_compartment(identifier: Any) -> bool:
    ocid = parse_ocid(identifier) if isinstance(identifier, str) else None
    return ocid is not None and ocid.resource_type in ("compartment", "tenancy")


def _can_have_prefix(name: Any) -> bool:
    """Return whether a display name has room for the prefix; one that the service must refuse stays as it is."""
    return isinstance(name, str) and bool(name.strip()) and len(NAME) + len(name) <= _LONGEST_NAME


class CertifiedRepository(Repository):
    """All repositories for one test. The connection stays open.

    Args:
        run: what the tests share.
    """

    def __init__(self, run: Run) -> None:
        self.certified = CertifiedBackend(run)
        self.rules: dict[str, bool] = {}
        self._interval = run.scope.interval
        super().__init__(self.certified)

    def wait_for_work_request(self, work_request_id: str, **options: Any) -> WorkRequest:
        """Wait as often as the certification may, not at the intervals of the test."""
        if _is_interval(options.get("interval")):
            options["interval"] = self._interval
        self.certified.clock.waits_for_work = True
        try:
            return super().wait_for_work_request(work_request_id, **options)
        finally:
            self.certified.clock.waits_for_work = False


def _is_interval(interval: Any) -> bool:
    return interval is None or (isinstance(interval, int | float) and not isinstance(interval, bool) and interval > 0)
