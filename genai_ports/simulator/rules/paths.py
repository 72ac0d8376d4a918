"""Paths of requests, as messages and the journal show them: known words, regions and OCIDs as they are."""

from __future__ import annotations

from functools import cache
from typing import Final

from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.shown import characters, is_ocid
from genai_ports.regions import find_region

_MOST_PARTS: Final = 10
_METHODS: Final = frozenset("CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE".split())
_OTHER_WORDS: Final = frozenset(
    """
    20231130 20220126 _sim actions allocatableGpus apikeys applyGuardrails chat conversations embedText files
    generateText generativeAiProjects guardrailVersions hostedApplicationStorages hostedApplications
    hostedApplicationsIam hostedDeployments modelDiscovery openai rerankText responses routingProfiles semanticStores
    summarizeText v1 vectorStoreConnectorFileSyncs vectorStoreConnectors {id}
    """.split()
)
"""Words in paths of the service that are not simulated, and in those of the inference service."""


def shown_path(path: str) -> str:
    """Show a decoded path: of each part that is not a known word, a region or an OCID, only the length.

    Example:
        >>> shown_path("/eu-frankfurt-1/20231130/models/hunter2")
        '/eu-frankfurt-1/20231130/models/(7 characters)'
    """
    parts = path.split("/", _MOST_PARTS)
    return "/".join(part if is_known(part) else f"({characters(part)})" for part in parts)


def shown_method(method: str) -> str:
    """Show the method of a request: its length if it is not a method of HTTP."""
    return method if method in _METHODS else f"(a method of {characters(method)})"


def shown_target(target: str | None) -> str | None:
    """Return the target of a call as the journal keeps it: its length if it does not have the form of an OCID."""
    return target if not target or is_ocid(target) else f"({characters(target)})"


def is_known(part: str) -> bool:
    """Return whether a part of a path is shown."""
    return part in _words() or is_ocid(part) or find_region(part) is not None


@cache
def _words() -> frozenset[str]:
    return frozenset({"", "-", *_OTHER_WORDS, *(part for each in OPERATIONS.values() for part in each.path.split("/"))})
