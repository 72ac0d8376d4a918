"""Region resolution and OCIDs, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genai_ports.errors import UnknownRegion
from genai_ports.ocids import Ocid, parse_ocid, region_segment
from genai_ports.regions import Region, all_regions, endpoint_url, find_region, region, resolve_region

PLAIN = st.text("abz09AZ-_", min_size=1, max_size=20).filter(lambda part: part.strip("-_"))
REGIONS = st.sampled_from(all_regions())
ANY_TEXT = st.text(st.characters(), max_size=80)
OCIDS = st.builds(Ocid, resource_type=PLAIN, realm=PLAIN, region_segment=st.just("") | PLAIN, unique=PLAIN)


def text_of(ocid: Ocid) -> str:
    return ".".join(("ocid1", *ocid))


SPELLINGS = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])


@st.composite
def names(draw: st.DrawFn) -> tuple[str, str]:
    """Return any spelling of a region, and its id."""
    drawn, spell = draw(REGIONS), draw(SPELLINGS)
    return spell(draw(st.sampled_from([drawn.id, drawn.code]))), drawn.id


@given(names())
def test_code_and_id_in_upper_or_lower_case_are_the_same_region(named: tuple[str, str]) -> None:
    name, region_id = named
    assert region(name) is region(region_id)
    assert endpoint_url(name) == endpoint_url(region_id)


@given(option=st.none() | names(), segment=st.none() | names(), kind=PLAIN, unique=PLAIN, default=REGIONS)
def test_the_option_precedes_the_ocid_which_precedes_the_default(
    option: tuple[str, str] | None, segment: tuple[str, str] | None, kind: str, unique: str, default: Region
) -> None:
    ocid = f"ocid1.{kind}.oc1.{segment[0]}.{unique}" if segment else None
    expected = (option or segment or (None, default.id))[1]
    assert resolve_region(option and option[0], ocid, default.id) == expected


@given(REGIONS, PLAIN)
def test_the_segment_of_a_region_is_read_as_that_region(drawn: Region, unique: str) -> None:
    ocid = Ocid(
        resource_type="generativeaimodel", realm=drawn.realm, region_segment=region_segment(drawn.id), unique=unique
    )
    assert resolve_region(None, text_of(ocid), "none") == drawn.id


@given(ANY_TEXT | OCIDS.map(text_of), st.none() | ANY_TEXT | OCIDS.map(text_of))
@example("\u212aix", "ocid1.\ud800.oc1.phx.a")
def test_any_text_is_resolved_or_refused(text: str, ocid: str | None) -> None:
    if find_region(text) is None:
        with pytest.raises(UnknownRegion):
            resolve_region(text, ocid, "us-chicago-1")
        with pytest.raises(UnknownRegion):
            endpoint_url(text)
    else:
        assert resolve_region(text, ocid, "us-chicago-1") == region(text).id


@given(ANY_TEXT | OCIDS.map(text_of) | PLAIN.map("ocid1.generativeaimodel.oc1.phx.{}".format), ANY_TEXT)
def test_an_ocid_decides_if_and_only_if_it_is_well_formed_and_has_a_region(ocid: str, tail: str) -> None:
    for text in (ocid, ocid + tail):
        parsed = parse_ocid(text)
        found = find_region(parsed.region_segment) if parsed else None
        assert resolve_region(None, text, "the default") == (found.id if found else "the default")


@given(OCIDS)
def test_splitting_a_joined_ocid_returns_its_parts(ocid: Ocid) -> None:
    assert parse_ocid(text_of(ocid)) == ocid


@given(ANY_TEXT | st.lists(ANY_TEXT | PLAIN, min_size=4, max_size=4).map(lambda parts: ".".join(["ocid1", *parts])))
def test_joining_a_split_ocid_returns_its_text(text: str) -> None:
    parsed = parse_ocid(text)
    assert parsed is None or text_of(parsed) == text
