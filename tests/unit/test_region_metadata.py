"""Regions beyond the table: whatever the OCI SDK resolves on this machine is a region here too, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_server import FakeServer
from genai_ports import InMemoryModelRepository, SdkModelRepository, UnknownRegion, endpoint_url, find_region
from genai_ports.ocids import parse_ocid
from genai_ports.region_metadata import find_described
from genai_ports.testing import ready

MARS = {
    "realmKey": "OC99",
    "realmDomainComponent": "OracleCloud99.example",
    "regionKey": "MRS9",
    "regionIdentifier": "mars-north-1",
}
MOON = {**MARS, "regionKey": "MOO", "regionIdentifier": "moon2-sea-1"}


@pytest.fixture(params=["file", "variable"])
def described(request, monkeypatch, tmp_path):
    """Describe a region in one of the ways of the SDK."""
    monkeypatch.setenv("HOME", str(tmp_path))
    if request.param == "variable":
        monkeypatch.setenv("OCI_REGION_METADATA", json.dumps(MARS))
    else:
        (tmp_path / ".oci").mkdir()
        (tmp_path / ".oci" / "regions-config.json").write_text(json.dumps([MOON, "odd", {}, MARS]))


def endpoint_of_the_sdk(region):
    """The endpoint that the plain client builds, in a new interpreter: the SDK reads each source once."""
    code = (
        "import oci, sys\nfrom genai_ports.throwaway import credentials\n"
        "client = oci.generative_ai.GenerativeAiClient(credentials().config(sys.argv[1]))\n"
        "print(client.base_client.endpoint)"
    )
    done = subprocess.run([sys.executable, "-c", code, region], capture_output=True, text=True, check=True)
    return done.stdout.strip().removesuffix("/20231130").replace("{dualStack?ds.:}", "")


@pytest.mark.usefixtures("described")
def test_a_described_region_is_a_region_everywhere():
    found = find_region("MRS9")
    assert found == find_region("mars-north-1")
    assert found[:4] == ("mars-north-1", "mrs9", "oc99", "oraclecloud99.example")
    assert endpoint_url("mars-north-1") == endpoint_of_the_sdk("mars-north-1")
    genai = InMemoryModelRepository(region="mars-north-1")
    imported = ready.imported_model(genai)
    parsed = parse_ocid(imported.id)
    assert (parsed.realm, parsed.region_segment) == ("oc99", "mars-north-1")
    assert InMemoryModelRepository(simulator=genai.simulator).get_imported_model(imported.id).id == imported.id


@pytest.mark.usefixtures("described")
def test_a_server_serves_a_described_region():
    with FakeServer() as server, SdkModelRepository(endpoint=server.url, region="mars-north-1") as genai:
        made = ready.cluster(genai)
        assert genai.get_dedicated_ai_cluster(made.id).id == made.id
        assert {entry.region for entry in server.simulator.journal} == {"mars-north-1"}


@pytest.mark.usefixtures("described")
def test_what_is_not_described_is_still_refused():
    with pytest.raises(UnknownRegion, match="there is no region 'venus-1'"):
        endpoint_url("venus-1")
    assert find_region("us-chicago-1").code == "ord"


def test_the_default_realm_takes_every_region(monkeypatch):
    monkeypatch.setenv("OCI_DEFAULT_REALM", "Example.Com")
    assert endpoint_url("venus-north-1") == endpoint_of_the_sdk("venus-north-1")
    assert find_region("nonsense") is None
    assert parse_ocid(ready.cluster(InMemoryModelRepository(region="venus-north-1")).id).realm == "oc1"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "5", "null", '"a"', json.dumps({**MARS, "realmKey": ""}), "[" * 99_999]
)
@pytest.mark.parametrize("where", ["file", "variable"])
def test_damaged_metadata_describes_nothing(monkeypatch, tmp_path, text, where):
    monkeypatch.setenv("HOME", str(tmp_path))
    if where == "variable":
        monkeypatch.setenv("OCI_REGION_METADATA", text)
    else:
        (tmp_path / ".oci").mkdir()
        (tmp_path / ".oci" / "regions-config.json").write_text(text)
    assert find_region("mars-north-1") is None


@given(st.text())
def test_without_metadata_no_text_is_a_region(text):
    assert find_described(text) is None
