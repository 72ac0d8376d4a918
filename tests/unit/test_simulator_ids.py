"""Ids, etags and request ids follow from the seed and a count, and have Oracle's form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from genai_ports.api.kinds import ENDPOINT, KINDS, MODEL
from genai_ports.ocids import parse_ocid
from genai_ports.simulator.state.ids import IdFactory

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind

SEGMENT = "[0-9A-F]{32}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_an_ocid_names_the_type_the_realm_and_the_region(kind: Kind) -> None:
    parsed = parse_ocid(IdFactory(7).ocid(kind, "us-phoenix-1", 1))
    assert parsed
    assert (parsed.resource_type, parsed.realm, parsed.region_segment) == (kind.ocid_type, "oc1", "phx")
    assert re.fullmatch("amaaaaaa[a-z2-7]{52}", parsed.unique)


@pytest.mark.parametrize(
    ("region", "realm"), [("us-gov-ashburn-1", "oc3"), ("uk-gov-london-1", "oc4"), ("atlantis-1", "oc1")]
)
def test_the_realm_is_the_regions(region: str, realm: str) -> None:
    parsed = parse_ocid(IdFactory(7).ocid(MODEL, region, 1))
    assert parsed
    assert (parsed.realm, parsed.region_segment) == (realm, region)


def test_all_ids_of_one_tenancy_share_a_part() -> None:
    ids = [
        IdFactory(7).ocid(kind, region, 1) for kind in KINDS.values() for region in ("us-phoenix-1", "eu-frankfurt-1")
    ]
    assert len({ocid.rpartition(".")[2][:16] for ocid in ids}) == 1
    assert len(set(ids)) == len(ids)


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    assert IdFactory(7).ocid(MODEL, "us-phoenix-1", 1) == IdFactory(7).ocid(MODEL, "us-phoenix-1", 1)
    assert IdFactory(7).ocid(MODEL, "us-phoenix-1", 1) != IdFactory(8).ocid(MODEL, "us-phoenix-1", 1)
    assert IdFactory(7).etag("id", 1) == IdFactory("7").etag("id", 1)
    assert IdFactory(7).request_id(None) != IdFactory(8).request_id(None)


@pytest.mark.parametrize(
    "other", [(ENDPOINT, "us-phoenix-1", 1), (MODEL, "us-ashburn-1", 1), (MODEL, "us-phoenix-1", 2)]
)
def test_ids_differ_by_kind_region_and_order(other: tuple[Kind, str, int]) -> None:
    assert (
        IdFactory(7).ocid(*other).rpartition(".")[2] != IdFactory(7).ocid(MODEL, "us-phoenix-1", 1).rpartition(".")[2]
    )


def test_an_etag_is_of_one_version_of_one_resource() -> None:
    ids = IdFactory(7)
    etags = {ids.etag("a", 1), ids.etag("a", 2), ids.etag("b", 1), ids.etag("a1", ""), ids.etag("", "a1")}
    assert len(etags) == 5
    assert all(re.fullmatch("[0-9a-f]{32}", etag) for etag in etags)


def test_a_request_id_has_three_segments_and_never_comes_again() -> None:
    ids = IdFactory(7)
    made = [ids.request_id(None) for _ in range(1000)]
    assert all(re.fullmatch(f"{SEGMENT}/{SEGMENT}/{SEGMENT}", request_id) for request_id in made)
    assert len({request_id.partition("/")[2] for request_id in made}) == 1000


def test_the_clients_own_id_is_the_first_segment_and_changes_no_other() -> None:
    own, made = IdFactory(7).request_id("mine"), IdFactory(7).request_id(None)
    assert own.split("/") == ["mine", *made.split("/")[1:]]


def test_any_text_can_be_hashed() -> None:
    ids = IdFactory("\ud800")
    assert ids.digest("\ud800", size=4) != ids.digest("\ud801", size=4)
    assert len(ids.digest("a", size=44)) == 44
