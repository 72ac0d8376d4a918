"""The drift alarm: the installed OCI SDK compared with what genai_ports serves."""

from __future__ import annotations

from genai_ports.drift.comparing import Drift, Finding, compare
from genai_ports.drift.description import Description, Place
from genai_ports.drift.served import describe_served

__all__ = ["Description", "Drift", "Finding", "Place", "compare", "find_drift"]


def find_drift() -> Drift:
    """Compare the installed `oci` with what is served.

    Returns:
        what only the SDK has, what it lacks, and what differs, with the version of `oci`.

    Raises:
        ModuleNotFoundError: `oci` is not installed.

    Example:
        >>> find_drift().is_failure
        False
    """
    from genai_ports.drift.installed import describe_installed, installed_version  # noqa: PLC0415  # needs oci

    served = describe_served()
    return compare(served, describe_installed(served), version=installed_version())
