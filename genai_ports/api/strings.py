"""Strings that have a form: what a string of a request must be, declared where the attribute is."""

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
"""The OCID or the name of something else: any string that is not blank."""
