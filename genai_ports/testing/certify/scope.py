"""The scope of a certification: where it may create resources, which, and how long it may wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from genai_ports.testing import ready

if TYPE_CHECKING:
    _XFailed = BaseException
else:
    _XFailed = pytest.xfail.Exception

TAG: Final = "genai-ports"
"""The key of the freeform tag of everything that is created; its value starts with `PREFIX`."""

PREFIX: Final = "certify-"

REGIONS: Final = (
    "us-chicago-1",
    "us-ashburn-1",
    "us-phoenix-1",
    "eu-frankfurt-1",
    "eu-frankfurt-2",
    "uk-gov-london-1",
)
"""The regions in which the contract creates resources."""


class OutOfScope(_XFailed):
    """A test needs something that the certification must not do: the test is declared, not failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What a certification may do.

    Args:
        compartment: the OCID of the compartment in which it creates resources.
        elsewhere: the OCID of another compartment, to move resources to; None for no moves.
        subnet: the OCID of the subnet of private endpoints; None for no private endpoints.
        clusters: whether it may create clusters, and so endpoints and fine-tuned models.
        anywhere: whether tests may create and move resources in compartments besides these.
        regions: whether it may call other regions than the default one.
        most: how many resources a test may create; None for any number.
        longest: how many seconds a test may let pass, apart from waiting for work; None for any number.
        interval: seconds between two reads of work; None for as long as the service requests.
    """

    compartment: str = ready.COMPARTMENT
    elsewhere: str | None = ready.ELSEWHERE
    subnet: str | None = "ocid1.subnet.oc1..contract"
    clusters: bool = True
    anywhere: bool = True
    regions: bool = True
    most: int | None = None
    longest: float | None = None
    interval: float | None = None

    @property
    def compartments(self) -> tuple[str, ...]:
        """All compartments in which it may create resources."""
        return (self.compartment, self.elsewhere) if self.elsewhere else (self.compartment,)
