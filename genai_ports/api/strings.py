"""The forms of strings in requests. An attribute declares its form by its type."""

from __future__ import annotations

from typing import Annotated, TypeAlias

COMPARTMENT = "compartment"
DISPLAY_NAME = "display name"
IDENTIFIER = "identifier"

CompartmentId: TypeAlias = Annotated[str, COMPARTMENT]
"""The OCID of a compartment or of a tenancy, which is the root compartment."""

DisplayName: TypeAlias = Annotated[str, DISPLAY_NAME]
"""1 to 255 characters, not all blank."""

Identifier: TypeAlias = Annotated[str, IDENTIFIER]
"""Any other OCID or name: a string that is not blank."""
