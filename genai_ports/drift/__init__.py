"""The drift alarm: what the installed OCI SDK has, compared with what genai_ports serves."""

from __future__ import annotations

from genai_ports.drift.comparing import Drift, Finding, compare
from genai_ports.drift.description import Description, Place

__all__ = ["Description", "Drift", "Finding", "Place", "compare", "find_drift"]


def find_drift() -> Drift:
    """Compare the installed `oci` with what is served.

    Returns:
        what was added, what is gone, and what is another than before, with the version of `oci`.

    Raises:
        ModuleNotFoundError: `oci`, or what the server needs, is not installed.

    Example:
        >>> find_drift().is_failure
        False
    """
    from genai_ports.drift.installed import describe_installed, installed_version  # noqa: PLC0415  # needs oci
    from genai_ports.drift.served import describe_served  # noqa: PLC0415  # needs the server

    served = describe_served()
    return compare(served, describe_installed(served), version=installed_version())
