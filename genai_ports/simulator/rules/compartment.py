"""Compartments: which texts are accepted as the OCID of a compartment."""

from __future__ import annotations

import re
from typing import Final

from genai_ports.simulator.rules.refusals import PROPERTY_VALUE

_LONGEST_OCID: Final = 255
_PLAIN: Final = r"[-_]*[A-Za-z0-9][A-Za-z0-9_-]*"
"""See `genai_ports.ocids.is_plain`; the whole form as one pattern takes a third of the time that parsing takes."""
_COMPARTMENT: Final = re.compile(rf"ocid1\.(?:compartment|tenancy)\.{_PLAIN}\.(?:{_PLAIN})?\.{_PLAIN}")


def check_compartment(prop: str, given: object) -> None:
    """Refuse what is not the OCID of a compartment or of a tenancy, which is the root compartment.

    Args:
        prop: the JSON name of the property or parameter, for the message.
        given: its value.
    """
    if not is_compartment(given):
        raise PROPERTY_VALUE(property=prop, expected="the OCID of a compartment or tenancy", given=given)


def is_compartment(given: object) -> bool:
    """Whether a value is the OCID of a compartment or of a tenancy."""
    return isinstance(given, str) and len(given) <= _LONGEST_OCID and _COMPARTMENT.fullmatch(given) is not None
