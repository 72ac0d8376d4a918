"""Oracle Cloud identifiers: `ocid1.<resource type>.<realm>.<region segment>.<unique part>`."""

from __future__ import annotations

from genai_ports.api.value import Value, value

VERSION = "ocid1"
_PARTS = 5
_SHORT_SEGMENTS = {"us-ashburn-1": "iad", "us-phoenix-1": "phx"}


@value
class Ocid(Value):
    """The parts of an OCID.

    Args:
        resource_type: what it names, such as `generativeaimodel`.
        realm: the realm of its region, such as `oc1`.
        region_segment: `iad`, `phx` or a region id; empty for what no region owns, such as a compartment.
        unique: what tells it from the others.
    """

    resource_type: str
    realm: str
    region_segment: str
    unique: str


def parse_ocid(text: str) -> Ocid | None:
    """Take an OCID apart, in time proportional to its length.

    Args:
        text: any text at all.

    Returns:
        The parts; None where the text is malformed: other than five parts, a first one that is not `ocid1`, or one
        that `is_plain` refuses; the region segment alone may be empty.

    Source: https://docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm; the reserved part for future use
        that the page mentions is empty, dot included, in every OCID of this service that was seen.

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


def format_ocid(ocid: Ocid) -> str:
    """Put an OCID together: the inverse of `parse_ocid`.

    Example:
        >>> format_ocid(Ocid(resource_type="tenancy", realm="oc1", region_segment="", unique="aaaa"))
        'ocid1.tenancy.oc1..aaaa'
    """
    return f"{VERSION}.{ocid.resource_type}.{ocid.realm}.{ocid.region_segment}.{ocid.unique}"


def region_segment(region_id: str) -> str:
    """Spell a region as the OCIDs of this service do: two old ones by their code, all others by their id.

    Args:
        region_id: a full id, such as `us-chicago-1`.

    Source: OCIDs recorded in 13 regions.

    Example:
        >>> region_segment("us-ashburn-1"), region_segment("us-chicago-1")
        ('iad', 'us-chicago-1')
    """
    return _SHORT_SEGMENTS.get(region_id, region_id)


def is_plain(part: str) -> bool:
    """Tell whether a part of an OCID is made of ASCII letters and digits, hyphens and underscores between them.

    Example:
        >>> is_plain("us-chicago-1"), is_plain(""), is_plain("a b")
        (True, False, False)
    """
    return part.isascii() and (part.isalnum() or part.replace("-", "").replace("_", "").isalnum())
