"""Workers that share one server by its URL: each has a world of its own, by its tenancy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_server import FakeServer, Settings
from fake_server.signers import signer_of
from genai_ports import ConfigurationError, InvalidInput, NotFound, SdkModelRepository, connect
from genai_ports.backends.sdk import throwaway_signer
from genai_ports.ocids import parse_ocid
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready, reset_world
from genai_ports.throwaway import credentials, tenancy_ocid


@pytest.fixture(scope="module")
def server():
    with FakeServer(settings=Settings(clock="virtual")) as server:
        yield server


def clusters(url):
    with connect(url) as genai:
        return [each.id for each in genai.list_dedicated_ai_clusters(ready.COMPARTMENT)]


def make_cluster(url):
    with connect(url) as genai:
        return genai.create_dedicated_ai_cluster(ready.cluster_details()).id


def test_each_tenancy_has_a_world_and_the_well_known_one_too(server):
    urls = [server.url, *(f"{server.url}?tenancy=worker-{number}" for number in range(3))]
    made = [make_cluster(url) for url in urls]
    assert [clusters(url) for url in urls] == [[each] for each in made]
    with connect(urls[1]) as genai, pytest.raises(NotFound):
        genai.get_dedicated_ai_cluster(made[2])
    assert [each.id for each in server.simulator.state()["dedicatedAiClusters"]] == made[:1]


def test_an_ocid_and_the_name_in_it_are_the_same_tenancy(server):
    made = make_cluster(f"{server.url}?tenancy=same")
    assert made in clusters(f"{server.url}?tenancy=ocid1.tenancy.oc1..same")
    with SdkModelRepository(endpoint=server.url, tenancy="same") as genai:
        assert genai.get_dedicated_ai_cluster(made).id == made
    assert make_cluster(f"{server.url}?tenancy={TENANCY}") in clusters(server.url)


def test_a_tenancy_goes_with_a_region(server):
    with connect(f"{server.url}?tenancy=regional&region=fra") as genai:
        assert "eu-frankfurt-1" in genai.create_dedicated_ai_cluster(ready.cluster_details()).id


def test_a_worker_resets_its_own_world_only():
    with FakeServer(settings=Settings(clock="virtual")) as server:
        mine, other = (f"{server.url}?tenancy=worker-{number}&region=fra" for number in range(2))
        for url in (mine, other, server.url):
            make_cluster(url)
        reset_world(mine, pace="2s")
        assert [len(clusters(url)) for url in (mine, other, server.url)] == [0, 1, 1]
        paces = [server.app.worlds.get(tenancy_ocid(f"worker-{number}")).settings.pace for number in range(2)]
        assert paces == ["2s", "instant"]
        reset_world(server.url)
        assert [len(clusters(url)) for url in (mine, other, server.url)] == [0, 1, 0]


def test_the_world_to_reset_is_by_default_that_of_the_environment(server, monkeypatch):
    monkeypatch.setenv("GENAI_PORTS_URL", f"{server.url}?tenancy=by-variable")
    make_cluster(None)
    reset_world()
    assert clusters(None) == []
    monkeypatch.delenv("GENAI_PORTS_URL")
    with pytest.raises(ConfigurationError, match="GENAI_PORTS_URL"):
        reset_world()


def test_a_proxy_is_not_between_a_test_and_this_machine(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    reset_world(server.url)


def test_what_cannot_be_reset_is_reported(server):
    with pytest.raises(InvalidInput, match="pace"):
        reset_world(server.url, pace="never")
    with pytest.raises(ConfigurationError, match="no server responds at"):
        reset_world("http://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match="URL of a server"):
        reset_world("memory://")
    with pytest.raises(ConfigurationError, match="tenancy"):
        reset_world(f"{server.url}?tenancy=a.b")


@given(st.from_regex(r"[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*", fullmatch=True))
def test_a_name_becomes_an_ocid_of_a_tenancy_that_every_server_finds_in_a_signature(name):
    ocid = tenancy_ocid(name)
    assert parse_ocid(ocid).resource_type == "tenancy"
    assert tenancy_ocid(ocid) == ocid
    assert signer_of(f'Signature version="1",keyId="{ocid}/{credentials().user}/aa:bb"').tenancy == ocid


@pytest.mark.parametrize(
    "name", ["", "a.b", "a b", "a/b", "ä", "-", "ocid1.user.oc1..a", "ocid1.tenancy.oc1..", "x" * 300, "a" * 255]
)
def test_another_form_of_a_tenancy_is_refused(name):
    with pytest.raises(ConfigurationError, match="a tenancy must be an OCID"):
        SdkModelRepository(endpoint="http://127.0.0.1:1", tenancy=name)


@pytest.mark.parametrize(
    "more", [{}, {"profile": "DEV"}, {"signer": throwaway_signer(), "endpoint": "http://127.0.0.1:1"}]
)
def test_a_tenancy_with_other_credentials_is_refused(more):
    with pytest.raises(ConfigurationError, match="throw-away"):
        SdkModelRepository(tenancy="worker-1", **more)
