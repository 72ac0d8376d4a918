"""The stage of a scenario: its client and its inputs, and what it made, so that all of it is deleted in the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.verbs import CREATE, GET, LIST
from genai_ports.errors import ConfigurationError, GenAiError, ServiceError
from genai_ports.recording.scenarios.clean_up import TIMEOUT, delete, delete_in_the_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi

TAG: Final = "genai-ports"
"""The key of the freeform tag of everything that a scenario makes; its value is the name of the scenario."""

FAKE_INPUTS: Final[Mapping[str, str]] = {
    "compartment": "ocid1.compartment.oc1..aaaaaaaagenaiportsrecordedcompartmentaaaaaaaaaaaaaaaaaaaaaa",
    "other-compartment": "ocid1.compartment.oc1..aaaaaaaagenaiportsothercompartmentaaaaaaaaaaaaaaaaaaaaaaaaa",
    "subnet": "ocid1.subnet.oc1..aaaaaaaagenaiportsrecordedsubnetaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "namespace": "namespace",
    "bucket": "models",
    "prefix": "gpt-oss-20b",
    "dataset": "train.jsonl",
    "hugging-face-model": "openai/gpt-oss-20b",
}
"""The inputs of scenarios that are played on a fake server."""


@dataclass
class _Made:
    """A resource that was made, or whose creation was sent and never confirmed."""

    kind: Kind
    name: str
    id: str | None = None
    region: str | None = None

    def __str__(self) -> str:
        return f"{self.kind.title} {self.name} ({self.id or 'creation not confirmed'})"


class Stage:
    """Where a scenario is played.

    Args:
        genai: any client.
        scenario: the name of the scenario; it is in the names and tags of all that is made.
        inputs: what the scenario needs, by name; default: `FAKE_INPUTS`.
        interval: seconds between two reads of work under way; default: as the service requests.
        plan_failure: makes the work of a later call fail, by its operation, a named failure and a display name;
            default: nothing, the service fails by itself or not at all.
    """

    def __init__(
        self,
        genai: GenAi,
        scenario: str,
        inputs: Mapping[str, str] = FAKE_INPUTS,
        *,
        interval: float | None = None,
        plan_failure: Callable[[str, str, str], None] | None = None,
    ) -> None:
        self.genai = genai
        self.scenario = scenario
        self.tags = {TAG: scenario}
        self._inputs = inputs
        self._interval = interval
        self._plan_failure = plan_failure
        self._made: list[_Made] = []

    @property
    def compartment(self) -> str:
        """The OCID of the compartment."""
        return self.input("compartment")

    def input(self, name: str) -> str:
        """Return an input.

        Raises:
            ConfigurationError: it is missing.
        """
        if name not in self._inputs:
            raise ConfigurationError(f"the scenario {self.scenario} needs the input {name}")
        return self._inputs[name]

    def name(self, what: str) -> str:
        """Return the display name of something that is made."""
        return f"{TAG}-{self.scenario}-{what}"

    def details(self, cls: Any, what: str, **given: Any) -> Any:
        """Return the details of a create, with compartment, name and tag."""
        return cls(
            compartment_id=self.compartment, display_name=self.name(what), freeform_tags=dict(self.tags), **given
        )

    def create(self, kind: Kind, details: Any, **options: Any) -> Any:
        """Create a resource and return it, still under way; it is deleted in the end."""
        # Noted before it is sent: an interrupt may come after the service has read the request.
        made = _Made(kind, details.display_name, region=options.get("region"))
        self._made.append(made)
        try:
            created = getattr(self.genai, kind.operation(CREATE).name)(details, **options)
        except ServiceError as error:
            if error.status < 500:  # noqa: PLR2004  # refused, so nothing was made
                self._made.remove(made)
            raise
        made.id = created.id
        return created

    def follow(self, kind: Kind, begun: Any) -> Any:
        """Read a resource and its work until the work has finished; return the resource."""
        get = getattr(self.genai, kind.operation(GET).name)
        self.genai.wait_for_work_request(
            begun.response.work_request_id,
            timeout=TIMEOUT,
            interval=self._interval,
            on_progress=lambda _: get(begun.id),
        )
        return get(begun.id)

    def make(self, kind: Kind, details: Any) -> Any:
        """Create a resource and wait until it is ready."""
        return self.follow(kind, self.create(kind, details))

    def delete(self, kind: Kind, identifier: str) -> None:
        """Delete a resource and wait until it is gone."""
        delete(self.genai, kind, identifier, self._interval)
        self._made = [made for made in self._made if made.id != identifier]

    def plan_failure(self, operation: str, failure: str, display_name: str) -> None:
        """Make the work of a later call fail, where the backend can do that."""
        if self._plan_failure:
            self._plan_failure(operation, failure, display_name)

    def clean_up(self) -> tuple[str, ...]:
        """Delete what is left of what was made, in reverse order.

        Returns:
            What could not be deleted, with the reason; an interrupt leaves all that is not yet deleted.
        """
        left: list[str] = []
        while self._made:
            made = self._made.pop()
            try:
                self._remove(made)
            except GenAiError as error:
                left.append(f"{made}: {error}")
            except KeyboardInterrupt:
                left += (f"{each}: the clean-up was interrupted" for each in (made, *reversed(self._made)))
                break
        return tuple(left)

    def _remove(self, made: _Made) -> None:
        if made.id is not None:
            delete_in_the_end(self.genai, made.kind, made.id, self._interval)
            return
        listed = getattr(self.genai, made.kind.operation(LIST).name)
        for found in listed(self.compartment, display_name=made.name, region=made.region):
            if (found.freeform_tags or {}).get(TAG) == self.scenario and found.lifecycle_state != "DELETED":
                delete_in_the_end(self.genai, made.kind, found.id, self._interval)
