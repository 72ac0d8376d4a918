"""The pytest plugin: its fixtures, and the report of a failed test."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

USING = """
COMPARTMENT = "ocid1.compartment.oc1..example"

def cluster(genai):
    from genai_ports import CreateDedicatedAiClusterDetails
    return genai.create_dedicated_ai_cluster(CreateDedicatedAiClusterDetails(
        compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"))

def clusters(genai):
    return list(genai.list_dedicated_ai_clusters(COMPARTMENT))
"""


@pytest.fixture
def passes(pytester):
    """Run a suite that uses the plugin, and check that this many tests pass and none fails."""

    def run(suite, *, passed):
        pytester.makepyfile(USING + suite)
        # In a new process: pytester removes the modules that a suite loads in this one, so they would be loaded twice.
        pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=passed)

    return run


def test_genai_is_a_new_world_for_each_test(passes):
    suite = """
import pytest

@pytest.mark.parametrize("turn", [1, 2])
def test_alone(genai, turn):
    assert clusters(genai) == []
    cluster(genai)
    assert len(clusters(genai)) == 1
"""
    passes(suite, passed=2)


def test_genai_server_is_a_new_server_for_each_test(passes):
    suite = """
import pytest
from genai_ports import connect

urls = set()

@pytest.mark.parametrize("turn", [1, 2])
def test_reset(genai_server, turn):
    with connect(genai_server.url) as genai:
        assert clusters(genai) == []
        cluster(genai)
    assert len(genai_server.simulator.state()["dedicatedAiClusters"]) == 1
    genai_server.clock.sleep(3600)
    urls.add((genai_server.url, genai_server.simulator.clock.now().isoformat()))

def test_one():
    assert len({url for url, _ in urls}) == 2
    assert len({time for _, time in urls}) == 1
"""
    passes(suite, passed=3)


def test_genai_over_http_is_that_server_through_the_sdk_and_waits_on_its_clock(passes):
    suite = """
def test_over_http(genai_over_http, genai_server):
    from genai_ports import SdkModelRepository
    assert isinstance(genai_over_http, SdkModelRepository)
    begun = cluster(genai_over_http)
    genai_over_http.wait_for_work_request(begun.response.work_request_id)
    assert [each.id for each in clusters(genai_over_http)] == [begun.id]
    assert genai_over_http.clock.now() == genai_server.clock.now()
"""
    passes(suite, passed=1)


def test_a_suite_without_the_fixtures_loads_the_plugin_alone_even_if_a_test_fails(pytester):
    pytester.makepyfile("""
import sys

def loaded():
    return {name for name in sys.modules if name.partition(".")[0] in ("genai_ports", "fake_server")}

def test_fails():
    assert False

def test_nothing():
    light = {"genai_ports", "genai_ports.api", "genai_ports.errors"}
    assert loaded() == {*light, "genai_ports.pytest_plugin"}
    assert not {"oci", "werkzeug", "waitress", "sortedcontainers"} & set(sys.modules)
""")
    pytester.runpytest_subprocess().assert_outcomes(passed=1, failed=1)


def test_the_fixtures_are_documented(pytester):
    shown = pytester.runpytest("--fixtures", "-q").stdout.str()
    for name in ("genai", "genai_server", "genai_over_http"):
        assert f"\n{name} -- " in shown or f"\n{name} [" in shown
    assert "All repositories over the test's world, in memory." in shown


def test_the_report_of_a_failed_test_shows_the_last_calls(pytester):
    pytester.makepyfile(
        USING
        + """
import pytest
from genai_ports import Fault, NotFound

def test_fails(genai, genai_server):
    genai.simulator.faults.add(Fault(latency=2, operation="list_dedicated_ai_clusters"))
    clusters(genai)
    for _ in range(5):
        with pytest.raises(NotFound):
            genai.get_model("ocid1.generativeaimodel.oc1..none")
    assert False

def test_passes(genai):
    clusters(genai)
"""
    )
    result = pytester.runpytest_subprocess("-W", "error", "-rA")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*- genai_ports: the world of this test -*",
            "  00:00:00 list_dedicated_ai_clusters: 200 (fault: latency, 2 s)",
            "  00:00:02 get_model ocid1.generativeaimodel.oc1..none: 404 not-found, 5 times until 00:00:02",
            "  repeated-request: get_model ocid1.generativeaimodel.oc1..none, 5 times; *",
        ]
    )
    assert result.stdout.str().count("genai_ports: ") == 1


def test_another_fixture_with_the_same_name_needs_no_simulator(pytester):
    pytester.makepyfile("""
import pytest
from unittest.mock import Mock

@pytest.fixture
def genai():
    return object()

@pytest.fixture
def genai_server():
    return Mock()

def test_fails(genai, genai_server):
    assert False
""")
    result = pytester.runpytest_subprocess("-W", "error")
    result.assert_outcomes(failed=1)
    assert "genai_ports" not in result.stdout.str().partition("= FAILURES =")[2]


def test_the_clock_of_a_fixture_can_be_moved_forward(passes):
    suite = """
def test_clocks(genai, genai_server):
    for clock in (genai.clock, genai_server.clock):
        before = clock.now()
        clock.advance(3600)
        assert (clock.now() - before).total_seconds() == 3600
"""
    passes(suite, passed=1)


def test_the_marker_of_the_contract_is_registered(pytester):
    assert "@pytest.mark.needs_capability(...)" in pytester.runpytest("--markers").stdout.str()


def test_all_fixtures_of_a_test_share_one_world(passes):
    suite = """
from genai_ports import connect

def test_shared(genai, genai_over_http, genai_simulator, genai_clock, genai_server, oci_generative_ai_client):
    begun = cluster(genai_over_http)
    assert [each.id for each in clusters(genai)] == [begun.id]
    assert oci_generative_ai_client.get_dedicated_ai_cluster(begun.id).data.id == begun.id
    assert genai.simulator is genai_server.simulator is genai_simulator
    with connect() as mine:
        assert mine.simulator is genai_simulator
    assert genai_clock is genai.clock is genai_simulator.clock
"""
    passes(suite, passed=1)


def test_every_client_of_the_sdk_is_redirected(passes):
    suite = """
import oci
from genai_ports.throwaway import credentials

client = oci.generative_ai.GenerativeAiClient(credentials().config("eu-frankfurt-1"))
other = dict(credentials().config("us-chicago-1"), tenancy="ocid1.tenancy.oc1..other")

def test_redirected(oci_redirected):
    assert client.list_models(COMPARTMENT).status == 200
    within = oci.generative_ai.GenerativeAiClient(other, service_endpoint="http://gateway.example/genai/20231130")
    assert within.list_models(COMPARTMENT).status == 200
    assert [each.region for each in oci_redirected.journal] == ["eu-frankfurt-1", "us-chicago-1"]
"""
    passes(suite, passed=1)


def test_the_marker_and_the_settings_of_a_suite_set_the_world(passes):
    suite = """
import pytest
from genai_ports import Fault, TooManyRequests

@pytest.fixture
def genai_settings(genai_settings):
    return genai_settings.changed(seed=5, region="fra")

@pytest.mark.genai(pace="2s", faults=[Fault(status=429, operation="list_models", times=8)])
def test_settings(genai, genai_simulator):
    assert genai.default_region == "eu-frankfurt-1"
    assert (genai_simulator.settings.seed, genai_simulator.settings.pace) == (5, "2s")
    with pytest.raises(TooManyRequests):
        genai.list_models(COMPARTMENT).first()
"""
    passes(suite, passed=1)
