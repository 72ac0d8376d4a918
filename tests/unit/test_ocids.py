"""OCIDs are split and joined; other text is not an OCID."""

from __future__ import annotations

import pytest

from genai_ports.ocids import Ocid, parse_ocid, region_segment, short

UNIQUE = "amaaaaaask7dceyac5ldwa4ckvopkbqwnjqdrclz2rwsvgl6qdjqfe2xzxia"


def text_of(ocid: Ocid) -> str:
    return ".".join(("ocid1", *ocid))


@pytest.mark.parametrize("segment", ["iad", "us-chicago-1", ""])
def test_an_ocid_is_split_into_its_parts(segment: str) -> None:
    parsed = parse_ocid(f"ocid1.generativeaimodel.oc1.{segment}.{UNIQUE}")
    assert parsed == Ocid(resource_type="generativeaimodel", realm="oc1", region_segment=segment, unique=UNIQUE)


def test_joining_the_parts_returns_the_same_text() -> None:
    text = f"ocid1.generativeaiworkrequest.oc1.phx.{UNIQUE}"
    parsed = parse_ocid(text)
    assert parsed is not None
    assert text_of(parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "....",
        "ocid1",
        "generativeaimodel",
        "ocid1.generativeaimodel.oc1.phx",
        "ocid1.generativeaimodel.oc1.phx.",
        "ocid1.generativeaimodel..phx.aaaa",
        "ocid1..oc1.phx.aaaa",
        "ocid1.generativeaimodel.oc1.phx.aaaa.bbbb",
        "ocid2.generativeaimodel.oc1.phx.aaaa",
        "OCID1.generativeaimodel.oc1.phx.aaaa",
        " ocid1.generativeaimodel.oc1.phx.aaaa",
        "ocid1.generativeaimodel.oc1.phx.aaaa\n",
        "ocid1.generativeaimodel.oc1.ph x.aaaa",
        "ocid1.generativeaimodel.oc1.phx.ääää",
        "ocid1.generativeaimodel.oc1.-.aaaa",
        "ocid1.generativeaimodel.oc1.phx.a/../b",
    ],
)
def test_malformed_text_is_not_an_ocid(text: str) -> None:
    assert parse_ocid(text) is None


@pytest.mark.parametrize(
    ("region_id", "segment"),
    [
        ("us-ashburn-1", "iad"),
        ("us-phoenix-1", "phx"),
        ("us-chicago-1", "us-chicago-1"),
        ("us-ashburn-2", "us-ashburn-2"),
    ],
)
def test_only_ashburn_and_phoenix_have_their_code_as_segment(region_id: str, segment: str) -> None:
    assert region_segment(region_id) == segment


def test_generated_ocids_in_a_text_are_shortened_to_their_last_characters() -> None:
    model, tenancy = f"ocid1.generativeaimodel.oc1.phx.{UNIQUE}", "ocid1.tenancy.oc1..example"
    assert short(f"{model} of {tenancy} and {model}") == f"…2xzxia of {tenancy} and …2xzxia"
