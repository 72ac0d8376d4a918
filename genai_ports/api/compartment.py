"""The body of a move to another compartment.

Source: `ChangeModelCompartmentDetails` of `oci.generative_ai`, and the same class of each other kind: one property.
"""

from __future__ import annotations

from genai_ports.api.strings import CompartmentId  # noqa: TC001
from genai_ports.api.value import Value, value


@value
class ChangeCompartmentDetails(Value):
    """The compartment that a resource moves to."""

    compartment_id: CompartmentId
