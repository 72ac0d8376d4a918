"""The regions are those of the OCI SDK; the region of a call is that of its option, its OCID or the default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from oci import regions_definitions as sdk
from oci.generative_ai import GenerativeAiClient

from genai_ports.api.display import named
from genai_ports.errors import UnknownRegion
from genai_ports.regions import all_regions, endpoint_url, find_region, region, resolve_region

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = {
    "user": "ocid1.user.oc1..a",
    "tenancy": "ocid1.tenancy.oc1..a",
    "fingerprint": ":".join(["00"] * 16),
    "key_file": "never-read",
    "region": "us-chicago-1",
}
MODEL = "ocid1.generativeaimodel.oc1.{}.amaaaaaask7dceya"


def test_the_table_has_every_region_of_the_sdk_with_its_code_realm_and_domain() -> None:
    codes = {region_id: code for code, region_id in sdk.REGIONS_SHORT_NAMES.items()}
    known = sorted((each.id, each.code, each.realm, each.domain) for each in all_regions())
    assert known == sorted(
        (region_id, codes[region_id], realm, sdk.REALMS[realm]) for region_id, realm in sdk.REGION_REALMS.items()
    )


def test_the_table_has_every_realm_of_the_sdk() -> None:
    assert {each.realm: each.domain for each in all_regions()} == sdk.REALMS


def test_the_service_runs_in_twelve_regions_of_three_realms() -> None:
    offering = [(each.realm, each.id) for each in all_regions() if each.offers_generative_ai]
    assert sorted(offering) == [
        ("oc1", "ap-hyderabad-1"),
        ("oc1", "ap-osaka-1"),
        ("oc1", "eu-frankfurt-1"),
        ("oc1", "me-dubai-1"),
        ("oc1", "me-riyadh-1"),
        ("oc1", "sa-saopaulo-1"),
        ("oc1", "uk-london-1"),
        ("oc1", "us-ashburn-1"),
        ("oc1", "us-chicago-1"),
        ("oc1", "us-phoenix-1"),
        ("oc19", "eu-frankfurt-2"),
        ("oc4", "uk-gov-london-1"),
    ]


@pytest.mark.parametrize("name", ["us-chicago-1", "US-Chicago-1", "ord", "ORD", "Ord"])
def test_a_region_is_found_by_its_id_or_code_in_upper_or_lower_case(name: str) -> None:
    assert region(name).id == "us-chicago-1"


@pytest.mark.parametrize("name", ["", " ", "ord ", "us-chicago", "us-chicago-1.", "oc1", "\ud800", "\x00"])
def test_other_text_is_not_a_region(name: str) -> None:
    assert find_region(name) is None


@pytest.mark.parametrize(("name", "nearest"), [("us-asburn-1", "us-ashburn-1"), ("US-CHICGO-1", "us-chicago-1")])
@pytest.mark.parametrize("find", [region, endpoint_url, lambda name: resolve_region(name, None, "us-phoenix-1")])
def test_an_unknown_region_is_refused_with_a_suggestion(find: Callable[[str], object], name: str, nearest: str) -> None:
    with pytest.raises(UnknownRegion, match=rf"there is no region '{name}': .*; did you mean {nearest}"):
        find(name)


def test_an_unknown_region_that_is_similar_to_none_is_refused_with_examples() -> None:
    with pytest.raises(UnknownRegion, match=r"use an id such as us-chicago-1 or a code such as ord$"):
        region("")


@pytest.mark.parametrize("given", [5, None, b"ord", ["ord"]], ids=repr)
@pytest.mark.parametrize("find", [region, endpoint_url])
def test_a_value_of_the_wrong_type_is_not_a_region(find: Callable[[Any], object], given: Any) -> None:
    with pytest.raises(UnknownRegion) as refused:
        find(given)
    assert str(refused.value) == (
        f"there is no region {named(given)}: use an id such as us-chicago-1 or a code such as ord"
    )


def test_an_option_of_the_wrong_type_is_an_unknown_region() -> None:
    option: Any = 5
    with pytest.raises(UnknownRegion, match="there is no region 5: use an id such as us-chicago-1"):
        resolve_region(option, None, "us-chicago-1")


def test_an_error_shortens_long_text() -> None:
    with pytest.raises(UnknownRegion) as refused:
        region("atlantis" * 10_000)
    assert len(str(refused.value)) < 200


def test_the_option_precedes_the_ocid_and_the_default() -> None:
    assert resolve_region("FRA", MODEL.format("phx"), "us-chicago-1") == "eu-frankfurt-1"


@pytest.mark.parametrize(
    ("segment", "expected"),
    [("phx", "us-phoenix-1"), ("iad", "us-ashburn-1"), ("ap-osaka-1", "ap-osaka-1"), ("ruh", "me-riyadh-1")],
)
def test_the_ocid_precedes_the_default(segment: str, expected: str) -> None:
    assert resolve_region(None, MODEL.format(segment), "us-chicago-1") == expected


@pytest.mark.parametrize(
    "ocid",
    [
        None,
        "",
        "phx",
        "a-model",
        MODEL.format(""),
        MODEL.format("atlantis-1"),
        "ocid1.generativeaimodel.oc1.phx.",
        "ocid1.generativeaimodel.oc1.phx.aaaa bbbb",
        "ocid1.generativeaimodel.oc1.phx",
        "ocid1.generativeaimodel.oc1.phx.aaaa.bbbb",
        "ocid2.generativeaimodel.oc1.phx.aaaa",
    ],
)
def test_the_default_applies_if_the_ocid_has_no_region(ocid: str | None) -> None:
    assert resolve_region(None, ocid, "us-chicago-1") == "us-chicago-1"


def test_an_empty_option_is_an_unknown_region() -> None:
    with pytest.raises(UnknownRegion, match="there is no region ''"):
        resolve_region("", None, "us-chicago-1")


@pytest.mark.parametrize("dual_stack", [False, True])
def test_endpoints_are_those_of_the_sdk(*, dual_stack: bool) -> None:
    client = GenerativeAiClient(
        CONFIG, signer=object(), client_level_dualstack_endpoints_enabled=dual_stack
    ).base_client
    for each in all_regions():
        client.set_region(each.id)
        expected = client.get_endpoint().removesuffix("/20231130")
        assert endpoint_url(each.id, dual_stack=dual_stack) == expected
        assert endpoint_url(each.code.upper(), dual_stack=dual_stack) == expected
