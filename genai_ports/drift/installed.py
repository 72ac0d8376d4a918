"""The SDK's side, from the installed package. Nothing is called or sent: the source of its client is read."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import oci
from oci.generative_ai import GenerativeAiClient, models

from genai_ports.drift.client_source import describe_client
from genai_ports.drift.description import Part
from genai_ports.drift.sdk_classes import describe_classes

if TYPE_CHECKING:
    from genai_ports.drift.description import Description


def installed_version() -> str:
    """Return the version of the installed `oci`."""
    version: str = oci.__version__
    return version


def describe_installed(served: Description) -> Description:
    """Describe all operations of the installed client, and the classes, with those inside them, that our side has."""
    names = [place.path[0] for place in served if place.kind == Part.CLASS]
    return {**describe_client(inspect.getsource(GenerativeAiClient)), **describe_classes(vars(models), names)}
