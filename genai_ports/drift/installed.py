"""The SDK's side, from the package that is installed. Nothing is called or sent: its client is read, not used."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import oci
from oci.generative_ai import GenerativeAiClient, models

from genai_ports.drift.client_source import describe_client
from genai_ports.drift.description import CLASS
from genai_ports.drift.sdk_classes import describe_classes

if TYPE_CHECKING:
    from genai_ports.drift.description import Description


def installed_version() -> str:
    """Tell the version of the installed `oci`."""
    version: str = oci.__version__
    return version


def describe_installed(served: Description) -> Description:
    """Describe the installed SDK.

    Args:
        served: our side; of its classes the SDK's are described, and of those that they lead to.

    Returns:
        all operations of the client, and those classes.
    """
    names = [place.path[0] for place in served if place.kind == CLASS]
    return {**describe_client(inspect.getsource(GenerativeAiClient)), **describe_classes(vars(models), names)}
