"""A state machine that calls several backends in lock-step: any operations in any order, the same answers from all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import fields
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from genai_ports.domain.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.domain.endpoint import ContentModerationConfig, CreateEndpointDetails
from genai_ports.domain.enums import ModelCapability
from genai_ports.domain.fine_tuning import (
    FineTuneDetails,
    LoraTrainingConfig,
    ObjectStorageDataset,
    TFewTrainingConfig,
)
from genai_ports.domain.imported_model import CreateImportedModelDetails, HuggingFaceModel, ObjectStorageObject
from genai_ports.domain.model import CreateModelDetails
from genai_ports.domain.operations import (
    DEDICATED_AI_CLUSTER,
    ENDPOINT,
    IMPORTED_MODEL,
    MODEL,
    OPERATIONS,
    RESOURCE_KINDS,
    WORK_REQUEST,
    Kind,
)
from genai_ports.domain.snapshot import Page
from genai_ports.domain.value import replaced
from genai_ports.errors import GenAiError, WorkRequestFailed
from genai_ports.listing import Listing
from genai_ports.repository import Repository
from genai_ports.simulator.catalogue import base_models
from genai_ports.simulator.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.invariants import Watch
from genai_ports.testing.strategies import instances


class Contender(NamedTuple):
    """One of the backends that are compared.

    Args:
        repository: what is called; its clock has to be the simulator's.
        simulator: the world behind it.
    """

    repository: Repository
    simulator: Simulator


Factory: TypeAlias = Callable[[str], AbstractContextManager[Contender]]
"""Makes a contender with a fresh world, given the pace; all factories with the same seed, region and a virtual clock."""


class Known(NamedTuple):
    """Something whose OCID the machine was told, and its kind."""

    kind: Kind
    id: str


class Asked(NamedTuple):
    """A list call that has a further page."""

    operation: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    token: str


COMPARTMENTS: Final = ("ocid1.compartment.oc1..one", "ocid1.compartment.oc1..two", "ocid1.tenancy.oc1..root")
_HOME: Final = COMPARTMENTS[0]
_REGIONS: Final = (None, None, None, "us-chicago-1", "eu-frankfurt-1", "FRA", "atlantis-1")
_STRAYS: Final = (
    "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaunknown",
    "ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.amaaaaaaunknown",
    "ocid1.compartment.oc1..one",
    "no OCID at all",
    "%2e?a=b#c;d&é",
    "..",
    " ",
)


def _rarely(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw what is odd about once in ten times."""
    return st.integers(0, 9).flatmap(lambda n: odd if n == 9 else usual)  # noqa: PLR2004  # one of ten


@cache
def _bases() -> tuple[str, ...]:
    return tuple(record.snapshot.id for region in ("us-chicago-1", "eu-frankfurt-1") for record in base_models(region))


@cache
def _trainable() -> tuple[str, ...]:
    bases = (record.snapshot for record in base_models("us-chicago-1"))
    return tuple(base.id for base in bases if ModelCapability.FINE_TUNE in base.capabilities)


def _is_resource(known: Known) -> bool:
    return known.kind is not WORK_REQUEST


KNOWN: Bundle[Known] = Bundle("known")
RESOURCES: Final = KNOWN.filter(_is_resource)
_ODD: Final = st.builds(
    Known, st.sampled_from(RESOURCE_KINDS), KNOWN.map(lambda known: known.id) | st.sampled_from(_STRAYS)
)


def _ids(*kinds: Kind) -> st.SearchStrategy[str]:
    own = KNOWN.filter(lambda known: known.kind in kinds).map(lambda known: known.id)
    return _rarely(own, st.sampled_from(_STRAYS) | KNOWN.map(lambda known: known.id))


TARGETS: Final = _rarely(RESOURCES, _ODD)
WORK_IDS: Final = _ids(WORK_REQUEST)
PAGES: Bundle[Asked] = Bundle("pages")

COMPARTMENT_IDS: Final = _rarely(st.sampled_from(COMPARTMENTS), st.sampled_from(["root", "", 5]))
REGIONS: Final = st.sampled_from(_REGIONS)
IF_MATCH: Final = st.sampled_from(["none", "none", "any", "right", "old", "garbage"])
RETRY_TOKENS: Final = _rarely(st.integers(0, 99).map("token-{}".format), st.sampled_from(["", "t" * 64, "t" * 65]))
NAMES: Final = st.sampled_from(["a", "b", "B", "ä", "a b&c=d"]) | st.text(max_size=9)
TEXTS: Final = _rarely(NAMES, st.sampled_from(["", " ", "x" * 255, "x" * 256, 5, True, ()]))
TAGS: Final = st.dictionaries(NAMES, TEXTS, max_size=2)
OPTIONAL: Final = {
    "display_name": TEXTS,
    "description": NAMES,
    "vendor": NAMES,
    "version": NAMES,
    "unit_count": st.integers(0, 3),
    "freeform_tags": TAGS,
    "defined_tags": st.dictionaries(NAMES, TAGS, max_size=1),
    "content_moderation_config": st.builds(
        ContentModerationConfig, is_enabled=st.booleans(), mode=st.sampled_from([None, "INFORM", "BLOCK", "SHOUT"])
    ),
}
