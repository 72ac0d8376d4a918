"""Imported models: brought in from Hugging Face or Object Storage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import ImportedModelCapability, values
from genai_ports.api.imported_model import HuggingFaceModel
from genai_ports.api.value import replaced
from genai_ports.regions import find_region
from genai_ports.simulator.catalogue import importable_capability
from genai_ports.simulator.rules.common import generated_version, one_of
from genai_ports.simulator.rules.kind_rules import KindRules
from genai_ports.simulator.rules.refusals import NAME_CHARACTERS, ONE_CAPABILITY, PROPERTY_VALUE

if TYPE_CHECKING:
    from genai_ports.api.imported_model import CreateImportedModelDetails
    from genai_ports.simulator.state.world import World

_NOT_IN_A_NAME: Final = re.compile(r"[^\w-]", re.ASCII)
_HUGGING_FACE_ID: Final = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)


class ImportedModelRules(KindRules):
    """The rules of ImportedModel."""

    def without_secrets(self, details: CreateImportedModelDetails) -> CreateImportedModelDetails:
        """Remove the access token: the simulator never needs it."""
        if not isinstance(details.data_source, HuggingFaceModel):
            return details
        return replaced(details, data_source=replaced(details.data_source, access_token=None))

    def check_create(self, world: World, region: str, details: CreateImportedModelDetails) -> None:
        """Check the name, the data source and the capabilities."""
        _check_name(details.display_name)
        source = details.data_source
        if isinstance(source, HuggingFaceModel):
            if not _HUGGING_FACE_ID.fullmatch(source.model_id):
                raise PROPERTY_VALUE(
                    property="dataSource.modelId",
                    expected="a Hugging Face id such as openai/gpt-oss-20b",
                    given=source.model_id,
                )
        elif (bucket_region := getattr(source, "region", None)) is not None and not find_region(bucket_region):
            raise PROPERTY_VALUE(property="dataSource.region", expected="the id of a region", given=bucket_region)
        if details.capabilities is not None:
            _check_capabilities(details.capabilities)

    def check_update(self, world: World, region: str, snapshot: Any, details: Any) -> None:
        """Check the name."""
        _check_name(details.display_name)

    def attributes(self, world: World, region: str, details: CreateImportedModelDetails, now: Any) -> dict[str, Any]:
        """Return the capability and the version; default: the documented capability, a generated version."""
        source = details.data_source
        documented = importable_capability(source.model_id) if isinstance(source, HuggingFaceModel) else None
        return {
            "capabilities": details.capabilities or (documented or ImportedModelCapability.TEXT_TO_TEXT,),
            "version": details.version or generated_version(now),
        }


def _check_name(name: str | None) -> None:
    wrong = _NOT_IN_A_NAME.search(name or "")
    if wrong:
        raise NAME_CHARACTERS(position=wrong.end())


def _check_capabilities(capabilities: tuple[str, ...]) -> None:
    for capability in capabilities:
        one_of("capabilities", capability, values(ImportedModelCapability))
    if len(capabilities) != 1:
        raise ONE_CAPABILITY(count=len(capabilities) or "none")


RULES: Final = ImportedModelRules()
