"""The regions and realms of OCI, the region of a call, and the endpoint of the service in a region."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, NamedTuple

from genai_ports.api.checks import check_bools
from genai_ports.api.display import display, named
from genai_ports.api.shown import is_ocid
from genai_ports.errors import InvalidInput, UnknownRegion
from genai_ports.ocids import is_plain, parse_ocid
from genai_ports.region_metadata import find_described

DEFAULT_REGION: Final = "us-chicago-1"
"""The id of the region of requests that name none."""

_LONGEST_COMPARED: Final = 200
"""The time to compare grows with the square of the length."""

# Parsed at the first use, because building 85 regions would slow down every import.
# A line with a realm and its domain, then lines with its regions as code:id.
_TABLE = """
oc1 oraclecloud.com
    lej:af-casablanca-1 jnb:af-johannesburg-1 hsg:ap-batam-1 yny:ap-chuncheon-1 onm:ap-delhi-1
    hyd:ap-hyderabad-1 jbp:ap-kulai-2 mel:ap-melbourne-1 bom:ap-mumbai-1 kix:ap-osaka-1 icn:ap-seoul-1
    sin:ap-singapore-1 xsp:ap-singapore-2 syd:ap-sydney-1 nrt:ap-tokyo-1 yul:ca-montreal-1 yyz:ca-toronto-1
    ams:eu-amsterdam-1 fra:eu-frankfurt-1 mad:eu-madrid-1 orf:eu-madrid-3 mrs:eu-marseille-1 lin:eu-milan-1
    cdg:eu-paris-1 arn:eu-stockholm-1 nrq:eu-turin-1 zrh:eu-zurich-1 mtz:il-jerusalem-1 auh:me-abudhabi-1
    dxb:me-dubai-1 jed:me-jeddah-1 ruh:me-riyadh-1 mty:mx-monterrey-1 qro:mx-queretaro-1 bog:sa-bogota-1
    scl:sa-santiago-1 gru:sa-saopaulo-1 vap:sa-valparaiso-1 vcp:sa-vinhedo-1 cwl:uk-cardiff-1 lhr:uk-london-1
    iad:us-ashburn-1 ord:us-chicago-1 phx:us-phoenix-1 aga:us-saltlake-2 sjc:us-sanjose-1
oc2 oraclegovcloud.com
    lfi:us-langley-1 luf:us-luke-1
oc3 oraclegovcloud.com
    ric:us-gov-ashburn-1 pia:us-gov-chicago-1 tus:us-gov-phoenix-1
oc4 oraclegovcloud.uk
    brs:uk-gov-cardiff-1 ltn:uk-gov-london-1
oc8 oraclecloud8.com
    nja:ap-chiyoda-1 ukb:ap-ibaraki-1
oc9 oraclecloud9.com
    mct:me-dcc-muscat-1 ibr:me-ibri-1
oc10 oraclecloud10.com
    wga:ap-dcc-canberra-1
oc14 oraclecloud14.com
    ork:eu-dcc-dublin-1 snn:eu-dcc-dublin-2 bgy:eu-dcc-milan-1 mxp:eu-dcc-milan-2 dus:eu-dcc-rating-1
    dtm:eu-dcc-rating-2
oc15 oraclecloud15.com
    dac:ap-dcc-gazipur-1
oc19 oraclecloud.eu
    str:eu-frankfurt-2 vll:eu-madrid-2
oc20 oraclecloud20.com
    beg:eu-jovanovac-1
oc21 oraclecloud21.com
    vve:me-alrayyan-1 doh:me-dcc-doha-1
oc23 oraclecloud23.com
    ebb:us-somerset-1 ebl:us-thames-1
oc24 oraclecloud24.com
    avf:eu-crissier-1 avz:eu-dcc-zurich-1
oc26 oraclecloud26.com
    ahu:me-abudhabi-3 rba:me-alain-1
oc29 oraclecloud29.com
    rkt:me-abudhabi-2 shj:me-abudhabi-4
oc35 oraclecloud35.com
    bno:ap-chuncheon-2 dtz:ap-seoul-2 dln:ap-suwon-1
oc42 oraclecloud42.com
    yxj:us-ashburn-2 pgc:us-newark-1
oc51 oraclecloud51.com
    jsk:eu-budapest-1
oc52 oraclecloud52.com
    hnw:sa-riodejaneiro-1
