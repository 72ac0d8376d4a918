"""Scenarios: named calls over the port, for recordings. Each deletes what it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.display import named
from genai_ports.api.value import Value, value
from genai_ports.errors import ConfigurationError
from genai_ports.recording.scenarios import changing, importing, reading, serving
from genai_ports.recording.scenarios.stage import FAKE_INPUTS, Stage
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@value
class Scenario(Value):
    """A named sequence of calls.

    Args:
        name: in kebab case.
        summary: in one line.
        play: plays it.
        makes: what it makes, in words; empty for one that only reads.
        needs: the inputs that it needs besides the compartment.
    """

    name: str
    summary: str
    play: Callable[[Stage], None]
    makes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes the tenancy."""
        return bool(self.makes)


_CLUSTER: Final = "a hosting cluster of 1 unit, LARGE_GENERIC"
_IMPORT: Final = "an imported model from Hugging Face"
_MODEL: Final = ("hugging-face-model",)
_BUCKET: Final = ("namespace", "bucket", "prefix")
_ALL: Final = (
    Scenario(name="browse", summary="List everything, filter and sort, and read one base model.", play=reading.browse),
    Scenario(name="paginate", summary="Read a list in pages of several sizes.", play=reading.paginate),
    Scenario(name="refusals", summary="Requests that are refused without changing anything.", play=reading.refusals),
    Scenario(
        name="fine-tune",
        summary="Fine-tune a base model on a cluster of its own.",
        play=changing.fine_tune,
        makes=("a fine-tuning cluster of 2 units, LARGE_GENERIC", "a custom model"),
        needs=("namespace", "bucket", "dataset"),
    ),
    Scenario(
        name="import",
        summary="Import a model from Hugging Face and one from Object Storage.",
        play=importing.import_models,
        makes=(_IMPORT, "an imported model from Object Storage"),
        needs=(*_MODEL, *_BUCKET),
    ),
    Scenario(
        name="conflict",
        summary="A model that an endpoint serves cannot be deleted.",
        play=serving.conflict,
        makes=(_CLUSTER, _IMPORT, "an endpoint"),
        needs=_MODEL,
    ),
    Scenario(
        name="host",
        summary="Serve a base model on a cluster; rename and delete the endpoint.",
        play=serving.host,
        makes=(_CLUSTER, "an endpoint"),
    ),
    Scenario(
        name="scale",
        summary="Add a unit to a hosting cluster.",
        play=changing.scale,
        makes=(f"{_CLUSTER}, and then 2 units",),
    ),
    Scenario(
        name="work-requests",
        summary="Follow a work request: its list, its logs and its errors.",
        play=importing.work_requests,
        makes=(_IMPORT,),
        needs=_MODEL,
    ),
    Scenario(
        name="errors",
        summary="Errors about a resource: an etag that is old, and a retry token that is used twice.",
        play=importing.errors,
        makes=(_IMPORT,),
        needs=_MODEL,
    ),
    Scenario(
        name="failure",
        summary="An import that fails, with the errors of its work request.",
        play=importing.failure,
        makes=("an imported model that is to fail",),
        needs=_BUCKET,
    ),
    Scenario(
        name="private-endpoints",
        summary="Create, update and delete a private endpoint.",
        play=changing.private_endpoints,
        makes=("a private endpoint",),
        needs=("subnet",),
    ),
    Scenario(
        name="tags-and-move",
        summary="Change the tags of a resource, and move it to another compartment.",
        play=importing.tags_and_move,
        makes=(_IMPORT,),
        needs=(*_MODEL, "other-compartment"),
    ),
)
SCENARIOS: Final[Mapping[str, Scenario]] = {scenario.name: scenario for scenario in _ALL}


def find_scenario(name: str) -> Scenario:
    """Return the scenario with a name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in SCENARIOS:
        raise ConfigurationError(
            f"no scenario has the name {named(name)} (--list shows all){did_you_mean(name, SCENARIOS)}"
        )
    return SCENARIOS[name]


__all__ = ["FAKE_INPUTS", "SCENARIOS", "Scenario", "Stage", "find_scenario"]
