"""Compartments: which texts are accepted as the OCID of a compartment."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from genai_ports.ocids import parse_ocid
from genai_ports.simulator.rules.refusals import PROPERTY_VALUE

_LONGEST_OCID: Final = 255


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
    return isinstance(given, str) and len(given) <= _LONGEST_OCID and _is_compartment(given)


@lru_cache(maxsize=1024)  # most calls name the same few compartments
def _is_compartment(text: str) -> bool:
    ocid = parse_ocid(text)
    return ocid is not None and ocid.resource_type in ("compartment", "tenancy")
