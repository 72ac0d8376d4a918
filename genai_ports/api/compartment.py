"""Where a resource is moved to.

Source: `ChangeModelCompartmentDetails` of `oci.generative_ai`, and its three likes: one property each.
"""

from __future__ import annotations

from genai_ports.api.strings import CompartmentId  # noqa: TC001
from genai_ports.api.value import Value, value


@value
class ChangeCompartmentDetails(Value):
    """The compartment that a resource moves to."""

    compartment_id: CompartmentId