"""
_GENERATIVE_AI = (
    "ap-hyderabad-1 ap-osaka-1 eu-frankfurt-1 eu-frankfurt-2 me-dubai-1 me-riyadh-1 sa-saopaulo-1 "
    "uk-gov-london-1 uk-london-1 us-ashburn-1 us-chicago-1 us-phoenix-1"
)


class Region(NamedTuple):
    """A region of OCI.

    Args:
        id: the full id, such as `us-chicago-1`.
        code: the three-letter code, such as `ord`.
        realm: the realm it belongs to, such as `oc1`.
        domain: the second-level domain of the realm, such as `oraclecloud.com`.
        offers_generative_ai: whether the Generative AI service runs in the region; true for a region that only this
            machine describes.
    """

    id: str
    code: str
    realm: str
    domain: str
    offers_generative_ai: bool


@cache
def all_regions() -> tuple[Region, ...]:
    """Return every region of the OCI SDK's own table, grouped by realm.

    Source: `oci.regions_definitions`; for the regions of the service,
        https://docs.oracle.com/iaas/Content/generative-ai/regions.htm

    Example:
        >>> [region.id for region in all_regions() if region.realm == "oc4"]
        ['uk-gov-cardiff-1', 'uk-gov-london-1']
    """
    offering = frozenset(_GENERATIVE_AI.split())
    found: list[Region] = []
    realm = domain = ""
    for line in _TABLE.strip().splitlines():
        if not line.startswith(" "):
            realm, domain = line.split()
            continue
        for code, region_id in (pair.split(":") for pair in line.split()):
            offers = region_id in offering
            found.append(Region(id=region_id, code=code, realm=realm, domain=domain, offers_generative_ai=offers))
    return tuple(found)


def find_region(text: str) -> Region | None:
    """Find a region.

    Args:
        text: an id or a three-letter code, in upper or lower case: of the table, or of a region that this machine
            describes for the OCI SDK, in `~/.oci/regions-config.json`, `OCI_REGION_METADATA` or `OCI_DEFAULT_REALM`.

    Returns:
        The region; None if no region has this id or code.

    Example:
        >>> find_region("ORD").id, find_region("atlantis-1")
        ('us-chicago-1', None)
    """
    if not isinstance(text, str):
        raise InvalidInput(f"a region must be a string, not {display(text)}")
    name = text.lower()
    return _by_name().get(name) or _described(name)


def region(text: str) -> Region:
    """Return a region.

    Args:
        text: an id or a three-letter code, in upper or lower case.

    Raises:
        UnknownRegion: no region has this id or code; the message suggests similar ones.

    Example:
        >>> region("us-asburn-1")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        genai_ports.errors.UnknownRegion: there is no region 'us-asburn-1': ...; did you mean us-ashburn-1, ...?
    """
    return _known(text)


def resolve_region(region: str | None, ocid: str | None, default: str) -> str:
    """Return the region of a call: the region of the option, else of the OCID, else the default.

    Args:
        region: the option of the call, an id or a three-letter code; None if not set.
        ocid: the OCID of the resource of the call; None if it has none.
        default: the id of the backend's default region.

    Returns:
        A region id. A malformed OCID, or one whose region segment is empty or unknown, is ignored.

    Raises:
        UnknownRegion: the option is not a region.

    Example:
        >>> resolve_region(None, "ocid1.generativeaimodel.oc1.phx.amaaaaaa", "us-chicago-1")
        'us-phoenix-1'
    """
    if region is not None:
        return _known(region).id
    if ocid is None:
        return default
    if not isinstance(ocid, str):
        raise InvalidInput(f"an OCID must be a string, not {display(ocid)}")
    prefix, _, unique = ocid.rpartition(".")
    if not is_plain(unique):
        return default
    try:
        return _region_of_prefix(prefix) or default
    except _NotKept as other:
        found = find_region(other.segment) if other.segment else None
        return found.id if found else default


def endpoint_url(region: str, *, dual_stack: bool = False) -> str:
    """Return the endpoint of the service in a region, without the version that starts its paths.

    Args:
        region: an id or a three-letter code, in upper or lower case.
        dual_stack: whether to return the endpoint that has IPv6 addresses too. Default: False.

    Raises:
        UnknownRegion: no region has this id or code.

    Source: the endpoint template of `oci.generative_ai.GenerativeAiClient`.

    Example:
        >>> endpoint_url("us-chicago-1")
        'https://generativeai.us-chicago-1.oci.oraclecloud.com'
        >>> endpoint_url("STR", dual_stack=True)
        'https://generativeai.eu-frankfurt-2.ds.oci.oraclecloud.eu'
    """
    check_bools(dual_stack=dual_stack)
    found = _known(region)
    return f"https://generativeai.{found.id}.{'ds.' if dual_stack else ''}oci.{found.domain}"


@cache
def _by_name() -> dict[str, Region]:
    regions = all_regions()
    return {each.id: each for each in regions} | {each.code: each for each in regions}


def _described(name: str) -> Region | None:
    found = find_described(name)
    return Region(*found, offers_generative_ai=True) if found else None


class _NotKept(Exception):  # no error
    """The region segment of a prefix that is not kept: a cache keeps no result that is raised."""

    def __init__(self, segment: str | None) -> None:
        super().__init__()
        self.segment = segment


@lru_cache(maxsize=512)
def _region_of_prefix(prefix: str) -> str | None:
    """Return the id of the region of an OCID without its unique part; None if it names no region.

    Five types in 85 regions have 425 such prefixes.

    Raises:
        _NotKept: the prefix does not have the form of Oracle's, so it may be any text of a client, or it names a region
            that only the machine describes, which may change.
    """
    parsed = parse_ocid(f"{prefix}.unique")
    segment = parsed.region_segment if parsed else None
    if not is_ocid(f"{prefix}.unique"):
        raise _NotKept(segment)
    if not segment:
        return None
    known = _by_name().get(segment.lower())
    if known is None:
        raise _NotKept(segment)
    return known.id


def _known(text: object) -> Region:
    """Do what `region` does, also for functions that have a parameter with that name."""
    found = find_region(text) if isinstance(text, str) else None
    if found is None:
        raise UnknownRegion(_no_such_region(text))
    return found


def _no_such_region(text: object) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only a refusal needs it

    near = get_close_matches(text[:_LONGEST_COMPARED].lower(), _by_name()) if isinstance(text, str) else ()
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"there is no region {named(text)}: use an id such as us-chicago-1 or a code such as ord{hint}"
