"""Oracle Cloud identifiers: `ocid1.<resource type>.<realm>.<region segment>.<unique part>`."""

from __future__ import annotations

import re
from typing import NamedTuple

VERSION = "ocid1"
_PARTS = 5
_GENERATED = re.compile(r"ocid1(?:\.[a-z0-9_-]*){2,4}\.[a-z0-9]{14,}([a-z0-9]{6})(?![\w.])")
"""A generated OCID; its last characters distinguish it."""
_SHORT_SEGMENTS = {"us-ashburn-1": "iad", "us-phoenix-1": "phx"}


class Ocid(NamedTuple):
    """The parts of an OCID.

    Args:
        resource_type: the type of the resource, such as `generativeaimodel`.
        realm: the realm of its region, such as `oc1`.
        region_segment: `iad`, `phx` or a region id; empty for resources without a region, such as compartments.
        unique: the part that is different for each resource.
    """

    resource_type: str
    realm: str
    region_segment: str
    unique: str


def parse_ocid(text: str) -> Ocid | None:
    """Split an OCID into its parts, in time proportional to its length.

    Args:
        text: any text.

    Returns:
        The parts; None for a malformed text. An OCID has five parts, starts with `ocid1`, and each part is plain (see
        `is_plain`); only the region segment may be empty.

    Source: https://docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm. The page mentions one more part,
        reserved for future use; no known OCID of this service has it.

    Example:
        >>> parse_ocid("ocid1.generativeaimodel.oc1.phx.amaaaaaa")
        Ocid(resource_type='generativeaimodel', realm='oc1', region_segment='phx', unique='amaaaaaa')
        >>> parse_ocid("generativeaimodel.oc1.phx") is None
        True
    """
    parts = text.split(".", _PARTS)
    if len(parts) != _PARTS or parts[0] != VERSION:
        return None
    _, resource_type, realm, segment, unique = parts
    if not (is_plain(resource_type) and is_plain(realm) and is_plain(unique) and (is_plain(segment) or not segment)):
        return None
    return Ocid(resource_type=resource_type, realm=realm, region_segment=segment, unique=unique)


def short(text: str) -> str:
    """Shorten each generated OCID in a text to its last six characters.

    Example:
        >>> short("model ocid1.generativeaimodel.oc1.iad.amaaaaaanl4l7gqa4yz2fs7sxvz is ACTIVE")
        'model …s7sxvz is ACTIVE'
        >>> short("ocid1.compartment.oc1..example")
        'ocid1.compartment.oc1..example'
    """
    return _GENERATED.sub(r"…\1", text)


def region_segment(region_id: str) -> str:
    """Return the region segment in the OCIDs of a region: the code of two old regions, the id of all others.

    Args:
        region_id: a full id, such as `us-chicago-1`.

    Source: OCIDs recorded in 13 regions.

    Example:
        >>> region_segment("us-ashburn-1"), region_segment("us-chicago-1")
        ('iad', 'us-chicago-1')
    """
    return _SHORT_SEGMENTS.get(region_id, region_id)


def is_plain(part: str) -> bool:
    """Whether a part of an OCID has only ASCII letters, digits, hyphens and underscores, and a letter or digit.

    Example:
        >>> is_plain("us-chicago-1"), is_plain(""), is_plain("a b")
        (True, False, False)
    """
    return part.isascii() and (part.isalnum() or part.replace("-", "").replace("_", "").isalnum())
